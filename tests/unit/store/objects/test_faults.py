"""A store that fails: what is tried again, what is told, and that nothing is half done."""

import time
from pathlib import Path

import pytest

from quietwatch.errors import ObjectMissing, StorageError, StoreUnavailable
from quietwatch.store.objects import connect as connecting
from quietwatch.store.objects import objects as module
from quietwatch.store.objects.blobs import Blobs
from quietwatch.store.objects.objects import Objects, connect
from tests.toys.fake_s3 import FakeS3

DATA = bytes(range(256)) * 2_000


@pytest.fixture
def objects(s3: FakeS3, monkeypatch: pytest.MonkeyPatch) -> Objects:
    assert s3.objects == {}
    monkeypatch.setattr(module, "PAUSES", (0.0, 0.0))
    return connect("s3://footage/store")


@pytest.fixture
def impatient(s3: FakeS3, monkeypatch: pytest.MonkeyPatch) -> Objects:
    assert s3.objects == {}
    monkeypatch.setattr(module, "PAUSES", (0.0,))
    monkeypatch.setitem(connecting.RETRY, "max_retries", 1)
    monkeypatch.setitem(connecting.CLIENT, "read_timeout", "300ms")
    monkeypatch.setitem(connecting.SENDING, "read_timeout", "300ms")
    return connect("s3://footage/store")


@pytest.mark.parametrize("faults", [[503, 503, 500], [429], ["lost"], ["done 500"], ["lost", 503]])
class TestPutting:
    def test_a_put_is_sent_again(
        self, objects: Objects, s3: FakeS3, faults: list[int | str]
    ) -> None:
        s3.faults = list(faults)
        objects.put("a", DATA)
        assert s3.objects == {"store/a": DATA}
        assert s3.faults == []

    def test_a_lost_answer_is_no_error(
        self, objects: Objects, s3: FakeS3, faults: list[int | str]
    ) -> None:
        s3.faults = list(faults)
        assert objects.create("a", DATA)
        assert s3.objects == {"store/a": DATA}
        assert s3.faults == []
        s3.faults = list(faults)
        assert not objects.create("a", b"other")
        assert s3.objects == {"store/a": DATA}

    def test_parts_are_sent_again(
        self, objects: Objects, s3: FakeS3, faults: list[int | str], tmp_path: Path
    ) -> None:
        data = bytes(range(256)) * 40_000
        (tmp_path / "file").write_bytes(data)
        s3.faults = list(faults)
        objects.upload("a", tmp_path / "file")
        assert s3.objects == {"store/a": data}
        assert s3.faults == []

    def test_a_blob_is_kept(
        self, objects: Objects, s3: FakeS3, faults: list[int | str], tmp_path: Path
    ) -> None:
        blobs = Blobs(objects, "home", tmp_path)
        s3.faults = list(faults)
        blob = blobs.put_bytes(DATA)
        assert blobs.read(blob.sha256) == DATA


@pytest.mark.parametrize("faults", [[503, 500], ["cut"], ["cut", 503, "cut"]])
class TestReading:
    def test_it_is_asked_again(
        self, objects: Objects, s3: FakeS3, faults: list[int | str], tmp_path: Path
    ) -> None:
        s3.objects = {"store/a": DATA}
        s3.faults = list(faults)
        assert objects.read("a") == DATA
        assert s3.faults == []
        s3.faults = list(faults)
        assert b"".join(objects.stream("a")) == DATA
        assert s3.faults == []
        s3.faults = list(faults)
        objects.download("a", tmp_path / "a")
        assert (tmp_path / "a").read_bytes() == DATA
        assert s3.faults == []


class TestGivingUp:
    def test_a_store_that_stays_away(self, impatient: Objects, s3: FakeS3, tmp_path: Path) -> None:
        s3.objects = {"store/a": DATA}
        (tmp_path / "file").write_bytes(bytes(9 * 2**20))
        for attempt in (
            lambda: impatient.put("b", DATA),
            lambda: impatient.create("b", DATA),
            lambda: impatient.upload("b", tmp_path / "file"),
            lambda: impatient.read("a"),
            lambda: list(impatient.stream("a")),
            lambda: impatient.download("a", tmp_path / "new"),
        ):
            s3.faults = [503] * 50
            with pytest.raises(StoreUnavailable, match="s3://footage answered 503") as caught:
                attempt()
            assert "a-secret" not in caught.value.detail
        assert s3.objects == {"store/a": DATA}
        assert [path.name for path in tmp_path.iterdir()] == ["file"]

    def test_a_transfer_that_always_breaks_off_leaves_nothing(
        self, impatient: Objects, s3: FakeS3, tmp_path: Path
    ) -> None:
        s3.objects = {"store/a": DATA}
        s3.faults = ["cut"] * 200
        with pytest.raises(StoreUnavailable):
            impatient.download("a", tmp_path / "new")
        assert list(tmp_path.iterdir()) == []

    def test_a_store_that_says_nothing(self, impatient: Objects, s3: FakeS3) -> None:
        s3.objects = {"store/a": DATA}
        s3.faults = ["silent"] * 50
        began = time.monotonic()
        with pytest.raises(StoreUnavailable, match="could not be reached"):
            impatient.read("a")
        with pytest.raises(StoreUnavailable, match="could not be reached"):
            impatient.create("b", DATA)
        assert time.monotonic() - began < 20

    def test_who_is_refused_is_not_asked_again(self, objects: Objects, s3: FakeS3) -> None:
        s3.denied = True
        for attempt in (
            lambda: objects.put("a", b""),
            lambda: objects.create("a", b""),
            lambda: objects.read("a"),
            lambda: objects.info("a"),
            lambda: list(objects.list()),
            lambda: objects.delete(["a"]),
        ):
            s3.requests.clear()
            with pytest.raises(StoreUnavailable, match="refused access"):
                attempt()
            assert len(s3.requests) == 1

    def test_a_bucket_that_is_not_there(self, s3: FakeS3) -> None:
        assert s3.objects == {}
        objects = connect("s3://elsewhere/a")
        for attempt in (
            lambda: objects.put("a", b""),
            lambda: objects.create("a", b""),
            lambda: objects.read("a"),
            lambda: list(objects.list()),
        ):
            with pytest.raises(StoreUnavailable, match="s3://elsewhere is not there"):
                attempt()


class TestFolders:
    def test_a_file_where_a_folder_must_be(self, tmp_path: Path) -> None:
        objects = connect(str(tmp_path / "store"))
        objects.put("a", b"x")
        with pytest.raises(StorageError, match="a file is where a folder must be"):
            objects.put("a/b", b"x")
        with pytest.raises(ObjectMissing):
            objects.read("a/b")
        objects.put("c/d", b"x")
        with pytest.raises(StorageError, match="Is a directory"):
            objects.put("c", b"x")
        assert [found.key for found in objects.list()] == ["a", "c/d"]

    def test_a_place_that_is_a_file(self, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        with pytest.raises(StorageError):
            connect(str(tmp_path / "file"))
