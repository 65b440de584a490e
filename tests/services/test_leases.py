"""An engine whose connection PostgreSQL has ended: another may take over, so it writes no more."""

import pytest
from sqlalchemy import text

from quietwatch.errors import CatalogUnavailable, StorageError
from quietwatch.store.catalog import leases, open_catalog
from quietwatch.store.catalog.connect import Catalog

LOCKED = "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted"


def end_the_holder(catalog: Catalog) -> None:
    """Have the server end the connection that holds the lock, and wait until it has."""
    with catalog.reading() as connection:
        [holder] = connection.scalars(text(LOCKED)).all()
        connection.execute(text("SELECT pg_terminate_backend(:pid, 10000)"), {"pid": holder})


def test_who_has_lost_the_lock_writes_no_more(postgres_url: str) -> None:
    with open_catalog(postgres_url) as one, open_catalog(postgres_url) as other:
        with leases.engine(one):
            with pytest.raises(StorageError, match="another engine"), leases.engine(other):
                pass
            with one.begin() as connection:
                connection.execute(text("CREATE TABLE held (what TEXT)"))
            end_the_holder(other)
            with (
                pytest.raises(CatalogUnavailable, match="kept others away; run again"),
                one.begin() as connection,
            ):
                connection.execute(text("DROP TABLE held"))
            with leases.engine(other), other.begin() as connection:
                connection.execute(text("INSERT INTO held VALUES ('still there')"))
        with leases.engine(one), one.begin() as connection:
            assert connection.scalar(text("SELECT count(*) FROM held")) == 1
