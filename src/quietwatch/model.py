"""The values that cross stages: frozen, checked when made, no behaviour but their arithmetic.

Boxes everywhere are `x1, y1, x2, y2` as fractions of the picture (0 to 1, origin at the top left).
Times are seconds of media time from the start of the clip, unless a name says otherwise.
"""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
"""Luma as (height, width) or RGB as (height, width, 3), 0 to 255."""

FloatArray = NDArray[np.float64]

StartFrom = Literal["recorder", "metadata", "name", "mtime"]
"""How the UTC time at which a clip starts was learned."""

_SHA256 = re.compile(r"[0-9a-f]{64}")


class Kind(StrEnum):
    """What something is, as far as seeing can tell."""

    PERSON = "person"
    VEHICLE = "vehicle"
    ANIMAL = "animal"
    UNKNOWN = "unknown"


CLASSES = (Kind.PERSON, Kind.VEHICLE, Kind.ANIMAL)
"""The kinds a detector can name; their order is the order of every score array."""


class Verdict(StrEnum):
    """What is to be done about an event: ring, show to a person, or hold back."""

    ALARM = "alarm"
    REVIEW = "review"
    SUPPRESSED = "suppressed"


class Reason(StrEnum):
    """Why a verdict was given; append-only, documented in docs/events-format.md."""

    PERSON = "person"
    VEHICLE = "vehicle"
    ANIMAL = "animal"
    LOITERING = "loitering"
    LINE_CROSSING = "line-crossing"
    TAMPER = "tamper"
    INSECT = "insect"
    FOLIAGE = "foliage"
    PRECIPITATION = "precipitation"
    LIGHTING = "lighting"
    SHADOW = "shadow"
    CAMERA_MOTION = "camera-motion"
    COMPRESSION = "compression"
    DRIFTING_OBJECT = "drifting-object"
    TOO_BRIEF = "too-brief"
    NO_TRAVEL = "no-travel"
    STATIC_REPEAT = "static-repeat"
    OUTSIDE_ZONE = "outside-zone"
    MASKED = "masked"
    DISARMED = "disarmed"
    KNOWN_FALSE_ALARM = "known-false-alarm"
    LOW_EVIDENCE = "low-evidence"


@dataclass(frozen=True, slots=True, order=True)
class Camera:
    """A camera's full name; each part a slug (see `names.slug`)."""

    tenant: str
    site: str
    name: str

    def __str__(self) -> str:
        return f"{self.tenant}/{self.site}/{self.name}"


@dataclass(frozen=True, slots=True)
class Note:
    """Something worth knowing about an input that was analyzed all the same."""

    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class Clip:
    """One piece of footage: immutable bytes of one camera.

    Attributes:
        camera: whose picture it is.
        sha256: hash of the bytes, 64 hex digits (of a folder of stills: of its list of hashes).
        size: bytes.
        start: UTC time of the first frame, aware, whole milliseconds.
        start_from: how `start` was learned.
        duration: seconds from the first frame to the end of the last; 0 for a lone still.
        width: picture width as shown (after rotation), pixels.
        height: picture height as shown, pixels.
        codec: FFmpeg's name of the codec.
        extension: of the file, lower case, without the dot.
    """

    camera: Camera
    sha256: str
    size: int
    start: datetime
    start_from: StartFrom
    duration: float
    width: int
    height: int
    codec: str
    extension: str

    def __post_init__(self) -> None:
        _require(bool(_SHA256.fullmatch(self.sha256)), "sha256 has 64 hex digits", self.sha256)
        _require(self.size >= 0, "size is not negative", self.size)
        _require(self.start.utcoffset() == timedelta(0), "start is in UTC", self.start)
        _require(0 <= self.duration < math.inf, "duration is not negative", self.duration)
        _require(
            self.width > 0 and self.height > 0,
            "picture size is positive",
            (self.width, self.height),
        )


@dataclass(frozen=True)
class Frame:
    """One decoded picture. Luma is at hand; colour is made only when asked for.

    Attributes:
        pts: presentation time stamp, in units of `time_base`, 0 at the start of the clip.
        time_base: seconds per unit of `pts`.
        luma: (height, width) uint8, upright, possibly a strided view of the decoder's memory:
            valid until the next frame is asked for.
        to_rgb: makes the (height, width, 3) uint8 picture; same life as `luma`.
    """

    pts: int
    time_base: Fraction
    luma: Picture
    to_rgb: Callable[[], Picture]

    def __post_init__(self) -> None:
        _require(
            self.luma.ndim == 2 and self.luma.dtype == np.uint8,
            "luma is a (height, width) array of uint8",
            (self.luma.shape, self.luma.dtype),
        )

    @property
    def seconds(self) -> float:
        """Media time from the start of the clip."""
        return float(self.pts * self.time_base)

    @cached_property
    def rgb(self) -> Picture:
        """The picture in colour, made once."""
        picture = self.to_rgb()
        _require(picture.shape == (*self.luma.shape, 3), "rgb has the size of luma", picture.shape)
        return picture


