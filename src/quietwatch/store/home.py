"""The folder in which results live, and where each thing lies in it.

    home.json                                    marks a home and its format
    lock                                         held by the run at work
    analysis/<key[:2]>/<key>.zip                 see `pack`
    clips/<tenant>/<site>/<camera>/<sha256>.json see `records`
    cameras/<tenant>/<site>/<camera>.json        what the camera is called
    spool/                                       downloads under way; emptied when a run begins

Every file is written whole or not at all, so a run that is killed leaves what it had finished.
"""

import json
import re
import shutil
from collections.abc import Callable, Container, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from quietwatch.config import SETTINGS_FILE
from quietwatch.errors import RecordDamaged, StorageError
from quietwatch.model import Analysis, Camera
from quietwatch.names import printable
from quietwatch.store import records
from quietwatch.store.files import (
    PartFile,
    exclusive,
    make_folder,
    open_stored,
    read_whole,
    storage_errors,
    sweep,
    write_whole,
)
from quietwatch.store.formats import check_format
from quietwatch.store.pack import PackReader, PackWriter
from quietwatch.store.records import ClipRecord

FORMAT = 1
"""Raised when an older Quietwatch must no longer touch a home."""

_HASH = re.compile(r"[0-9a-f]{64}")
_PARTS = ".parts"
_BESIDE = ("catalog.sqlite", "store", "spool")
"""What a folder holds that is a store already, see `place`; the names or their beginnings."""


