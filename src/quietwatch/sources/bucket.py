"""Buckets: what lies under a URL, listed page by page, fetched one object at a time."""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import obstore

from quietwatch.errors import SourceChanged, SourceNotFound, StoreUnavailable
from quietwatch.names import printable
from quietwatch.sources.piece import Piece, in_sequence, is_footage, numbered_still, read_name
from quietwatch.store.files import storage_errors
from quietwatch.store.objects.connect import Bucket, open_bucket
from quietwatch.store.objects.faults import translated
from quietwatch.store.objects.url import BucketUrl

if TYPE_CHECKING:  # obstore has this name for type checkers only
    from obstore import ObjectMeta

_CHUNK = 4 * 2**20
"""Bytes in memory of an object that is fetched."""

_LONGEST = 200
"""Bytes of a file's name; file systems take 255, and encrypted ones less."""


@dataclass(frozen=True, slots=True)
class Fetch:
    """Brings the objects of one piece here; picklable, so that it may run in any process.

    Attributes:
        url: names the bucket.
        keys: of the objects, in order.
    """

    url: BucketUrl
    keys: tuple[str, ...]

    def __call__(self, folder: Path) -> tuple[Path, ...]:
        """Write the objects into a folder of their own in the one given, with their own times.

        Raises:
            SourceChanged: an object is no longer there.
            StoreUnavailable: the bucket does not answer, or not with the whole object.
            StorageFull: there is no space for it.
        """
        store = open_bucket(self.url)
        with storage_errors(folder, "written"):
            own = Path(tempfile.mkdtemp(dir=folder))
        files = tuple(own / _name(number, key) for number, key in enumerate(self.keys))
        try:
            for key, file in zip(self.keys, files, strict=True):
                self._one(store, key, file)
        except BaseException:  # also when interrupted: what is half here is of no use
            shutil.rmtree(own)
            raise
        return files

    def _one(self, store: Bucket, key: str, target: Path) -> None:
        try:
            with translated(self.url):
                result = obstore.get(store, key)
                with storage_errors(target, "written"), target.open("wb") as file:
                    for chunk in result.stream(min_chunk_size=_CHUNK):
                        file.write(chunk)
                    written = file.tell()
        except FileNotFoundError as error:
            raise SourceChanged("the object was removed after it was listed; run again") from error
        if written != result.meta["size"]:
            raise StoreUnavailable(f"{self._shown(key)} broke off while it was fetched; run again")
        modified = result.meta["last_modified"].timestamp()
        os.utime(target, (modified, modified))

    def _shown(self, key: str) -> str:
        return printable(self.url.of(key))


def pieces(url: BucketUrl, zone: ZoneInfo) -> Iterator[Piece]:
    """The footage at a URL: one object whatever its ending, or what lies under a folder.

    Objects come in the order of the listing; numbered stills come last, when all are known.

    Raises:
        SourceNotFound: there is no such object and nothing under such a folder.
        StoreUnavailable, InvalidName: see `faults.translated`.
    """
    store = open_bucket(url)
    alone = _object(store, url)
    if alone is not None:
        yield _piece(url, PurePosixPath(url.key), [alone], None, zone)
        return
    nothing = True

    def listed() -> "Iterator[ObjectMeta]":
        nonlocal nothing
        for meta in _listing(store, url, url.key.rstrip("/")):
            nothing = False
            yield meta

    yield from pieces_of(url, listed(), zone)
    if nothing:
        raise SourceNotFound(f"'{printable(str(url))}' holds nothing; check bucket and folder")


def pieces_of(url: BucketUrl, objects: "Iterable[ObjectMeta]", zone: ZoneInfo) -> Iterator[Piece]:
    """The footage among some objects below a URL; numbered stills come last."""
    root = url.key.rstrip("/")
    stills: dict[PurePosixPath, list[tuple[str, ObjectMeta]]] = {}
    for meta in objects:
        path = PurePosixPath(meta["path"])
        if not is_footage(path.name) or any(part.startswith(".") for part in _below(path, root)):
            continue
        if numbered_still(path.name, zone) is None:
            yield _piece(url, path, [meta], _camera_folder(path, root), zone)
        else:
            stills.setdefault(path.parent, []).append((path.name, meta))
    for folder in sorted(stills):
        yield from _clips(url, root, folder, stills[folder], zone)


