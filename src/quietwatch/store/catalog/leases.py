"""Leases: blobs that are about to be committed, and the right to be the engine at work."""

import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy import Connection, delete, insert, select, text

from quietwatch.errors import StorageError
from quietwatch.store.catalog.clips import chunks
from quietwatch.store.catalog.clock import now
from quietwatch.store.catalog.connect import Catalog
from quietwatch.store.catalog.work_tables import leases

LEASE_S = 6 * 3600
"""How long a lease holds if its holder is killed, seconds; no batch takes so long."""

_ENGINE = 7_305_113_462_381  # any number, the same for every engine


@contextmanager
def holding(catalog: Catalog, tenant: str, blobs: Sequence[str]) -> Iterator[None]:
    """Hold a lease on blobs, whether they are there yet or not.

    It must be held before it is asked whether a blob is there: `gc` removes none that is leased.

    Args:
        catalog: in which the lease is noted.
        tenant: whose blobs.
        blobs: their SHA-256.
    """
    wanted = sorted(set(blobs))
    if not wanted:
        yield
        return
    holder, until = str(uuid.uuid4()), now() + LEASE_S * 1_000_000
    rows = [{"tenant": tenant, "sha256": b, "holder": holder, "until": until} for b in wanted]
    with catalog.begin(lasting=False) as connection:
        for part in chunks(rows):
            connection.execute(insert(leases), part)
    try:
        yield
    finally:
        with catalog.begin(lasting=False) as connection:
            connection.execute(delete(leases).where(leases.c.holder == holder))


def leased(connection: Connection, tenant: str) -> set[str]:
    """The blobs of a tenant on which somebody holds a lease."""
    query = select(leases.c.sha256).where(leases.c.tenant == tenant, leases.c.until > now())
    return set(connection.scalars(query))


def hold_still(connection: Connection) -> None:
    """Let nobody take or give back a lease before the end of the transaction.

    Of a catalog in a file only one transaction writes anyway.
    """
    if connection.dialect.name != "sqlite":
        connection.execute(text("LOCK TABLE leases IN EXCLUSIVE MODE"))


@contextmanager
def engine(catalog: Catalog) -> Iterator[None]:
    """Be the one engine at work on a catalog that several machines share.

    PostgreSQL takes the lock back when the connection of a killed engine ends. A catalog in a file
    is guarded by the lock of its home.

    Raises:
        StorageError: another engine is at work.
    """
    if catalog.is_sqlite:
        yield
        return
    with catalog.engine.connect() as connection:
        got = connection.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": _ENGINE})
        if not got.scalar():
            raise StorageError(
                f"another engine is at work on {catalog.url}; wait for its end, or let it do the "
                "work"
            )
        connection.commit()
        try:
            yield
        finally:
            connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _ENGINE})
            connection.commit()
