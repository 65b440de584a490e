"""Second looks: closer, brighter and with a better detector, where the first ones are not sure.

A small, dim or half-seen mover is cut out so that it fills a good part of the detector's input, its
contrast is stretched where it is dark, and a larger detector is asked. That is dear, so it is
budgeted per track, never per picture.
"""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from quietwatch.model import CLASSES, Detections, FloatArray, Frame, Picture, Region
from quietwatch.vision import regions
from quietwatch.vision.association import scores_at
from quietwatch.vision.boxes import PIECE, area, containment, iou, taken
from quietwatch.vision.detector import Detector
from quietwatch.vision.live import Live
from quietwatch.vision.look import Looker
from quietwatch.vision.turned import TurnedDetector

_SURE = 0.7  # a track with a look of this score needs one more, to confirm it
_AGE_S = 0.4  # nothing younger is looked at a second time: most of it is gone by then
_SEEN = 3  # nor what was seen less often
_SPACING_S = 0.6  # to the second of them; each further one waits half as long again
_GROWTH = 1.5
_LIES = 1.2  # widths by height from which a mover may be a person on all fours
_UPRIGHT, _AHEAD, _BACK = 0, 1, 2  # how the picture is turned: so that who goes head first stands
_TURNS = (_UPRIGHT, _AHEAD, _AHEAD, _BACK)  # of the looks at what lies, one after the other
_TURNED = 0.4  # score below which a find in a turned picture is none: dogs pass for people there
_LYING_MORE = 1.5  # looks at what lies to those at what stands: half of them are in vain
_ONE = 1  # look at what was surely found, and at what was never found and stays where it began
_FILLS = 1 / 3  # of the input's side that the mover's longer side fills
_NEAR = 0.3  # intersection over union from which a find is of the track that was looked at
_PART_OF = 4.0  # times that a thing may be larger than the part of it that moves
_LEAST = 10  # pixels of the longer side of a mover in which there is anything to see
_DARK = 110  # level below which the brightest pixels of a dark picture lie
_SPREAD = 16  # levels between darkest and brightest that are stretched, at least


@dataclass(frozen=True, slots=True)
class SecondLook:
    """What a second look at one track found.

    Attributes:
        ordinal: of the track; -1 of none.
        expected: (4,) where the track should be.
        finds: those of it alone: what else is in the cut-out is cut off, or seen too large.
        confirms: the track was sure before: so it counts for what is there, not for where it is.
    """

    ordinal: int
    expected: FloatArray
    finds: Detections
    confirms: bool = False

    @property
    def located(self) -> Detections:
        """The finds that tell where something is."""
        return Detections.none() if self.confirms else self.finds

    def covers(self, box: FloatArray) -> bool:
        """Whether a place is the one that was looked at, to see what is there."""
        return not self.confirms and bool(iou(box[None], self.expected[None])[0, 0] >= _NEAR)

    def scores(self, ordinal: int, box: FloatArray) -> FloatArray:
        """Of a track that was seen in this picture, as in `model.Track`."""
        if ordinal != self.ordinal:
            return np.full(len(CLASSES), np.nan)
        return scores_at(box, self.finds)


NONE = SecondLook(-1, np.zeros(4), Detections.none())
"""No second look was taken."""


