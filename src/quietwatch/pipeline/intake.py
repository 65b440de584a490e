"""Footage taken in: brought here, hashed, and given its place in time."""

import hashlib
import os
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from quietwatch import names
from quietwatch.errors import EmptyFile, InputError, NotReadable
from quietwatch.media import sheaf
from quietwatch.media.files import LocalFile, opened
from quietwatch.media.reader import MediaInfo
from quietwatch.model import Arrival, Clip, Failure, Note, NoteCode, StartFrom
from quietwatch.names import printable
from quietwatch.pipeline.patience import answered
from quietwatch.store.files import storage_errors

_PIECE = 2**20  # bytes
_LATEST = datetime(2200, 1, 1, tzinfo=UTC).timestamp()  # file systems keep times beyond calendars

Stamp = tuple[tuple[int, ...], ...]
"""Of each file what tells that it has not changed: size, times of change, which file it is."""

_GONE = (-1,)


@dataclass(frozen=True, slots=True)
class Taken:
    """Footage that is here and hashed.

    Attributes:
        arrival: as the source found it.
        file: where it is now: as it came, fetched, or a sheaf of its stills (see `media.sheaf`).
        ours: whether the file is a copy of ours, which goes when it is done.
        sha256: of its bytes.
        size: bytes.
        came: the files as they came.
        stamp: of these files, before they were read.
        stall_s: how long the system may take to answer, seconds.
    """

    arrival: Arrival
    file: Path
    ours: bool
    sha256: str
    size: int
    came: tuple[Path, ...]
    stamp: Stamp
    stall_s: float

    @property
    def has_changed(self) -> bool:
        """Whether a file is no longer what it was when it was taken in, or can't be asked."""
        try:
            return answered(lambda _: stamp_of(self.came), self.stall_s) != self.stamp
        except NotReadable:
            return True

    @property
    def looks(self) -> str:
        """What the source looked like before it was read; see `looks_of`."""
        return _joined(self.stamp) if self.arrival.files else self.arrival.stamp

    @property
    def notes(self) -> tuple[Note, ...]:
        """What is odd about how it came."""
        return name_notes(self.arrival)

    def clip(self, info: MediaInfo, duration: float) -> Clip:
        """The clip that it is, by what is known of it without decoding it.

        Args:
            info: what the file says of itself.
            duration: about how long it lasts, seconds.
        """
        start, start_from = self._start(info, duration)
        return Clip(
            camera=self.arrival.camera,
            sha256=self.sha256,
            size=self.size,
            start=start,
            start_from=start_from,
            duration=duration,
            width=info.width,
            height=info.height,
            codec=info.codec,
            extension=_extension(self.file),
        )

    def release(self) -> None:
        """Remove what is a copy of ours, with the folder that it had in the spool."""
        if self.ours:
            self.file.unlink(missing_ok=True)
            self.file.parent.rmdir()

    def _start(self, info: MediaInfo, duration: float) -> tuple[datetime, StartFrom]:
        """When it starts, to the millisecond: see "Identity" in docs/operations.md."""
        arrival = self.arrival
        if arrival.start is not None and arrival.start_from == "recorder":
            return _whole_ms(arrival.start), "recorder"
        if info.recorded is not None:
            return _whole_ms(info.recorded), "metadata"
        if arrival.start is not None:
            return _whole_ms(arrival.start), "name"
        changed = max(each[1] for each in self.stamp if each != _GONE) / 1e9
        ended = datetime.fromtimestamp(min(max(changed, duration), _LATEST), UTC)
        return _whole_ms(ended - timedelta(seconds=duration)), "mtime"


def take(arrival: Arrival, spool: Path, stall_s: float) -> Taken:
    """Bring footage here and hash it.

    Args:
        arrival: as the source found it.
        spool: folder for what is fetched, and for the sheaves of stills.
        stall_s: longest time without a byte, seconds: a network share may hang for ever.

    Raises:
        InputError: it can't be fetched or read, or there are no bytes.
        StoreUnavailable: the store that it lies in can't be reached.
        StorageFull: the spool has no space for it.
    """
    came = tuple(map(Path, arrival.files)) if arrival.fetch is None else arrival.fetch(spool)
    try:
        stamp = answered(lambda _: stamp_of(came), stall_s)
        file = came[0] if len(came) == 1 else _bound(came, stamp, spool)
        sha256, size = answered(lambda step: _hash(file, step), stall_s)
    except BaseException:
        if arrival.fetch is not None:
            _remove(came)
        raise
    if arrival.fetch is not None and len(came) > 1:
        _remove(came)
        came, stamp = (file,), stamp_of((file,))
    ours = arrival.fetch is not None or file not in came
    return Taken(arrival, file, ours, sha256, size, came, stamp, stall_s)


