"""Who comes from whom, as rows: a file in all its commits, and what was made of commits with it."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, and_, or_, select

from quietwatch.model import Blob, Repo
from quietwatch.store.catalog.tables import commits, entries, lines, origins, repos


@dataclass(frozen=True, slots=True)
class Stay:
    """A file as one commit put it.

    Attributes:
        blob: its bytes.
        commit: id of the commit that put it there.
        stands: whether no later commit of the same line replaced or removed it.
    """

    blob: Blob
    commit: str
    stands: bool


def stays(connection: Connection, repo: Repo, path: str) -> list[Stay]:
    """All that ever lay at a path of a repo, by time."""
    rows = connection.execute(
        select(entries.c.sha256, entries.c.size, entries.c.until, commits.c.id)
        .join(commits, _made(entries.c.since))
        .join(repos, repos.c.id == commits.c.repo)
        .where(*_of(repo), entries.c.path == path, entries.c.sha256.is_not(None))
        .order_by(entries.c.time, entries.c.line)
    )
    return [Stay(Blob(r.sha256.hex(), r.size), r.id, r.until is None) for r in rows]


def made_with(
    connection: Connection, repo: Repo, path: str, without: tuple[str, ...]
) -> list[tuple[Repo, str]]:
    """The commits of other repos that were made from a commit in which a file stood, by time.

    Args:
        connection: in a transaction.
        repo: which holds the file.
        path: of the file.
        without: names of repos that are not looked at.
    """
    stood, made, maker = commits.alias("stood"), commits.alias("made"), repos.alias("maker")
    while_there = and_(
        stood.c.line == entries.c.line,
        stood.c.number >= entries.c.since,
        or_(entries.c.until.is_(None), stood.c.number < entries.c.until),
    )
    rows = connection.execute(
        select(maker.c.name, made.c.id, made.c.time)
        .distinct()
        .select_from(entries)
        .join(lines, lines.c.id == entries.c.line)
        .join(repos, repos.c.id == lines.c.repo)
        .join(stood, while_there)
        .join(origins, and_(origins.c.commit == stood.c.id, origins.c.repo == repo.name))
        .join(made, and_(made.c.line == origins.c.line, made.c.number == origins.c.number))
        .join(maker, maker.c.id == made.c.repo)
        .where(
            *_of(repo),
            entries.c.path == path,
            entries.c.sha256.is_not(None),
            maker.c.tenant == repo.tenant,
            maker.c.removed.is_(None),
            maker.c.name.not_in(without),
        )
        .order_by(made.c.time, made.c.id)
    )
    return [(Repo(repo.tenant, row.name), row.id) for row in rows]


def _made(number: Any) -> Any:
    return and_(commits.c.line == entries.c.line, commits.c.number == number)


def _of(repo: Repo) -> tuple[Any, ...]:
    return (
        entries.c.tenant == repo.tenant,
        repos.c.tenant == repo.tenant,
        repos.c.name == repo.name,
        repos.c.removed.is_(None),
    )