class SecondLooks:
    """Chooses the tracks that need one, and looks.

    Args:
        detector: the better one.
        lowest: score below which a find is no find, 0 to 1.
        most: looks a track.
    """

    def __init__(self, detector: Detector, lowest: float, most: int) -> None:
        self._looker = Looker(detector, lowest, stretched)
        self._turned = {
            head: Looker(TurnedDetector(detector, head), max(lowest, _TURNED), stretched)
            for head in (1, -1)
        }
        self._detector = detector
        self._most = most

    @property
    def looks(self) -> int:
        """Calls of the detector so far."""
        return self._looker.looks + sum(looker.looks for looker in self._turned.values())

    def look(self, frame: Frame, tracks: Iterable[Live], seconds: float) -> SecondLook:
        """Look at the track that has waited longest, if any needs it; it remembers the look."""
        height, width = frame.luma.shape
        track = min(self._due(tracks, seconds, width, height), key=_turn, default=None)
        if track is None:
            return NONE
        head = _head(track) if _lies(track, width, height) else 0
        looker = self._turned.get(head, self._looker)
        track.looked_again(seconds)
        expected = track.predict(seconds)
        place = close(expected, width, height, self._detector.size)
        finds = _finds_of(expected, looker.look(frame, [place]))
        if head:
            if not len(finds):
                return NONE  # nobody lies there: that says nothing of what stands
            track.head = head
        return SecondLook(track.ordinal, expected, finds, confirms=_is_sure(track))

    def _due(
        self, tracks: Iterable[Live], seconds: float, width: int, height: int
    ) -> Iterator[Live]:
        for track in tracks:
            lies = _lies(track, width, height)
            if self._is_due(track, seconds, lies=lies) and _pixels(track, width, height) >= _LEAST:
                yield track

    def _is_due(self, track: Live, seconds: float, *, lies: bool) -> bool:
        if track.sightings < _SEEN or seconds - track.born < _AGE_S:
            return False
        budget = math.ceil(self._most * _LYING_MORE) if lies else self._most
        if _is_sure(track) or not (track.finds or track.travelled):
            budget = min(_ONE, self._most)
        wait = _SPACING_S * (1.0 if lies else _GROWTH ** (track.second_looks - 1))
        return track.second_looks < budget and seconds - track.second_at >= wait


def close(box: FloatArray, width: int, height: int, side: int) -> Region:
    """The square around a box of which it fills a third, but no more than `regions.around` cuts.

    Args:
        box: fractions of the picture.
        width: of the picture, pixels.
        height: of the picture, pixels.
        side: of the detector's input, pixels.
    """
    longer = max((box[2] - box[0]) * width, (box[3] - box[1]) * height)
    return regions.around(box, width, height, min(side, max(1, math.ceil(longer / _FILLS))))


def stretched(picture: Picture) -> Picture:
    """A dark picture with its levels spread over the whole range; others as they are.

    All channels alike, by the levels that 1 and 99 of 100 pixels lie below, so that one lamp does
    not keep the rest in the dark.
    """
    low, high = np.percentile(picture[::2, ::2].max(axis=2), (1, 99))
    if high >= _DARK:
        return picture
    table = (np.arange(256) - low) * (255.0 / max(high - low, _SPREAD))
    return np.asarray(table.clip(0, 255).astype(np.uint8)[picture], np.uint8)


def _finds_of(box: FloatArray, finds: Detections) -> Detections:
    """The finds that can be what has been seen at a place: it, or what it is a part of."""
    same = iou(box[None], finds.boxes)[0] >= _NEAR
    part = containment(box[None], finds.boxes)[0] >= PIECE
    whole = (
        part
        & (area(finds.boxes) >= area(box[None]))
        & (area(finds.boxes) <= _PART_OF * area(box[None]))
    )
    return taken(finds, np.flatnonzero(same | whole))


def _is_sure(track: Live) -> bool:
    return track.best >= _SURE and not track.head  # of a turned look one is not enough


def _lies(track: Live, width: int, height: int) -> bool:
    x1, y1, x2, y2 = track.box
    return (x2 - x1) * width >= _LIES * (y2 - y1) * height


def _head(track: Live) -> int:
    """Where the head may be of who lies there: 1 right, -1 left, 0 for an upright look."""
    if track.head:
        return track.head
    turn = _TURNS[track.second_looks % len(_TURNS)]
    way = (track.box[0] + track.box[2]) - (track.birthplace[0] + track.birthplace[2])
    ahead = 1 if way >= 0 else -1  # whoever goes goes head first
    return (0, ahead, -ahead)[turn]


def _turn(track: Live) -> tuple[bool, float, float]:
    """Who is not sure comes first, then who has waited longest."""
    return _is_sure(track), track.second_at, track.born


def _pixels(track: Live, width: int, height: int) -> float:
    x1, y1, x2, y2 = track.box
    return max((x2 - x1) * width, (y2 - y1) * height)
