"""The folder of one machine's work: its spool, its lock, and by default store and catalog too.

    home.json         marks a home and its format
    lock              held by the run at work
    spool/            what is on its way: downloads, sheaves
    spool/made/       analyses that are finished and not committed yet
    store/            the object store, unless it lies elsewhere
    catalog.sqlite    the catalog, unless it lies elsewhere

The marker and all that lies in the store are written whole or not at all.
"""

import json
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from quietwatch.config import SETTINGS_FILE
from quietwatch.errors import RecordDamaged, StorageError
from quietwatch.names import printable
from quietwatch.store.files import (
    exclusive,
    is_part,
    make_folder,
    read_whole,
    storage_errors,
    sweep,
    write_whole,
)
from quietwatch.store.formats import check_format

FORMAT = 2
"""Raised when an older Quietwatch must no longer touch a home."""

_MADE = "made"


class Home:
    """An open home; made when it is not there.

    Args:
        path: the folder. A new one is readable by its owner alone: it shows people.

    Raises:
        StorageError: it can't be made or read, or a Quietwatch of another format wrote it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._marker = path / "home.json"
        self._lock = path / "lock"
        self._open()

    @property
    def spool(self) -> Path:
        """The folder for what is on its way; emptied when a run begins, but for `made`."""
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

    def made(self) -> list[str]:
        """Keys of the finished analyses that lie in the spool.

        Raises:
            StorageError: the folder can't be read.
        """
        with storage_errors(self.spool, "read"):
            return [path.stem for path in (self.spool / _MADE).glob("*.zip")]

    def forget_made(self, keys: Iterable[str]) -> None:
        """Remove analyses that are finished and not committed yet, by the keys of their datums."""
        for key in keys:
            path = self.spool / _MADE / f"{key}.zip"
            with storage_errors(path, "removed"):
                path.unlink(missing_ok=True)

    def _clear(self) -> None:
        """Remove what nobody will finish; finished analyses stay for the next run."""
        for folder in (self.path, self.spool, self.spool / _MADE):
            sweep(folder)
        with storage_errors(self.spool, "emptied"):
            for path in self.spool.iterdir():
                if path.name == _MADE or is_part(path):  # one that is left is somebody's at work
                    continue
                if path.is_dir() and not path.is_symlink():
                    shutil.rmtree(path)
                else:
                    path.unlink()

    def _open(self) -> None:
        make_folder(self.path, mode=0o700)
        with storage_errors(self.path, "read"):
            if not self._marker.exists():
                self._require_ours()
                write_whole(self._marker, json.dumps({"format": FORMAT}).encode())
        with _named(self._marker):
            data = read_whole(self._marker)
            try:
                found = check_format(data, FORMAT)
            except ValueError as error:
                raise RecordDamaged(
                    "it marks no home; name another folder, or remove the file if this is a home"
                ) from error
            if found < FORMAT:
                raise RecordDamaged(
                    "this home was made before footage was versioned; name a new home and run "
                    "again on the footage, then remove this one"
                )
        make_folder(self.spool / _MADE)

    def _require_ours(self) -> None:
        """A run clears away in its home: nobody else's folder may become one."""
        for path in self.path.iterdir():
            if path.name != SETTINGS_FILE and not path.name.startswith(".quietwatch-"):
                raise StorageError(
                    f"{printable(self.path)} is no home and holds other things "
                    f"({printable(path.name)}); name an empty or a new folder"
                )


@contextmanager
def _named(path: Path) -> Iterator[None]:
    """Say which file is damaged."""
    try:
        yield
    except RecordDamaged as error:
        raise RecordDamaged(f"{printable(path)}: {error.detail}") from error
