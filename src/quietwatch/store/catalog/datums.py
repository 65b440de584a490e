"""Results by what made them: done, or failed and tried again, or failed and set aside."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, and_, delete, select, update

from quietwatch.errors import Erased, QuietwatchError
from quietwatch.store.catalog.clips import chunks
from quietwatch.store.catalog.clock import now
from quietwatch.store.catalog.upsert import upsert
from quietwatch.store.catalog.work_tables import datums

TRIES = 3
"""How often a datum is tried that failed for a reason that may pass."""

BACKOFF_S = (60, 600)
"""Seconds after the first failure until the second try, and after the second until the third."""


@dataclass(frozen=True, slots=True)
class Datum:
    """What is known of the unit of a stage's work.

    Attributes:
        key: hash of all that shapes the result, 64 hex digits.
        stage: `analyze` or `decide`.
        path: of the clip in `footage`.
        pack: SHA-256 of the blob with the result; None where there is none.
        size: bytes of that blob.
        summary: JSON, what is known of the result without reading it; of `decide`, what the clip
            shows that keeps its place (see `sighted`).
        state: of the fold, for the datum that follows it.
        error: stable code, None when it went well.
        detail: sentence of the error.
        tries: how often it was tried.
        retry_at: when it is tried again, microseconds; None: never by itself.
    """

    key: str
    stage: str
    path: str
    pack: str | None = None
    size: int | None = None
    summary: str | None = None
    state: bytes | None = None
    error: str | None = None
    detail: str | None = None
    tries: int = 1
    retry_at: int | None = None


def put(connection: Connection, tenant: str, found: Iterable[Datum]) -> None:
    """Keep datums, in the place of those with the same keys."""
    at = now()
    rows = [{"tenant": tenant, "at": at, **_values(datum)} for datum in found]
    upsert(connection, datums, rows)


def get(connection: Connection, tenant: str, keys: Iterable[str]) -> dict[str, Datum]:
    """The datums with these keys that are known."""
    found: dict[str, Datum] = {}
    for part in chunks(keys):
        rows = connection.execute(
            select(datums).where(datums.c.tenant == tenant, datums.c.key.in_(part))
        )
        found |= {row.key: _datum(row) for row in rows}
    return found


def failed(connection: Connection, tenant: str, *, due: bool = False) -> list[Datum]:
    """The datums that failed, by path; `due`: only those whose time to be tried again has come."""
    query = select(datums).where(datums.c.tenant == tenant, datums.c.error.is_not(None))
    if due:
        query = query.where(datums.c.retry_at <= now())
    return [_datum(row) for row in connection.execute(query.order_by(datums.c.path, datums.c.key))]


def retry(connection: Connection, tenant: str, path: str | None = None) -> int:
    """Let what failed be tried again as if it never had been; gives how many.

    Args:
        connection: in a transaction.
        tenant: whose.
        path: of one clip; None means all.
    """
    query = update(datums).where(datums.c.tenant == tenant, datums.c.error.is_not(None))
    if path is not None:
        query = query.where(datums.c.path == path)
    return connection.execute(query.values(tries=0, retry_at=now())).rowcount


def forget(connection: Connection, tenant: str, key: str) -> None:
    """Take a datum away, so that it is done again."""
    connection.execute(delete(datums).where(datums.c.tenant == tenant, datums.c.key == key))


def lose(connection: Connection, tenant: str, path: str, error: QuietwatchError) -> None:
    """Note that the footage of a clip is lost, though nothing has tried to read it."""
    lost = Datum(_lost(path), "analyze", path, error=error.code, detail=error.detail, tries=TRIES)
    put(connection, tenant, [lost])


def found(connection: Connection, tenant: str, path: str) -> None:
    """Take back what `lose` noted."""
    forget(connection, tenant, _lost(path))


def keys_of(connection: Connection, tenant: str, paths: Iterable[str]) -> list[str]:
    """The keys of all datums of some clips."""
    return [
        key
        for part in chunks(paths)
        for key in connection.scalars(
            select(datums.c.key).where(datums.c.tenant == tenant, datums.c.path.in_(part))
        )
    ]


def packs_of(connection: Connection, tenant: str, path: str) -> dict[str, str]:
    """The keys of the analyses of a clip, by the blobs in which they lie."""
    mine = and_(datums.c.tenant == tenant, datums.c.path == path, datums.c.pack.is_not(None))
    rows = connection.execute(select(datums.c.pack, datums.c.key).where(mine))
    return {row.pack: row.key for row in rows}


def forget_packs(connection: Connection, tenant: str, packs: Iterable[str]) -> None:
    """Take away the datums whose results lie in some blobs, so that they are done again."""
    for part in chunks(packs):
        connection.execute(delete(datums).where(datums.c.tenant == tenant, datums.c.pack.in_(part)))


def forget_erased(connection: Connection, tenant: str, paths: Iterable[str]) -> None:
    """Take away the datums of some clips whose results were erased, so that they are done again."""
    for part in chunks(paths):
        mine = and_(datums.c.tenant == tenant, datums.c.path.in_(part))
        connection.execute(delete(datums).where(mine, datums.c.error == Erased.code))


def next_try(tries: int) -> int | None:
    """When a datum that failed so often for a passing reason is tried again; None: set aside."""
    if tries >= TRIES:
        return None
    return now() + BACKOFF_S[tries - 1] * 1_000_000


def _lost(path: str) -> str:
    return hashlib.sha256(f"lost:{path}".encode()).hexdigest()


_FIELDS = tuple(Datum.__dataclass_fields__)


def _values(datum: Datum) -> dict[str, Any]:
    return {name: getattr(datum, name) for name in _FIELDS}


def _datum(row: Any) -> Datum:
    return Datum(**{name: getattr(row, name) for name in _FIELDS})
