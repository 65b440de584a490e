"""What Quietwatch is held against: plain systems, over what was seen in one pass (`glance.py`)."""

from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np

from quietwatch.bench.alarms import Candidate, Raised, raised
from quietwatch.bench.systems import nvr
from quietwatch.bench.systems.base import Told
from quietwatch.bench.systems.glimpses import Glimpses
from quietwatch.bench.systems.work import Raw, Sight
from quietwatch.model import CLASSES, Box, FloatArray, Kind
from quietwatch.store.files import read_whole
from quietwatch.vision.boxes import area

WATCHED: Final = (Kind.PERSON, Kind.VEHICLE)
"""What the detector's finds are alarms of: what Quietwatch watches for as it comes."""

_SCORES = tuple(round(0.15 + 0.05 * step, 2) for step in range(17))  # 0.15 to 0.95


class _Plain:
    """What the plain systems share."""

    raw = Raw.GLIMPSES

    def told(self, sight: Sight) -> Told:
        """See `base.System`."""
        return self.over(Glimpses.load(read_whole(sight.target)))

    def over(self, seen: Glimpses) -> Told:
        """The alarms over what was seen of a clip."""
        raise NotImplementedError


class Motion(_Plain):
    """A motion alarm such as a camera has: a mover of some size, for a moment.

    The threshold is the share of the picture that the largest mover's box covers, in three pictures
    that were looked at one after the other. It rings again every 10 s while something moves.
    """

    name = "motion"
    spends = ("decode", "motion")
    shipped = 0.005
    levels = (0.0005, 0.001, 0.002, 0.003, 0.005, 0.0075, 0.01, 0.015, 0.02, 0.03, 0.05, 0.1, 0.2)

    _lasting = 3  # pictures
    _cool_down = 10.0  # seconds

    def over(self, seen: Glimpses) -> Told:
        """See `_Plain`."""
        largest = [_largest(seen.movers_of(index)) for index in range(len(seen.times))]
        moments = []
        for index in range(self._lasting - 1, len(largest)):
            recent = largest[index - self._lasting + 1 : index + 1]
            moments.append(
                _Moment(float(seen.times[index]), min(s for s, _ in recent), recent[-1][1])
            )

        def at(threshold: float) -> tuple[Raised, ...]:
            alarms: list[list[_Moment]] = []
            for moment in moments:
                if moment.score < threshold:
                    continue
                if alarms and moment.seconds - alarms[-1][0].seconds < self._cool_down:
                    alarms[-1].append(moment)
                else:
                    alarms.append([moment])
            return tuple(_raised(alarm, Kind.UNKNOWN, "motion") for alarm in alarms)

        return at


class EveryFrame(_Plain):
    """The detector on every picture that is looked at, whole: a find of a score is an alarm.

    Finds of one kind are one alarm while they last, with gaps of up to 10 s.
    """

    name = "every-frame"
    spends = ("decode", "whole")
    shipped = 0.5
    levels = _SCORES

    _gap = 10.0  # seconds

    def over(self, seen: Glimpses) -> Told:
        """See `_Plain`."""
        moments = {kind: tuple(_best(seen, CLASSES.index(kind))) for kind in WATCHED}

        def at(threshold: float) -> tuple[Raised, ...]:
            alarms = [
                _raised(alarm, kind, str(kind))
                for kind, found in moments.items()
                for alarm in _runs([one for one in found if one.score >= threshold], self._gap)
            ]
            return tuple(sorted(alarms, key=lambda alarm: alarm.alarm_s))

        return at


class Nvr(_Plain):
    """The rules of a popular video recorder; see `nvr.py`."""

    name = "nvr"
    spends = ("decode", "motion", "near")
    shipped = nvr.THRESHOLD
    levels = tuple(score for score in _SCORES if score >= nvr.MIN_SCORE)

    def over(self, seen: Glimpses) -> Told:
        """See `_Plain`."""
        candidates = tuple(
            Candidate(
                start_s=track.born,
                end_s=track.seen,
                kind=CLASSES[track.kind],
                rises=tuple((seconds, score) for seconds, score, _ in track.rises),
                reasons=(str(CLASSES[track.kind]),),
                box=_box(track.rises[-1][2]) if track.rises else None,
            )
            for track in nvr.tracks(seen)
            if CLASSES[track.kind] in WATCHED
        )
        return lambda threshold: raised(candidates, threshold)


class _Moment(NamedTuple):
    seconds: float
    score: float
    box: FloatArray


def _largest(boxes: FloatArray) -> tuple[float, FloatArray]:
    """Share of the picture and box of the largest mover; 0 where nothing moves."""
    if not len(boxes):
        return 0.0, np.zeros(4)
    best = int(area(boxes).argmax())
    return float(area(boxes)[best]), boxes[best]


def _best(seen: Glimpses, kind: int) -> Iterator[_Moment]:
    """The best find of a kind in each picture that has one."""
    for index, seconds in enumerate(seen.times.tolist()):
        finds = seen.whole.of(index)
        own = np.flatnonzero(finds.kinds == kind)
        if len(own):
            best = own[finds.scores[own].argmax()]
            yield _Moment(seconds, float(finds.scores[best]), finds.boxes[best])


def _runs(moments: list[_Moment], gap: float) -> list[list[_Moment]]:
    """Moments with no more than a gap between them."""
    runs: list[list[_Moment]] = []
    for moment in moments:
        if runs and moment.seconds - runs[-1][-1].seconds <= gap:
            runs[-1].append(moment)
        else:
            runs.append([moment])
    return runs


def _raised(moments: list[_Moment], kind: Kind, reason: str) -> Raised:
    best = max(moments, key=lambda moment: moment.score)
    return Raised(
        start_s=moments[0].seconds,
        end_s=moments[-1].seconds,
        alarm_s=moments[0].seconds,
        kind=kind,
        score=min(best.score, 1.0),
        reasons=(reason,),
        box=_box(best.box),
    )


def _box(box: FloatArray) -> Box:
    x1, y1, x2, y2 = (round(float(part), 6) for part in box)
    return x1, y1, x2, y2
