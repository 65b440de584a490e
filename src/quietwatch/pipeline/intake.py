"""Footage taken in: brought here, hashed, and given its place in time."""

import hashlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from quietwatch.errors import EmptyFile, NotReadable
from quietwatch.media.files import opened
from quietwatch.model import Arrival, Clip, Note, NoteCode, StartFrom, Summary
from quietwatch.names import printable
from quietwatch.pipeline.patience import answered

_PIECE = 2**20  # bytes
_LATEST = datetime(2200, 1, 1, tzinfo=UTC).timestamp()  # file systems keep times beyond calendars

_Stamp = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Taken:
    """Footage whose files are here and hashed.

    Attributes:
        arrival: as the source found it.
        files: where it is now.
        sha256: of its bytes, or of the list of its stills' hashes.
        size: bytes.
        stamp: size and time of change of each file before it was read.
        stall_s: how long the system may take to answer, seconds.
    """

    arrival: Arrival
    files: tuple[Path, ...]
    sha256: str
    size: int
    stamp: _Stamp
    stall_s: float

    @property
    def has_changed(self) -> bool:
        """Whether a file is no longer what it was when it was taken in, or can't be asked."""
        try:
            return answered(lambda _: _stamp(self.files), self.stall_s) != self.stamp
        except NotReadable:
            return True

    @property
    def notes(self) -> tuple[Note, ...]:
        """What is odd about how it came."""
        if all(printable(path) == str(path) for path in self.arrival.files):
            return ()
        why = "the name has characters that can't be shown and stand as escapes here; rename it"
        return (Note(NoteCode.NAME_ESCAPED, why),)

    def clip(self, summary: Summary) -> Clip:
        """The clip that it is, by what the analysis learned of it."""
        start, start_from = self._start(summary)
        return Clip(
            camera=self.arrival.camera,
            sha256=self.sha256,
            size=self.size,
            start=start,
            start_from=start_from,
            duration=summary.duration,
            width=summary.width,
            height=summary.height,
            codec=summary.codec,
            extension=_extension(self.files[0]),
        )

    def release(self, spool: Path) -> None:
        """Remove files that were only fetched, and the folder that they had in the spool."""
        if self.arrival.fetch is not None:
            for path in self.files:
                path.unlink(missing_ok=True)
            for folder in {path.parent for path in self.files} - {spool}:
                folder.rmdir()

    def _start(self, summary: Summary) -> tuple[datetime, StartFrom]:
        """When it starts, to the millisecond: see "Identity" in docs/operations.md."""
        arrival = self.arrival
        if arrival.start is not None and arrival.start_from == "recorder":
            return _whole_ms(arrival.start), "recorder"
        if summary.recorded is not None:
            return _whole_ms(summary.recorded), "metadata"
        if arrival.start is not None:
            return _whole_ms(arrival.start), "name"
        changed = max(mtime for _, mtime in self.stamp) / 1e9
        ended = datetime.fromtimestamp(min(max(changed, summary.duration), _LATEST), UTC)
        return _whole_ms(ended - timedelta(seconds=summary.duration)), "mtime"


def take(arrival: Arrival, spool: Path, stall_s: float) -> Taken:
    """Bring footage here and hash it.

    Args:
        arrival: as the source found it.
        spool: folder for what is fetched.
        stall_s: longest time without a byte, seconds: a network share may hang for ever.

    Raises:
        InputError: it can't be fetched or read, or there are no bytes.
        StoreUnavailable: the store that it lies in can't be reached.
    """
    files = arrival.files if arrival.fetch is None else arrival.fetch(spool)
    stamp, hashes, size = answered(lambda step: _read(files, step), stall_s)
    if size == 0:
        raise EmptyFile("the file has no bytes; the camera or the copy broke off")
    whole = hashes[0]
    if len(hashes) > 1:
        whole = hashlib.sha256("\n".join(hashes).encode()).hexdigest()
    return Taken(arrival, files, whole, size, stamp, stall_s)


def _read(files: tuple[Path, ...], step: Callable[[], None]) -> tuple[_Stamp, list[str], int]:
    """Stamp, hash of each file and bytes in all; calls `step` after each piece."""
    stamp, hashes, size = _stamp(files), [], 0
    for path in files:
        whole = hashlib.sha256()
        with suppress(EmptyFile), opened(path) as file:  # one of many stills may have no bytes
            while piece := file.read(_PIECE):
                whole.update(piece)
                size += len(piece)
                step()
        hashes.append(whole.hexdigest())
    return stamp, hashes, size


def _stamp(files: tuple[Path, ...]) -> _Stamp:
    """Size and time of change of each file; (-1, -1) for one that can't be asked."""
    stamps = []
    for path in files:
        try:
            status = path.stat()
            stamps.append((status.st_size, status.st_mtime_ns))
        except OSError:
            stamps.append((-1, -1))
    return tuple(stamps)


def _whole_ms(time: datetime) -> datetime:
    time = time.astimezone(UTC)
    return time.replace(microsecond=time.microsecond // 1000 * 1000)


def _extension(path: Path) -> str:
    """Of a file, lower case, letters and digits only; `bin` where it has none."""
    plain = "".join(char for char in path.suffix.lower() if char.isascii() and char.isalnum())
    return plain[:8] or "bin"