class Home:
    """An open home; made when it is not there.

    Args:
        path: the folder. A new one is readable by its owner alone: it shows people.

    Raises:
        StorageError: it can't be made or read, or a newer Quietwatch wrote it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._analyses = path / "analysis"
        self._clips = path / "clips"
        self._names = path / "cameras"
        self._marker = path / "home.json"
        self._lock = path / "lock"
        self._open()

    @property
    def spool(self) -> Path:
        """The folder for downloads; emptied when a run begins."""
        return self.path / "spool"

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """Be the one run at work here, and clear away what a killed one left.

        Raises:
            StorageError: another process is at work here; the sentence names it.
        """
        with exclusive(self._lock, printable(self.path)):
            self._clear()
            try:
                yield
            finally:  # of workers that were ended; a killed run can't
                self._clear()

    def analysis(self, key: str) -> Path:
        """Where the analysis with this key lies, or would lie; a key has 64 hex digits."""
        _require_hash(key)
        return self._analyses / key[:2] / f"{key}.zip"

    def has_analysis(self, key: str) -> bool:
        """Whether it is there; it may still turn out to be damaged."""
        path = self.analysis(key)
        with storage_errors(path, "read"):
            return path.is_file()

    @contextmanager
    def writing_analysis(self, key: str) -> Iterator[PackWriter]:
        """A writer for the analysis with this key, which is put in place when it is finished.

        Raises:
            StorageFull: no space is left. StorageError: it can't be written. Nothing is left of it.
        """
        path = self.analysis(key)
        make_folder(path.parent)
        with PartFile(path, self._analyses / _PARTS) as part:
            with PackWriter(part) as writer:
                yield writer
            part.put_in_place()

    def read_analysis(self, key: str) -> Analysis:
        """The analysis with this key, its pictures left where they are.

        Raises:
            RecordDamaged: it is not there or not what was written. StorageError: it can't be read.
        """
        with self._reading(key) as pack:
            return pack.analysis()

    def read_pictures(self, key: str, tracks: Container[int]) -> dict[int, bytes]:
        """The JPEG of each of these tracks of that analysis that has one; raises as above."""
        with self._reading(key) as pack:
            return pack.pictures(tracks)

    def picture_sizes(self, key: str, tracks: Container[int]) -> dict[int, int]:
        """Bytes of each of these JPEGs, which are not read; raises as above."""
        with self._reading(key) as pack:
            return pack.picture_sizes(tracks)

    def read_state(self, key: str) -> bytes:
        """The analyzer's state at the end of that clip; raises as above."""
        with self._reading(key) as pack:
            return pack.state()

    def forget_analysis(self, key: str) -> None:
        """Remove an analysis, so that it is made anew; none there is no error."""
        path = self.analysis(key)
        with storage_errors(path, "removed"):
            path.unlink(missing_ok=True)

    def put_record(self, record: ClipRecord) -> None:
        """Keep what is known of a clip, in the place of what was known.

        Raises:
            StorageFull: no space is left. StorageError: it can't be written.
        """
        path = self._record(record.clip.camera, record.clip.sha256)
        self._write(path, records.dump(record), self._clips)

    def get_record(self, camera: Camera, sha256: str) -> ClipRecord | None:
        """What is known of a clip, None when it was never taken in.

        Raises:
            RecordDamaged: it is not what was written. StorageError: it can't be read.
        """
        path = self._record(camera, sha256)
        with storage_errors(path, "read"):
            if not path.exists():
                return None
        return _read_record(path)

    def name_file(self, camera: Camera) -> Path:
        """Where it is kept what a camera is called; whoever removes it lets it be called anew."""
        return self._names / camera.tenant / camera.site / f"{camera.name}.json"

    def put_name(self, camera: Camera, name: str) -> None:
        """Keep what a camera is called; raises as `put_record` does."""
        self._write(self.name_file(camera), records.dump_name(name), self._names)

    def get_name(self, camera: Camera) -> str | None:
        """What a camera is called, None when nobody has said; raises as `get_record` does."""
        path = self.name_file(camera)
        with storage_errors(path, "read"):
            if not path.exists():
                return None
        with _named(path):
            return records.parse_name(read_whole(path))

    def cameras(self) -> Iterator[Camera]:
        """The cameras of which there are clips, in order; raises StorageError."""
        for tenant in _folders(self._clips):
            for site in _folders(tenant):
                for camera in _folders(site):
                    yield Camera(tenant.name, site.name, camera.name)

    def records(
        self, camera: Camera | None = None, aside: Callable[[RecordDamaged], None] | None = None
    ) -> Iterator[ClipRecord]:
        """The clips of a camera by time; without one named, those of each camera.

        Args:
            camera: whose clips.
            aside: told of each record that is damaged, which is then left out.

        Raises:
            RecordDamaged: one is not what was written, and nobody wants to be told of it.
            StorageError: one can't be read.
        """
        for each in self.cameras() if camera is None else (camera,):
            found = []
            for path in _records_in(self._folder(each)):
                try:
                    found.append(_read_record(path))
                except RecordDamaged as error:
                    if aside is None:
                        raise
                    aside(error)
            yield from sorted(found, key=lambda r: (r.clip.start, r.clip.sha256))

    @contextmanager
    def _reading(self, key: str) -> Iterator[PackReader]:
        path = self.analysis(key)
        with (
            _named(path),
            open_stored(path) as stored,
            storage_errors(path, "read"),
            PackReader(stored) as pack,
        ):
            yield pack

    @property
    def _parts(self) -> tuple[Path, ...]:
        """Where files lie that are being written."""
        return (self.path, *(top / _PARTS for top in (self._analyses, self._clips, self._names)))

    def _clear(self) -> None:
        """Remove what nobody will finish."""
        for folder in self._parts:
            sweep(folder)
        _empty(self.spool)

    def _open(self) -> None:
        make_folder(self.path, mode=0o700)
        with storage_errors(self.path, "read"):
            if not self._marker.exists():
                self._require_ours()
                write_whole(self._marker, json.dumps({"format": FORMAT}).encode())
        for folder in (*self._parts, self.spool):
            make_folder(folder)
        with _named(self._marker):
            try:
                check_format(read_whole(self._marker), FORMAT)
            except ValueError as error:
                raise RecordDamaged(
                    "it marks no home; name another folder, or remove the file if this is a home"
                ) from error

    def _require_ours(self) -> None:
        """A run clears away in its home: nobody else's folder may become one."""
        known = (".quietwatch-", *(_BESIDE if (self.path / _BESIDE[0]).is_file() else ()))
        for path in self.path.iterdir():
            if path.name != SETTINGS_FILE and not path.name.startswith(known):
                raise StorageError(
                    f"{printable(self.path)} is no home and holds other things "
                    f"({printable(path.name)}); name an empty or a new folder"
                )

    def _record(self, camera: Camera, sha256: str) -> Path:
        _require_hash(sha256)
        return self._folder(camera) / f"{sha256}.json"

    def _folder(self, camera: Camera) -> Path:
        return self._clips / camera.tenant / camera.site / camera.name

    def _write(self, path: Path, data: bytes, top: Path) -> None:
        make_folder(path.parent)
        write_whole(path, data, top / _PARTS)


def _empty(folder: Path) -> None:
    with storage_errors(folder, "emptied"):
        for path in folder.iterdir():
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink()


def _folders(above: Path) -> list[Path]:
    with storage_errors(above, "read"):
        return sorted(path for path in above.iterdir() if path.name != _PARTS and path.is_dir())


def _records_in(folder: Path) -> list[Path]:
    with storage_errors(folder, "read"), suppress(FileNotFoundError):
        return sorted(path for path in folder.iterdir() if path.suffix == ".json")
    return []


def _read_record(path: Path) -> ClipRecord:
    with _named(path):
        return records.parse(read_whole(path))


@contextmanager
def _named(path: Path) -> Iterator[None]:
    """Say which file is damaged."""
    try:
        yield
    except RecordDamaged as error:
        raise RecordDamaged(f"{printable(path)}: {error.detail}") from error


def _require_hash(text: str) -> None:
    if not _HASH.fullmatch(text):
        raise ValueError(f"expected: 64 hex digits; got {text!r}")
