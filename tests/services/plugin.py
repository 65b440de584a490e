"""The fixtures of `pytest --services`: servers that are started once and shared by all tests."""

from collections.abc import Callable, Iterator

import pytest

from tests.services.postgres import Postgres, postgres


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Postgres]:
    """A PostgreSQL; `database()` makes an empty database."""
    with postgres() as server:
        yield server


@pytest.fixture(scope="module")
def postgres_url(postgres_server: Postgres) -> str:
    """The SQLAlchemy URL of a database that is empty for each file of tests."""
    return postgres_server.database()


@pytest.fixture(scope="module")
def database_postgres(postgres_server: Postgres) -> Callable[[], str]:
    """Makes an empty database and gives its URL, for the suites of `store/catalog`."""
    return postgres_server.database
