"""The worst mistakes, to be looked at: false alarms that were sure of themselves, people missed."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from enum import StrEnum

from pydantic import ConfigDict

from quietwatch.bench.rows import Row
from quietwatch.bench.scoring import LATE, ClipScore, EventScore, FalseAlarm, Outcome, overlaps
from quietwatch.bench.truth import TrueEvent
from quietwatch.model import Box, Kind


class Sort(StrEnum):
    """What went wrong."""

    MISSED = "missed"
    FALSE = "false"
    LATE = "late"


class Mistake(Row):
    """One thing that went wrong.

    Attributes:
        clip: name of the clip.
        sort: what went wrong.
        kind: what was missed (what makes it hard, else what it is), or what was taken for an event.
        seconds: moment to look at, from the start of the clip.
        box: where to look, fractions of the picture; None where nobody says.
        score: of the alarm; of what was missed, the highest of any candidate meanwhile.
        words: what happened, for people.
        jpeg: picture of that moment; None until it was taken.
    """

    model_config = ConfigDict(ser_json_bytes="base64", val_json_bytes="base64")

    clip: str
    sort: Sort
    kind: str
    seconds: float
    box: Box | None
    score: float
    words: str
    jpeg: bytes | None = None


def worst(
    outcomes: Sequence[Outcome], threshold: float, threats: Collection[Kind], most: int
) -> tuple[Mistake, ...]:
    """The worst mistakes of each sort and kind in turn, so that none crowds out the others.

    Args:
        outcomes: of one system.
        threshold: score from which it alarms.
        threats: kinds of events that are to be alarmed of.
        most: how many mistakes, of all sorts together.
    """
    found: dict[tuple[Sort, str], list[Mistake]] = defaultdict(list)
    for outcome in outcomes:
        score = outcome.score(threshold, threats)
        for mistake in (*_missed(outcome, score), *_false(score)):
            found[mistake.sort, mistake.kind].append(mistake)
    rows = [sorted(some, key=_badness) for _, some in sorted(found.items())]
    deepest = max(map(len, rows), default=0)
    turns = [row[turn] for turn in range(deepest) for row in rows if turn < len(row)]
    return tuple(turns[:most])


def _badness(mistake: Mistake) -> tuple[float, str, float]:
    """False alarms that were the surest first, and of what was missed the least seen."""
    sign = 1 if mistake.sort is Sort.MISSED else -1
    return sign * mistake.score, mistake.clip, mistake.seconds


def _missed(outcome: Outcome, score: ClipScore) -> Iterable[Mistake]:
    for one in score.events:
        if one.alarm is None:
            yield _miss(outcome, one)


def _miss(outcome: Outcome, one: EventScore) -> Mistake:
    event = one.event
    best = max(
        (each.score for each in outcome.candidates if overlaps(each.start_s, each.end_s, event)),
        default=0.0,
    )
    middle = (event.start_s + event.end_s) / 2
    seconds, box = _spot(event, middle)
    said = f"{event.kind} ({event.hard})" if event.hard else str(event.kind)
    return Mistake(
        clip=outcome.name,
        sort=Sort.MISSED,
        kind=event.hard or event.kind,
        seconds=seconds,
        box=box,
        score=best,
        words=f"{said} from {event.start_s:.1f} to {event.end_s:.1f} s was missed; "
        + (f"the highest score meanwhile was {best:.2f}" if best else "nothing was seen"),
    )


def _spot(event: TrueEvent, moment: float) -> tuple[float, Box | None]:
    """The box nearest to a moment, and its own moment."""
    if not event.track:
        return moment, None
    seconds, *box = min(event.track, key=lambda spot: abs(spot[0] - moment))
    x1, y1, x2, y2 = box
    return seconds, (x1, y1, x2, y2)


def _false(score: ClipScore) -> Iterable[Mistake]:
    for one in score.false_alarms:
        alarm = one.alarm
        yield Mistake(
            clip=score.name,
            sort=Sort.LATE if one.causes == (LATE,) else Sort.FALSE,
            kind=one.causes[0],
            seconds=alarm.alarm_s,
            box=alarm.box,
            score=alarm.score,
            words=_told(one),
        )


def _told(one: FalseAlarm) -> str:
    alarm = one.alarm
    why = f" ({', '.join(alarm.reasons)})" if alarm.reasons else ""
    said = f"{alarm.kind} with {alarm.score:.2f} at {alarm.alarm_s:.1f} s{why}"
    if one.causes == (LATE,):
        return f"{said}: real, but rung too late"
    return f"{said}: really {' and '.join(one.causes)}"
