"""Commits as rows: kept, found by id or time, read backwards."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Row, insert, or_, select, update

from quietwatch.model import Commit, Origin, Repo
from quietwatch.store.catalog.connect import Catalog
from quietwatch.store.catalog.lines import Chain, Point, slices
from quietwatch.store.catalog.tables import commits, origins, repos

_EPOCH = datetime.fromtimestamp(0, UTC)
_PAGE = 500


class Making(NamedTuple):
    """How a commit came about, beside what people read of it; part of its id."""

    born: str  # of the repo
    branch: str
    branch_born: str
    nonce: str


class Kept(NamedTuple):
    """A commit, where it is kept and how it was made."""

    commit: Commit
    point: Point
    making: Making


def keep(connection: Connection, repo: int, kept: Kept, *, marked: bool) -> None:
    """Note a commit.

    Args:
        connection: a transaction that writes.
        repo: the repo's number.
        kept: the commit.
        marked: whether its object still has to be written.
    """
    commit, point = kept.commit, kept.point
    values = {
        **point._asdict(),
        "id": commit.id,
        "repo": repo,
        "parent": commit.parent,
        "time": milliseconds(commit.time),
        "author": commit.author,
        "message": commit.message,
        "changes": commit.count,
        "unwritten": marked,
        "branch": kept.making.branch,
        "branch_born": kept.making.branch_born,
        "nonce": kept.making.nonce,
    }
    connection.execute(insert(commits).values(values))
    if commit.provenance:
        connection.execute(
            insert(origins),
            [
                {**point._asdict(), "ordinal": index, "repo": one.repo, "commit": one.commit}
                for index, one in enumerate(commit.provenance)
            ],
        )


def written(connection: Connection, point: Point) -> None:
    """Take away the mark: its object lies in the bucket."""
    connection.execute(
        update(commits)
        .where(commits.c.line == point.line, commits.c.number == point.number)
        .values(unwritten=False)
    )


def marked(connection: Connection) -> list[Kept]:
    """Commits whose object may be missing, whosoever they are."""
    return _read(connection, commits.c.unwritten)


def at(connection: Connection, point: Point) -> Kept | None:
    """The commit at a point."""
    found = _read(connection, _is(point))
    return found[0] if found else None


def with_id(connection: Connection, repo: Repo, commit: str) -> Kept | None:
    """The commit with this id, also of a repo of this name that was removed."""
    found = _read(
        connection, commits.c.id == commit, repos.c.tenant == repo.tenant, repos.c.name == repo.name
    )
    return found[0] if found else None


def begins_with(connection: Connection, repo: int, start: str, limit: int = 2) -> list[Kept]:
    """Commits of a repo whose ids begin so."""
    since, until = commits.c.id >= start, commits.c.id <= start.ljust(64, "f")
    return _read(connection, since, until, commits.c.repo == repo, limit=limit)


def made_from(connection: Connection, repo: Repo, commit: str) -> list[Kept]:
    """Commits, of repos of the same tenant, that name this one as their origin; by time."""
    named = connection.execute(
        select(origins.c.line, origins.c.number)
        .distinct()
        .where(origins.c.commit == commit, origins.c.repo == repo.name)
    ).all()
    found: list[Kept] = []
    for some in slices([Point(*row) for row in named], 100):
        found += _read(connection, or_(*map(_is, some)), repos.c.tenant == repo.tenant)
    return sorted(found, key=lambda kept: (kept.commit.time, kept.commit.id))


def latest(connection: Connection, chain: Chain, time: datetime) -> Point | None:
    """The last point of a chain that was there at a time; None if nothing was."""
    asked = (time - _EPOCH) // timedelta(milliseconds=1)
    for point in chain:
        number = connection.execute(
            select(commits.c.number)
            .where(
                commits.c.line == point.line,
                commits.c.time <= asked,
                commits.c.number <= point.number,
            )
            .order_by(commits.c.time.desc())
            .limit(1)
        ).scalar()
        if number is not None:
            return Point(point.line, number)
    return None


def back(catalog: Catalog, chain: Chain) -> Iterator[Kept]:
    """The commits of a chain, the latest first, read in pages."""
    size = 8  # most ask for a few
    for line, last in chain:
        upto = last
        while upto:
            with catalog.reading() as connection:
                page = _read(
                    connection,
                    commits.c.line == line,
                    commits.c.number <= upto,
                    commits.c.number > upto - size,
                )
            yield from reversed(page)
            upto = max(upto - size, 0)
            size = min(4 * size, _PAGE)


def milliseconds(time: datetime) -> int:
    """Since 1970; what is finer is cut off."""
    return (time - _EPOCH) // timedelta(milliseconds=1)


def moment(time: int) -> datetime:
    """The time of so many milliseconds since 1970."""
    return _EPOCH + timedelta(milliseconds=time)


def _is(point: Point) -> ColumnElement[bool]:
    return (commits.c.line == point.line) & (commits.c.number == point.number)


def _read(
    connection: Connection, *wanted: ColumnElement[bool], limit: int | None = None
) -> list[Kept]:
    rows = connection.execute(
        select(commits, repos.c.tenant, repos.c.name, repos.c.born)
        .join(repos, repos.c.id == commits.c.repo)
        .where(*wanted)
        .order_by(commits.c.line, commits.c.number)
        .limit(limit)
    ).all()
    named = _origins(connection, [Point(row.line, row.number) for row in rows])
    return [_kept(row, tuple(named.get((row.line, row.number), ()))) for row in rows]


def _origins(
    connection: Connection, points: Sequence[Point]
) -> dict[tuple[int, int], list[Origin]]:
    found: dict[tuple[int, int], list[Origin]] = {}
    for some in slices(points, 100):
        inside = or_(
            *((origins.c.line == line) & (origins.c.number == number) for line, number in some)
        )
        rows = connection.execute(
            select(origins)
            .where(inside)
            .order_by(origins.c.line, origins.c.number, origins.c.ordinal)
        )
        for row in rows:
            found.setdefault((row.line, row.number), []).append(Origin(row.repo, row.commit))
    return found


def _kept(row: Row[Any], provenance: tuple[Origin, ...]) -> Kept:
    commit = Commit(
        id=row.id,
        repo=Repo(row.tenant, row.name),
        parent=row.parent,
        time=moment(row.time),
        author=row.author,
        message=row.message,
        provenance=provenance,
        count=row.changes,
    )
    making = Making(row.born, row.branch, row.branch_born, row.nonce)
    return Kept(commit, Point(row.line, row.number), making)
