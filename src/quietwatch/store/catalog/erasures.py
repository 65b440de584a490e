"""Erased files as rows: when, why and by whom; and whether their bytes are gone already."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, exists, func, or_, select, update

from quietwatch.errors import Erased
from quietwatch.names import iso
from quietwatch.store.catalog.clips import chunks
from quietwatch.store.catalog.clock import micros, moment, now
from quietwatch.store.catalog.keep_tables import erasures
from quietwatch.store.catalog.tables import entries, lines, repos
from quietwatch.store.catalog.upsert import upsert

RETENTION, REQUEST = "retention", "request"
"""Why files are erased: their time was over, or somebody asked."""


@dataclass(frozen=True, slots=True)
class Erasure:
    """A file that is erased.

    Attributes:
        deed: what it was erased by, together with others; 16 hex digits.
        repo: name of the repo that held it.
        path: in the repo.
        sha256: of its bytes.
        size: bytes.
        kind: `retention` or `request`.
        why: for people.
        by: principal that did it.
        at: when it was recorded, UTC.
        gone: when the bytes were gone from the bucket, None until then.
        lifted: when it was taken back, None while it holds.
    """

    deed: str
    repo: str
    path: str
    sha256: str
    size: int
    kind: str
    why: str
    by: str
    at: datetime
    gone: datetime | None = None
    lifted: datetime | None = None

    @property
    def asked(self) -> bool:
        """Whether somebody asked for it."""
        return self.kind == REQUEST

    @property
    def error(self) -> Erased:
        """What a reader is told."""
        asked = "on request" if self.asked else "when its time was over"
        return Erased(f"erased {asked} at {iso(self.at)} by {self.by}: {self.why}")


def put(connection: Connection, tenant: str, found: Iterable[Erasure]) -> None:
    """Keep erasures, in the place of those of the same deed and file."""
    upsert(connection, erasures, [_values(tenant, one) for one in found])


def deeds(connection: Connection, tenant: str) -> set[str]:
    """The names of all deeds that erased something."""
    query = select(erasures.c.deed).where(erasures.c.tenant == tenant).distinct()
    return set(connection.scalars(query))


def count_below(connection: Connection, tenant: str, repo: str, prefix: str) -> int:
    """How many files are erased on request whose paths in a repo begin so."""
    mine = and_(erasures.c.tenant == tenant, erasures.c.repo == repo)
    holding = and_(erasures.c.kind == REQUEST, erasures.c.lifted.is_(None))
    below = erasures.c.path.startswith(prefix, autoescape=True)
    found = connection.scalar(select(func.count()).where(mine, holding, below))
    return int(found or 0)


def of_blobs(connection: Connection, tenant: str, shas: Iterable[str]) -> list[Erasure]:
    """The erasures that hold, of files with these bytes."""
    column, wanted = erasures.c.sha256, (bytes.fromhex(sha256) for sha256 in shas)
    return list(_in(connection, tenant, column, wanted, erasures.c.lifted.is_(None)))


def of_paths(
    connection: Connection, tenant: str, repo: str, paths: Iterable[str]
) -> dict[str, Erasure]:
    """The erasures that hold, of files at these paths of a repo; of several the last."""
    here = and_(erasures.c.repo == repo, erasures.c.lifted.is_(None))
    return {one.path: one for one in _in(connection, tenant, erasures.c.path, paths, here)}


def any_below(connection: Connection, tenant: str, repo: str, start: str) -> bool:
    """Whether a file of a repo is erased whose path begins so."""
    last = f"{start}\U0010ffff"
    found = select(erasures.c.path).where(
        erasures.c.tenant == tenant,
        erasures.c.repo == repo,
        erasures.c.path >= start,  # not BETWEEN: PostgreSQL takes no collation in it
        erasures.c.path <= last,
        erasures.c.lifted.is_(None),
    )
    return connection.execute(found.limit(1)).first() is not None


def unread(connection: Connection, tenant: str, sha256: str) -> Erasure | None:
    """The erasure for which a blob must not be read: all files that had the bytes are erased.

    Also one that was taken back, as long as the bytes have not come again.
    """
    found = list(_in(connection, tenant, erasures.c.sha256, [bytes.fromhex(sha256)]))
    if not found or _is_held(connection, tenant, sha256):
        return None
    return found[-1]


def refused(connection: Connection, tenant: str, repo: str, sha256: str) -> Erasure | None:
    """The request for which bytes must not come into a repo again."""
    found = of_blobs(connection, tenant, [sha256])
    return next((one for one in found if one.repo == repo and one.kind == REQUEST), None)


def unfinished(connection: Connection, tenant: str) -> list[Erasure]:
    """The erasures that hold and of which not all is done, by deed and repo."""
    rows = connection.execute(
        select(erasures)
        .where(erasures.c.tenant == tenant, erasures.c.gone.is_(None), erasures.c.lifted.is_(None))
        .order_by(*erasures.primary_key)
    )
    return [erasure_of(row) for row in rows]


def reopen(connection: Connection, tenant: str, shas: Iterable[str]) -> None:
    """Note which erased files stand again, of those whose blobs lie in the bucket."""
    stands = (
        select(entries.c.path)
        .join(lines, lines.c.id == entries.c.line)
        .join(repos, repos.c.id == lines.c.repo)
        .where(
            entries.c.tenant == erasures.c.tenant,
            entries.c.sha256 == erasures.c.sha256,
            entries.c.path == erasures.c.path,
            entries.c.until.is_(None),
            repos.c.name == erasures.c.repo,
            repos.c.removed.is_(None),
        )
    )
    for part in chunks(bytes.fromhex(sha256) for sha256 in shas):
        mine = and_(erasures.c.tenant == tenant, erasures.c.sha256.in_(part))
        holds = and_(erasures.c.gone.is_not(None), erasures.c.lifted.is_(None))
        connection.execute(update(erasures).where(mine, holds, stands.exists()).values(gone=None))


def gone(connection: Connection, tenant: str, shas: Iterable[str]) -> None:
    """Note that the bytes of erased files are gone."""
    at = now()
    for part in chunks(bytes.fromhex(sha256) for sha256 in shas):
        mine = and_(erasures.c.tenant == tenant, erasures.c.sha256.in_(part))
        connection.execute(update(erasures).where(mine, erasures.c.gone.is_(None)).values(gone=at))


def with_clips(connection: Connection, tenant: str, paths: Iterable[str]) -> list[Erasure]:
    """All that holds and was erased with some clips: the clips, what was made of them, copies."""
    holds = erasures.c.lifted.is_(None)
    clips = list(of_paths(connection, tenant, "footage", paths).values())
    at, bytes_ = {one.path for one in clips}, {one.sha256 for one in clips}
    deeds = {one.deed for one in clips}
    both = list(_in(connection, tenant, erasures.c.deed, deeds, holds))
    bytes_ |= {one.sha256 for one in both if one.path in at}
    return [one for one in both if one.path in at or one.sha256 in bytes_]


def lift(
    connection: Connection, tenant: str, files: Iterable[tuple[str, str, str]], at: datetime
) -> None:
    """Take back what was erased until a time: files by repo, path and SHA-256."""
    for repo, path, sha256 in files:
        connection.execute(
            update(erasures)
            .where(
                erasures.c.tenant == tenant,
                erasures.c.repo == repo,
                erasures.c.path == path,
                erasures.c.sha256 == bytes.fromhex(sha256),
                erasures.c.lifted.is_(None),
                erasures.c.at <= micros(at),
            )
            .values(lifted=micros(at))
        )


def _is_held(connection: Connection, tenant: str, sha256: str) -> bool:
    """Whether a file that is not erased has, or had, these bytes."""
    held = (
        select(entries.c.path)
        .join(lines, lines.c.id == entries.c.line)
        .join(repos, repos.c.id == lines.c.repo)
        .where(
            entries.c.tenant == tenant,
            entries.c.sha256 == bytes.fromhex(sha256),
            repos.c.removed.is_(None),
            ~is_erased(),
        )
    )
    return bool(connection.execute(select(held.exists())).scalar())


def is_erased() -> ColumnElement[bool]:
    """Of an entry joined to its repo: whether that file is erased.

    When an erasure was taken back, what it had erased stays so; what stands there now is not.
    """
    own = erasures.alias()
    return exists().where(
        own.c.tenant == entries.c.tenant,
        own.c.repo == repos.c.name,
        own.c.path == entries.c.path,
        own.c.sha256 == entries.c.sha256,
        or_(own.c.lifted.is_(None), entries.c.until.is_not(None)),
    )


def _in(
    connection: Connection, tenant: str, column: Any, values: Iterable[object], *more: Any
) -> Iterator[Erasure]:
    for part in chunks(values):
        rows = connection.execute(
            select(erasures)
            .where(erasures.c.tenant == tenant, column.in_(part), *more)
            .order_by(erasures.c.at, erasures.c.deed)
        )
        yield from map(erasure_of, rows)


def _values(tenant: str, one: Erasure) -> dict[str, Any]:
    return {
        "tenant": tenant,
        "deed": one.deed,
        "repo": one.repo,
        "path": one.path,
        "sha256": bytes.fromhex(one.sha256),
        "size": one.size,
        "kind": one.kind,
        "why": one.why,
        "by": one.by,
        "at": micros(one.at),
        "gone": None if one.gone is None else micros(one.gone),
        "lifted": None if one.lifted is None else micros(one.lifted),
    }


def erasure_of(row: Any) -> Erasure:
    """A row as a value."""
    return Erasure(
        deed=row.deed,
        repo=row.repo,
        path=row.path,
        sha256=row.sha256.hex(),
        size=row.size,
        kind=row.kind,
        why=row.why,
        by=row.by,
        at=moment(row.at),
        gone=None if row.gone is None else moment(row.gone),
        lifted=None if row.lifted is None else moment(row.lifted),
    )
