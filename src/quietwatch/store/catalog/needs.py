"""Which blobs somebody still needs."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, and_, delete, or_, select, update

from quietwatch.errors import Erased
from quietwatch.store.catalog.clips import chunks
from quietwatch.store.catalog.clock import now
from quietwatch.store.catalog.erasures import is_erased, of_blobs
from quietwatch.store.catalog.tables import commits, entries, lines, repos
from quietwatch.store.catalog.work_tables import clips, datums, leases

MADE_AGAIN = ("analysis", "events", "memory")
"""Repos of which a replaced file is not kept for ever: it was made of others."""

_DAY = 86_400_000_000  # microseconds


@dataclass(frozen=True, slots=True)
class Horizon:
    """How far back replaced results are kept.

    Attributes:
        at: microseconds since 1970; None: for ever.
    """

    at: int | None

    @staticmethod
    def of(days: int) -> "Horizon":
        """So many days back from now; 0: for ever."""
        return Horizon(now() - days * _DAY if days else None)


def needed(connection: Connection, tenant: str, shas: Iterable[str], horizon: Horizon) -> set[str]:
    """Those of some blobs that must stay: a repo or a result names them, or a writer holds them."""
    found: set[str] = set()
    for part in chunks(shas):
        found |= _in_repos(connection, tenant, part, horizon)
        found |= _in_results(connection, tenant, part, horizon)
        held = select(leases.c.sha256).where(
            leases.c.tenant == tenant, leases.c.sha256.in_(part), leases.c.until > now()
        )
        found |= set(connection.scalars(held))
    return found


def forget(connection: Connection, tenant: str, shas: Iterable[str]) -> None:
    """Note that blobs of results are gone: erased ones stay so, others are made anew if wanted."""
    for part in chunks(shas):
        erased = {one.sha256 for one in of_blobs(connection, tenant, part)}
        lost = [sha256 for sha256 in part if sha256 not in erased]
        told = {"pack": None, "size": None, "error": Erased.code, "detail": "", "retry_at": None}
        mine = datums.c.tenant == tenant
        connection.execute(update(datums).where(mine, datums.c.pack.in_(erased)).values(told))
        connection.execute(delete(datums).where(mine, datums.c.pack.in_(lost)))
        connection.execute(
            update(clips).where(clips.c.tenant == tenant, clips.c.pack.in_(part)).values(pack=None)
        )


def _in_repos(connection: Connection, tenant: str, shas: list[str], horizon: Horizon) -> set[str]:
    ended = commits.alias("ended")
    query = (
        select(entries.c.sha256)
        .distinct()
        .join(lines, lines.c.id == entries.c.line)
        .join(repos, repos.c.id == lines.c.repo)
        .outerjoin(ended, and_(ended.c.line == entries.c.line, ended.c.number == entries.c.until))
        .where(
            entries.c.tenant == tenant,
            entries.c.sha256.in_([bytes.fromhex(sha256) for sha256 in shas]),
            ~is_erased(),
        )
    )
    if horizon.at is not None:
        first = horizon.at // 1000  # commits count in milliseconds
        query = query.where(
            or_(repos.c.removed.is_(None), repos.c.removed >= first),
            or_(
                entries.c.until.is_(None),
                repos.c.name.not_in(MADE_AGAIN),
                ended.c.time >= first,
            ),
        )
    return {sha256.hex() for sha256 in connection.scalars(query)}


def _in_results(connection: Connection, tenant: str, shas: list[str], horizon: Horizon) -> set[str]:
    erased = {one.sha256 for one in of_blobs(connection, tenant, shas)}  # then files alone count
    shas = [sha256 for sha256 in shas if sha256 not in erased]
    newest = select(clips.c.pack).where(clips.c.tenant == tenant, clips.c.pack.in_(shas))
    older = select(datums.c.pack).where(datums.c.tenant == tenant, datums.c.pack.in_(shas))
    if horizon.at is not None:
        older = older.where(datums.c.at >= horizon.at)
    found = {pack for query in (newest, older) for pack in connection.scalars(query)}
    return {pack for pack in found if pack is not None}
