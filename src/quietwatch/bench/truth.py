"""What really happened in a clip, as a small JSON file beside it; docs/bench.md is its format."""

import json
from collections.abc import Collection, Iterable
from enum import StrEnum
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Final, Literal, NamedTuple, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from quietwatch.errors import ConfigError
from quietwatch.media.opening import PICTURE_SUFFIXES, VIDEO_SUFFIXES
from quietwatch.model import Kind
from quietwatch.names import SLUG, printable
from quietwatch.store.files import write_whole

SUFFIX = ".truth.json"
"""What a file of truth is called after the clip's name without its ending."""

TAMPER: Final = "tamper"
"""Kind of a true event that befalls the camera itself; it is always to be alarmed of."""

_LARGEST_FILE = 2**26  # bytes
_ROUNDING = 0.05  # s; a frame: lengths and ends are often rounded, each its own way

_Seconds = Annotated[float, Field(ge=0, le=604800, allow_inf_nan=False)]
_Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
_Slug = Annotated[str, Field(pattern=f"^{SLUG}$")]
_Words = Annotated[str, Field(max_length=1000)]
_Spot = tuple[_Seconds, _Share, _Share, _Share, _Share]
_Path = Annotated[tuple[_Spot, ...], Field(max_length=100_000)]


class Half(StrEnum):
    """Which half of a bench a clip belongs to: thresholds are chosen on one, told of the other."""

    TUNE = "tune"
    HELD_OUT = "held-out"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Span(_Part):
    start_s: _Seconds
    end_s: _Seconds
    note: _Words | None = None
    track: _Path | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.start_s > self.end_s:
            raise ValueError(f"it ends at {self.end_s:g} s, before it starts ({self.start_s:g} s)")
        for (before, *_), (after, *_) in pairwise(self.track or ()):
            if after < before:
                raise ValueError(f"its track goes back in time, from {before:g} to {after:g} s")
        for moment, x1, y1, x2, y2 in self.track or ():
            if x1 > x2 or y1 > y2:
                raise ValueError(f"its box at {moment:g} s is not x1, y1, x2, y2 with 1 before 2")
        return self


class Unlabelled(_Part):
    """A time of which nobody says what happened: what is raised in it counts neither way."""

    start_s: _Seconds
    end_s: _Seconds


class TrueEvent(_Span):
    """Something real that came into the picture, or that was done to the camera.

    Attributes:
        kind: person, vehicle, animal or tamper.
        start_s: when it is first to be seen, seconds from the start of the clip.
        end_s: when it is last to be seen.
        hard: what makes it hard to see, as `crawling`, and of tampering what was done, as
            `covered`; None where nothing does.
        note: words for people.
        track: where it is: (seconds, x1, y1, x2, y2), fractions of the picture, in order of time.
    """

    kind: Literal[Kind.PERSON, Kind.VEHICLE, Kind.ANIMAL, "tamper"]
    hard: _Slug | None = None

    def is_threat(self, threats: Collection[Kind]) -> bool:
        """Whether it is to be alarmed of; tampering always is."""
        return self.kind == TAMPER or self.kind in threats


class Nuisance(_Span):
    """Something that may look like an event and is none.

    Attributes:
        kind: what it is, as `insect`; docs/bench.md lists those known, any slug is taken.
        start_s: when it is first to be seen, seconds from the start of the clip; `end_s` the last.
        note: words for people.
        track: as that of an event.
    """

    kind: _Slug


class Truth(_Part):
    """What really happened in a clip: all of it, so that any other alarm is false.

    Attributes:
        format: of the file.
        duration_s: length of the clip; 0 for a lone still.
        camera: who filmed it, `camera` or `site/camera`.
        half: of the bench, None where it is not divided.
        seed: that the clip was generated with.
        background: the scene it was filmed or generated in.
        events: what is real.
        nuisances: what may be taken for it.
        unlabelled: times left out, in order, none within another.
    """

    format: Literal[1] = 1
    duration_s: _Seconds
    camera: Annotated[str, Field(pattern=f"^({SLUG}/)?{SLUG}$")] | None = None
    half: Half | None = None
    seed: Annotated[int, Field(ge=0, lt=2**64)] | None = None
    background: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    events: Annotated[tuple[TrueEvent, ...], Field(max_length=10_000)] = ()
    nuisances: Annotated[tuple[Nuisance, ...], Field(max_length=10_000)] = ()
    unlabelled: Annotated[tuple[Unlabelled, ...], Field(max_length=10_000)] = ()

    @property
    def labelled_s(self) -> float:
        """Seconds of which it is said what happened."""
        return max(0.0, self.duration_s - sum(one.end_s - one.start_s for one in self.unlabelled))

    @model_validator(mode="after")
    def _within(self) -> Self:
        moments = [moment for one in self.unlabelled for moment in (one.start_s, one.end_s)]
        if moments != sorted(moments):
            raise ValueError("unlabelled times overlap, or are not in order")
        spans: Iterable[_Span | Unlabelled] = (*self.events, *self.nuisances, *self.unlabelled)
        last = max((span.end_s for span in spans), default=0.0)
        if last > self.duration_s + _ROUNDING:
            raise ValueError(
                f"something ends at {last:g} s, after the clip ({self.duration_s:g} s)"
            )
        return self


