"""What both stages share that work on folders: files in by hours of a camera, rejections out."""

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from quietwatch.errors import InvalidName, QuietwatchError
from quietwatch.model import Clip
from quietwatch.names import clip_hour, clip_path
from quietwatch.store.files import make_folder, storage_errors, write_whole

PACK = ".zip"
"""What the name of an analysis has behind that of its clip."""

REJECTED = ".rejected.json"
"""What the name of a rejection has behind that of the file that can't be used."""

_DEPTH = 5  # folders above a clip


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file: done, or why it can't be used."""

    path: str
    error: QuietwatchError | None = None


class Folders:
    """One folder in, the one that the work is shared out by, and one out.

    Args:
        source: the folder in.
        out: the folder out; made if it is not there.
    """

    def __init__(self, source: Path, out: Path) -> None:
        self.source = source
        self.out = out
        make_folder(out)

    def reject(self, path: str, error: QuietwatchError) -> Outcome:
        """Name a file that can't be used, with the reason."""
        told = json.dumps({"code": error.code, "detail": error.detail}, indent=1)
        write_whole(self.target(f"{path}{REJECTED}"), f"{told}\n".encode())
        return Outcome(path, error)

    def target(self, path: str) -> Path:
        """Where a path of the folder out is; its folder is made."""
        target = self.out / path
        make_folder(target.parent)
        return target

    def hours(self) -> Iterator[list[str]]:
        """The paths of all files, those of an hour of a camera together, in order."""
        found = sorted(path for path in _files(self.source) if not path.endswith(REJECTED))
        for _, paths in groupby(found, lambda path: clip_hour(path.removesuffix(PACK))):
            yield list(paths)


def named(path: str, clip: Clip) -> Clip:
    """See that a clip lies where it belongs."""
    if clip_path(clip) != path:
        raise InvalidName(
            f"by its bytes and its time it is '{clip_path(clip)}'; it has another clip's name, or "
            "was damaged on its way here"
        )
    return clip


def _files(folder: Path) -> Iterator[str]:
    """Paths of the files below, no deeper than clips lie; links are followed, hidden ones not."""

    def told(error: OSError) -> None:
        raise error

    with storage_errors(folder, "read"):
        for place, folders, names in os.walk(folder, onerror=told, followlinks=True):
            inside = Path(place).relative_to(folder)
            deep = len(inside.parts) >= _DEPTH
            folders[:] = [] if deep else [name for name in folders if not name.startswith(".")]
            yield from ((inside / name).as_posix() for name in names if not name.startswith("."))


def reading(folder: Path | None) -> Callable[[str], bytes | None]:
    """Reads the files of a folder by their paths; None for what is not there."""

    def read(path: str) -> bytes | None:
        if folder is None:
            return None
        try:
            with storage_errors(folder / path, "read"):
                return (folder / path).read_bytes()
        except FileNotFoundError:
            return None

    return read
