"""Adapters that every machine has, for the suites that run on all of them."""

from collections.abc import Callable, Iterator
from itertools import count

import pytest

from quietwatch.store.catalog import Catalog, open_catalog
from quietwatch.store.catalog.connect import sqlite_url
from quietwatch.store.objects.objects import Objects, connect
from quietwatch.store.repos import Repos
from tests.adapters import ObjectStore

Database = Callable[[], str]
"""Makes an empty database and gives its URL."""

_IN_MEMORY = count()


@pytest.fixture(scope="module")
def database_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Database:
    folder, numbers = tmp_path_factory.mktemp("catalogs"), count()
    return lambda: sqlite_url(folder / f"{next(numbers)}.sqlite")


@pytest.fixture(scope="module")
def object_store_local(tmp_path_factory: pytest.TempPathFactory) -> ObjectStore:
    folder, numbers = tmp_path_factory.mktemp("objects"), count()
    return ObjectStore(lambda: str(folder / f"{next(numbers)}"))


@pytest.fixture(scope="module")
def object_store_memory() -> ObjectStore:
    return ObjectStore(lambda: f"memory://contract-{next(_IN_MEMORY)}")


@pytest.fixture
def objects(object_store: ObjectStore) -> Objects:
    """An empty place for objects."""
    return connect(object_store.fresh())


@pytest.fixture(scope="module")
def catalog(database: Database) -> Iterator[Catalog]:
    """One catalog for all tests of a file."""
    with open_catalog(database()) as opened:
        yield opened


@pytest.fixture(scope="module")
def repos(catalog: Catalog) -> Repos:
    """Repos in that catalog and a bucket in memory."""
    return Repos(catalog, connect("memory://"))
