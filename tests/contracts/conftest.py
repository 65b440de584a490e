"""Adapters that every machine has, for the suites that run on all of them."""

from collections.abc import Callable, Iterator
from itertools import count

import pytest

from quietwatch.store.catalog import Catalog, open_catalog
from quietwatch.store.catalog.connect import sqlite_url
from quietwatch.store.objects.objects import connect
from quietwatch.store.repos import Repos

Database = Callable[[], str]
"""Makes an empty database and gives its URL."""


@pytest.fixture(scope="module")
def database_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Database:
    folder, numbers = tmp_path_factory.mktemp("catalogs"), count()
    return lambda: sqlite_url(folder / f"{next(numbers)}.sqlite")


@pytest.fixture(scope="module")
def catalog(database: Database) -> Iterator[Catalog]:
    """One catalog for all tests of a file."""
    with open_catalog(database()) as opened:
        yield opened


@pytest.fixture(scope="module")
def repos(catalog: Catalog) -> Repos:
    """Repos in that catalog and a bucket in memory."""
    return Repos(catalog, connect("memory://"))
