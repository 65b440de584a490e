"""What every place for objects does: folders and memory here, servers with `pytest --services`."""

import secrets
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from quietwatch.errors import InvalidName, ObjectMissing, StoreUnavailable
from quietwatch.store.objects import objects as module
from quietwatch.store.objects.objects import Objects, connect
from tests.adapters import ObjectStore

MEGABYTE = 2**20


def keys(objects: Objects, prefix: str = "", after: str = "") -> list[str]:
    return [found.key for found in objects.list(prefix, after)]


class TestOne:
    def test_what_was_put_is_read(self, objects: Objects) -> None:
        objects.put("a/b.bin", b"one")
        assert objects.read("a/b.bin") == b"one"
        objects.put("a/b.bin", b"another")
        assert objects.read("a/b.bin") == b"another"
        assert b"".join(objects.stream("a/b.bin")) == b"another"

    def test_it_may_be_empty(self, objects: Objects, tmp_path: Path) -> None:
        objects.put("empty", b"")
        assert objects.read("empty") == b""
        assert b"".join(objects.stream("empty")) == b""
        assert objects.read("empty", 0, 10) == b""
        objects.download("empty", tmp_path / "empty")
        assert (tmp_path / "empty").read_bytes() == b""
        (tmp_path / "nothing").touch()
        objects.upload("nothing", tmp_path / "nothing")
        assert objects.read("nothing") == b""

    @pytest.mark.parametrize(
        ("start", "length", "expected"),
        [
            (0, 4, b"0123"),
            (3, 2, b"34"),
            (3, None, b"3456789"),
            (8, 100, b"89"),
            (10, 1, b""),
            (99, None, b""),
            (4, 0, b""),
        ],
    )
    def test_a_part_is_read(
        self, objects: Objects, start: int, length: int | None, expected: bytes
    ) -> None:
        objects.put("digits", b"0123456789")
        assert objects.read("digits", start, length) == expected

    def test_what_is_not_there_is_missing(self, objects: Objects, tmp_path: Path) -> None:
        objects.put("folder/one", b"x")
        for key in ("nothing", "folder", "folder/one/more"):
            assert objects.info(key) is None
            for attempt in (
                lambda key=key: objects.read(key),
                lambda key=key: objects.read(key, 1, 1),
                lambda key=key: list(objects.stream(key)),
                lambda key=key: objects.download(key, tmp_path / "file"),
            ):
                with pytest.raises(ObjectMissing, match=key):
                    attempt()
        assert list(tmp_path.iterdir()) == []

    def test_what_is_known_of_it(self, objects: Objects) -> None:
        objects.put("a/b", b"12345")
        found = objects.info("a/b")
        assert found is not None
        assert (found.key, found.size) == ("a/b", 5)
        assert abs(datetime.now(UTC) - found.modified) < timedelta(minutes=2)
        (listed,) = objects.list()
        assert (listed.key, listed.size) == ("a/b", 5)
        assert abs(listed.modified - found.modified) < timedelta(seconds=2)

    @pytest.mark.parametrize(
        "key", ["ä ö/ü.txt", "a%20b", "a+b=c&d", "~(x)!'*,;:@$", "日本", "a..b/.c", "1?#x", "#a"]
    )
    def test_odd_keys_stand_as_they_are(self, objects: Objects, key: str) -> None:
        objects.put(key, b"x")
        assert objects.read(key) == b"x"
        assert objects.create(key, b"y") is False
        assert keys(objects) == [key]
        objects.delete([key])
        assert objects.info(key) is None

    @pytest.mark.parametrize(
        "key", ["", "/a", "a/", "a//b", "../a", "a/./b", "a\nb", "a\u0308", "a#1", "x" * 251]
    )
    def test_other_keys_are_refused(self, objects: Objects, key: str, tmp_path: Path) -> None:
        for attempt in (
            lambda: objects.put(key, b""),
            lambda: objects.create(key, b""),
            lambda: objects.upload(key, tmp_path),
            lambda: objects.read(key),
            lambda: objects.info(key),
            lambda: objects.delete([key]),
        ):
            with pytest.raises(InvalidName):
                attempt()


class TestCreating:
    def test_the_first_wins(self, objects: Objects) -> None:
        assert objects.create("key", b"first")
        assert not objects.create("key", b"other")
        assert objects.read("key") == b"first"

    def test_the_same_again_is_no_difference(self, objects: Objects) -> None:
        assert objects.create("key", b"same")
        assert objects.create("key", b"same")

    def test_of_many_at_once_one_wins(self, objects: Objects) -> None:
        with ThreadPoolExecutor(8) as pool:
            for turn in range(4):
                offers = [f"{turn} {number}".encode() for number in range(8)]
                won = list(pool.map(lambda data, key=f"k{turn}": objects.create(key, data), offers))
                assert sum(won) == 1
                assert objects.read(f"k{turn}") == offers[won.index(True)]


