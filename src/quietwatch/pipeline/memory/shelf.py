"""Where the files of `memory` are read: the repo as it stands at a commit, or a folder."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from quietwatch.model import Camera, Repo
from quietwatch.pipeline.memory import files
from quietwatch.pipeline.memory.files import MEMORY
from quietwatch.store.files import storage_errors
from quietwatch.store.place import Place


class Shelf(Protocol):
    """Where the files of a camera are."""

    def list(self, camera: Camera) -> Iterable[tuple[str, str]]:
        """Path and name of each: of equal names the bytes are equal."""

    def read(self, path: str, name: str) -> bytes:
        """The bytes of one."""


@dataclass(frozen=True, slots=True)
class Stored:
    """The repo as it stands at a commit; None: it has none.

    Attributes:
        place: the store.
        tenant: whose.
        commit: id.
    """

    place: Place
    tenant: str
    commit: str | None

    def list(self, camera: Camera) -> Iterator[tuple[str, str]]:
        """As of `Shelf`."""
        if self.commit is None:
            return
        repo, prefix = Repo(self.tenant, MEMORY), files.folder(camera)
        for entry in self.place.repos.entries(repo, self.commit, prefix=prefix):
            if entry.blob is not None:
                yield entry.path, entry.blob.sha256

    def read(self, path: str, name: str) -> bytes:  # noqa: ARG002 - a blob is known by its name
        """As of `Shelf`; raises StorageError."""
        return self.place.blobs(self.tenant).read(name)


@dataclass(frozen=True, slots=True)
class InFolder:
    """The same files in a folder, as `quietwatch get memory` writes them; None: there are none."""

    folder: Path | None

    def list(self, camera: Camera) -> Iterator[tuple[str, str]]:
        """As of `Shelf`; raises StorageError."""
        if self.folder is None:
            return
        own = self.folder / files.folder(camera)
        with storage_errors(own, "read"):
            found = sorted(own.rglob("*.json")) if own.is_dir() else []
        for file in found:
            path = file.relative_to(self.folder).as_posix()
            yield path, path

    def read(self, path: str, name: str) -> bytes:  # noqa: ARG002 - no two share their bytes here
        """As of `Shelf`; raises StorageError."""
        assert self.folder is not None  # noqa: S101 - it listed the path
        with storage_errors(self.folder / path, "read"):
            return (self.folder / path).read_bytes()
