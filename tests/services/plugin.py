"""The fixtures of `pytest --services`: servers that are started once and shared by all tests."""

from collections.abc import Callable, Iterator

import pytest

from tests.adapters import ObjectStore
from tests.services import servers
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


@pytest.fixture(scope="session")
def object_store_seaweedfs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ObjectStore]:
    """S3, fast and right."""
    with servers.seaweedfs(tmp_path_factory.mktemp("seaweedfs")) as store:
        yield store


@pytest.fixture(scope="session")
def object_store_moto(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ObjectStore]:
    """S3 and its notifications."""
    with servers.moto(tmp_path_factory.mktemp("moto")) as store:
        yield store


@pytest.fixture(scope="session")
def object_store_azurite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ObjectStore]:
    """Azure."""
    with servers.azurite(tmp_path_factory.mktemp("azurite")) as store:
        yield store


@pytest.fixture(scope="session")
def object_store_gcs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ObjectStore]:
    """Google Cloud Storage."""
    with servers.fake_gcs(tmp_path_factory.mktemp("gcs")) as store:
        yield store