class TestLarge:
    def test_a_file_goes_up_in_parts_and_comes_back(
        self, objects: Objects, object_store: ObjectStore, tmp_path: Path
    ) -> None:
        data = secrets.token_bytes(module.PART * 2 + 5)
        (tmp_path / "file").write_bytes(data)
        if "multipart" in object_store.lacks:
            with pytest.raises(StoreUnavailable):
                objects.upload("large", tmp_path / "file")
            return
        objects.put("large", b"was there")
        objects.upload("large", tmp_path / "file")
        assert objects.read("large") == data
        pieces = list(objects.stream("large"))
        assert b"".join(pieces) == data
        if not objects.url.startswith("memory://"):
            assert max(map(len, pieces)) < 2 * module.PIECE
        assert objects.read("large", module.PART - 3, 6) == data[module.PART - 3 : module.PART + 3]
        objects.download("large", tmp_path / "new" / "back")
        assert (tmp_path / "new" / "back").read_bytes() == data
        assert keys(objects) == ["large"]

    def test_a_file_that_is_not_there(self, objects: Objects, tmp_path: Path) -> None:
        with pytest.raises(FileNotFoundError):
            objects.upload("large", tmp_path / "nothing")
        assert objects.info("large") is None

    def test_many_megabytes_in_one_put(self, objects: Objects) -> None:
        data = secrets.token_bytes(20 * MEGABYTE)
        assert objects.create("large", data)
        assert objects.read("large") == data


class TestListing:
    KEYS = ("A", "a/1", "a/2/x", "a/3", "aa", "b/c", "é")

    @pytest.fixture
    def some(self, objects: Objects) -> Objects:
        for key in self.KEYS:
            objects.put(key, b"x")
        return objects

    def test_all_by_key(self, some: Objects) -> None:
        assert keys(some) == list(self.KEYS)

    def test_below_a_folder(self, some: Objects) -> None:
        assert keys(some, "a") == ["a/1", "a/2/x", "a/3"]
        assert keys(some, "a/2") == ["a/2/x"]
        assert keys(some, "b/c") == []
        assert keys(some, "nothing/here") == []

    def test_after_a_key(self, some: Objects, object_store: ObjectStore) -> None:
        wrong = []
        for after in ("A", "a", "a/1", "a/1/x", "a/2", "a/2/x", "b", "z", "é"):
            later = [key for key in self.KEYS if key > after]
            inside = [key for key in later if key.startswith("a/")]
            if (keys(some, after=after), keys(some, "a", after)) != (later, inside):
                wrong.append(after)
        assert bool(wrong) == ("after" in object_store.lacks), wrong

    def test_a_folder_stands_where_its_files_do(
        self, objects: Objects, object_store: ObjectStore
    ) -> None:
        names = ["a!b", "a-b", "a/1", "a/2-", "a/2/x", "a0"]
        for key in names:
            objects.put(key, b"x")
        if "order" in object_store.lacks:
            assert keys(objects) != names
            assert sorted(keys(objects)) == names
            return
        assert keys(objects) == names
        if "after" not in object_store.lacks:
            assert keys(objects, after="a-b") == names[2:]
            assert keys(objects, after="a/2-") == names[4:]

    def test_more_than_a_page(self, objects: Objects, object_store: ObjectStore) -> None:
        names = [f"many/{number:04d}" for number in range(1_003)]
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda key: objects.put(key, b""), names))
        assert keys(objects, "many") == names
        if "after" not in object_store.lacks:
            assert keys(objects, "many", names[999]) == names[1000:]
        objects.delete(iter(names))
        assert keys(objects) == []

    def test_a_place_below_sees_no_other(self, object_store: ObjectStore) -> None:
        url = object_store.fresh()
        if url.startswith("memory://"):  # names, not folders
            return
        whole, inside = connect(url), connect(f"{url}/below/here")
        inside.put("a", b"1")
        whole.put("below/b", b"2")
        assert keys(whole) == ["below/b", "below/here/a"]
        assert keys(inside) == ["a"]
        assert whole.read("below/here/a") == b"1"


class TestDeleting:
    def test_only_what_is_named(self, objects: Objects) -> None:
        for key in ("a/1", "a/2", "b"):
            objects.put(key, b"x")
        objects.delete(["a/1"])
        assert keys(objects) == ["a/2", "b"]
        assert objects.create("a/1", b"y")

    def test_what_is_not_there_is_no_error(self, objects: Objects) -> None:
        objects.put("a", b"x")
        objects.put("c", b"x")
        objects.delete(["a", "b", "nothing/at/all", "c"])
        objects.delete([])
        assert keys(objects) == []


def test_what_was_put_settles(objects: Objects) -> None:
    objects.put("a", b"x")
    objects.settle()
    assert objects.sweep(timedelta(0)) == 0
    assert objects.read("a") == b"x"


def test_another_connection_sees_the_same(object_store: ObjectStore) -> None:
    url = object_store.fresh()
    one, other = connect(url), connect(url)
    one.put("a", b"x")
    assert other.read("a") == b"x"
    assert connect(one.url).read("a") == b"x"
    assert keys(connect(object_store.fresh())) == []
