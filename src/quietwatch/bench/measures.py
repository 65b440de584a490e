"""The figures of a system over all clips, each with its interval, and by kind."""

from collections import Counter
from collections.abc import Callable, Sequence

from quietwatch.bench.intervals import Drawn, Estimate
from quietwatch.bench.rows import Row
from quietwatch.bench.scoring import LATE, NOTHING, ClipScore, EventScore

PLAIN = "plain"
"""Row of the events that nothing makes hard to see."""

_HOUR = 3600.0  # s


class Counts(Row):
    """What was counted.

    Attributes:
        clips: how many there are; `hours` how long they are together.
        hours: see above.
        events: true events that were to be alarmed of, tampering left out; `caught` in time.
        caught: see above.
        false_alarms: all of them; `false_rings` those that ring, `late` those of real events.
        false_rings: see above.
        late: see above.
        duplicates: further alarms of events that were caught; `duplicate_rings` those that ring.
        duplicate_rings: see above.
    """

    clips: int
    hours: float
    events: int
    caught: int
    false_alarms: int
    false_rings: int
    late: int
    duplicates: int
    duplicate_rings: int


class Figures(Row):
    """What a system is worth; None where the clips can't tell.

    Attributes:
        recall: share of events caught, tampering left out: it has a row of its own.
        recall_clear: the same in clips without a nuisance; `recall_nuisance` in those with one.
        recall_nuisance: see above.
        false_alarms_hour: false alarms a camera-hour, over all clips.
        false_alarms_day: the same a camera-day.
        false_alarms_quiet: false alarms a camera-hour, over the clips without an event.
        duplicates: further alarms an event caught; `duplicate_rings` those that ring.
        duplicate_rings: see above.
        latency_p50_s: median time to the alarm of the same events; `latency_p95_s` likewise.
        latency_p95_s: see above.
        reduction: share of the false alarms of the floor that are gone; None of the floor itself.
    """

    recall: Estimate | None
    recall_clear: Estimate | None
    recall_nuisance: Estimate | None
    false_alarms_hour: Estimate | None
    false_alarms_day: Estimate | None
    false_alarms_quiet: Estimate | None
    duplicates: Estimate | None
    duplicate_rings: Estimate | None
    latency_p50_s: Estimate | None
    latency_p95_s: Estimate | None
    reduction: Estimate | None


class NuisanceRow(Row):
    """One kind of nuisance.

    Attributes:
        kind: of nuisance; `nothing` for false alarms where the truth names none.
        clips: how many have it; `hours` how long it is to be seen.
        hours: see above.
        false_alarms: while it is to be seen, but for late ones.
        share: of those clips, with such a false alarm.
        rate: such false alarms an hour of it.
    """

    kind: str
    clips: int
    hours: float
    false_alarms: int
    share: Estimate | None
    rate: Estimate | None


class EventRow(Row):
    """One kind of event.

    Attributes:
        kind: what makes it hard, or what it is.
        events: how many there are; `caught` in time.
        caught: see above.
        recall: share caught.
    """

    kind: str
    events: int
    caught: int
    recall: Estimate | None


class Confusion(Row):
    """How often events of a kind were caught by alarms of another, or the same."""

    event: str
    alarm: str
    count: int


def counts(scores: Sequence[ClipScore]) -> Counts:
    """What was counted over all clips."""
    false = [alarm for score in scores for alarm in score.false_alarms]
    return Counts(
        clips=len(scores),
        hours=sum(score.duration_s for score in scores) / _HOUR,
        events=sum(len(score.comings) for score in scores),
        caught=sum(score.caught for score in scores),
        false_alarms=len(false),
        false_rings=sum(score.false_rings for score in scores),
        late=sum(alarm.causes == (LATE,) for alarm in false),
        duplicates=sum(len(score.duplicates) for score in scores),
        duplicate_rings=sum(score.duplicate_rings for score in scores),
    )


