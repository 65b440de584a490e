"""Footage: whose it is, when it was taken, how it came."""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

from quietwatch.model.checks import require

StartFrom = Literal["recorder", "metadata", "name", "mtime"]
"""How the UTC time at which a clip starts was learned."""

_SHA256 = re.compile(r"[0-9a-f]{64}")


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
        require(bool(_SHA256.fullmatch(self.sha256)), "sha256 has 64 hex digits", self.sha256)
        require(self.size >= 0, "size is not negative", self.size)
        require(self.start.utcoffset() == timedelta(0), "start is in UTC", self.start)
        require(0 <= self.duration < math.inf, "duration is not negative", self.duration)
        require(
            self.width > 0 and self.height > 0,
            "picture size is positive",
            (self.width, self.height),
        )


@dataclass(frozen=True, slots=True)
class Arrival:
    """A piece of footage that a source has found, not yet opened.

    Attributes:
        camera: whose it is, by the rules of identity.
        source: path or URL as given, printable.
        files: paths of local files: one, or the numbered stills of one clip in order; text, since
            there may be very many. Empty for a remote object that is not here yet.
        start: UTC time that its name gives, else None.
        start_from: "name" for a time that is read after the file's own metadata; "recorder" for
            `<camera>_<time>`, which goes before it.
        fetch: for a remote object, brings it into the folder given and returns the files.
        named: what the camera was called before that became a slug, printable; "" if not known.
        stamp: what tells a remote object from its next version, such as its ETag; "" if nothing.
    """

    camera: Camera
    source: str
    files: tuple[str, ...]
    start: datetime | None
    start_from: Literal["recorder", "name"] = "name"
    fetch: Callable[[Path], tuple[Path, ...]] | None = None
    named: str = ""
    stamp: str = ""


@dataclass(frozen=True, slots=True)
class Failure:
    """An input that could not be used: an entry of `failed`."""

    source: str
    error: str
    detail: str
