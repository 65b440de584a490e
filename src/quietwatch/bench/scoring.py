"""Alarms against truth, event by event; docs/bench.md tells what counts as what.

An alarm is true when it overlaps a true event and was raised no earlier than 2 s before and no
later than 10 s after the event began. One alarm goes to one event: as many as possible, and of
those the earliest. The others that overlap a caught event are duplicates; all the rest is false.
"""

from collections import deque
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from quietwatch.bench.alarms import Candidate, Join, Raised, each_alone, raised
from quietwatch.bench.truth import TAMPER, Nuisance, TrueEvent, Truth
from quietwatch.model import Kind

EARLIEST_S = -2.0
"""An alarm raised longer before the event began was raised for something else."""

LATEST_S = 10.0
"""An alarm raised longer after the event began is too late to help."""

LATE = "late"
"""Cause of a false alarm that was raised for a real event, but too late."""

NOTHING = "nothing"
"""Cause of a false alarm where the truth names nothing at all."""


@dataclass(frozen=True, slots=True)
class EventScore:
    """A true event that is to be alarmed of.

    Attributes:
        event: what happened.
        alarm: the alarm that caught it; None when it was missed.
    """

    event: TrueEvent
    alarm: Raised | None

    @property
    def latency_s(self) -> float | None:
        """Seconds from its beginning to its alarm, from -2 to 10; None when it was missed."""
        return None if self.alarm is None else self.alarm.alarm_s - self.event.start_s


