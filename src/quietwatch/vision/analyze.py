"""The stream that joins perception: frames in one by one, observations of tracks out.

The same object serves a file and a live camera. Its whole state can be saved after a clip and taken
up in the next: the result is that of one uninterrupted clip.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from quietwatch.config import VisionSettings
from quietwatch.model import CLASSES, FloatArray, Frame, Region
from quietwatch.model.measures import COLUMN, unmeasured
from quietwatch.vision import regions
from quietwatch.vision import second as second_look
from quietwatch.vision.boxes import merge_finds
from quietwatch.vision.detector import Detector
from quietwatch.vision.framing import framed
from quietwatch.vision.health import Health, measured
from quietwatch.vision.live import Live
from quietwatch.vision.look import Looker
from quietwatch.vision.measure import measure
from quietwatch.vision.motion import Motion, MotionDetector
from quietwatch.vision.second import SecondLook, SecondLooks
from quietwatch.vision.state import State
from quietwatch.vision.track import Scene, Sighting, Tracker
from quietwatch.vision.view import Signs

_SLOW_S = 0.9  # pictures further apart are a slow film: each is looked at whole and in tiles
_YOUNG_S = 1.0  # a new track is looked at in every picture for so long
_SURE_EVERY_S = 0.6  # a track that was found is looked at so often
_EMPTY_EVERY_S = 0.4  # one that never was, at first; the interval doubles with every third
_EMPTY_MOST_S = 2.0  # look in vain, up to this
_ENTIRE = (0.0, 0.0, 1.0, 1.0)
_WHOLE_EVERY_S = 1.0  # the whole picture is looked at when something begins, at most so often


@dataclass(frozen=True, slots=True)
class Observation:
    """One track at one moment; the fields are those of `model.Track` for one observation."""

    ordinal: int
    seconds: float
    box: FloatArray
    scores: FloatArray
    motion: float
    changed: float
    contrast: float
    measures: FloatArray = field(default_factory=lambda: unmeasured(1)[0])
    scene: bool = False


@dataclass(frozen=True, slots=True)
class Update:
    """What one frame changed: the tracks seen in it, and those that ended before it."""

    observations: tuple[Observation, ...] = ()
    ended: tuple[int, ...] = ()


class Analyzer:
    """Follows everything that moves in one camera's stream.

    Args:
        detector: names what it sees.
        settings: rate and bounds of looking.
        origin: stream time at which the frames to come have `seconds` 0.
        second: a better detector for second looks; None takes none.
    """

    def __init__(
        self,
        detector: Detector,
        settings: VisionSettings,
        *,
        origin: float = 0.0,
        second: Detector | None = None,
    ) -> None:
        self._second: SecondLooks | None = None
        if second is not None and settings.second_looks:
            self._second = SecondLooks(second, settings.look_score, settings.second_looks)
        self._looker = Looker(detector, settings.look_score)
        self._settings = settings
        self._origin = origin
        self._motion = MotionDetector(settings.motion_width)
        self._tracker = Tracker()
        self._health = Health()
        self._suspicion: int | None = None  # number of the track of the scene that goes on
        self._beat = -1
        self._last = -math.inf
        self._whole = -math.inf
        self.looked = 0

    @property
    def looks(self) -> int:
        """Calls of the detector so far."""
        return self._looker.looks

    @property
    def second_looks(self) -> int:
        """Calls of the detector of second looks so far."""
        return self._second.looks if self._second else 0

    @property
    def until(self) -> float:
        """Stream time of the last frame that was looked at; 0 before the first."""
        return max(self._last, 0.0)

    def step(self, frame: Frame) -> Update:
        """Take the next frame; frames beyond the rate that is looked at cost nothing here."""
        seconds = round(self._origin + frame.seconds, 6)
        beat = math.floor(seconds * self._settings.rate + 1e-6)
        if beat <= self._beat:
            return Update()
        spacing = seconds - self._last
        first, slow = spacing == math.inf, _SLOW_S < spacing < math.inf
        self._beat, self._last = beat, seconds
        self.looked += 1
        motion = self._motion.step(frame.luma, seconds)
        ended = self._tracker.bury(seconds, spacing if slow else 0.0)
        suspected = self._suspect(motion, seconds, ended)
        height, width = frame.luma.shape
        if first or slow:
            places = regions.everywhere(width, height, self._looker.size)
            self._whole = seconds
        else:
            places = self._interesting(motion, seconds, width, height)
        again = second_look.NONE
        if self._second is not None:
            again = self._second.look(frame, self._tracker.live, seconds)
        finds = self._looker.look(frame, places)
        scene = Scene(
            seconds,
            merge_finds([finds, again.located]) if len(again.located) else finds,
            motion.boxes,
            width / height,
            lambda box: again.covers(box) or regions.sees(places, box, width, height),
            motion.share,
            slow,
            first,
        )
        sightings = self._tracker.step(scene)
        ordinals = [sighting.ordinal for sighting in sightings]
        frames = framed(self._tracker.live, ordinals, motion.background, seconds)
        seen = _observed(sightings, again, frames, frame, motion, seconds)
        return Update((*suspected, *seen), tuple(ended))

    def finish(self) -> Update:
        """End the stream: what still lives has ended."""
        scene = () if self._suspicion is None else (self._suspicion,)
        self._suspicion = None
        return Update(ended=(*self._tracker.bury(math.inf), *scene))

    def state(self) -> State:
        """All that is needed to go on; it depends on nothing but what was seen."""
        health, pictures = self._health.state()
        values = {
            "beat": self._beat,
            "last": None if self._last == -math.inf else self._last,
            "whole": None if self._whole == -math.inf else self._whole,
            "tracker": self._tracker.state(),
            "health": health,
            "suspicion": self._suspicion,
        }
        return State(values, {**self._motion.state(), **pictures})

    def restore(self, state: State) -> None:
        """Go on from a saved state; a ValueError, KeyError or TypeError if it is none."""
        values = state.values
        self._motion.restore(state.arrays)
        self._beat = int(values["beat"])
        self._last = -math.inf if values["last"] is None else float(values["last"])
        self._whole = -math.inf if values["whole"] is None else float(values["whole"])
        self._tracker.restore(values["tracker"])
        self._health.restore(values["health"], state.arrays)
        self._suspicion = None if values["suspicion"] is None else int(values["suspicion"])

    def _suspect(self, motion: Motion, seconds: float, ended: list[int]) -> tuple[Observation, ...]:
        """The picture as a whole, while something may be wrong with the camera."""
        signs = self._health.step(motion.picture, seconds)
        if self._suspicion is not None and not self._health.suspects:
            ended.append(self._suspicion)
            self._suspicion = None
        if signs is None:
            return ()
        if self._suspicion is None:
            self._suspicion = self._tracker.number()
        return (_of_scene(self._suspicion, signs, motion, seconds),)

    def _interesting(self, motion: Motion, seconds: float, width: int, height: int) -> list[Region]:
        """Regions around what is due for a look, and the whole picture when something begins."""
        known = [(track, track.predict(seconds)) for track in self._tracker.live]
        due = [place for track, place in known if _is_due(track, seconds)]
        new = [
            blob for blob in motion.boxes if not any(_touches(blob, place) for _, place in known)
        ]
        if not due and not new:
            return []
        most = self._settings.max_regions
        chosen = regions.cover([*due, *new], width, height, self._looker.size, most)
        entire = Region(0, 0, width, height)
        if new and entire not in chosen and seconds - self._whole >= _WHOLE_EVERY_S:
            chosen.append(entire)
            self._whole = seconds
        return chosen


def _is_due(track: Live, seconds: float) -> bool:
    if seconds - track.born < _YOUNG_S:
        return True
    if track.finds:
        return seconds - track.looked >= _SURE_EVERY_S
    interval = _EMPTY_EVERY_S * 2.0 ** min(track.empty // 3, 8)
    return seconds - track.looked >= min(interval, _EMPTY_MOST_S)


def _touches(one: FloatArray, other: FloatArray) -> bool:
    return bool(one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3])


def _of_scene(ordinal: int, signs: Signs, motion: Motion, seconds: float) -> Observation:
    return Observation(
        ordinal=ordinal,
        seconds=seconds,
        box=np.array(_ENTIRE),
        scores=np.full(len(CLASSES), np.nan),
        motion=motion.changed,
        changed=motion.changed,
        contrast=float(motion.difference.mean()) / 255.0,
        measures=measured(signs),
        scene=True,
    )


def _observed(
    sightings: Sequence[Sighting],
    again: SecondLook,
    frames: Mapping[int, float],
    frame: Frame,
    motion: Motion,
    seconds: float,
) -> tuple[Observation, ...]:
    if not sightings:
        return ()
    boxes = np.array([sighting.box for sighting in sightings])
    second = np.array([again.scores(sighting.ordinal, sighting.box) for sighting in sightings])
    scores = np.fmax([sighting.scores for sighting in sightings], second)
    measures = measure(frame, motion, boxes, scores, second)
    measures[:, COLUMN["framed"]] = [frames.get(s.ordinal, math.nan) for s in sightings]
    return tuple(
        Observation(
            sighting.ordinal,
            seconds,
            sighting.box,
            said,
            motion.share(sighting.box),
            motion.changed,
            motion.contrast(sighting.box),
            row,
        )
        for sighting, said, row in zip(sightings, scores, measures, strict=True)
    )