class Tail:
    """What is new in a bucket: of each folder below the URL, the objects after the last key seen.

    Cameras give objects names that rise with time; what does not is found when all is listed.

    Args:
        url: the bucket and the folder in it.
        zone: time zone in which times in names are read.
    """

    def __init__(self, url: BucketUrl, zone: ZoneInfo) -> None:
        self.url = url
        self._zone = zone
        self._last: dict[str, str] = {}

    def all(self) -> Iterator[Piece]:
        """All footage there is; raises StoreUnavailable, InvalidName."""
        store = open_bucket(self.url)
        listed = self._noted(_listing(store, self.url, self._root))
        yield from pieces_of(self.url, listed, self._zone)

    def new(self) -> Iterator[Piece]:
        """The footage that came since; raises StoreUnavailable, InvalidName."""
        store = open_bucket(self.url)
        with translated(self.url):
            found = obstore.list_with_delimiter(store, self._root or None)
        fresh = [meta for meta in found["objects"] if meta["path"] > self._last.get("", "")]
        for prefix in found["common_prefixes"]:
            after = self._last.get(_first(f"{prefix}/x", self._root))
            fresh += _listing(store, self.url, prefix, after)
        yield from pieces_of(self.url, self._noted(fresh), self._zone)

    @property
    def _root(self) -> str:
        return self.url.key.rstrip("/")

    def _noted(self, objects: "Iterable[ObjectMeta]") -> "Iterator[ObjectMeta]":
        for meta in objects:
            folder = _first(meta["path"], self._root)
            self._last[folder] = max(meta["path"], self._last.get(folder, ""))
            yield meta


def known(url: BucketUrl, key: str) -> "ObjectMeta | None":
    """What is known of one object, None when it is not there; raises StoreUnavailable."""
    return _object(open_bucket(url), replace(url, key=key))


def _first(key: str, root: str) -> str:
    """The first folder below the root in which a key lies; "" for one that lies in the root."""
    parts = _below(PurePosixPath(key), root)
    return parts[0] if len(parts) > 1 else ""


def _clips(
    url: BucketUrl,
    root: str,
    folder: PurePosixPath,
    stills: "list[tuple[str, ObjectMeta]]",
    zone: ZoneInfo,
) -> Iterator[Piece]:
    """The numbered stills of a folder: those of one prefix are one clip."""
    clips = in_sequence(sorted(stills, key=lambda still: still[0]), zone)
    only = sum(len(members) > 1 for _, members in clips) == 1
    for name, members in clips:
        camera = _camera_folder(folder / name, root)
        if len(members) > 1:
            shown = folder if only else folder / name
            yield _piece(url, shown, members, camera or folder.name or url.bucket, zone)
        else:
            yield _piece(url, folder / name, members, camera, zone)


def _object(store: Bucket, url: BucketUrl) -> "ObjectMeta | None":
    """What is known of the object that a URL names, None when it names a folder."""
    if not url.key or url.key.endswith("/"):
        return None
    try:
        with translated(url):
            return obstore.head(store, url.key)
    except FileNotFoundError:
        return None


def _listing(
    store: Bucket, url: BucketUrl, root: str, after: str | None = None
) -> "Iterator[ObjectMeta]":
    try:
        with translated(url):
            for page in obstore.list(store, root or None, offset=after):
                yield from page
    except FileNotFoundError as error:
        raise StoreUnavailable(f"{printable(str(url))} is not there") from error


def _below(path: PurePosixPath, root: str) -> tuple[str, ...]:
    return path.relative_to(root).parts


def _camera_folder(path: PurePosixPath, root: str) -> str | None:
    parts = _below(path, root)
    return parts[0] if len(parts) > 1 else None


def _piece(
    url: BucketUrl,
    shown: PurePosixPath,
    objects: "list[ObjectMeta]",
    folder: str | None,
    zone: ZoneInfo,
) -> Piece:
    """A clip of one object, or of the stills of a sequence, which has no name of its own."""
    key = "" if shown == PurePosixPath() else str(shown)
    fetch = Fetch(url, tuple(meta["path"] for meta in objects))
    size = sum(meta["size"] for meta in objects)
    source, stamp = printable(url.of(key)), _stamp(objects)
    if len(objects) > 1 and folder is not None:
        return Piece(folder, source, (), None, "name", fetch, size, stamp)
    tells = read_name(PurePosixPath(objects[0]["path"]).name, folder, zone)
    return Piece(tells.camera, source, (), tells.start, tells.start_from, fetch, size, stamp)


def _stamp(objects: "list[ObjectMeta]") -> str:
    """What tells these objects from their next versions: ETags, sizes and times of change."""
    told = [
        (meta["path"], meta["e_tag"] or "", meta["size"], meta["last_modified"].isoformat())
        for meta in objects
    ]
    return hashlib.sha256(repr(told).encode()).hexdigest()


def _name(number: int, key: str) -> str:
    """The last part of a key, as messages may show it; one too long for a file gets a number."""
    name = PurePosixPath(key).name
    if len(os.fsencode(name)) <= _LONGEST:
        return name
    suffix = PurePosixPath(key).suffix.lower()
    return f"{number:06d}{suffix if len(suffix) <= 8 else ''}"
