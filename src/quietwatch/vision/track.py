"""Following things: detections and motion blobs joined into tracks.

A blob without any detection is a track too: an insect has no class, and must still be judged.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quietwatch.model import CLASSES, Detections, FloatArray, Kind
from quietwatch.vision.association import SAME_PLACE, affinity, leaps, match, scores_at
from quietwatch.vision.boxes import area, containment, intersection, iou
from quietwatch.vision.live import Live

_LOST_S = 2.0  # a track with a class ends when it was not seen for so long
_GONE_S = 0.9  # a mover without a class ends sooner
_PICTURES = 2.5
_BIRTH_SCORE = 0.35  # a find starts a track from this score
_BIRTH_MOTION = 0.03  # and when at least this share of it moves
_STANDING_SCORE = 0.5  # a find that stands still starts one from this score, in the first picture
_COAST_MOTION = 0.15  # where so much of its place moves, a track that the detector missed is there
_PIECE = 0.8  # a find so much inside something sighted is a piece of it: a head, a leg
_DRIVES = 0.3  # share of a vehicle's box that moves when it drives
_PART = 0.6  # a blob so much inside something known is a part of it
_VEHICLE = CLASSES.index(Kind.VEHICLE)
_STEADY_SCORE = 0.4  # a find so sure is remembered when the detector misses once
_SURE_SCORE = 0.5  # finds of this score are joined over a runner's stride,
_UNTIMED = 2  # of tracks that were seen no more often,
_STRIDE_S = 0.5  # and not longer ago
_STAYS = 0.3  # a find that doesn't move belongs to a track that overlaps it by so much


@dataclass(frozen=True, slots=True)
class Sighting:
    """A track seen at one moment, before it is measured.

    Attributes:
        ordinal: number of the track.
        box: where, (4,) fractions of the picture.
        scores: (3,) best score per kind of `CLASSES`; 0 looked and not found, NaN not looked.
    """

    ordinal: int
    box: FloatArray
    scores: FloatArray


@dataclass(frozen=True, slots=True)
class Scene:
    """What was observed at one moment.

    Attributes:
        seconds: stream time, later than the moment before.
        finds: merged finds of all looks of this moment.
        blobs: (N, 4) motion blobs.
        aspect: width of the picture by its height.
        looked_at: whether the detector looked at a place.
        moving: share of a place that moves, 0 to 1.
        slow: pictures are so far apart that motion tells little: finds alone start tracks.
        first: it is the first picture of a stream: nothing can have moved yet, so sure finds start
            tracks. A vehicle's does not: what is parked there since before is furniture.
    """

    seconds: float
    finds: Detections
    blobs: FloatArray
    aspect: float
    looked_at: Callable[[FloatArray], bool]
    moving: Callable[[FloatArray], float]
    slow: bool = False
    first: bool = False


class Tracker:
    """Joins what is observed, moment by moment, into tracks with rising ordinals."""

    def __init__(self) -> None:
        self._live: list[Live] = []
        self._next = 0

    @property
    def live(self) -> Sequence[Live]:
        """The tracks that have not ended, in order of birth."""
        return self._live

    def number(self) -> int:
        """A number for something that is followed elsewhere."""
        self._next += 1
        return self._next - 1

    def bury(self, seconds: float, spacing: float = 0.0) -> list[int]:
        """End the tracks that were not seen for too long; returns their ordinals.

        Args:
            seconds: stream time.
            spacing: seconds between the pictures of a slow film: nothing in it is lost before it
                was missed in two of them.
        """
        patient = _PICTURES * spacing
        gone = [t for t in self._live if seconds - t.seen > max(_patience(t), patient)]
        self._live = [track for track in self._live if track not in gone]
        return [track.ordinal for track in gone]

    def step(self, scene: Scene) -> list[Sighting]:
        """Take the observations of one moment; gives the sightings in order of birth."""
        places: dict[int, FloatArray] = {}
        used = self._match_finds(scene, places)
        blobs = self._match_blobs(scene, places)
        self._coast(scene, places)
        for track in self._live:
            if track.ordinal in places:
                track.move(places[track.ordinal], scene.seconds)
        self._bear(scene, places, used, blobs)
        return [
            Sighting(track.ordinal, places[track.ordinal], self._score(track, scene))
            for track in self._live
            if track.ordinal in places
        ]

    def state(self) -> dict[str, Any]:
        """All that is needed to go on, JSON-ready."""
        return {"next": self._next, "live": [asdict(track) for track in self._live]}

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from a saved state."""
        self._next = int(state["next"])
        self._live = [Live(**track) for track in state["live"]]

    def _fit(self, tracks: Sequence[Live], boxes: FloatArray, scene: Scene) -> FloatArray:
        predicted = _stack([track.predict(scene.seconds) for track in tracks])
        gaps = np.array([scene.seconds - track.seen for track in tracks])
        return affinity(predicted, boxes, gaps, scene.aspect)

    def _match_finds(self, scene: Scene, places: dict[int, FloatArray]) -> set[int]:
        """Give tracks their finds; returns the finds that are spoken for."""
        used: set[int] = set()
        fit = self._fit(self._live, scene.finds.boxes, scene)
        fit[self._strangers(scene)] = 0
        for row, column in match(fit):
            places[self._live[row].ordinal] = _settled(self._live[row], scene, column)
            used.add(column)
        self._match_runners(scene, places, used)
        return used

    def _match_runners(self, scene: Scene, places: dict[int, FloatArray], used: set[int]) -> None:
        """Who has just come in may be running: how fast is known once they were seen again."""
        new = [
            track
            for track in self._live
            if track.ordinal not in places
            and track.sightings <= _UNTIMED
            and track.best >= _SURE_SCORE
            and scene.seconds - track.seen <= _STRIDE_S
        ]
        sure = [
            index
            for index in range(len(scene.finds))
            if index not in used and scene.finds.scores[index] >= _SURE_SCORE
        ]
        if not new or not sure:
            return
        kinds = np.array([track.kind for track in new])[:, None] == scene.finds.kinds[None, sure]
        last = _stack([np.array(track.box) for track in new])
        gaps = np.array([scene.seconds - track.seen for track in new])
        fit = leaps(last, scene.finds.boxes[sure], gaps, scene.aspect) * kinds
        for row, column in match(fit):
            places[new[row].ordinal] = scene.finds.boxes[sure[column]]
            used.add(sure[column])

    def _strangers(self, scene: Scene) -> NDArray[np.bool_]:
        """(T, N): finds that can't be the track's.

        A walker who passes a van must not become the van: a find of another kind than was shown so
        far belongs to it only in the very same place. What stands still can only go on being what
        stood there.
        """
        kinds = scene.finds.kinds
        shown = np.array([track.kind for track in self._live], np.int64)[:, None]
        other = (shown >= 0) & (shown != kinds[None])
        still = np.array([scene.moving(box) < _BIRTH_MOTION for box in scene.finds.boxes], np.bool_)
        places = iou(_stack([np.array(t.box) for t in self._live]), scene.finds.boxes)
        strange = (other & (places < SAME_PLACE)) | (still[None] & (places < _STAYS))
        return np.asarray(strange, np.bool_)

    def _match_blobs(self, scene: Scene, places: dict[int, FloatArray]) -> FloatArray:
        """Give the tracks without a find a blob; returns the blobs that nobody explains."""
        blobs = _unexplained(scene.blobs, self._explaining(scene, places))
        free = [track for track in self._live if track.ordinal not in places]
        taken = []
        for row, column in match(self._fit(free, blobs, scene)):
            places[free[row].ordinal] = blobs[column]
            taken.append(column)
        return np.delete(blobs, taken, axis=0)

    def _explaining(self, scene: Scene, places: dict[int, FloatArray]) -> FloatArray:
        """What motion can be a part of: things sighted, and strong finds.

        A vehicle that stands explains nothing: who walks past it moves inside its box.
        """
        kinds = {track.ordinal: track.kind for track in self._live}
        known = [(box, kinds.get(ordinal, -1)) for ordinal, box in places.items()]
        strong = scene.finds.scores >= _BIRTH_SCORE
        known += zip(scene.finds.boxes[strong], scene.finds.kinds[strong].tolist(), strict=True)
        return _stack(
            [box for box, kind in known if kind != _VEHICLE or scene.moving(box) >= _DRIVES]
        )

    def _coast(self, scene: Scene, places: dict[int, FloatArray]) -> None:
        """A known thing whose place moves is still there, though its blob merged with others."""
        for track in self._live:
            if track.ordinal in places or track.best < _STEADY_SCORE:
                continue
            place = track.predict(scene.seconds)
            if scene.moving(place) >= _COAST_MOTION:
                places[track.ordinal] = place

    def _bear(
        self, scene: Scene, places: dict[int, FloatArray], used: set[int], blobs: FloatArray
    ) -> None:
        """Start tracks from strong finds, then from blobs that nothing explains."""
        for index in np.argsort(-scene.finds.scores, kind="stable"):
            box, kind = scene.finds.boxes[index], int(scene.finds.kinds[index])
            if int(index) in used or _known(box, places):
                continue
            if scene.finds.scores[index] >= _birth_score(scene, box, kind):
                self._start(box, scene.seconds, places, kind)
        for box in _unexplained(blobs, self._explaining(scene, places)):
            self._start(box, scene.seconds, places)

    def _start(
        self, box: FloatArray, seconds: float, places: dict[int, FloatArray], kind: int = -1
    ) -> None:
        place = [float(part) for part in box]
        self._live.append(
            Live(self._next, place, [0.0, 0.0], seconds, seconds, birthplace=place, kind=kind)
        )
        places[self._next] = box
        self._next += 1

    def _score(self, track: Live, scene: Scene) -> FloatArray:
        """Best find of each kind at a track's place; remembers how the look went."""
        box = np.array(track.box)
        if not scene.looked_at(box):
            return np.full(len(CLASSES), np.nan)
        scores = scores_at(box, scene.finds)
        track.looked = scene.seconds
        track.found(scores)
        return scores


