"""Tracks, and what the analysis of a clip gives."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np

from quietwatch.model.box import Box, Polygon
from quietwatch.model.checks import require
from quietwatch.model.footage import Note
from quietwatch.model.kinds import CLASSES
from quietwatch.model.measures import COLUMN, MEASURES, in_range, unmeasured
from quietwatch.model.pictures import FloatArray, check_boxes


@dataclass(frozen=True, slots=True)
class Track:
    """One thing followed through a stream, as parallel arrays of one length N >= 1.

    In the analysis of one clip of a stream it may be a part: what was observed since the end of the
    clip before, up to the end of this one. All parts of a track have its ordinal.

    Attributes:
        ordinal: number of the track in its stream, from 0, in order of birth.
        times: (N,) float64, stream time of each observation in seconds, strictly rising.
        boxes: (N, 4) float64, where it was.
        scores: (N, 3) float64, per kind of `CLASSES` the best score of this look at it: 0 when the
            detector looked and found nothing of that kind, NaN when it did not look.
        motion: (N,) float64, share of the box that differed from the background, 0 to 1; NaN where
            motion has no meaning (a lone still).
        changed: (N,) float64, share of the whole picture that differed at that moment, 0 to 1.
        contrast: (N,) float64, mean luma of the moving pixels less that of the background there,
            -1 to 1 of the full range; 0 where nothing moved.
        still: it was seen in a lone still: nothing is known of its movement.
        scene: it is no thing but the picture as a whole: something is wrong with the camera, or
            may be.
        measures: (N, M) float64, the columns of `measures.MEASURES` in their ranges, NaN where
            there was nothing to measure; (0, M) where nothing was measured at all.
    """

    ordinal: int
    times: FloatArray
    boxes: FloatArray
    scores: FloatArray
    motion: FloatArray
    changed: FloatArray
    contrast: FloatArray
    still: bool = False
    measures: FloatArray = field(default_factory=lambda: unmeasured(0))
    scene: bool = False

    def __post_init__(self) -> None:
        count = len(self.times)
        require(count >= 1, "a track has an observation", count)
        require(self.times.shape == (count,), f"times has shape ({count},)", self.times.shape)
        require(self.boxes.shape == (count, 4), f"boxes has shape ({count}, 4)", self.boxes.shape)
        require(
            self.scores.shape == (count, len(CLASSES)),
            f"scores has shape ({count}, {len(CLASSES)})",
            self.scores.shape,
        )
        for name in ("motion", "changed", "contrast"):
            shape = getattr(self, name).shape
            require(shape == (count,), f"{name} has shape ({count},)", shape)
        shapes = ((count, len(MEASURES)), (0, len(MEASURES)))
        shape = self.measures.shape
        require(shape in shapes, f"measures has shape {shapes[0]}", shape)
        require(in_range(self.measures), "measures lie in their ranges", self.measures)
        require(bool(np.all(np.isfinite(self.times))), "times are finite", self.times)
        require(bool(np.all(np.diff(self.times) > 0)), "times rise strictly", self.times)
        check_boxes(self.boxes)

    def __len__(self) -> int:
        return len(self.times)

    def measured(self, index: int, name: str) -> float:
        """A measure of one observation by its name; NaN where it was not measured."""
        return float(self.measures[index, COLUMN[name]]) if len(self.measures) else math.nan


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The picture that shows a track best, as it would be shown to a person.

    Attributes:
        track: ordinal of the track.
        seconds: stream time of the picture.
        box: where the track was in it.
        jpeg: the whole frame, at most 960 pixels wide; None when it was left where it is stored.
    """

    track: int
    seconds: float
    box: Box
    jpeg: bytes | None


@dataclass(frozen=True, slots=True)
class Link:
    """How a clip hangs together with those around it in its stream (docs/design/008).

    Attributes:
        footage: SHA-256 of the clip; "" in analyses from before there were streams.
        before: SHA-256 of the clip before it; "" for the first of a stream.
        offset: stream time of its first frame, seconds.
        until: stream time of the last picture that was looked at, in this clip or before.
        live: ordinals of the tracks that may go on in the next clip, rising.
        unsettled: stream time at which the first of those movers was seen that are no tracks yet
            and may become some in the next clip; None when there are none.
    """

    footage: str = ""
    before: str = ""
    offset: float = 0.0
    until: float = 0.0
    live: tuple[int, ...] = ()
    unsettled: float | None = None


@dataclass(frozen=True, slots=True)
class Summary:
    """What is known of a clip as a whole after its analysis.

    Attributes:
        version: of the stage `analyze`.
        model: id of the detector; `second_model` that of the second looks, "" if there are none.
        second_model: see `model`.
        container: and `codec`, `width`, `height`, `recorded`, `lone_still`: see
            `media.reader.MediaInfo`.
        duration: seconds from the first frame to the end of the last.
        frames: pictures decoded; `looked` of them were searched for motion; `looks` is the number
            of calls of the detector, `second_looks` that of the detector of second looks.
        notes: what was odd and survived.
        noise: movers that were seen too seldom to be tracks, are in none, and ended in this clip:
            at least 0. One that a stream ends with is not counted.
        link: its place in its stream.
        masks: polygons that were black when it was looked at.
    """

    version: int
    model: str
    container: str
    codec: str
    width: int
    height: int
    duration: float
    recorded: datetime | None
    lone_still: bool
    frames: int
    looked: int
    looks: int
    notes: tuple[Note, ...]
    noise: int = 0  # analyses that are stored already have none
    link: Link = Link()
    masks: tuple[Polygon, ...] = ()
    second_model: str = ""
    second_looks: int = 0

    def __post_init__(self) -> None:
        require(self.noise >= 0, "noise is at least 0", self.noise)


@dataclass(frozen=True, slots=True)
class Analysis:
    """The output of the stage `analyze` for one clip.

    Attributes:
        summary: what is known of the clip as a whole.
        tracks: in order of birth; each is the part of it that became known in this clip. Those of a
            stored analysis can be asked for once, and are read one by one.
        snapshots: at most one a track, in order of the tracks: the best picture of the track so
            far, where that is of this clip.
    """

    summary: Summary
    tracks: Iterable[Track]
    snapshots: tuple[Snapshot, ...]
