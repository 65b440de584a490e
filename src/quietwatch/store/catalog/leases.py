"""Leases: blobs that are about to be committed, and the right to be the engine at work."""

import uuid
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from functools import partial

from sqlalchemy import Connection, delete, insert, select, text
from sqlalchemy.exc import DBAPIError

from quietwatch.errors import CatalogUnavailable, StorageError
from quietwatch.store.catalog.clips import chunks
from quietwatch.store.catalog.clock import now
from quietwatch.store.catalog.connect import Catalog
from quietwatch.store.catalog.faults import catalog_errors
from quietwatch.store.catalog.work_tables import leases

LEASE_S = 6 * 3600
"""How long a lease holds if its holder is killed, seconds; no batch takes so long."""

_ENGINE = 7_305_113_462_381  # any number, the same for every engine
_HELD = text(
    "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 1 AND "
    "classid = :high AND objid = :low AND pid = :holder AND "
    "database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)


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

    PostgreSQL takes the lock back when the connection that holds it ends: with the engine, or
    before it. So each transaction that writes looks whether the lock is still held; what was begun
    after it was lost changes nothing. A catalog in a file is guarded by the lock of its home.

    Raises:
        StorageError: another engine is at work. CatalogUnavailable: the catalog can't be reached,
            also, in the block, for writing once the lock is lost.
    """
    if catalog.is_sqlite:
        yield
        return
    with ExitStack() as stack:
        with catalog_errors(catalog.url):
            connection = stack.enter_context(catalog.engine.connect())
            holder = _lock(connection)
        if holder is None:
            raise StorageError(
                f"another engine is at work on {catalog.url}; wait for its end, or let it do the "
                "work"
            )
        try:
            with catalog.guarded(partial(_require_held, catalog.url, holder)):
                yield
        finally:
            with suppress(DBAPIError):  # the connection has ended, and the lock with it
                connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _ENGINE})
                connection.commit()


def _lock(connection: Connection) -> int | None:
    """Take the lock of engines; gives the server's process that holds it, None if another does."""
    got = connection.execute(
        text("SELECT pg_try_advisory_lock(:key), pg_backend_pid()"), {"key": _ENGINE}
    ).one()
    connection.commit()
    return int(got[1]) if got[0] else None


def _require_held(url: str, holder: int, connection: Connection) -> None:
    """See that the lock of engines is still held by this process of the server."""
    high, low = divmod(_ENGINE, 1 << 32)
    held = connection.execute(_HELD, {"high": high, "low": low, "holder": holder})
    if held.first() is None:
        raise CatalogUnavailable(
            f"the catalog {url} has closed the connection by which this engine kept others away; "
            "run again: what is done is kept"
        )