@dataclass(frozen=True, slots=True)
class Region:
    """A rectangle of pixels: left, top inclusive; right, bottom exclusive."""

    left: int
    top: int
    right: int
    bottom: int

    def __post_init__(self) -> None:
        _require(
            0 <= self.left < self.right and 0 <= self.top < self.bottom,
            "a region has a positive area inside the picture",
            self,
        )

    @property
    def width(self) -> int:
        """Pixels across."""
        return self.right - self.left

    @property
    def height(self) -> int:
        """Pixels down."""
        return self.bottom - self.top


@dataclass(frozen=True, slots=True)
class Detections:
    """What a detector found in one picture, as parallel arrays of one length N.

    Attributes:
        boxes: (N, 4) float64, fractions of the picture.
        scores: (N,) float64, 0 to 1, as the model gave them.
        kinds: (N,) int64, index into `CLASSES`.
    """

    boxes: FloatArray
    scores: FloatArray
    kinds: NDArray[np.int64]

    def __post_init__(self) -> None:
        count = len(self.scores)
        _require(self.scores.shape == (count,), f"scores has shape ({count},)", self.scores.shape)
        _require(self.boxes.shape == (count, 4), f"boxes has shape ({count}, 4)", self.boxes.shape)
        _require(self.kinds.shape == (count,), f"kinds has shape ({count},)", self.kinds.shape)
        _require(
            bool(np.all((self.scores >= 0) & (self.scores <= 1))),
            "scores lie in 0 to 1",
            self.scores,
        )
        _require(
            bool(np.all((self.kinds >= 0) & (self.kinds < len(CLASSES)))),
            "kinds index CLASSES",
            self.kinds,
        )
        _check_boxes(self.boxes)

    def __len__(self) -> int:
        return len(self.scores)

    @staticmethod
    def none() -> "Detections":
        """No finds."""
        return Detections(np.zeros((0, 4)), np.zeros(0), np.zeros(0, dtype=np.int64))


@dataclass(frozen=True, slots=True)
class Track:
    """One thing followed through a stream, as parallel arrays of one length N >= 1.

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
        sharpness: (N,) float64, mean luma gradient inside the box against that of the whole
            picture; 1 is alike, NaN where not measured.
        still: it was seen in a lone still: nothing is known of its movement.
    """

    ordinal: int
    times: FloatArray
    boxes: FloatArray
    scores: FloatArray
    motion: FloatArray
    changed: FloatArray
    contrast: FloatArray
    sharpness: FloatArray
    still: bool = False

    def __post_init__(self) -> None:
        count = len(self.times)
        _require(count >= 1, "a track has an observation", count)
        _require(self.times.shape == (count,), f"times has shape ({count},)", self.times.shape)
        _require(self.boxes.shape == (count, 4), f"boxes has shape ({count}, 4)", self.boxes.shape)
        _require(
            self.scores.shape == (count, len(CLASSES)),
            f"scores has shape ({count}, {len(CLASSES)})",
            self.scores.shape,
        )
        for name in ("motion", "changed", "contrast", "sharpness"):
            shape = getattr(self, name).shape
            _require(shape == (count,), f"{name} has shape ({count},)", shape)
        _require(bool(np.all(np.isfinite(self.times))), "times are finite", self.times)
        _require(bool(np.all(np.diff(self.times) > 0)), "times rise strictly", self.times)
        _check_boxes(self.boxes)

    def __len__(self) -> int:
        return len(self.times)

    def until(self, count: int) -> "Track":
        """The track as it was known after its first `count` observations (views, no copies)."""
        return Track(
            self.ordinal,
            self.times[:count],
            self.boxes[:count],
            self.scores[:count],
            self.motion[:count],
            self.changed[:count],
            self.contrast[:count],
            self.sharpness[:count],
            self.still,
        )


@dataclass(frozen=True, slots=True)
class Judgement:
    """What is thought of a track at one moment.

    Attributes:
        verdict: what is to be done.
        kind: what it most likely is.
        reasons: for an alarm those for it, else those against it; the weightiest first.
        score: probability, 0 to 1, that something of a kind watched for is really there.
    """

    verdict: Verdict
    kind: Kind
    reasons: tuple[Reason, ...]
    score: float

    def __post_init__(self) -> None:
        _require(0 <= self.score <= 1, "score lies in 0 to 1", self.score)
        _require(len(self.reasons) > 0, "a judgement has a reason", self.reasons)


