"""A catalog kept in a file fills a new one, whichever databases the two lie in."""

import gzip
import json
from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest

from quietwatch.errors import CatalogTooNew, RecordDamaged, UsageError
from quietwatch.store.catalog import open_catalog
from quietwatch.store.catalog.backup import backup, restore
from quietwatch.store.catalog.connect import sqlite_url
from quietwatch.store.objects.objects import Objects, connect
from quietwatch.store.repos import Repos
from tests.contracts.conftest import Database
from tests.contracts.test_rebuild import FOOTAGE, everything, live
from tests.contracts.test_repos import commit, files

NUMBERS = count()


@pytest.fixture(scope="module")
def objects() -> Objects:
    """A bucket with some weeks of life in it."""
    return connect("memory://")


@pytest.fixture(scope="module")
def lived(database: Database, objects: Objects) -> str:
    """The URL of its catalog."""
    url = database()
    with open_catalog(url) as catalog:
        live(Repos(catalog, objects), 3)
    return url


@pytest.fixture(scope="module")
def file(lived: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("backup") / "catalog.gz"
    with open_catalog(lived) as catalog:
        assert backup(catalog, path) > 100
    return path


@pytest.fixture(params=["the same", "sqlite"])
def target(request: pytest.FixtureRequest, database: Database, tmp_path: Path) -> str:
    """An empty database, of the same kind and of SQLite."""
    return database() if request.param == "the same" else sqlite_url(tmp_path / "new.sqlite")


def test_what_was_kept_is_there(lived: str, file: Path, target: str, objects: Objects) -> None:
    rows = restore(file, target)
    with open_catalog(lived) as before, open_catalog(target) as after:
        assert everything(Repos(after, objects)) == everything(Repos(before, objects))
        again = file.with_name(f"again-{next(NUMBERS)}")
        assert backup(after, again) == rows
    assert rows_of(again) == rows_of(file)


def rows_of(file: Path) -> list[str]:
    """All rows, in an order of their own: that of rows in a table is the database's."""
    parts = [json.loads(line) for line in gzip.decompress(file.read_bytes()).splitlines()]
    return sorted(f"{part['table']} {row}" for part in parts[1:-1] for row in part["rows"])


def test_life_goes_on(file: Path, target: str) -> None:
    restore(file, target)
    with open_catalog(target) as catalog:
        repos = Repos(catalog, connect("memory://"))
        for repo in (*repos.list("home"), *repos.list("acme")):
            commit(repos, repo, files("new"))
            repos.branch(repo, "new-branch")
            commit(repos, repo, files("newer"), "new-branch")
            commit(repos, repo, files("newest"))


def test_what_came_after_comes_back_from_the_bucket(
    database: Database, tmp_path: Path, target: str
) -> None:
    objects = connect("memory://")
    with open_catalog(database()) as catalog:
        repos = Repos(catalog, objects)
        repos.create(FOOTAGE)
        commit(repos, FOOTAGE, files("a"))
        backup(catalog, tmp_path / "old")
        commit(repos, FOOTAGE, files("b"))
        repos.tag(FOOTAGE, "later")
        before = everything(repos)
    restore(tmp_path / "old", target)
    with open_catalog(target) as catalog:
        repos = Repos(catalog, objects)
        assert everything(repos) != before
        repos.rebuild()
        assert everything(repos) == before


def test_a_catalog_that_holds_something_is_left_alone(file: Path, lived: str) -> None:
    with pytest.raises(UsageError, match="holds something"):
        restore(file, lived)


def cut(data: bytes) -> bytes:
    return data[: len(data) // 2]


def shorter(data: bytes) -> bytes:
    return gzip.compress(b"".join(gzip.decompress(data).splitlines(keepends=True)[:-1]))


def fewer(data: bytes) -> bytes:
    lines = gzip.decompress(data).splitlines(keepends=True)
    return gzip.compress(b"".join([lines[0], *lines[2:]]))


@pytest.mark.parametrize("harm", [cut, shorter, fewer, lambda _: b"no backup", lambda _: b""])
def test_a_damaged_one_fills_nothing(
    file: Path, target: str, tmp_path: Path, harm: Callable[[bytes], bytes]
) -> None:
    damaged = tmp_path / "damaged"
    damaged.write_bytes(harm(file.read_bytes()))
    with pytest.raises(RecordDamaged, match="no whole backup"):
        restore(damaged, target)
    restore(file, target)


@pytest.mark.parametrize(("what", "later"), [("format", 2), ("shape", "9999")])
def test_a_newer_one_is_refused(
    file: Path, target: str, tmp_path: Path, what: str, later: object
) -> None:
    newer = tmp_path / "newer"
    head, _, rest = gzip.decompress(file.read_bytes()).partition(b"\n")
    changed = json.dumps(json.loads(head) | {what: later}).encode()
    newer.write_bytes(gzip.compress(changed + b"\n" + rest))
    with pytest.raises(CatalogTooNew, match="upgrade"):
        restore(newer, target)
