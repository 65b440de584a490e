"""Lines: unbroken series of commits, and the branches that move along them.

A commit is a point: a line and its number there. What it sees of files is its own line up to its
number, and below that the line from which its own sprang, up to where it did. A branch moves by
compare-and-swap: whoever finds it elsewhere than thought has lost, and looks again.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple, TypeVar

from sqlalchemy import Connection, and_, insert, select, update

from quietwatch.store.catalog.tables import commits, entries, lines, refs

T = TypeVar("T")

AT_ONCE = 500
"""Paths named in one statement."""


class Point(NamedTuple):
    """A place in history: after commit `number` of `line`; number 0 is before the first."""

    line: int
    number: int


class Change(NamedTuple):
    """A path set, or removed: then without hash and size."""

    path: str
    sha256: bytes | None
    size: int | None
    meta: str  # a JSON object


class Tip(NamedTuple):
    """Where a branch stands."""

    branch: str
    born: str
    point: Point
    is_end: bool  # of the line; if not, the next commit springs off
    parent: str | None
    time: int | None  # of the parent


Chain = tuple[Point, ...]
"""A point, the point where its line sprang off, and so on down to the first line."""


def open_line(connection: Connection, repo: int, root: Point | None = None) -> int:
    """Begin a line, at a root or from nothing; gives its number."""
    line, number = root or (None, None)
    values = {"repo": repo, "root_line": line, "root_number": number, "head": 0}
    made = connection.execute(insert(lines).values(values)).inserted_primary_key
    assert made is not None  # noqa: S101  (an insert of one row has one)
    return int(made[0])


def end_lines(connection: Connection, heads: Mapping[int, int]) -> None:
    """Note the numbers of the last commits of lines that were filled without a branch."""
    for line, number in heads.items():
        connection.execute(update(lines).where(lines.c.id == line).values(head=number))


def chain(connection: Connection, point: Point) -> Chain:
    """The way from a point down to the first line."""
    found = [point]
    while True:
        root = connection.execute(
            select(lines.c.root_line, lines.c.root_number).where(lines.c.id == found[-1].line)
        ).one()
        if root.root_line is None:
            return tuple(found)
        found.append(Point(root.root_line, root.root_number))


def tip(connection: Connection, repo: int, branch: str, *, hold: bool = False) -> Tip | None:
    """Where a branch stands; None if there is none.

    Args:
        connection: a transaction.
        repo: whose branch it is.
        branch: its name.
        hold: let nobody else move it before the end of the transaction.
    """
    ours = and_(refs.c.repo == repo, refs.c.name == branch, refs.c.kind == "branch")
    if hold:
        connection.execute(select(refs.c.name).where(ours).with_for_update())
    at = and_(commits.c.line == refs.c.line, commits.c.number == refs.c.number)
    found = connection.execute(
        select(refs.c.line, refs.c.number, refs.c.born, lines.c.head, commits.c.id, commits.c.time)
        .select_from(refs.join(lines, lines.c.id == refs.c.line).outerjoin(commits, at))
        .where(ours)
    ).one_or_none()
    if found is None:
        return None
    point = Point(found.line, found.number)
    return Tip(branch, found.born, point, found.head == found.number, found.id, found.time)


def advance(connection: Connection, repo: int, tip: Tip) -> Point | None:
    """Move a branch by one commit; gives the commit's point, or None if another was first.

    The commit goes on with the branch's line, or springs off if another branch has gone on with it.
    """
    old = tip.point
    moved = connection.execute(
        update(refs)
        .where(
            refs.c.repo == repo,
            refs.c.name == tip.branch,
            refs.c.kind == "branch",
            refs.c.born == tip.born,
            refs.c.line == old.line,
            refs.c.number == old.number,
        )
        .values(number=old.number + 1)
    )
    if moved.rowcount != 1:
        return None
    if tip.is_end and _lengthen(connection, old):
        return Point(old.line, old.number + 1)
    line = open_line(connection, repo, old)
    _lengthen(connection, Point(line, 0))
    connection.execute(
        update(refs)
        .where(refs.c.repo == repo, refs.c.name == tip.branch)
        .values(line=line, number=1)
    )
    return Point(line, 1)


def _lengthen(connection: Connection, end: Point) -> bool:
    done = connection.execute(
        update(lines)
        .where(lines.c.id == end.line, lines.c.head == end.number)
        .values(head=end.number + 1)
    )
    return done.rowcount == 1


def put(
    connection: Connection, tenant: str, point: Point, time: int, changes: Sequence[Change]
) -> None:
    """Keep the changes of a commit: what stood under these paths ends, the new begins.

    Args:
        connection: a transaction that writes.
        tenant: whose repo it is.
        point: of the commit, the last of its line.
        time: of the commit.
        changes: one for a path.
    """
    if point.number > 1:
        for some in slices(changes, AT_ONCE):
            connection.execute(
                update(entries)
                .where(
                    entries.c.tenant == tenant,
                    entries.c.line == point.line,
                    entries.c.until.is_(None),
                    entries.c.path.in_([change.path for change in some]),
                )
                .values(until=point.number)
            )
    same = {"tenant": tenant, "line": point.line, "since": point.number, "time": time}
    for some in slices(changes, 10 * AT_ONCE):
        connection.execute(insert(entries), [{**same, **change._asdict()} for change in some])


def slices(values: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """Pieces of a sequence, each but the last of this size."""
    for first in range(0, len(values), size):
        yield values[first : first + size]
