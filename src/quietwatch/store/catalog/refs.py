"""Repos as rows, and their branches and tags."""

from collections.abc import Collection
from typing import Any, NamedTuple

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy import exists as there_is

from quietwatch.model import Repo
from quietwatch.store.catalog.lines import Point
from quietwatch.store.catalog.tables import commits, entries, lines, origins, refs, repos

MAIN = "main"
"""The branch that each repo has from the beginning."""


class Known(NamedTuple):
    """A repo that is there."""

    id: int
    repo: Repo
    born: str


class Ref(NamedTuple):
    """A branch, or a tag."""

    name: str
    kind: str
    born: str
    point: Point
    commit: str | None


def find(connection: Connection, repo: Repo) -> Known | None:
    """The repo of this name, unless there is none or it was removed."""
    row = connection.execute(
        select(repos.c.id, repos.c.born).where(
            repos.c.tenant == repo.tenant, repos.c.name == repo.name, repos.c.removed.is_(None)
        )
    ).one_or_none()
    return None if row is None else Known(row.id, repo, row.born)


def of_tenant(connection: Connection, tenant: str) -> tuple[Repo, ...]:
    """A tenant's repos, by name."""
    names = connection.execute(
        select(repos.c.name)
        .where(repos.c.tenant == tenant, repos.c.removed.is_(None))
        .order_by(repos.c.name)
    ).scalars()
    return tuple(sorted(Repo(tenant, name) for name in names))


def has_any(connection: Connection, tenant: str) -> bool:
    """Whether a tenant has or had any repo."""
    query = select(repos.c.id).where(repos.c.tenant == tenant).limit(1)
    return connection.execute(query).first() is not None


def description(connection: Connection, known: Known) -> str:
    """What a repo is for, in its owner's words."""
    return str(
        connection.execute(select(repos.c.description).where(repos.c.id == known.id)).scalar_one()
    )


def add(
    connection: Connection,
    repo: Repo,
    born: str,
    told: str,
    time: int,
    *,
    removed: int | None = None,
    turn: int = 1,
) -> int:
    """Note a repo without branches, a new one or one made anew; gives its number."""
    values: dict[str, Any] = {
        "tenant": repo.tenant,
        "name": repo.name,
        "born": born,
        "description": told,
    }
    values |= {"created": time, "removed": removed, "turn": turn}
    made = connection.execute(insert(repos).values(values)).inserted_primary_key
    assert made is not None  # noqa: S101  (an insert of one row has one)
    return int(made[0])


def remove(connection: Connection, known: Known, time: int) -> None:
    """Note that a repo is gone; its rows stay as history."""
    connection.execute(update(repos).where(repos.c.id == known.id).values(removed=time))


def turn(connection: Connection, repo: int) -> int | None:
    """Take the next number of a change to the refs of a repo: their order for a rebuild.

    Nobody else changes its refs before the end of the transaction. None if it was removed.
    """
    ours = (repos.c.id == repo) & repos.c.removed.is_(None)
    connection.execute(update(repos).where(ours).values(turn=repos.c.turn + 1))
    return connection.execute(select(repos.c.turn).where(ours)).scalar_one_or_none()


def set_ref(connection: Connection, repo: int, ref: Ref) -> None:
    """Note a new branch or tag."""
    values = {"repo": repo, "name": ref.name, "kind": ref.kind, "born": ref.born}
    connection.execute(insert(refs).values({**values, **ref.point._asdict()}))


def drop_ref(connection: Connection, repo: int, name: str, kind: str) -> bool:
    """Forget a branch or tag; tells whether there was one."""
    done = connection.execute(
        delete(refs).where(refs.c.repo == repo, refs.c.name == name, refs.c.kind == kind)
    )
    return done.rowcount == 1


def all_refs(connection: Connection, repo: int, name: str | None = None) -> list[Ref]:
    """The branches and tags of a repo, by name; of one name if it is given."""
    query = (
        select(refs, commits.c.id.label("commit"))
        .outerjoin(commits, (commits.c.line == refs.c.line) & (commits.c.number == refs.c.number))
        .where(refs.c.repo == repo)
        .order_by(refs.c.name)
    )
    rows = connection.execute(query if name is None else query.where(refs.c.name == name))
    return [
        Ref(row.name, row.kind, row.born, Point(row.line, row.number), row.commit) for row in rows
    ]


def places(
    connection: Connection,
    tenant: str,
    sha256: bytes,
    after: tuple[int, str, int],
    limit: int,
    within: Collection[str] | None = None,
) -> list[tuple[tuple[int, str, int], Repo, str]]:
    """Where a blob stands or stood in repos that are there: key, repo, commit; in order of key.

    Args:
        connection: a transaction.
        tenant: whose blob it is.
        sha256: of the blob.
        after: the key (line, path, since) after which to go on.
        limit: of places.
        within: names of the repos that count; None: all.
    """
    line, path, since = after
    key = (entries.c.line, entries.c.path, entries.c.since)
    further = (entries.c.line > line) | (
        (entries.c.line == line)
        & ((entries.c.path > path) | ((entries.c.path == path) & (entries.c.since > since)))
    )
    rows = connection.execute(
        select(*key, repos.c.name, commits.c.id)
        .join(commits, (commits.c.line == entries.c.line) & (commits.c.number == entries.c.since))
        .join(repos, repos.c.id == commits.c.repo)
        .where(
            entries.c.tenant == tenant,
            entries.c.sha256 == sha256,
            repos.c.removed.is_(None),
            further,
            *(() if within is None else (repos.c.name.in_(sorted(within)),)),
        )
        .order_by(*key)
        .limit(limit)
    )
    return [((row.line, row.path, row.since), Repo(tenant, row.name), row.id) for row in rows]


def anything_of(connection: Connection, repo: Repo) -> bool:
    """Whether the catalog has ever known a repo of this name."""
    same = (repos.c.tenant == repo.tenant) & (repos.c.name == repo.name)
    return bool(connection.execute(select(there_is().where(same))).scalar())


def forget(connection: Connection, tenant: str, name: str) -> None:
    """Take away all rows of all repos that ever had this name."""
    ours = select(repos.c.id).where(repos.c.tenant == tenant, repos.c.name == name)
    of_repos = select(lines.c.id).where(lines.c.repo.in_(ours))
    connection.execute(delete(refs).where(refs.c.repo.in_(ours)))
    connection.execute(
        delete(entries).where(entries.c.tenant == tenant, entries.c.line.in_(of_repos))
    )
    for table in (origins, commits):
        connection.execute(delete(table).where(table.c.line.in_(of_repos)))
    connection.execute(delete(lines).where(lines.c.repo.in_(ours)))
    connection.execute(delete(repos).where(repos.c.tenant == tenant, repos.c.name == name))
