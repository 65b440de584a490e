"""Objects by key: one port over buckets, folders and memory."""

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import obstore
from obstore.exceptions import AlreadyExistsError, GenericError

from quietwatch.errors import ObjectMissing, StoreUnavailable
from quietwatch.names import object_key, printable
from quietwatch.store.files import PartFile, make_folder
from quietwatch.store.objects import folders
from quietwatch.store.objects.connect import PAUSES, open_store
from quietwatch.store.objects.faults import gone, is_fleeting, translated, where
from quietwatch.store.objects.url import Folder, Place, parse_place, redacted

if TYPE_CHECKING:  # obstore has this name for type checkers only
    from obstore import GetResult

PIECE = 4 * 2**20
"""Bytes of an object in memory while it is read piece by piece."""

PART = 8 * 2**20
"""Bytes of a part of an upload; more where there would be too many parts."""

PARTS_AT_ONCE = 4
"""Parts of an upload in memory."""

_MOST_PARTS = 9_000  # S3 takes 10,000
_KEYS_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class ObjectInfo:
    """What is known of an object.

    Attributes:
        key: its key.
        size: bytes.
        modified: when it was put, UTC, by the clock of the store.
    """

    key: str
    size: int
    modified: datetime


def connect(url: str) -> "Objects":
    """The objects at a URL or in a folder, which is made; of a bucket nothing is asked yet.

    Args:
        url: `s3://BUCKET/FOLDER`, `gs://...`, `az://...`, `file:///FOLDER`, a path, or
            `memory://NAME`, which is shared within the process (`memory://` is not).

    Raises:
        UsageError: it names no such place.
        StoreUnavailable: what is needed to reach it is not set. StorageError: no folder is there.
    """
    return Objects(parse_place(url))


