"""Blobs on their way out: marked by `gc`, taken away later, and saved by whoever commits them."""

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from quietwatch.store.catalog.clips import chunks
from quietwatch.store.catalog.clock import now
from quietwatch.store.catalog.keep_tables import condemned


def condemn(connection: Connection, tenant: str, shas: Iterable[str]) -> None:
    """Mark blobs that nothing needs; who is marked already stays so since then."""
    at = now()
    kind = sqlite if connection.dialect.name == "sqlite" else postgresql
    for part in chunks(shas):
        rows = [{"tenant": tenant, "sha256": bytes.fromhex(s), "since": at} for s in part]
        anew = {"since": at, "gone": None}
        query = kind.insert(condemned)
        connection.execute(
            query.on_conflict_do_update(
                index_elements=["tenant", "sha256"],
                set_=anew,
                where=condemned.c.gone.is_not(None),
            ),
            rows,
        )


def waiting(connection: Connection, tenant: str, before: int) -> list[str]:
    """The blobs that were marked by a time (microseconds) and are still there, in order."""
    rows = connection.scalars(
        select(condemned.c.sha256)
        .where(
            condemned.c.tenant == tenant,
            condemned.c.gone.is_(None),
            condemned.c.since <= before,
        )
        .order_by(condemned.c.sha256)
    )
    return [sha256.hex() for sha256 in rows]


def hold(connection: Connection, tenant: str, shas: Sequence[str]) -> None:
    """Let nobody commit these blobs before the end of the transaction, unless who did already."""
    if connection.dialect.name == "sqlite":
        return  # only one transaction writes
    for part in chunks(sorted(shas)):
        wanted = [bytes.fromhex(sha256) for sha256 in part]
        connection.execute(
            select(condemned.c.sha256)
            .where(condemned.c.tenant == tenant, condemned.c.sha256.in_(wanted))
            .order_by(condemned.c.sha256)
            .with_for_update()
        )


def missed(connection: Connection, tenant: str, shas: Iterable[bytes]) -> list[str]:
    """Those of some blobs, about to be committed, that `gc` took away not long ago.

    The others can't be taken away before the end of the transaction, which shows that they are
    needed.
    """
    if connection.execute(select(condemned.c.since).limit(1)).first() is None:
        return []
    found: list[str] = []
    for part in chunks(shas):
        query = select(condemned.c.sha256, condemned.c.gone).where(
            condemned.c.tenant == tenant, condemned.c.sha256.in_(part)
        )
        if connection.dialect.name != "sqlite":
            query = query.order_by(condemned.c.sha256).with_for_update(read=True)
        rows = connection.execute(query).all()
        found += [row.sha256.hex() for row in rows if row.gone is not None]
    return found


def acquit(connection: Connection, tenant: str, shas: Iterable[str]) -> None:
    """Take marks away: somebody needs these blobs, or put them again."""
    for part in chunks(bytes.fromhex(sha256) for sha256 in shas):
        connection.execute(
            delete(condemned).where(condemned.c.tenant == tenant, condemned.c.sha256.in_(part))
        )


def gone(connection: Connection, tenant: str, shas: Iterable[str]) -> None:
    """Note that blobs were taken away."""
    at = now()
    for part in chunks(bytes.fromhex(sha256) for sha256 in shas):
        connection.execute(
            update(condemned)
            .where(condemned.c.tenant == tenant, condemned.c.sha256.in_(part))
            .values(gone=at)
        )


def forget(connection: Connection, tenant: str, before: int) -> None:
    """Forget blobs taken away before a time (microseconds): nobody commits what he put so early."""
    connection.execute(
        delete(condemned).where(condemned.c.tenant == tenant, condemned.c.gone <= before)
    )
