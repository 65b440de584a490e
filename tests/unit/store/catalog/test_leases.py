import pytest
from sqlalchemy import update

from quietwatch.errors import StorageError
from quietwatch.store.catalog import Catalog, leases, open_catalog
from quietwatch.store.catalog.clock import now
from quietwatch.store.catalog.work_tables import leases as table
from tests.contracts.conftest import Database

A, B = "a" * 64, "b" * 64


def leased(catalog: Catalog, tenant: str) -> set[str]:
    with catalog.reading() as connection:
        return leases.leased(connection, tenant)


def test_it_holds_while_the_block_runs(catalog: Catalog, tenant: str) -> None:
    with leases.holding(catalog, tenant, [A, B, A]):
        assert leased(catalog, tenant) == {A, B}
        assert leased(catalog, f"{tenant}-b") == set()
    assert leased(catalog, tenant) == set()


def test_it_ends_with_an_error_too(catalog: Catalog, tenant: str) -> None:
    with pytest.raises(StorageError), leases.holding(catalog, tenant, [A]):
        raise StorageError("the disk is full")
    assert leased(catalog, tenant) == set()


def test_of_two_holders_the_last_lets_go(catalog: Catalog, tenant: str) -> None:
    with leases.holding(catalog, tenant, [A]):
        with leases.holding(catalog, tenant, [A, B]):
            pass
        assert leased(catalog, tenant) == {A}


def test_that_of_a_killed_holder_runs_out(catalog: Catalog, tenant: str) -> None:
    with leases.holding(catalog, tenant, [A]):
        with catalog.begin() as connection:
            connection.execute(
                update(table).where(table.c.tenant == tenant).values(until=now() - 1)
            )
        assert leased(catalog, tenant) == set()


def test_nothing_is_held_of_nothing(catalog: Catalog, tenant: str) -> None:
    with leases.holding(catalog, tenant, []):
        assert leased(catalog, tenant) == set()


def test_a_batch_is_held_at_once(catalog: Catalog, tenant: str) -> None:
    many = [f"{number:064x}" for number in range(1200)]
    with leases.holding(catalog, tenant, many):
        assert leased(catalog, tenant) == set(many)


def test_one_engine_where_machines_share_a_catalog(database: Database) -> None:
    """A catalog in a file has the lock of its home instead."""
    url = database()
    with open_catalog(url) as one, open_catalog(url) as other:
        with leases.engine(one):
            if one.is_sqlite:
                with leases.engine(other):
                    pass
            else:
                with pytest.raises(StorageError, match="another engine"), leases.engine(other):
                    pass
        with leases.engine(other):
            pass