@dataclass(frozen=True, slots=True)
class Event:
    """One row of the harmonized table; docs/events-format.md is its published format.

    Attributes:
        event_id: UUID, stays while the event grows (see `names.event_id`).
        incident_id: UUID of the visit it belongs to: the event_id of the incident's first event.
        revision: how often its judgement has turned, from 1.
        camera: where.
        source: path or URL of the clip in which it began, as given, printable.
        start: UTC time of the first observation; `end` of the last.
        start_s: the same in seconds from the start of the source; `end_s` likewise.
        alarm_s: media time at which the verdict first became alarm; None when it never did.
        judgement: verdict, kind, reasons, score.
        box: where it was at its best moment, fractions of the picture.
        path: centres of its boxes over time, (x, y) fractions, at most 64.
        footage: SHA-256 of the clip in which it began.
        footage_path: that clip's path in the repo `footage`.
        track: ordinal of its track in the analysis of that clip.
        model: id of the detector, `name@<first 8 of sha256>`.
        analyze_version: version of the stage that made the track.
        decide_version: version of the stage that judged it.
    """

    event_id: str
    incident_id: str
    revision: int
    camera: Camera
    source: str
    start: datetime
    end: datetime
    start_s: float
    end_s: float
    alarm_s: float | None
    judgement: Judgement
    box: tuple[float, float, float, float]
    path: tuple[tuple[float, float], ...]
    footage: str
    footage_path: str
    track: int
    model: str
    analyze_version: int
    decide_version: int

    def __post_init__(self) -> None:
        _require(self.revision >= 1, "revisions count from 1", self.revision)
        _require(
            self.start <= self.end and 0 <= self.start_s <= self.end_s,
            "an event ends no earlier than it starts",
            (self.start_s, self.end_s),
        )
        _require(
            (self.alarm_s is not None) or self.judgement.verdict is not Verdict.ALARM,
            "an alarm says when it was raised",
            self.event_id,
        )
        _require(
            self.alarm_s is None or math.isfinite(self.alarm_s), "alarm_s is a time", self.alarm_s
        )


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
    box: tuple[float, float, float, float]
    jpeg: bytes | None


@dataclass(frozen=True, slots=True)
class Summary:
    """What is known of a clip as a whole after its analysis.

    Attributes:
        version: of the stage `analyze`.
        model: id of the detector.
        container: and `codec`, `width`, `height`, `recorded`, `lone_still`: see
            `media.reader.MediaInfo`.
        duration: seconds from the first frame to the end of the last.
        frames: pictures decoded; `looked` of them were searched for motion; `looks` is the number
            of calls of the detector.
        notes: what was odd and survived.
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


@dataclass(frozen=True, slots=True)
class Analysis:
    """The output of the stage `analyze` for one clip.

    Attributes:
        summary: what is known of the clip as a whole.
        tracks: in order of birth.
        snapshots: at most one a track, in order of the tracks.
        state: the analyzer's state at the end of the clip, to be taken up in the next.
    """

    summary: Summary
    tracks: tuple[Track, ...]
    snapshots: tuple[Snapshot, ...]
    state: bytes


@dataclass(frozen=True, slots=True)
class Arrival:
    """A piece of footage that a source has found, not yet opened.

    Attributes:
        camera: whose it is, by the rules of identity.
        source: path or URL as given, printable.
        files: local files: one, or the numbered stills of one clip in order. Empty for a remote
            object that is not here yet.
        start: UTC time that its name gives, else None.
        start_from: "name" for a time that is read after the file's own metadata; "recorder" for
            `<camera>_<time>`, which goes before it.
        fetch: for a remote object, brings it into the folder given and returns the files.
    """

    camera: Camera
    source: str
    files: tuple[Path, ...]
    start: datetime | None
    start_from: Literal["recorder", "name"] = "name"
    fetch: Callable[[Path], tuple[Path, ...]] | None = None


@dataclass(frozen=True, slots=True)
class Failure:
    """An input that could not be used: an entry of `failed`."""

    source: str
    error: str
    detail: str


def _check_boxes(boxes: FloatArray) -> None:
    _require(bool(np.all(np.isfinite(boxes))), "boxes are finite", boxes)
    _require(bool(np.all((boxes >= 0) & (boxes <= 1))), "boxes are fractions of the picture", boxes)
    _require(bool(np.all(boxes[:, :2] <= boxes[:, 2:])), "boxes are x1, y1, x2, y2", boxes)


def _require(holds: bool, expected: str, actual: object) -> None:  # noqa: FBT001
    if not holds:
        raise ValueError(f"expected: {expected}; got {actual!r}")