def _birth_score(scene: Scene, box: FloatArray, kind: int) -> float:
    """Score from which a find starts a track."""
    if scene.slow or scene.moving(box) >= _BIRTH_MOTION:
        return _BIRTH_SCORE
    return _STANDING_SCORE if scene.first and kind != _VEHICLE else math.inf


def _settled(track: Live, scene: Scene, index: int) -> FloatArray:
    """Where a find shows its track to be.

    The detector's boxes jitter. Where nothing moves, a track has not gone anywhere: it keeps its
    box until a surer find tells better where it is.
    """
    held, box = np.array(track.box), scene.finds.boxes[index]
    if scene.finds.scores[index] > track.best or iou(held[None], box[None])[0, 0] < SAME_PLACE:
        return np.asarray(box, np.float64)
    is_still = max(scene.moving(held), scene.moving(box)) < _BIRTH_MOTION
    return np.asarray(held if is_still else box, np.float64)


def _patience(track: Live) -> float:
    return _LOST_S if track.best >= _STEADY_SCORE else _GONE_S


def _stack(boxes: Sequence[FloatArray]) -> FloatArray:
    return np.array(boxes, np.float64).reshape(-1, 4)


def _unexplained(blobs: FloatArray, known: FloatArray) -> FloatArray:
    """The blobs that are not parts of something known."""
    if not len(blobs) or not len(known):
        return blobs
    return np.asarray(blobs[containment(blobs, known).max(axis=1) < _PART], np.float64)


def _known(box: FloatArray, places: dict[int, FloatArray]) -> bool:
    """Whether a find is something that was sighted already, or a piece of it."""
    if not places:
        return False
    seen, find = _stack([*places.values()]), box[None]
    inside = intersection(find, seen).max() >= _PIECE * area(find)[0]
    return bool(inside or iou(find, seen).max() >= SAME_PLACE)
