"""What a folder needs that obstore does not do for it: order, lasting, tidying.

obstore writes a file beside its target, with # and a number at the end of the name, and gives it
its name in one step. It never forces it to the disk, and a killed process leaves it there.
"""

import ctypes
import os
import re
import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

from quietwatch.errors import InvalidName
from quietwatch.names import object_key
from quietwatch.store.files import storage_errors

_LIBC = ctypes.CDLL(None, use_errno=True)
_UNFINISHED = re.compile(r".*#\d+", re.DOTALL)


class Found(NamedTuple):
    """A file of a folder, by its key."""

    key: str
    size: int
    modified: datetime


def in_order(root: Path, prefix: str, after: str) -> Iterator[Found]:
    """The files below a prefix in the order of their keys, as the buckets list them.

    Only one folder at a time is in memory. Links are not followed; files whose names can't be keys
    are none of ours.

    Raises:
        StorageError: a folder can't be read.
    """
    yield from _walk(root / prefix, f"{prefix}/" if prefix else "", after)


def _walk(folder: Path, start: str, after: str) -> Iterator[Found]:
    for name, entry in _named(folder):
        key = start + name
        if name.endswith("/"):
            if key > after or after.startswith(key):
                yield from _walk(folder / entry.name, key, after)
        elif key > after and entry.is_file(follow_symlinks=False):
            try:
                told = entry.stat(follow_symlinks=False)
            except FileNotFoundError:  # deleted in this moment
                continue
            yield Found(key, told.st_size, datetime.fromtimestamp(told.st_mtime, UTC))


def _named(folder: Path) -> list[tuple[str, "os.DirEntry[str]"]]:
    """What is in a folder; a folder stands where its first file would: "a-b" before "a/b"."""
    with storage_errors(folder, "read"):
        try:
            with os.scandir(folder) as entries:
                return sorted(
                    (
                        (
                            f"{entry.name}/" if entry.is_dir(follow_symlinks=False) else entry.name,
                            entry,
                        )
                        for entry in entries
                        if _is_ours(entry.name)
                    ),
                    key=itemgetter(0),
                )
        except (FileNotFoundError, NotADirectoryError):  # nothing lies there, or no longer
            return []


def _is_ours(name: str) -> bool:
    try:
        return object_key(name) == name
    except InvalidName:
        return False


def remove(root: Path, keys: Iterable[str]) -> None:
    """Remove files by their keys; one that is not there is no error, nor is a folder.

    Raises:
        StorageError: one can't be removed.
    """
    for key in keys:
        with storage_errors(root / key, "removed"):
            try:
                (root / key).unlink(missing_ok=True)
            except (IsADirectoryError, NotADirectoryError):  # no object has this key
                continue


def settle(root: Path) -> None:
    """Have everything that was written to the file system of a folder last a power cut.

    One call for any number of files costs less than one for each. It waits for the writes of other
    programs on that file system, too.

    Raises:
        StorageFull, StorageError: the system could not write it all.
    """
    with storage_errors(root, "written"):
        handle = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            if _LIBC.syncfs(handle) != 0:
                number = ctypes.get_errno()
                raise OSError(number, os.strerror(number))
        finally:
            os.close(handle)


def sweep(root: Path, older: timedelta) -> int:
    """Remove what killed writers left; gives the number of files removed.

    Args:
        root: the folder of the store.
        older: what was changed since is left to its writer, who may be alive.

    Raises:
        StorageError: a leftover can't be removed.
    """
    removed = 0
    latest = time.time() - older.total_seconds()
    with storage_errors(root, "swept"):
        for folder, _, names in os.walk(root):
            for name in filter(_UNFINISHED.fullmatch, names):
                path = Path(folder, name)
                try:
                    if path.lstat().st_mtime < latest:
                        path.unlink()
                        removed += 1
                except FileNotFoundError:  # its writer has just put it in place
                    continue
    return removed