class Objects:
    """What lies at one place; safe to use from several threads, not on both sides of a fork.

    Keys are as `names.object_key` has them. Every method may raise StoreUnavailable (a bucket
    refuses us or does not answer, after all retries), StorageFull and StorageError (of a folder)
    and InvalidName (of a key).

    Attributes:
        url: of the place, as it may be shown; it holds no secret.
    """

    def __init__(self, place: Place) -> None:
        self._place = place
        self._store, self._sending = open_store(place)
        self.url = redacted(str(place))

    def __repr__(self) -> str:
        return f"Objects({self.url!r})"

    def put(self, key: str, data: bytes) -> None:
        """Put an object, in place of one that is there; it is there whole or not at all."""
        object_key(key)
        with self._writing():
            obstore.put(self._sending, key, data, use_multipart=False)

    def create(self, key: str, data: bytes) -> bool:
        """Put an object if there is none; of several that try at once one succeeds.

        Returns:
            Whether the object is there with these bytes: now put, put by an earlier try whose
            answer got lost, or put by somebody else. False: it is there with others.
        """
        return self.offer(key, data) or self._same(key, data)

    def offer(self, key: str, data: bytes) -> bool:
        """As `create`, for keys that tell their content; False whenever it was there already."""
        object_key(key)
        with self._writing():
            for pause in PAUSES:
                try:
                    return self._offer(key, data)
                except GenericError as error:
                    if not is_fleeting(self._place, error):
                        raise
                time.sleep(pause)
            return self._offer(key, data)

    def _offer(self, key: str, data: bytes) -> bool:
        try:
            obstore.put(self._sending, key, data, mode="create", use_multipart=False)
        except AlreadyExistsError:
            return False
        return True

    def _same(self, key: str, data: bytes) -> bool:
        try:
            found = self.info(key)
            return found is not None and found.size == len(data) and self.read(key) == data
        except ObjectMissing:  # deleted in this moment
            return False

    def upload(self, key: str, file: Path) -> None:
        """Put a file as an object, in parts; it is there whole or not at all.

        Raises:
            FileNotFoundError: there is no such file.
        """
        object_key(key)
        size = file.stat().st_size
        with self._writing():
            obstore.put(
                self._sending,
                key,
                file,
                chunk_size=max(PART, -(-size // _MOST_PARTS)),
                max_concurrency=PARTS_AT_ONCE,
            )

    def read(self, key: str, start: int = 0, length: int | None = None) -> bytes:
        """The bytes of an object, or some of them; what lies behind its end is left out.

        Raises:
            ObjectMissing: there is none.
        """
        object_key(key)
        if start == 0 and length is None:
            with self._reading(key):
                result = obstore.get(self._store, key)
                data = bytes(result.bytes())
            self._whole(key, len(data), result)
            return data
        size = self._known(key).size
        end = size if length is None else min(size, start + length)
        if start >= end:
            return b""
        with self._reading(key):
            return bytes(obstore.get_range(self._store, key, start=start, end=end))

    def stream(self, key: str) -> Iterator[bytes]:
        """The bytes of an object piece by piece.

        Raises:
            ObjectMissing: there is none.
        """
        object_key(key)
        with self._reading(key):
            result = obstore.get(self._store, key)
            pieces = iter(result.stream(min_chunk_size=PIECE))
        given = 0
        while True:
            with self._reading(key):
                piece = next(pieces, None)
            if piece is None:
                break
            given += len(piece)
            yield bytes(piece)
        self._whole(key, given, result)

    def download(self, key: str, target: Path) -> None:
        """Bring an object into a file, which is there whole or not at all; folders are made.

        Raises:
            ObjectMissing: there is none. StorageFull: there is no space for the file.
        """
        make_folder(target.parent)
        with PartFile(target, target.parent) as part:
            for piece in self.stream(key):
                part.write(piece)
            part.put_in_place()

    def info(self, key: str) -> ObjectInfo | None:
        """What is known of an object, None if there is none."""
        object_key(key)
        try:
            return self._known(key)
        except ObjectMissing:
            return None

    def list(self, prefix: str = "", after: str = "") -> Iterator[ObjectInfo]:
        """The objects of a folder and of those below it, by key; not all are in memory at once.

        What is put or deleted meanwhile may be among them or not.

        Args:
            prefix: the folder, without a / at the end; "" for all.
            after: only keys that come after this one, whether it is there or not.
        """
        if isinstance(self._place, Folder):
            for found in folders.in_order(self._place.path, prefix, after):
                yield ObjectInfo(*found)
            return
        with self._reading(prefix):
            pages = obstore.list(
                self._store, prefix or None, offset=after or None, chunk_size=_KEYS_AT_ONCE
            )
        while True:
            with self._reading(prefix):
                page = next(pages, None)
            if page is None:
                return
            for meta in page:
                if meta["path"] > after:  # a server may not know where to begin
                    yield ObjectInfo(meta["path"], meta["size"], meta["last_modified"])

    def delete(self, keys: Iterable[str]) -> None:
        """Delete objects; one that is not there is no error."""
        rest = iter(keys)
        while some := [object_key(key) for key in islice(rest, _KEYS_AT_ONCE)]:
            if isinstance(self._place, Folder):
                folders.remove(self._place.path, some)
                continue
            with self._writing():
                try:
                    obstore.delete(self._store, some)
                except FileNotFoundError:  # one is gone, and so are none or some of the others
                    for key in some:
                        with suppress(FileNotFoundError):
                            obstore.delete(self._store, key)

    def settle(self) -> None:
        """Have all that was put last a power cut, which a bucket sees to by itself."""
        if isinstance(self._place, Folder):
            folders.settle(self._place.path)

    def sweep(self, older: timedelta = timedelta(days=1)) -> int:
        """Remove what killed writers left in a folder; gives the number of files removed.

        In a bucket unfinished uploads can't be seen from here; a rule of the bucket removes them.
        """
        if isinstance(self._place, Folder):
            return folders.sweep(self._place.path, older)
        return 0

    def local_path(self, key: str) -> Path | None:
        """The file of an object in a folder, to read it without copying; None anywhere else."""
        object_key(key)
        return self._place.path / key if isinstance(self._place, Folder) else None

    def _known(self, key: str) -> ObjectInfo:
        with self._reading(key):
            meta = obstore.head(self._store, key)
        return ObjectInfo(key, meta["size"], meta["last_modified"])

    def _whole(self, key: str, given: int, result: "GetResult") -> None:
        if given != result.meta["size"]:
            raise StoreUnavailable(
                f"{where(self._place)}: {printable(key)} broke off while it was read; run again"
            )

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            with translated(self._place):
                yield
        except FileNotFoundError as error:
            raise gone(self._place) from error

    @contextmanager
    def _reading(self, key: str) -> Iterator[None]:
        try:
            with translated(self._place):
                yield
        except FileNotFoundError as error:
            if "NoSuchBucket" in str(error) or "ContainerNotFound" in str(error):
                raise gone(self._place) from error
            raise ObjectMissing(
                f"{where(self._place)} holds no {printable(key)}; it was deleted or never put"
            ) from error