def readable(arrival: Arrival, stall_s: float) -> tuple[Arrival, list[Failure]]:
    """Stills without those that can't be read, and of each of these why; one file is left as it is.

    Args:
        arrival: as the source found it.
        stall_s: longest time that the system may take to open one, seconds.
    """
    files: list[str] = []
    failed: list[Failure] = []
    for file in arrival.files if len(arrival.files) > 1 else ():
        path = Path(file)
        try:
            answered(partial(_open, path), stall_s)
            files.append(file)
        except InputError as error:
            source = f"{arrival.source}: {printable(path.name)}"
            failed.append(Failure(source, error.code, error.detail))
    return (replace(arrival, files=tuple(files)) if failed else arrival), failed


def stamp_of(files: Iterable[Path | str]) -> Stamp:
    """What tells that files have not changed; `(-1,)` for one that can't be asked."""
    stamps: list[tuple[int, ...]] = []
    for path in files:
        try:
            status = os.stat(path)  # noqa: PTH116 - no Path for each of very many files
            stamps.append((status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino))
        except OSError:
            stamps.append(_GONE)
    return tuple(stamps)


def looks_of(arrival: Arrival) -> str:
    """What a source looks like now, as text; "" where that can't be told."""
    return _joined(stamp_of(arrival.files)) if arrival.files else arrival.stamp


def place_of(arrival: Arrival) -> str:
    """What a source is known by from one run to the next: its URL, or its whole path."""
    if not arrival.files:
        return arrival.source
    return "\n".join(printable(os.path.abspath(path)) for path in arrival.files)  # noqa: PTH100 - keeps links


def name_notes(arrival: Arrival) -> tuple[Note, ...]:
    """What is odd about the names of its files."""
    if all(printable(path) == path for path in arrival.files):
        return ()
    why = "the name has characters that can't be shown and stand as escapes here; rename it"
    return (Note(NoteCode.NAME_ESCAPED, why),)


def path_of(clip: Clip) -> str:
    """Path of a clip in `footage`."""
    return names.clip_path(clip)


def _joined(stamp: Stamp) -> str:
    return ";".join([",".join(map(str, each)) for each in stamp])


def _bound(files: tuple[Path, ...], stamp: Stamp, spool: Path) -> Path:
    """The stills of a clip as one file in a folder of its own in the spool."""
    if not any(each[0] for each in stamp):
        raise EmptyFile("the files have no bytes; the camera or the copy broke off")
    with storage_errors(spool, "written"):
        own = Path(tempfile.mkdtemp(dir=spool))
        target = own / "stills.zip"
        try:
            with target.open("wb") as out:
                sheaf.pack([(printable(path.name), path) for path in files], out)
        except BaseException:  # also when interrupted: what is half here is of no use
            target.unlink(missing_ok=True)
            own.rmdir()
            raise
    return target


def _open(path: Path, _: Callable[[], None]) -> None:
    """See that a file can be opened."""
    LocalFile(path).close()


def _hash(file: Path, step: Callable[[], None]) -> tuple[str, int]:
    """SHA-256 and size of a file; calls `step` after each piece."""
    whole, size = hashlib.sha256(), 0
    with opened(file) as source:
        while piece := source.read(_PIECE):
            whole.update(piece)
            size += len(piece)
            step()
    return whole.hexdigest(), size


def _remove(files: tuple[Path, ...]) -> None:
    for path in files:
        path.unlink(missing_ok=True)
    for folder in {path.parent for path in files}:
        folder.rmdir()


def _whole_ms(time: datetime) -> datetime:
    time = time.astimezone(UTC)
    return time.replace(microsecond=time.microsecond // 1000 * 1000)


def _extension(path: Path) -> str:
    """Of a file, lower case, letters and digits only; `bin` where it has none."""
    plain = "".join(char for char in path.suffix.lower() if char.isascii() and char.isalnum())
    return plain[:8] or "bin"
