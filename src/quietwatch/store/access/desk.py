"""The desk beside the door: tokens, roles, the audit log and the catalog, for one caller."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlalchemy import ColumnElement, Connection, Table, func, select

from quietwatch.addresses import ALL
from quietwatch.addresses import principal as checked
from quietwatch.errors import LastAdmin, UsageError
from quietwatch.model import Repo
from quietwatch.names import iso
from quietwatch.store.access import people
from quietwatch.store.access.audit import (
    Deed,
    Outcome,
    Wanted,
    count_before,
    deeds,
    drop_before,
)
from quietwatch.store.access.gate import Gate
from quietwatch.store.access.people import no_token
from quietwatch.store.access.roles import EVERYTHING, Grant, Need, Role
from quietwatch.store.access.tokens import Token, TokenRow
from quietwatch.store.catalog import shape
from quietwatch.store.catalog.backup import backup
from quietwatch.store.catalog.people import audit
from quietwatch.store.catalog.tables import commits, repos
from quietwatch.store.repos import Rebuilt, Repos

_LINES = 10_000  # of the audit log that go in one transaction
_TOKEN_ID = re.compile(r"[0-9a-f]{12}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """How a catalog is.

    Attributes:
        catalog: where it lies.
        shape: number of its shape.
        store: where the bucket lies.
        open: whether nobody has a token yet.
        repos: how many there are.
        commits: of all repos, also of those that were removed.
        audit: lines of the audit log.
    """

    catalog: str
    shape: str
    store: str
    open: bool
    repos: int
    commits: int
    audit: int


class Desk:
    """What a caller may do to tokens and roles.

    A catalog without principals is open. Its first token is that of a clusterAdmin and does not
    expire; from then on each caller needs one. One such token always stays.

    Args:
        gate: that knows the caller.
        everything: the repos.
    """

    def __init__(self, gate: Gate, everything: Repos) -> None:
        self._gate = gate
        self._repos = everything

    def make_token(
        self, principal: str, *, note: str = "", days: int | None = None, admin: bool = False
    ) -> tuple[Token, TokenRow]:
        """Make a token; takes clusterAdmin. Its secret is given here, once, and kept nowhere.

        Args:
            principal: who comes with it, known before or not.
            note: what it is for.
            days: after which it expires; None: never.
            admin: whether the principal becomes a clusterAdmin, too.

        Raises:
            AccessRefused: the caller may not. InvalidName: the principal is none.
            UsageError: the first token must be a clusterAdmin's, and must not expire.
        """
        name = checked(principal)
        self._gate.require("make_token", EVERYTHING, name)
        caller = self._gate.caller
        if caller.token is None and not (admin and days is None):
            raise _first_token()
        now = self._gate.clock()
        with self._gate.catalog.begin() as connection:
            if admin:
                grant = Grant(name, Role.ADMIN, EVERYTHING)
                people.give(connection, grant, caller.principal, now)
                self._gate.allow(connection, "grant", EVERYTHING, _told(grant))
            made = people.make_token(connection, name, caller.principal, now, note=note, days=days)
            self._gate.allow(connection, "make_token", None, f"{made[0].id} of {name}")
        return made

    def tokens(self) -> list[TokenRow]:
        """All tokens for a clusterAdmin, else the caller's own; none has its secret."""
        everybody = self._gate.level(EVERYTHING) >= Need.ADMIN
        with self._gate.catalog.reading() as connection:
            return people.token_rows(connection, None if everybody else self._gate.caller.principal)

    def revoke(self, token: str) -> None:
        """Let a token open nothing any more: any one for a clusterAdmin, else the caller's own.

        Raises:
            TokenMissing: there is no such token, or it is none of the caller's business.
            LastAdmin: no clusterAdmin would be left.
        """
        if not _TOKEN_ID.fullmatch(token):  # it may be a whole token: say nothing of it
            raise UsageError("a token is revoked by its id, the 12 characters behind qw_")
        everybody = self._gate.level(EVERYTHING) >= Need.ADMIN
        with self._gate.catalog.reading() as connection:
            row = people.token_row(connection, token)
        if not everybody and (row is None or row.principal != self._gate.caller.principal):
            self._gate.refuse("revoke", EVERYTHING, token, no_token(token))
        with self._last_admin("revoke", None, token), self._gate.catalog.begin() as connection:
            people.revoke(connection, token, self._gate.clock())
            self._gate.allow(connection, "revoke", None, token)

    def grant(self, grant: Grant) -> None:
        """Give a role; takes repoOwner on what it is given on, clusterAdmin for all else.

        Raises:
            RepoMissing, AccessRefused: the caller may not.
            UsageError: the catalog is open; make a clusterAdmin's token first.
        """
        checked(grant.principal)
        self._gate.require("grant", grant.scope, _told(grant))
        caller = self._gate.caller
        if caller.token is None:
            raise _first_token()
        with self._gate.catalog.begin() as connection:
            people.give(connection, grant, caller.principal, self._gate.clock())
            self._gate.allow(connection, "grant", grant.scope, _told(grant))

    def take(self, grant: Grant) -> None:
        """Take a role away; takes the same as `grant`.

        Raises:
            RepoMissing, AccessRefused: the caller may not. GrantMissing: it is not held.
            LastAdmin: no clusterAdmin would be left.
        """
        told = _told(grant)
        self._gate.require("take", grant.scope, told)
        with (
            self._last_admin("take", grant.scope, told),
            self._gate.catalog.begin() as connection,
        ):
            people.take(connection, grant)
            self._gate.allow(connection, "take", grant.scope, told)

    def grants(self) -> list[Grant]:
        """The caller's roles and those on what it owns; all for a clusterAdmin."""
        me = self._gate.caller.principal
        with self._gate.catalog.reading() as connection:
            own = [one.scope for one in people.held(connection, me) if one.role.gives >= Need.OWN]
            found = people.held(connection)
        everything = self._gate.level(EVERYTHING) >= Need.ADMIN
        return [
            one
            for one in found
            if everything
            or one.principal == me
            or one.scope in own
            or Repo(one.scope.tenant, ALL) in own
        ]

    def audit(self, wanted: Wanted, limit: int = 50) -> Sequence[Deed]:
        """Lines of the audit log, the latest first.

        Takes clusterAdmin, or for a tenant's lines repoOwner on all its repos.

        Raises:
            AccessRefused: the caller may not.
        """
        scope = EVERYTHING if wanted.tenant is None else Repo(wanted.tenant, ALL)
        self._gate.require("audit", scope)
        with self._gate.catalog.reading() as connection:
            return list(deeds(connection, wanted, limit))

    def forget_audit(self, tenant: str, days: int, *, dry: bool = False) -> int:
        """Take lines of the audit log away that are older; takes clusterAdmin.

        Those of one tenant go, and those that concern none. That they went is a line of its own.

        Args:
            tenant: whose.
            days: how long lines are kept.
            dry: only count them.

        Returns:
            how many went, or would go.

        Raises:
            AccessRefused: the caller may not: who owns a tenant must not wipe out his traces.
        """
        before = self._gate.clock() - timedelta(days=days)
        told = f"before {iso(before)}"
        self._gate.require("forget_audit", EVERYTHING, told)
        with self._gate.catalog.reading() as connection:
            found = count_before(connection, tenant, before)
        if dry or not found:
            return found
        gone, some = 0, _LINES
        while some == _LINES:
            with self._gate.catalog.begin() as connection:
                some = drop_before(connection, tenant, before, _LINES)
                if some:
                    what = f"{some} line{'s' if some > 1 else ''} {told}"
                    self._gate.allow(connection, "forget_audit", Repo(tenant, ALL), what)
            gone += some
        return gone

    def status(self) -> Status:
        """How the catalog is; takes clusterAdmin."""
        self._gate.require("status", EVERYTHING)
        catalog = self._gate.catalog
        with catalog.reading() as connection:
            return Status(
                catalog=catalog.url,
                shape=shape.shape_of(connection) or "",
                store=self._repos.objects.url,
                open=not people.anybody(connection),
                repos=_count(connection, repos, repos.c.removed.is_(None)),
                commits=_count(connection, commits),
                audit=_count(connection, audit),
            )

    def backup(self, file: Path) -> int:
        """Keep the catalog in a file, see `catalog.backup`; takes clusterAdmin."""
        self._gate.require("backup", EVERYTHING, str(file))
        self._gate.write_down("backup", None, str(file), Outcome.ALLOWED)
        return backup(self._gate.catalog, file)

    def rebuild(self) -> Rebuilt:
        """Make the repos of the catalog anew from the bucket, see `Repos`; takes clusterAdmin."""
        self._gate.require("rebuild", EVERYTHING)
        self._gate.write_down("rebuild", None, "", Outcome.ALLOWED)
        return self._repos.rebuild()

    @contextmanager
    def _last_admin(self, action: str, scope: Repo | None, target: str) -> Iterator[None]:
        """Write down that the last clusterAdmin was not taken away."""
        try:
            yield
        except LastAdmin:
            self._gate.write_down(action, scope, target, Outcome.REFUSED)
            raise


def _told(grant: Grant) -> str:
    on = "" if grant.role is Role.ADMIN else f" on {grant.scope}"
    return f"{grant.role}{on} for {grant.principal}"


def _first_token() -> UsageError:
    return UsageError(
        "this catalog is open: nobody has a token yet. Its first is a clusterAdmin's and does not "
        "expire: 'quietwatch token create user:NAME --admin'; from then on every call takes one"
    )


def _count(connection: Connection, table: Table, *wanted: ColumnElement[bool]) -> int:
    return connection.execute(select(func.count()).select_from(table).where(*wanted)).scalar_one()
