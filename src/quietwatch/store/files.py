"""Files that are there whole or not at all, and the lock that lets one run at a time write.

A part file is written beside (or near) its target, forced to the disk and renamed. Its writer
holds a lock on it, which the kernel takes back from a killed process: a part that nobody holds is
a leftover, whatever process ids have come and gone since.
"""

import errno
import fcntl
import os
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Self

from quietwatch.errors import RecordDamaged, StorageError, StorageFull
from quietwatch.names import printable

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_PREFIX, _SUFFIX = ".quietwatch-", ".part"


def write_whole(path: Path, data: bytes | Iterable[bytes], parts: Path | None = None) -> None:
    """Put a file in place in one step, replacing what was there.

    Args:
        path: the target; its folder must be there.
        data: the content, or pieces of it; what the iterable raises goes through.
        parts: folder for the part file, on the same file system; the target's by default.

    Raises:
        StorageFull: no space is left. StorageError: it can't be written. Nothing has changed.
    """
    with PartFile(path, parts or path.parent) as part:
        for piece in (data,) if isinstance(data, bytes) else data:
            part.write(piece)
        part.put_in_place()


def open_stored(path: Path) -> BinaryIO:
    """Open a stored file to read it.

    Raises:
        RecordDamaged: it is not there. StorageError: it can't be read.
    """
    try:
        with storage_errors(path, "read"):
            return path.open("rb")
    except FileNotFoundError:
        raise RecordDamaged("the file is missing; run again to make it anew") from None


def read_whole(path: Path) -> bytes:
    """The content of a stored file; raises what `open_stored` does."""
    with open_stored(path) as file, storage_errors(path, "read"):
        return file.read()


def make_folder(path: Path, mode: int = 0o777) -> None:
    """Make a folder and those above it; they last when the power fails.

    Args:
        path: the folder; one that is there stays as it is.
        mode: permissions of a new one, less the umask; those above it have the usual ones.

    Raises:
        StorageError: it can't be made.
    """
    try:
        with storage_errors(path, "made"):
            if path.is_dir():
                return
            make_folder(path.parent)
            path.mkdir(mode, exist_ok=True)
            _sync_folder(path.parent)
    except FileNotFoundError as error:  # as in /proc, or when the folder above is being removed
        raise StorageError(
            f"{printable(path)} can't be made ({error.strerror}); name another folder"
        ) from error


def sweep(folder: Path) -> int:
    """Remove what killed writers left in a folder for parts; gives the number of files removed.

    Raises:
        StorageError: a leftover can't be removed.
    """
    with storage_errors(folder, "swept"):
        leftovers = [path for path in folder.glob(f"{_PREFIX}*{_SUFFIX}") if _remove_if_free(path)]
    return len(leftovers)


def is_part(path: Path) -> bool:
    """Whether a file is a part, of somebody at work or a leftover, as its name tells."""
    return path.name.startswith(_PREFIX) and path.name.endswith(_SUFFIX)


@contextmanager
def exclusive(lock: Path, what: str) -> Iterator[None]:
    """Hold a lock file; a killed process loses it by itself.

    Args:
        lock: made when it is not there, and never removed.
        what: what it guards, for the error.

    Raises:
        StorageError: another process holds it; the sentence names it.
    """
    with storage_errors(lock, "locked"):
        handle = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    try:
        with storage_errors(lock, "locked"):
            if not _lock(handle):
                holder = os.read(handle, 20).decode("ascii", "replace").strip()
                raise StorageError(
                    f"another run is at work in {what} (process {holder or 'not known'}); wait for "
                    "its end or end it, then run again"
                )
            os.ftruncate(handle, 0)
            os.pwrite(handle, b"%d\n" % os.getpid(), 0)
        yield
    finally:
        os.close(handle)


def is_full(number: int) -> bool:
    """Whether an error's number says that there is no space, or none for us."""
    return number in _FULL


def full_disk(path: str | os.PathLike[str], number: int) -> StorageFull:
    """The error for a path on a disk that is full, by the error's number."""
    return StorageFull(
        f"no space is left to write {printable(path)} ({os.strerror(number)}); free some and run "
        "again: what is done is kept"
    )


@contextmanager
def storage_errors(path: Path, verb: str) -> Iterator[None]:
    """Tell an error of the operating system as one of ours; a missing file stays what it is."""
    try:
        yield
    except FileNotFoundError:
        raise
    except OSError as error:
        if error.errno in _FULL:
            raise full_disk(path, error.errno) from error
        raise StorageError(
            f"{printable(path)} can't be {verb} ({error.strerror}); mend that and run again"
        ) from error


class PartFile:
    """A part file, locked while it is open and removed unless it was put in place.

    Args:
        target: where it is put; its folder must be there.
        folder: for the part, on the same file system.

    Attributes:
        path: of the part, to read what was written while it is open.

    Raises:
        StorageFull: no space is left. StorageError: it can't be written. Nothing has changed.
    """

    def __init__(self, target: Path, folder: Path) -> None:
        self._target = target
        self.path = folder / f"{_PREFIX}{secrets.token_hex(8)}{_SUFFIX}"
        self._handle = -1

    def __enter__(self) -> Self:
        with self._errors():
            self._handle = self._open()
            # A sweep may have taken it for a leftover in the moment before it was locked.
            while os.fstat(self._handle).st_nlink == 0:
                os.close(self._handle)
                self._handle = self._open()
        return self

    def _open(self) -> int:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        handle = os.open(self.path, flags, 0o666)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
        except OSError:  # this file system has no locks
            os.close(handle)
            self.path.unlink()
            raise
        return handle

    def __exit__(self, *_: object) -> None:
        with suppress(FileNotFoundError):  # it was put in place
            self.path.unlink()
        os.close(self._handle)
        self._handle = -1  # the number may soon be another file's

    def write(self, piece: bytes) -> int:
        """Write all of a piece; gives its length."""
        with self._errors():
            rest = memoryview(piece)
            while rest:
                rest = rest[os.write(self._handle, rest) :]
        return len(piece)

    def flush(self) -> None:
        """Nothing is held back."""

    def put_in_place(self) -> None:
        """Force it to the disk and give it the target's name, in one step."""
        with self._errors():
            os.fsync(self._handle)
            self.path.replace(self._target)
            _sync_folder(self._target.parent)

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            with storage_errors(self._target, "written"):
                yield
        except FileNotFoundError as error:
            raise StorageError(
                f"{printable(self._target)} can't be written: its folder is gone; run again"
            ) from error


def _remove_if_free(path: Path) -> bool:
    try:
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    except FileNotFoundError:  # its writer has just put it in place
        return False
    try:
        if not _lock(handle):
            return False
        path.unlink(missing_ok=True)
        return True
    finally:
        os.close(handle)


def _lock(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
