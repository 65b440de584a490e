"""A piece of footage as a source finds it: what its name says, and which pictures are one clip."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal, NamedTuple, TypeVar
from zoneinfo import ZoneInfo

from quietwatch import names
from quietwatch.media.opening import PICTURE_SUFFIXES, VIDEO_SUFFIXES

T = TypeVar("T")

_SUFFIXES = VIDEO_SUFFIXES | PICTURE_SUFFIXES


class NameTells(NamedTuple):
    """What the rules of identity read from a file's name and place.

    Attributes:
        camera: the camera's name, not yet a slug.
        start: UTC time, None when the name tells none.
        start_from: see `model.Arrival`.
    """

    camera: str
    start: datetime | None
    start_from: Literal["recorder", "name"]


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of footage whose camera is known by name, but not yet checked.

    Attributes:
        camera: the camera's name, not yet a slug.
        source: path or URL as given, printable.
        files: paths of local files; empty for a remote object.
        start: UTC time that the name gives, else None.
        start_from: see `model.Arrival`.
        fetch: brings a remote object here, else None.
        size: bytes of a remote object, None for local files.
        stamp: see `model.Arrival`.
    """

    camera: str
    source: str
    files: tuple[str, ...]
    start: datetime | None
    start_from: Literal["recorder", "name"]
    fetch: Callable[[Path], tuple[Path, ...]] | None = None
    size: int | None = None
    stamp: str = ""


def is_footage(name: str) -> bool:
    """Whether a file in a folder is taken, as its ending says; hidden ones are not."""
    return not name.startswith(".") and _split(name)[1] in _SUFFIXES


def read_name(name: str, folder: str | None, zone: ZoneInfo) -> NameTells:
    """Apply the rules of identity to one file.

    `<camera>_<time>` goes first, then the first-level sub-folder, then the file's own name.

    Args:
        name: the file's name with its ending.
        folder: first-level sub-folder of the source it lies in, None directly in the source.
        zone: in which a time elsewhere in the name is read.
    """
    stem, _ = _split(name)
    stamped = names.stamped(stem)
    if stamped is not None:
        return NameTells(stamped.camera, stamped.time, "recorder")
    camera = stem if folder is None else folder
    return NameTells(camera, names.time_in_name(stem, zone), "name")


def in_sequence(files: Iterable[tuple[str, T]], zone: ZoneInfo) -> list[tuple[str, list[T]]]:
    """Sort the files of one folder into clips: numbered stills of one prefix are one clip.

    A picture whose name tells a time is a picture of that time, not one of a sequence.

    Args:
        files: (name, anything) of each file of the folder, sorted by name.
        zone: see `read_name`.

    Returns:
        (name, members): of a sequence its prefix with `*` and its members by number; of any other
        file its own name and itself.
    """
    clips: dict[tuple[str, bool], list[tuple[int, str, T]]] = {}
    for name, file in files:
        found = numbered_still(name, zone)
        if found is None:
            clips[name, False] = [(0, name, file)]
        else:
            clips.setdefault((found[0], True), []).append((found[1], name, file))
    result = []
    for (key, _), members in clips.items():
        label = f"{key}*" if len(members) > 1 else members[0][1]
        members.sort(key=lambda member: member[:2])
        result.append((label, [file for _, _, file in members]))
    return result


def numbered_still(name: str, zone: ZoneInfo) -> tuple[str, int] | None:
    """Prefix and number of a picture that may be one of a sequence; None for any other file."""
    stem, suffix = _split(name)
    if suffix not in PICTURE_SUFFIXES or names.time_in_name(stem, zone):
        return None
    return names.numbered(stem)


def _split(name: str) -> tuple[str, str]:
    """A file's name without its ending, and the ending in lower case; dots in front begin none."""
    stem, _, suffix = name.rpartition(".")  # no Path for each of very many names
    return (stem, f".{suffix.lower()}") if stem.lstrip(".") else (name, "")