class Labelled(NamedTuple):
    """A clip and its truth.

    Attributes:
        name: path of the clip within the folder of the bench, `/` between its parts.
        clip: a video, a still or a folder of numbered stills.
        truth: what really happened in it.
    """

    name: str
    clip: Path
    truth: Truth


def truth_path(clip: Path) -> Path:
    """Where the truth of a clip lies: beside it, `porch.truth.json` for `porch.mp4`.

    For a folder of stills too it lies beside the folder, which is named in full.
    """
    return clip.with_name((clip.name if clip.is_dir() else clip.stem) + SUFFIX)


def read(path: Path) -> Truth:
    """Read a file of truth.

    Raises:
        ConfigError: it is not there or can't be read, or is not of the format; the sentence names
            the file and the key.
    """
    try:
        with path.open("rb") as file:
            data = file.read(_LARGEST_FILE + 1)
    except FileNotFoundError:
        raise ConfigError(f"{printable(path)} is not there; docs/bench.md tells how") from None
    except OSError as error:
        raise ConfigError(f"{printable(path)} can't be read: {error.strerror}") from error
    if len(data) > _LARGEST_FILE:
        raise ConfigError(f"{printable(path)} has more than {_LARGEST_FILE} bytes; divide the clip")
    try:
        return Truth.model_validate_json(data)
    except ValidationError as error:
        problems = "; ".join(
            f"{'.'.join(str(part) for part in details['loc']) or 'the whole'}: {details['msg']}"
            for details in error.errors(include_url=False, include_input=False)
        )
        raise ConfigError(printable(f"{path}: {problems}; see docs/bench.md")) from error


def write(path: Path, truth: Truth) -> None:
    """Write a file of truth in one step; equal truths give equal bytes.

    Raises:
        StorageFull, StorageError: it can't be written; what was there is there still.
    """
    values = truth.model_dump(mode="json", exclude_none=True)
    write_whole(path, json.dumps(values).encode() + b"\n")


def labelled(folder: Path) -> tuple[Labelled, ...]:
    """All clips of a folder, and of those below it, that have a truth; in order of their names.

    Raises:
        ConfigError: the folder can't be read or holds no truth, a truth is not of the format or
            has no clip, or more than one.
    """
    if not folder.is_dir():
        raise ConfigError(f"{printable(folder)} is no folder; name one with labelled clips")
    found: list[Labelled] = []
    for path in folder.rglob(f"*{SUFFIX}"):
        clip = _clip_of(path)
        found.append(Labelled(clip.relative_to(folder).as_posix(), clip, read(path)))
    if not found:
        raise ConfigError(
            f"{printable(folder)} has no labelled clip: no file ends in {SUFFIX}; see docs/bench.md"
        )
    return tuple(sorted(found, key=lambda one: one.name))


def _clip_of(path: Path) -> Path:
    """The one clip whose truth lies at a path."""
    name = path.name.removesuffix(SUFFIX)
    clips = [path.with_name(name)] if path.with_name(name).is_dir() else []
    for suffix in sorted(VIDEO_SUFFIXES | PICTURE_SUFFIXES):
        for ending in (suffix, suffix.upper()):
            clip = path.with_name(name + ending)
            if clip.is_file():
                clips.append(clip)
    if len(clips) != 1:
        there = " and ".join(printable(clip.name) for clip in clips) or "none"
        raise ConfigError(
            f"{printable(path)} is the truth of one clip of its name beside it; there is {there}"
        )
    return clips[0]
