"""A tenant's blobs, on every place for objects: folders and memory here, servers elsewhere."""

import hashlib
import secrets
from collections.abc import Callable
from pathlib import Path

import pytest

from quietwatch.errors import BlobDamaged, InvalidName, ObjectMissing
from quietwatch.model.versions import Blob
from quietwatch.names import blob_key
from quietwatch.store.objects import blobs as module
from quietwatch.store.objects.blobs import Blobs
from quietwatch.store.objects.objects import Objects
from tests.adapters import ObjectStore

MEGABYTE = 2**20
NOTHING = "0" * 64


@pytest.fixture
def blobs(objects: Objects, tmp_path: Path) -> Blobs:
    return Blobs(objects, "home", tmp_path / "spool")


def blob_of(data: bytes) -> Blob:
    return Blob(hashlib.sha256(data).hexdigest(), len(data))


READERS: dict[str, Callable[[Blobs, str, Path], bytes]] = {
    "read": lambda blobs, sha256, _: blobs.read(sha256),
    "stream": lambda blobs, sha256, _: b"".join(blobs.stream(sha256)),
    "fetch": lambda blobs, sha256, folder: _fetched(blobs, sha256, folder / "deep" / "file"),
    "at": lambda blobs, sha256, _: _at(blobs, sha256),
}


def _fetched(blobs: Blobs, sha256: str, target: Path) -> bytes:
    blobs.fetch(sha256, target)
    return target.read_bytes()


def _at(blobs: Blobs, sha256: str) -> bytes:
    with blobs.at(sha256) as path:
        return path.read_bytes()


@pytest.mark.parametrize("data", [b"", b"one", secrets.token_bytes(5 * MEGABYTE)], ids=len)
@pytest.mark.parametrize("reader", READERS)
def test_what_was_put_is_read(blobs: Blobs, tmp_path: Path, data: bytes, reader: str) -> None:
    blob = blobs.put_bytes(data)
    assert blob == blob_of(data)
    assert blobs.put_bytes(data) == blob
    assert READERS[reader](blobs, blob.sha256, tmp_path) == data
    assert blobs.has(blob.sha256)
    assert not list(tmp_path.glob("spool/*"))


@pytest.mark.parametrize("reader", READERS)
def test_what_is_not_there_is_missing(blobs: Blobs, tmp_path: Path, reader: str) -> None:
    with pytest.raises(ObjectMissing):
        READERS[reader](blobs, NOTHING, tmp_path)
    assert not blobs.has(NOTHING)
    assert not list(tmp_path.glob("deep/*"))


@pytest.mark.parametrize("bad", [b"", b"one", b"something else", secrets.token_bytes(MEGABYTE)])
@pytest.mark.parametrize("reader", READERS)
def test_a_damaged_blob_is_named_and_never_served(
    blobs: Blobs, objects: Objects, tmp_path: Path, reader: str, bad: bytes
) -> None:
    blob = blobs.put_bytes(b"something good")
    objects.put(blob_key("home", blob.sha256), bad)
    served = b""
    with pytest.raises(BlobDamaged, match=blob.sha256):
        served = READERS[reader](blobs, blob.sha256, tmp_path)
    assert served == b""
    assert not list(tmp_path.glob("deep/*"))
    assert not list(tmp_path.glob("spool/*"))
    assert blobs.read(blob.sha256, verify=False) == bad
    assert b"".join(blobs.stream(blob.sha256, verify=False)) == bad


def test_a_blob_cut_short_is_mended_by_its_next_put(blobs: Blobs, objects: Objects) -> None:
    blob = blobs.put_bytes(b"something good")
    objects.put(blob_key("home", blob.sha256), b"someth")
    assert blobs.put_bytes(b"something good") == blob
    assert blobs.read(blob.sha256) == b"something good"


class TestFiles:
    def test_a_small_one(self, blobs: Blobs, tmp_path: Path) -> None:
        (tmp_path / "file").write_bytes(b"content")
        assert blobs.put_file(tmp_path / "file") == blob_of(b"content")
        assert not list(tmp_path.glob("spool/*"))

    def test_a_large_one_goes_in_parts(
        self,
        blobs: Blobs,
        object_store: ObjectStore,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(module, "SMALL", MEGABYTE)
        # What a server without multipart takes is one part.
        size = (2 if "multipart" in object_store.lacks else 18) * MEGABYTE
        data = secrets.token_bytes(size)
        (tmp_path / "file").write_bytes(data)
        assert blobs.put_file(tmp_path / "file") == blob_of(data)
        assert blobs.put_file(tmp_path / "file") == blob_of(data)
        assert blobs.read(blob_of(data).sha256) == data
        assert not list(tmp_path.glob("spool/*"))

    def test_one_that_is_not_there(self, blobs: Blobs, tmp_path: Path) -> None:
        with pytest.raises(FileNotFoundError):
            blobs.put_file(tmp_path / "nothing")

    def test_many_come_in_their_order(self, blobs: Blobs, tmp_path: Path) -> None:
        paths = [tmp_path / f"{number}" for number in range(100)]
        for number, path in enumerate(paths):
            path.write_bytes(str(number % 70).encode())
        expected = [blob_of(str(number % 70).encode()) for number in range(100)]
        assert list(blobs.put_files(iter(paths))) == expected
        assert [found.sha256 for found in blobs.all()] == sorted({b.sha256 for b in expected})

    def test_the_error_of_one_comes_in_its_place(self, blobs: Blobs, tmp_path: Path) -> None:
        (tmp_path / "good").write_bytes(b"good")
        given = blobs.put_files([tmp_path / "good", tmp_path / "nothing", tmp_path / "good"])
        assert next(given) == blob_of(b"good")
        with pytest.raises(FileNotFoundError):
            next(given)

    def test_memory_in_flight_is_bounded(
        self, blobs: Blobs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(blobs, "_room", module._Room(10))
        paths = [tmp_path / f"{number}" for number in range(20)]
        for path in paths:
            path.write_bytes(path.name.encode() * 15)  # each fills the room alone
        assert len(list(blobs.put_files(paths))) == 20


def test_tenants_are_apart(objects: Objects, tmp_path: Path) -> None:
    home, other = Blobs(objects, "home", tmp_path), Blobs(objects, "other", tmp_path)
    blob = home.put_bytes(b"mine")
    assert not other.has(blob.sha256)
    other.put_bytes(b"mine")
    home.delete([blob.sha256])
    assert other.read(blob.sha256) == b"mine"
    assert list(home.all()) == []
    with pytest.raises(InvalidName):
        Blobs(objects, "../other", tmp_path)


def test_all_of_them_and_what_is_none(blobs: Blobs, objects: Objects) -> None:
    kept = [blobs.put_bytes(data) for data in (b"one", b"two", b"three")]
    for key in ("home/blobs/strange", f"home/blobs/11/{NOTHING}", "home/commits/x.json"):
        objects.put(key, b"")
    found = list(blobs.all())
    assert [(one.sha256, one.size) for one in found] == sorted((b.sha256, b.size) for b in kept)
    known = blobs.info(kept[0].sha256)
    assert known is not None
    assert known.size == 3
    blobs.delete([kept[0].sha256, NOTHING])
    assert blobs.info(kept[0].sha256) is None
