"""Observations gathered into tracks, each with the picture that shows it best."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import cv2
import numpy as np

from quietwatch.model import CLASSES, Frame, Snapshot, Track
from quietwatch.vision.analyze import Observation, Update

_PICTURE_WIDTH = 960  # of a snapshot, pixels
_JPEG_QUALITY = 82
_BETTER = 1.2  # a new picture must be so much better, so that few are encoded
_LEAST_SEEN = 3  # a mover that was seen less often and never found is noise


@dataclass
class _Open:
    observations: list[Observation] = field(default_factory=list)
    worth: float = 0.0
    snapshot: Snapshot | None = None

    @property
    def is_noise(self) -> bool:
        found = any(_best(o) > 0 for o in self.observations)
        return not found and len(self.observations) < _LEAST_SEEN


class Collector:
    """Takes updates with their frames; gives each track when it has ended.

    What is kept is bounded by the tracks that live, not by the length of the stream.
    """

    def __init__(self, *, still: bool = False) -> None:
        self._open: dict[int, _Open] = {}
        self._still = still
        self.noise = 0

    def take(self, update: Update, frame: Frame) -> Iterator[tuple[Track, Snapshot | None]]:
        """Add what one frame changed; yields the tracks that it ended."""
        for observation in update.observations:
            entry = self._open.setdefault(observation.ordinal, _Open())
            entry.observations.append(observation)
            worth = _worth(observation)
            if worth > entry.worth * _BETTER and (self._still or not entry.is_noise):
                entry.worth = worth
                entry.snapshot = _snapshot(observation, frame)
        yield from self._close(update.ended)

    def finish(self) -> Iterator[tuple[Track, Snapshot | None]]:
        """At the end of a clip: what is known of the tracks that still live."""
        yield from self._close(tuple(sorted(self._open)))

    def _close(self, ordinals: tuple[int, ...]) -> Iterator[tuple[Track, Snapshot | None]]:
        for ordinal in ordinals:
            entry = self._open.pop(ordinal, None)
            if entry is None:  # born and ended in an earlier clip
                continue
            if entry.is_noise and not self._still:
                self.noise += 1
                continue
            yield _track(ordinal, entry.observations, still=self._still), entry.snapshot


def _track(ordinal: int, seen: list[Observation], *, still: bool) -> Track:
    return Track(
        ordinal=ordinal,
        times=np.array([o.seconds for o in seen], np.float64),
        boxes=np.array([o.box for o in seen], np.float64).reshape(-1, 4),
        scores=np.array([o.scores for o in seen], np.float64).reshape(-1, len(CLASSES)),
        motion=np.array([o.motion for o in seen], np.float64),
        changed=np.array([o.changed for o in seen], np.float64),
        contrast=np.array([o.contrast for o in seen], np.float64),
        still=still,
    )


def _best(observation: Observation) -> float:
    """Highest score of any kind; 0 where the detector did not look."""
    return float(np.nan_to_num(observation.scores).max())


def _worth(observation: Observation) -> float:
    """How well a picture shows a track: surely found, large, and not cut by the edge."""
    x1, y1, x2, y2 = observation.box
    size = float(np.sqrt((x2 - x1) * (y2 - y1)))
    cut = x1 <= 0.005 or y1 <= 0.005 or x2 >= 0.995 or y2 >= 0.995
    return (0.1 + _best(observation)) * size * (0.6 if cut else 1.0)


def _snapshot(observation: Observation, frame: Frame) -> Snapshot:
    picture = frame.rgb
    height, width = picture.shape[:2]
    if width > _PICTURE_WIDTH:
        size = (_PICTURE_WIDTH, max(1, round(height * _PICTURE_WIDTH / width)))
        picture = np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)
    colours = cv2.cvtColor(np.ascontiguousarray(picture), cv2.COLOR_RGB2BGR)
    _, jpeg = cv2.imencode(".jpg", colours, [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY])
    x1, y1, x2, y2 = (float(part) for part in observation.box)
    return Snapshot(observation.ordinal, observation.seconds, (x1, y1, x2, y2), jpeg.tobytes())
