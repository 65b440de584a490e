"""Observations gathered into tracks, each with the picture that shows it best."""

import math
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import cv2
import numpy as np

from quietwatch.model import CLASSES, Frame, Snapshot, Track
from quietwatch.model.measures import COLUMN, MEASURES, PORTRAIT
from quietwatch.vision.analyze import Observation, Update

_PICTURE_WIDTH = 960  # of a snapshot, pixels
_JPEG_QUALITY = 82
_BETTER = 1.2  # a new picture must be so much better, so that few are encoded
_PLAIN = len(MEASURES) - len(PORTRAIT)  # measures before those of the portrait
_ROW = 1 + 4 + len(CLASSES) + 3 + _PLAIN  # numbers of an observation, without its portrait
_UNKNOWN = 255  # of a portrait, which has whole hundredths: not measured
_OF_VIEW = [COLUMN["kept"], COLUMN["steepness"]]
_LEAST_SEEN = 3  # a mover that was seen less often and never found is noise


@dataclass
class _Open:
    """A track that lives.

    Attributes:
        rows: what this clip's part of it has, or of a mover that is no track yet all of it: its
            observations as bare numbers, end to end.
        portraits: of each of them, in hundredths. One that is no track yet was never found, and has
            none: its rows are all there is to keep between clips.
        seen: how often it was observed, in earlier clips too.
        found: the detector has found it at least once.
        scene: it is the picture as a whole.
        worth: of its best picture so far, in this clip or before; 0 when there is none.
        snapshot: that picture, if it is of this clip.
    """

    rows: "array[float]" = field(default_factory=lambda: array("d"))
    portraits: bytearray = field(default_factory=bytearray)
    seen: int = 0
    found: bool = False
    scene: bool = False
    worth: float = 0.0
    snapshot: Snapshot | None = None

    def add(self, seen: Observation) -> None:
        self.rows.extend((seen.seconds, *seen.box, *seen.scores))
        self.rows.extend((seen.motion, seen.changed, seen.contrast))
        self.rows.extend(seen.measures[:_PLAIN].tolist())
        portrait = np.nan_to_num(np.rint(100 * seen.measures[_PLAIN:]), nan=_UNKNOWN)
        self.portraits += portrait.astype(np.uint8).tobytes()
        self.seen += 1
        self.found = self.found or _best(seen) > 0
        self.scene = seen.scene

    @property
    def is_noise(self) -> bool:
        return not self.found and self.seen < _LEAST_SEEN

    def track(self, ordinal: int, *, still: bool) -> Track:
        rows = np.array(self.rows, np.float64).reshape(-1, _ROW)
        ends = np.cumsum([1, 4, len(CLASSES), 3])
        times, boxes, scores, moved, measures = np.split(rows, ends, axis=1)
        motion, changed, contrast = moved.T.copy()
        hundredths = np.frombuffer(self.portraits, np.uint8).reshape(-1, len(PORTRAIT))
        portraits = np.where(hundredths == _UNKNOWN, np.nan, hundredths / 100)
        return Track(
            ordinal=ordinal,
            times=times[:, 0].copy(),
            boxes=boxes.copy(),
            scores=scores.copy(),
            motion=motion,
            changed=changed,
            contrast=contrast,
            still=still,
            measures=np.hstack([measures, portraits]),
            scene=self.scene,
        )


class Collector:
    """Takes updates with their frames; gives each track when it has ended, or its clip has.

    What is kept is bounded by the tracks that live and how long they do, not by the length of the
    stream: for each its picture, and 304 bytes an observation: 5.5 MB for an hour at five a second
    (and 40 MB for a moment when it ends and is packed). At the end of a clip `pause` gives
    the parts of those that live on, and what is kept is a few words each.
    """

    def __init__(self, *, still: bool = False) -> None:
        self._open: dict[int, _Open] = {}
        self._still = still
        self.noise = 0

    @property
    def live(self) -> tuple[int, ...]:
        """Ordinals of the tracks that have not ended, rising."""
        return tuple(sorted(o for o, entry in self._open.items() if not self._drops(entry)))

    @property
    def unsettled(self) -> float | None:
        """When the first of the movers was seen that live and are no tracks yet."""
        return min((e.rows[0] for e in self._open.values() if self._drops(e)), default=None)

    def take(self, update: Update, frame: Frame) -> Iterator[tuple[Track, Snapshot | None]]:
        """Add what one frame changed; yields the tracks that it ended."""
        for observation in update.observations:
            entry = self._open.setdefault(observation.ordinal, _Open())
            entry.add(observation)
            worth = _worth(observation)
            if worth > entry.worth * _BETTER and not self._drops(entry):
                entry.worth = worth
                entry.snapshot = _snapshot(observation, frame)
        yield from self._close(update.ended)

    def finish(self) -> Iterator[tuple[Track, Snapshot | None]]:
        """At the end of a stream: what is known of the tracks that still live."""
        yield from self._close(tuple(sorted(self._open)))

    def pause(self) -> Iterator[tuple[Track, Snapshot | None]]:
        """At the end of a clip that another may follow: the parts of the tracks that live on.

        What would be noise stays, with all that was observed of it, until it is a track or ends. A
        picture is given if it is the best so far; so no later clip has a worse one.
        """
        for ordinal in self.live:
            entry = self._open[ordinal]
            if entry.rows:
                yield entry.track(ordinal, still=self._still), entry.snapshot
            entry.rows, entry.portraits, entry.snapshot = array("d"), bytearray(), None

    def state(self) -> list[dict[str, Any]]:
        """After `pause`: all that is needed to go on, JSON-ready."""
        return [
            {
                "ordinal": ordinal,
                "rows": [None if math.isnan(value) else value for value in entry.rows],
                "seen": entry.seen,
                "found": entry.found,
                "scene": entry.scene,
                "worth": entry.worth,
            }
            for ordinal, entry in sorted(self._open.items())
        ]

    def restore(self, state: list[dict[str, Any]]) -> None:
        """Go on from a saved state."""
        for saved in state:
            rows = array("d", (math.nan if value is None else value for value in saved["rows"]))
            seen, found, scene = int(saved["seen"]), bool(saved["found"]), bool(saved["scene"])
            unknown = bytearray([_UNKNOWN]) * (len(rows) // _ROW * len(PORTRAIT))
            known = _Open(rows, unknown, seen, found, scene, float(saved["worth"]))
            self._open[int(saved["ordinal"])] = known

    def _close(self, ordinals: tuple[int, ...]) -> Iterator[tuple[Track, Snapshot | None]]:
        for ordinal in ordinals:
            entry = self._open.pop(ordinal, None)
            if entry is None:  # born and ended before this collector
                continue
            if self._drops(entry):
                self.noise += not entry.scene
            elif entry.rows:
                yield entry.track(ordinal, still=self._still), entry.snapshot

    def _drops(self, entry: _Open) -> bool:
        return entry.is_noise and not self._still


def _best(observation: Observation) -> float:
    """Highest score of any kind; 0 where the detector did not look."""
    return float(np.nan_to_num(observation.scores).max())


def _worth(observation: Observation) -> float:
    """How well a picture shows a track: surely found, large, and not cut by the edge.

    The picture as a whole is shown at its worst.
    """
    if observation.scene:
        return 1.0 - 0.9 * float(np.nanmean(observation.measures[_OF_VIEW]))
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
