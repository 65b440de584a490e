"""What a point of history holds, and what changed on the way between two.

History does not change: a list is read page by page, each in a short transaction of its own, and is
the same whatever is committed meanwhile.
"""

from collections.abc import Iterable, Iterator
from heapq import merge
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, and_, func, or_, select

from quietwatch.store.catalog.connect import Catalog
from quietwatch.store.catalog.lines import AT_ONCE, Chain, Change, Point, slices
from quietwatch.store.catalog.tables import commits, entries, lines

PAGE = 2000
"""Rows read at once, at first."""

_LARGEST_PAGE = 32_000
"""A long list is read in larger and larger pages: where months lie apart, each page has to find its
place in each month anew."""

_WHAT = (entries.c.path, entries.c.sha256, entries.c.size, entries.c.meta)


class Span(NamedTuple):
    """The commits of a line after number `after`, up to number `upto`."""

    line: int
    after: int
    upto: int


def walk(
    catalog: Catalog, tenant: str, chain: Chain, lower: str = "", upper: str | None = None
) -> Iterator[Change]:
    """The files at a point, by path.

    Args:
        catalog: in which to look.
        tenant: whose repo it is.
        chain: of the point.
        lower: the first path wanted.
        upper: the first path no longer wanted; None: to the end.
    """
    if len(chain) == 1:
        yield from _walk_line(catalog, tenant, chain[0], lower, upper, bare=True)
        return
    # Of the same path the nearest line says what is there; a removal hides what lies below it.
    each = [
        ((row.path, depth, row) for row in _walk_line(catalog, tenant, point, lower, upper))
        for depth, point in enumerate(chain)
    ]
    for _, same in groupby(merge(*each, key=itemgetter(0, 1)), key=itemgetter(0)):
        nearest: Change = next(same)[2]
        if nearest.sha256 is not None:
            yield nearest


def count(
    catalog: Catalog, tenant: str, chain: Chain, spans: Iterable[tuple[str, str | None]]
) -> int:
    """How many files `walk` would give; where one line says it all, none of them is read.

    Args:
        catalog: in which to look.
        tenant: whose repo it is.
        chain: of the point.
        spans: the first path wanted and the first no longer wanted, each as for `walk`.
    """
    if len(chain) > 1:
        return sum(1 for span in spans for _ in walk(catalog, tenant, chain, *span))
    total = 0
    with catalog.reading() as connection:
        standing = _query(connection, tenant, chain[0]).where(entries.c.sha256.is_not(None))
        counted = standing.with_only_columns(func.count())
        for lower, upper in spans:
            query = counted.where(entries.c.path >= lower)
            if upper is not None:
                query = query.where(entries.c.path < upper)
            total += connection.execute(query).scalar_one()
    return total


def find(
    connection: Connection, tenant: str, chain: Chain, paths: Iterable[str]
) -> dict[str, Change]:
    """The files of these paths at a point, those that are there."""
    found: dict[str, Change] = {}
    left = list(paths)
    for point in chain:
        for some in slices(left, AT_ONCE):
            rows = connection.execute(_standing(tenant, point).where(entries.c.path.in_(some)))
            found.update((row.path, Change._make(row)) for row in rows)
        left = [path for path in left if path not in found]
    return {path: change for path, change in found.items() if change.sha256 is not None}


def made_by(connection: Connection, tenant: str, point: Point) -> list[Change]:
    """The changes of one commit, by path."""
    # Sorted here: for the sake of an order SQLite would read the whole line by its key.
    rows = connection.execute(
        select(*_WHAT).where(_of(tenant, point.line), entries.c.since == point.number)
    )
    return sorted((Change._make(row) for row in rows), key=itemgetter(0))


def between(one: Chain, other: Chain) -> tuple[Point | None, list[Span]]:
    """Where two points part, and what was committed on the way from there to either.

    The point is None if they have nothing in common.
    """
    lines_of_other = {point.line: place for place, point in enumerate(other)}
    spans: list[Span] = []
    for point in one:
        if point.line in lines_of_other:
            there = lines_of_other[point.line]
            numbers = (point.number, other[there].number)
            spans += [Span(above.line, 0, above.number) for above in other[:there]]
            spans.append(Span(point.line, min(numbers), max(numbers)))
            return Point(point.line, min(numbers)), spans
        spans.append(Span(point.line, 0, point.number))
    return None, spans + [Span(point.line, 0, point.number) for point in other]


def count_changes(connection: Connection, spans: Iterable[Span]) -> int:
    """How many paths were set or removed in these commits, each as often as it was."""
    total = 0
    for span in spans:
        total += connection.execute(
            select(func.coalesce(func.sum(commits.c.changes), 0)).where(
                commits.c.line == span.line,
                commits.c.number > span.after,
                commits.c.number <= span.upto,
            )
        ).scalar_one()
    return total


def changed_paths(connection: Connection, tenant: str, spans: Iterable[Span]) -> list[str]:
    """The paths set or removed in these commits, in order."""
    found: set[str] = set()
    for span in spans:
        found.update(
            connection.execute(
                select(entries.c.path)
                .distinct()
                .where(
                    _of(tenant, span.line),
                    entries.c.since > span.after,
                    entries.c.since <= span.upto,
                )
            ).scalars()
        )
    return sorted(found)


def _walk_line(
    catalog: Catalog,
    tenant: str,
    point: Point,
    lower: str,
    upper: str | None,
    *,
    bare: bool = False,
) -> Iterator[Change]:
    """What a line itself says of paths at a point, removals too unless `bare`."""
    wanted, size = entries.c.path >= lower, PAGE
    while True:
        with catalog.reading() as connection:
            query = _query(connection, tenant, point).where(wanted)
            if upper is not None:
                query = query.where(entries.c.path < upper)
            if bare:
                query = query.where(entries.c.sha256.is_not(None))
            rows = connection.execute(query.order_by(entries.c.path).limit(size)).all()
        yield from (Change._make(row) for row in rows)
        if len(rows) < size:
            return
        size = min(4 * size, _LARGEST_PAGE)
        wanted = entries.c.path > rows[-1].path


def _query(connection: Connection, tenant: str, point: Point) -> Select[Any]:
    """At the end of a line what has ended needs no look, before it what came later."""
    at = (commits.c.line == lines.c.id) & (commits.c.number == point.number)
    line = connection.execute(
        select(lines.c.head, commits.c.time)
        .select_from(lines.outerjoin(commits, at))
        .where(lines.c.id == point.line)
    ).one()
    if line.head == point.number:
        return select(*_WHAT).where(_of(tenant, point.line), entries.c.until.is_(None))
    return _standing(tenant, point).where(entries.c.time <= line.time)


def _standing(tenant: str, point: Point) -> Select[Any]:
    return select(*_WHAT).where(
        _of(tenant, point.line),
        entries.c.since <= point.number,
        or_(entries.c.until.is_(None), entries.c.until > point.number),
    )


def _of(tenant: str, line: int) -> ColumnElement[bool]:
    return and_(entries.c.tenant == tenant, entries.c.line == line)
