"""What Quietwatch is held against: plain systems, over what was seen in one pass (`glance.py`)."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Final

import numpy as np

from quietwatch.bench.alarms import Candidate, Raised, each_alone
from quietwatch.bench.results import Role
from quietwatch.bench.systems import nvr
from quietwatch.bench.systems.glimpses import Glimpses
from quietwatch.bench.systems.work import Raw, Sight
from quietwatch.model import CLASSES, Box, FloatArray, Kind
from quietwatch.store.files import read_whole
from quietwatch.vision.boxes import area

WATCHED: Final = (Kind.PERSON, Kind.VEHICLE)
"""What the detector's finds are alarms of: what Quietwatch watches for as it comes."""

LASTING: Final = 3
"""Pictures one after the other in which something must move, to be a motion alarm."""

PAUSE_S: Final = 10.0
"""Seconds that part one alarm from the next."""

_ROUNDING = 1e-6  # seconds


class _Plain(ABC):
    """What the plain systems share."""

    raw = Raw.GLIMPSES

    def candidates(self, sight: Sight) -> tuple[Candidate, ...]:
        """See `base.System`."""
        return tuple(self.over(Glimpses.load(read_whole(sight.target))))

    @abstractmethod
    def over(self, seen: Glimpses) -> Iterable[Candidate]:
        """The candidates over what was seen of a clip."""


def _until_cool(alarms: tuple[Raised, ...]) -> tuple[Raised, ...]:
    """Rings again no sooner than a pause after it rang."""
    return _grouped(alarms, lambda first, _, now: now.alarm_s - first.alarm_s < PAUSE_S - _ROUNDING)


def _while_it_lasts(alarms: tuple[Raised, ...]) -> tuple[Raised, ...]:
    """Rings again when its kind was not there for a pause."""
    groups = [
        alarm
        for kind in WATCHED
        for alarm in _grouped(
            tuple(one for one in alarms if one.kind is kind),
            lambda _, last, now: now.start_s - last.end_s <= PAUSE_S + _ROUNDING,
        )
    ]
    return tuple(sorted(groups, key=lambda alarm: alarm.alarm_s))


class Motion(_Plain):
    """A motion alarm such as a camera has.

    The score is the share of the picture that the box of the largest mover covers, the least of
    three pictures that were looked at one after the other.
    """

    name = "motion"
    words = "something of a size moves; rings again every 10 s"
    role = Role.FLOOR
    spends = ("decode", "motion")
    shipped = 0.005
    join = staticmethod(_until_cool)

    def over(self, seen: Glimpses) -> Iterator[Candidate]:
        """See `_Plain`."""
        largest = [_largest(seen.movers_of(index)) for index in range(len(seen.times))]
        for index in range(LASTING - 1, len(largest)):
            score = min(size for size, _ in largest[index - LASTING + 1 : index + 1])
            if score > 0:
                seconds = float(seen.times[index])
                yield _moment(seconds, score, Kind.UNKNOWN, largest[index][1], "motion")


class EveryFrame(_Plain):
    """The detector on every picture that is looked at, whole: a find is an alarm."""

    name = "every-frame"
    words = "the detector on five whole pictures a second; rings once a kind while it is found"
    role = Role.BASELINE
    spends = ("decode", "whole")
    shipped = 0.5
    join = staticmethod(_while_it_lasts)

    def over(self, seen: Glimpses) -> Iterator[Candidate]:
        """See `_Plain`."""
        for index, seconds in enumerate(seen.times.tolist()):
            finds = seen.whole.of(index)
            for kind in WATCHED:
                own = np.flatnonzero(finds.kinds == CLASSES.index(kind))
                if len(own):
                    best = own[finds.scores[own].argmax()]
                    yield _moment(seconds, finds.scores[best], kind, finds.boxes[best], kind)


class Nvr(_Plain):
    """The rules of a popular video recorder; see `nvr.py`."""

    name = "nvr"
    words = "detector where something moves, tracks whose median score is high enough"
    role = Role.BASELINE
    spends = ("decode", "motion", "near")
    shipped = nvr.THRESHOLD
    join = staticmethod(each_alone)

    def over(self, seen: Glimpses) -> Iterator[Candidate]:
        """See `_Plain`."""
        for track in nvr.tracks(seen):
            kind = CLASSES[track.kind]
            if kind in WATCHED:
                yield Candidate(
                    start_s=track.born,
                    end_s=track.seen,
                    kind=kind,
                    rises=tuple((seconds, score) for seconds, score, _ in track.rises),
                    reasons=(kind,),
                    box=_box(track.rises[-1][2]) if track.rises else None,
                )


def _largest(boxes: FloatArray) -> tuple[float, FloatArray]:
    """Share of the picture and box of the largest mover; 0 where nothing moves."""
    if not len(boxes):
        return 0.0, np.zeros(4)
    best = int(area(boxes).argmax())
    return float(area(boxes)[best]), boxes[best]


def _moment(seconds: float, score: float, kind: Kind, box: FloatArray, reason: str) -> Candidate:
    """A candidate of one picture."""
    rises = ((seconds, min(float(score), 1.0)),)
    return Candidate(seconds, seconds, kind, rises, (reason,), None, _box(box))


def _grouped(
    alarms: tuple[Raised, ...], belongs: Callable[[Raised, Raised, Raised], bool]
) -> tuple[Raised, ...]:
    """One alarm for those that belong together: raised with the first, shown as the surest.

    Args:
        alarms: in order of time.
        belongs: asked of the first and the last of a group, and of the next alarm.
    """
    groups: list[list[Raised]] = []
    for alarm in alarms:
        if groups and belongs(groups[-1][0], groups[-1][-1], alarm):
            groups[-1].append(alarm)
        else:
            groups.append([alarm])
    return tuple(
        replace(
            max(group, key=lambda alarm: alarm.score),
            start_s=group[0].start_s,
            end_s=group[-1].end_s,
            alarm_s=group[0].alarm_s,
        )
        for group in groups
    )


def _box(box: FloatArray) -> Box:
    x1, y1, x2, y2 = (round(float(part), 6) for part in box)
    return x1, y1, x2, y2
