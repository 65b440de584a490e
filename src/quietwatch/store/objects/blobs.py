"""A tenant's blobs: immutable bytes under their SHA-256, `<tenant>/blobs/<first 2>/<sha256>`.

The bytes are hashed here before the first is sent, so the key is known and a source that changes
meanwhile does no harm. Putting the same blob twice is no error and no work, whoever comes second.
"""

import errno
import hashlib
import os
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from threading import Condition
from typing import BinaryIO, NamedTuple

from quietwatch.errors import BlobDamaged, ObjectMissing
from quietwatch.model.versions import Blob
from quietwatch.names import blob_folder, blob_key, blob_of_key
from quietwatch.store.files import PartFile, make_folder, storage_errors
from quietwatch.store.objects.objects import PIECE, ObjectInfo, Objects

SMALL = 64 * 2**20
"""Bytes up to which a blob is put whole, create-only; a larger one goes in parts."""

SMALL_IN_FOLDER = 2**20
"""The same for a folder: there a larger one is moved into its place, and takes no memory."""

IN_FLIGHT = 2 * SMALL
"""Bytes in memory while several files are put at once."""


class StoredBlob(NamedTuple):
    """A blob as it lies in the store."""

    sha256: str
    size: int
    modified: datetime


class Blobs:
    """The blobs of one tenant.

    Args:
        objects: where they lie.
        tenant: whose they are; its slug.
        spool: folder for what is on its way, made when it is needed; what a killed process left
            there is removed by `files.sweep`.

    Methods raise what `Objects` does. What is read is compared to its name before it is given out,
    unless `verify` says otherwise.
    """

    def __init__(self, objects: Objects, tenant: str, spool: Path) -> None:
        self._objects = objects
        self._tenant = tenant
        self._folder = blob_folder(tenant)
        self._spool = spool
        self._room = _Room(IN_FLIGHT)
        self._small = SMALL if objects.local_path(self._folder) is None else SMALL_IN_FOLDER

    def put_bytes(self, data: bytes) -> Blob:
        """Keep bytes."""
        blob = Blob(hashlib.sha256(data).hexdigest(), len(data))
        key = self._key(blob.sha256)
        # A power cut may have left less of a blob in a folder than was put.
        if not self._objects.offer(key, data) and not self._is_there(blob):
            self._objects.put(key, data)
        return blob

    def put_file(self, path: Path) -> Blob:
        """Keep the bytes that a file has now.

        Raises:
            FileNotFoundError: it is not there. StorageError: it can't be read.
        """
        with storage_errors(path, "read"), path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            if size <= self._small:
                with self._room.taken(size):
                    data = file.read(self._small + 1)
                    if len(data) <= self._small:
                        return self.put_bytes(data)
                    file.seek(0)  # it has grown meanwhile
            return self._put_large(file)

    def put_files(self, paths: Iterable[Path], threads: int = 8) -> Iterator[Blob]:
        """Keep files, several at a time; the blobs come in the order of the paths.

        Paths are taken as there is room for them. When one fails its error comes in its place, and
        no more are begun.
        """
        with ThreadPoolExecutor(threads, "quietwatch-put") as pool:
            rest = iter(paths)
            begun: deque[Future[Blob]] = deque()
            try:
                for path in rest:
                    begun.append(pool.submit(self.put_file, path))
                    if len(begun) >= 4 * threads:
                        yield begun.popleft().result()
                while begun:
                    yield begun.popleft().result()
            finally:
                for future in begun:
                    future.cancel()

    def read(self, sha256: str, *, verify: bool = True) -> bytes:
        """The bytes of a blob.

        Raises:
            ObjectMissing: there is no such blob. BlobDamaged: its bytes are others.
        """
        data = self._objects.read(self._key(sha256))
        if verify and hashlib.sha256(data).hexdigest() != sha256:
            raise self._damaged(sha256)
        return data

    def stream(self, sha256: str, *, verify: bool = True) -> Iterator[bytes]:
        """The bytes of a blob piece by piece; all are here and verified before the first is given.

        Raises:
            ObjectMissing: there is no such blob. BlobDamaged: its bytes are others.
        """
        if not verify:
            yield from self._objects.stream(self._key(sha256))
            return
        with self.at(sha256) as path, storage_errors(path, "read"), path.open("rb") as file:
            yield from _pieces(file)

    def fetch(self, sha256: str, target: Path) -> None:
        """Bring a blob into a file, which is there whole and verified or not at all.

        Raises:
            ObjectMissing: there is no such blob. BlobDamaged: its bytes are others.
        """
        make_folder(target.parent)
        with PartFile(target, target.parent) as part:
            self._copy(sha256, part)
            part.put_in_place()

    @contextmanager
    def at(self, sha256: str, *, verify: bool = True) -> Iterator[Path]:
        """A file with the bytes of a blob, to read while the block runs and not to change.

        Raises:
            ObjectMissing: there is no such blob. BlobDamaged: its bytes are others.
        """
        local = self._objects.local_path(self._key(sha256))
        if local is not None:
            if verify:
                self._verify(sha256, local)
            elif self.info(sha256) is None:
                raise self._missing(sha256)
            yield local
            return
        make_folder(self._spool)
        with PartFile(self._spool / sha256, self._spool) as part:
            self._copy(sha256, part)
            yield part.path

    def has(self, sha256: str) -> bool:
        """Whether a blob is there; its bytes are not looked at."""
        return self.info(sha256) is not None

    def info(self, sha256: str) -> ObjectInfo | None:
        """Size and time of a blob, None if there is none."""
        return self._objects.info(self._key(sha256))

    def delete(self, shas: Iterable[str]) -> None:
        """Delete blobs; one that is not there is no error."""
        self._objects.delete(self._key(sha256) for sha256 in shas)

    def all(self) -> Iterator[StoredBlob]:
        """The blobs that are there, by their hashes; what is none is left out."""
        for found in self._objects.list(self._folder):
            sha256 = blob_of_key(found.key)
            if sha256 is not None:
                yield StoredBlob(sha256, found.size, found.modified)

    def _key(self, sha256: str) -> str:
        return blob_key(self._tenant, sha256)

    def _put_large(self, file: BinaryIO) -> Blob:
        """Spool and hash a file first: it may change while it is sent."""
        make_folder(self._spool)
        with PartFile(self._spool / "blob", self._spool) as part:
            digest, size = hashlib.sha256(), 0
            for piece in _pieces(file):
                digest.update(piece)
                size += part.write(piece)
            blob = Blob(digest.hexdigest(), size)
            if not (self._is_there(blob) or self._moved(part.path, self._key(blob.sha256))):
                self._objects.upload(self._key(blob.sha256), part.path)
        return blob

    def _moved(self, file: Path, key: str) -> bool:
        """Move a spooled file to where a folder has it; False where that can't be done."""
        target = self._objects.local_path(key)
        if target is None:
            return False
        make_folder(target.parent)
        try:
            file.replace(target)
        except OSError as error:
            if error.errno == errno.EXDEV:  # the spool lies on another file system
                return False
            with storage_errors(target, "written"):
                raise
        return True

    def _is_there(self, blob: Blob) -> bool:
        found = self.info(blob.sha256)
        return found is not None and found.size == blob.size

    def _copy(self, sha256: str, part: PartFile) -> None:
        digest = hashlib.sha256()
        for piece in self._objects.stream(self._key(sha256)):
            digest.update(piece)
            part.write(piece)
        if digest.hexdigest() != sha256:
            raise self._damaged(sha256)

    def _verify(self, sha256: str, path: Path) -> None:
        try:
            with storage_errors(path, "read"), path.open("rb") as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
        except FileNotFoundError:
            raise self._missing(sha256) from None
        if found != sha256:
            raise self._damaged(sha256)

    def _missing(self, sha256: str) -> ObjectMissing:
        return ObjectMissing(f"{self._tenant} has no blob {sha256}; it was deleted or never put")

    def _damaged(self, sha256: str) -> BlobDamaged:
        return BlobDamaged(
            f"the blob {sha256} of {self._tenant} in {self._objects.url} is damaged: its bytes are "
            "not those it is named after; restore it from a backup or bring its source in again"
        )


class _Room:
    """Lets so many bytes in at a time that they fit; who comes is let in, in no certain order."""

    def __init__(self, size: int) -> None:
        self._free = self._size = size
        self._changed = Condition()

    @contextmanager
    def taken(self, size: int) -> Iterator[None]:
        """Wait until there is room for so many bytes (at most all there is), and take it."""
        need = min(size, self._size)
        with self._changed:
            self._changed.wait_for(lambda: self._free >= need)
            self._free -= need
        try:
            yield
        finally:
            with self._changed:
                self._free += need
                self._changed.notify_all()


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    while piece := file.read(PIECE):
        yield piece