def figures(
    scores: Sequence[ClipScore], drawn: Drawn, floor: Sequence[ClipScore] | None = None
) -> Figures:
    """What a system is worth.

    Args:
        scores: of all clips, in one order for all systems.
        drawn: the clips, drawn again.
        floor: scores of what its false alarms are held against, as motion alone.
    """
    hours = [score.duration_s / _HOUR for score in scores]
    false = [len(score.false_alarms) for score in scores]
    caught = [score.caught for score in scores]
    latencies = [
        [event.latency_s for event in score.comings if event.latency_s is not None]
        for score in scores
    ]
    return Figures(
        recall=_recall(scores, drawn),
        recall_clear=_recall(scores, drawn, lambda score: not score.nuisances),
        recall_nuisance=_recall(scores, drawn, lambda score: bool(score.nuisances)),
        false_alarms_hour=drawn.ratio(false, hours),
        false_alarms_day=drawn.ratio(false, [hour / 24 for hour in hours]),
        false_alarms_quiet=drawn.ratio(
            [0 if score.events else count for score, count in zip(scores, false, strict=True)],
            [0 if score.events else hour for score, hour in zip(scores, hours, strict=True)],
        ),
        duplicates=drawn.ratio([len(score.duplicates) for score in scores], caught),
        duplicate_rings=drawn.ratio([score.duplicate_rings for score in scores], caught),
        latency_p50_s=drawn.quantile(latencies, 0.5),
        latency_p95_s=drawn.quantile(latencies, 0.95),
        reduction=drawn.less(false, [len(score.false_alarms) for score in floor])
        if floor is not None
        else None,
    )


def by_nuisance(scores: Sequence[ClipScore], drawn: Drawn) -> tuple[NuisanceRow, ...]:
    """A row for each kind of nuisance, in order of names; last the one for nothing at all."""
    kinds = sorted({kind for score in scores for kind in score.nuisances})
    rows = [_nuisance_row(kind, scores, drawn) for kind in kinds]
    nothing = _nuisance_row(NOTHING, scores, drawn)
    return (*rows, *([nothing] if nothing.false_alarms else []))


def by_hardness(scores: Sequence[ClipScore], drawn: Drawn) -> tuple[EventRow, ...]:
    """A row for what makes events hard to see, in order of names; last the one for plain ones."""
    return _event_rows(scores, drawn, lambda one: one.event.hard or PLAIN)


def by_kind(scores: Sequence[ClipScore], drawn: Drawn) -> tuple[EventRow, ...]:
    """A row for persons, vehicles, animals, as far as they are threats, in order of names."""
    return _event_rows(scores, drawn, lambda one: str(one.event.kind))


def confusion(scores: Sequence[ClipScore]) -> tuple[Confusion, ...]:
    """What events that were caught were taken for, in order of names."""
    pairs = Counter(
        (str(one.event.kind), str(one.alarm.kind))
        for score in scores
        for one in score.events
        if one.alarm is not None
    )
    return tuple(
        Confusion(event=event, alarm=alarm, count=count)
        for (event, alarm), count in sorted(pairs.items())
    )


def _recall(
    scores: Sequence[ClipScore],
    drawn: Drawn,
    taken: Callable[[ClipScore], bool] = lambda _: True,
) -> Estimate | None:
    return drawn.share(
        [score.caught if taken(score) else 0 for score in scores],
        [len(score.comings) if taken(score) else 0 for score in scores],
    )


def _nuisance_row(kind: str, scores: Sequence[ClipScore], drawn: Drawn) -> NuisanceRow:
    has = [kind == NOTHING or kind in score.nuisances for score in scores]
    seconds = [
        score.duration_s if kind == NOTHING else score.nuisances.get(kind, 0.0) for score in scores
    ]
    false = [sum(kind in alarm.causes for alarm in score.false_alarms) for score in scores]
    return NuisanceRow(
        kind=kind,
        clips=sum(has),
        hours=sum(seconds) / _HOUR,
        false_alarms=sum(false),
        share=drawn.share([float(count > 0) for count in false], has),
        rate=drawn.ratio(false, [second / _HOUR for second in seconds]),
    )


def _event_rows(
    scores: Sequence[ClipScore], drawn: Drawn, kind_of: Callable[[EventScore], str]
) -> tuple[EventRow, ...]:
    events = [Counter(kind_of(one) for one in score.events) for score in scores]
    caught = [
        Counter(kind_of(one) for one in score.events if one.alarm is not None) for score in scores
    ]
    return tuple(
        EventRow(
            kind=kind,
            events=sum(clip[kind] for clip in events),
            caught=sum(clip[kind] for clip in caught),
            recall=drawn.share([clip[kind] for clip in caught], [clip[kind] for clip in events]),
        )
        for kind in sorted({kind for clip in events for kind in clip}, key=_plain_last)
    )


def _plain_last(kind: str) -> tuple[bool, str]:
    return kind == PLAIN, kind