@dataclass(frozen=True, slots=True)
class FalseAlarm:
    """An alarm of nothing that is watched for.

    Attributes:
        alarm: what was raised.
        causes: `late` alone; else the kinds of nuisances that it overlaps, each once, in order, and
            of things that nobody watches for; else `nothing`.
    """

    alarm: Raised
    causes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ClipScore:
    """What a system did on one clip.

    Attributes:
        name: of the clip.
        duration_s: its length, less what nobody labelled.
        nuisances: seconds in which each kind of nuisance is to be seen.
        events: those to be alarmed of, in order of their beginning.
        false_alarms: in order of time.
        duplicates: further alarms of an event that is caught, in order of time.
        false_rings: how many of the false alarms ring: the first alarm of each incident does.
        duplicate_rings: how many of the duplicates do.
    """

    name: str
    duration_s: float
    nuisances: dict[str, float]
    events: tuple[EventScore, ...]
    false_alarms: tuple[FalseAlarm, ...]
    duplicates: tuple[Raised, ...]
    false_rings: int
    duplicate_rings: int

    @property
    def comings(self) -> tuple[EventScore, ...]:
        """The events but for what is done to the camera, which takes its time to be sure."""
        return tuple(score for score in self.events if score.event.kind != TAMPER)

    @property
    def caught(self) -> int:
        """How many of `comings` were alarmed of in time."""
        return sum(event.alarm is not None for event in self.comings)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a system said of one clip, and what really happened in it.

    Attributes:
        name: of the clip.
        truth: what really happened.
        candidates: what the system would alarm of.
        join: what the system makes of alarms that follow one another.
    """

    name: str
    truth: Truth
    candidates: tuple[Candidate, ...]
    join: Join = each_alone

    def score(self, threshold: float, threats: Collection[Kind]) -> ClipScore:
        """How good the alarms at a threshold are."""
        alarms = self.join(raised(self.candidates, threshold))
        return score_clip(self.name, self.truth, alarms, threats)


def score_clip(
    name: str, truth: Truth, alarms: Iterable[Raised], threats: Collection[Kind]
) -> ClipScore:
    """Hold the alarms of a system on one clip against what really happened.

    Args:
        name: of the clip.
        truth: what really happened. Events of kinds that are no threat are nuisances of that kind.
        alarms: in any order; which order makes no difference.
        threats: kinds of true events that are to be alarmed of; tampering always is.
            The kind of an alarm makes no difference: a person taken for a vehicle has rung;
            `measures.confusion` tells.
    """
    ordered = sorted((alarm for alarm in alarms if _told_of(alarm, truth)), key=_order)
    events = sorted(
        (event for event in truth.events if event.is_threat(threats)),
        key=_event_order,
    )
    owners = _matched(events, ordered)
    caught = {event: alarm for alarm, event in owners.items()}
    rings = _rings(ordered)
    spare = [i for i in range(len(ordered)) if i not in owners]
    again = [i for i in spare if any(_belongs(ordered[i], events[event]) for event in caught)]
    false = [i for i in spare if i not in set(again)]
    nuisances = _nuisances(truth, threats)
    return ClipScore(
        name=name,
        duration_s=truth.labelled_s,
        nuisances=_presence(nuisances),
        events=tuple(
            EventScore(event, ordered[caught[i]] if i in caught else None)
            for i, event in enumerate(events)
        ),
        false_alarms=tuple(
            FalseAlarm(ordered[i], _causes(ordered[i], events, nuisances)) for i in false
        ),
        duplicates=tuple(ordered[i] for i in again),
        false_rings=len(rings & set(false)),
        duplicate_rings=len(rings & set(again)),
    )


def overlaps(alarm_start: float, alarm_end: float, span: TrueEvent | Nuisance) -> bool:
    """Whether two spans of time share a moment."""
    return alarm_start <= span.end_s and span.start_s <= alarm_end


def _told_of(alarm: Raised, truth: Truth) -> bool:
    """Whether it was raised at a time that is labelled."""
    return not any(one.start_s <= alarm.alarm_s < one.end_s for one in truth.unlabelled)


def _order(alarm: Raised) -> tuple[object, ...]:
    """By time, then by everything else, so that the order they came in makes no difference."""
    place = (alarm.alarm_s, alarm.start_s, alarm.end_s, str(alarm.kind), alarm.score)
    return (*place, alarm.reasons, alarm.incident or "", alarm.box or ())


def _event_order(event: TrueEvent) -> tuple[object, ...]:
    what = str(event.kind), event.hard or "", event.note or ""
    return (event.start_s, event.end_s, *what, event.track or ())


def _belongs(alarm: Raised, event: TrueEvent) -> bool:
    """Whether it is an alarm of the event, be it in time or late."""
    return (
        overlaps(alarm.start_s, alarm.end_s, event) and alarm.alarm_s >= event.start_s + EARLIEST_S
    )


def _matched(events: Sequence[TrueEvent], alarms: Sequence[Raised]) -> dict[int, int]:
    """Which event each alarm goes to: the most pairs there can be, with the earliest alarms.

    Alarms come in order of time, and one that got its event keeps one (Kuhn's augmenting paths on a
    bipartite graph): so no other choice of as many alarms has any of them earlier.
    """
    may = [
        [
            i
            for i, event in enumerate(events)
            if _belongs(alarm, event) and alarm.alarm_s <= event.start_s + LATEST_S
        ]
        for alarm in alarms
    ]
    owner: dict[int, int] = {}  # event: alarm
    taken: dict[int, int] = {}  # alarm: event
    for alarm in range(len(alarms)):
        _augment(alarm, may, owner, taken)
    return taken


def _augment(
    alarm: int, may: Sequence[Sequence[int]], owner: dict[int, int], taken: dict[int, int]
) -> None:
    """Give an alarm an event, a free one if it can, else one whose alarm can take another."""
    through: dict[int, int] = {}  # event: the alarm that would take it
    waiting = deque([alarm])
    while waiting:
        asking = waiting.popleft()
        for event in may[asking]:
            if event in through:
                continue
            through[event] = asking
            if event in owner:
                waiting.append(owner[event])
                continue
            _hand_on(event, through, owner, taken)
            return


def _hand_on(
    free: int, through: dict[int, int], owner: dict[int, int], taken: dict[int, int]
) -> None:
    """Give a free event to who would take it, what that one had to the next, and so on back."""
    event: int | None = free
    while event is not None:
        taker = through[event]
        had = taken.get(taker)
        taken[taker], owner[event] = event, taker
        event = had


def _rings(ordered: Sequence[Raised]) -> set[int]:
    """The alarms that ring: the first of each incident, and each that has none."""
    known: set[str] = set()
    rings = set()
    for i, alarm in enumerate(ordered):
        if alarm.incident is None or alarm.incident not in known:
            rings.add(i)
        if alarm.incident is not None:
            known.add(alarm.incident)
    return rings


def _nuisances(truth: Truth, threats: Collection[Kind]) -> tuple[Nuisance, ...]:
    """The nuisances, and as such what is real but no threat."""
    harmless = (event for event in truth.events if not event.is_threat(threats))
    return (
        *truth.nuisances,
        *(Nuisance(kind=one.kind, start_s=one.start_s, end_s=one.end_s) for one in harmless),
    )


def _presence(nuisances: Iterable[Nuisance]) -> dict[str, float]:
    """Seconds in which each kind is to be seen; where two of a kind are, once."""
    seconds: dict[str, float] = {}
    until: dict[str, float] = {}
    for one in sorted(nuisances, key=lambda one: (one.kind, one.start_s)):
        begin = max(one.start_s, until.get(one.kind, 0.0))
        seconds[one.kind] = seconds.get(one.kind, 0.0) + max(0.0, one.end_s - begin)
        until[one.kind] = max(until.get(one.kind, 0.0), one.end_s)
    return seconds


def _causes(
    alarm: Raised, events: Iterable[TrueEvent], nuisances: Iterable[Nuisance]
) -> tuple[str, ...]:
    if any(_belongs(alarm, event) for event in events):
        return (LATE,)
    kinds = {one.kind for one in nuisances if overlaps(alarm.start_s, alarm.end_s, one)}
    return tuple(sorted(kinds)) or (NOTHING,)
