"""The audit log: who did what to what and when, and what was refused. No secret comes into it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Connection, Select, and_, delete, func, insert, or_, select

from quietwatch.names import printable
from quietwatch.store.catalog.history import milliseconds, moment
from quietwatch.store.catalog.people import audit

_LONGEST = 400  # characters kept of what callers name
_LONGEST_NAME = 63


class Outcome(StrEnum):
    """How it ended."""

    ALLOWED = "allowed"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """A line of the log.

    Attributes:
        time: UTC.
        principal: who.
        token: id of the token by which the principal was known.
        action: what, as the method of the door is called.
        tenant: whose things; None: it concerns no tenant.
        repo: which repo of it, or `*`.
        target: what in it: a branch, a commit, a token's id.
        outcome: whether it was let through.
    """

    time: datetime
    principal: str
    token: str | None
    action: str
    tenant: str | None
    repo: str | None
    target: str
    outcome: Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which lines are wanted; None leaves all in."""

    principal: str | None = None
    action: str | None = None
    tenant: str | None = None
    repo: str | None = None
    outcome: Outcome | None = None
    since: datetime | None = None
    until: datetime | None = None


def note(connection: Connection, deed: Deed) -> None:
    """Add a line; it stands or falls with the transaction."""
    connection.execute(
        insert(audit).values(
            time=milliseconds(deed.time),
            principal=deed.principal,
            token=deed.token,
            action=deed.action,
            tenant=_short(deed.tenant, _LONGEST_NAME),
            repo=_short(deed.repo, _LONGEST_NAME),
            target=_short(deed.target, _LONGEST),
            outcome=deed.outcome,
        )
    )


def deeds(connection: Connection, wanted: Wanted, limit: int) -> Iterator[Deed]:
    """Lines of the log, the latest first."""
    for row in connection.execute(_query(wanted).limit(limit)):
        yield Deed(
            time=moment(row.time),
            principal=row.principal,
            token=row.token,
            action=row.action,
            tenant=row.tenant,
            repo=row.repo,
            target=row.target,
            outcome=Outcome(row.outcome),
        )


def count_before(connection: Connection, tenant: str, before: datetime) -> int:
    """How many lines of a tenant, and of none, are older."""
    query = select(func.count()).select_from(audit).where(_older(tenant, before))
    return connection.execute(query).scalar_one()


def drop_before(connection: Connection, tenant: str, before: datetime, most: int) -> int:
    """Take away some of those lines, so many at most; gives how many went."""
    some = select(audit.c.id).where(_older(tenant, before)).limit(most)
    return connection.execute(delete(audit).where(audit.c.id.in_(some))).rowcount


def _older(tenant: str, before: datetime) -> ColumnElement[bool]:
    whose = or_(audit.c.tenant == tenant, audit.c.tenant.is_(None))
    return and_(whose, audit.c.time < milliseconds(before))


def _query(wanted: Wanted) -> Select[tuple[int, ...]]:
    query = select(audit).order_by(audit.c.time.desc(), audit.c.id.desc())
    for name in ("principal", "action", "tenant", "repo", "outcome"):
        value = getattr(wanted, name)
        if value is not None:
            query = query.where(audit.c[name] == value)
    if wanted.since is not None:
        query = query.where(audit.c.time >= milliseconds(wanted.since))
    if wanted.until is not None:
        query = query.where(audit.c.time < milliseconds(wanted.until))
    return query


def _short(text: str | None, longest: int) -> str | None:
    """What callers name may be anything, and of any length."""
    if text is None:
        return None
    shown = printable(text)
    return shown if len(shown) <= longest else f"{shown[: longest - 3]}..."
