"""Principals, their tokens and roles, as rows; nobody is asked who may: that is the gate's part."""

from contextlib import suppress
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Insert, and_, delete, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from quietwatch.addresses import ALL
from quietwatch.errors import GrantMissing, LastAdmin, TokenMissing
from quietwatch.model import Repo
from quietwatch.names import printable
from quietwatch.store.access.roles import Grant, Need, Role
from quietwatch.store.access.tokens import Token, TokenRow, hashed, new_token
from quietwatch.store.catalog.history import milliseconds
from quietwatch.store.catalog.people import grants, principals, tokens


def anybody(connection: Connection) -> bool:
    """Whether there is any principal; if not, the catalog is open."""
    return connection.execute(select(principals.c.name).limit(1)).first() is not None


def level(connection: Connection, principal: str, scope: Repo) -> Need:
    """The most that a principal may do on a repo, or on a tenant (`TENANT/*`).

    The scope may be named by anything: what no database takes as text names nothing.
    """
    return max((role.gives for role in _roles(connection, principal, scope)), default=Need.NOTHING)


def holds(connection: Connection, principal: str, role: Role, scope: Repo) -> bool:
    """Whether a principal has this very role on a repo, or on all of its tenant."""
    return role in _roles(connection, principal, scope)


def _roles(connection: Connection, principal: str, scope: Repo) -> set[Role]:
    tenant, name = printable(scope.tenant), printable(scope.name)
    found = connection.execute(
        select(grants.c.role).where(
            grants.c.principal == principal,
            or_(
                grants.c.tenant == ALL,
                and_(grants.c.tenant == tenant, grants.c.repo.in_((ALL, name))),
            ),
        )
    ).scalars()
    return {Role(role) for role in found}


def readable(connection: Connection, principal: str, tenant: str) -> frozenset[str] | None:
    """The names of the tenant's repos on which a principal has a role; None: on any."""
    found = connection.execute(
        select(grants.c.repo).where(
            grants.c.principal == principal, grants.c.tenant.in_((ALL, printable(tenant)))
        )
    ).scalars()
    names = frozenset(found)
    return None if ALL in names else names


def held(connection: Connection, principal: str | None = None) -> list[Grant]:
    """The roles of a principal, or of all, in order."""
    query = select(grants.c.principal, grants.c.role, grants.c.tenant, grants.c.repo)
    if principal is not None:
        query = query.where(grants.c.principal == principal)
    return sorted(
        Grant(row.principal, Role(row.role), Repo(row.tenant, row.repo))
        for row in connection.execute(query)
    )


def token_row(connection: Connection, token: str) -> TokenRow | None:
    """What is known of a token, by its id."""
    found = _token_rows(connection, tokens.c.id == token)
    return found[0] if found else None


def token_rows(connection: Connection, principal: str | None = None) -> list[TokenRow]:
    """The tokens of a principal, or of all, by principal and age."""
    return _token_rows(
        connection, *(() if principal is None else (tokens.c.principal == principal,))
    )


def admit(connection: Connection, principal: str, by: str, now: datetime) -> None:
    """Make a principal known, unless it is."""
    _insert(
        connection, insert(principals).values(name=principal, made=milliseconds(now), made_by=by)
    )


def give(connection: Connection, grant: Grant, by: str, now: datetime) -> None:
    """Give a role; one that is held already is no error."""
    admit(connection, grant.principal, by, now)
    values = {"principal": grant.principal, "role": grant.role, "made_by": by}
    scope = {"tenant": grant.scope.tenant, "repo": grant.scope.name}
    _insert(connection, insert(grants).values(**values, **scope, made=milliseconds(now)))


def take(connection: Connection, grant: Grant) -> None:
    """Take a role away.

    Raises:
        GrantMissing: it is not held. LastAdmin: nobody would be left who may do everything.
    """
    _hold_admins(connection)
    if connection.execute(delete(grants).where(_is(grant))).rowcount == 0:
        raise GrantMissing(
            f"{grant.principal} is no {grant.role} on {grant.scope}; see 'quietwatch role list'"
        )
    _require_admin(connection)


def make_token(
    connection: Connection, principal: str, by: str, now: datetime, *, note: str, days: int | None
) -> tuple[Token, TokenRow]:
    """Make a token for a principal; the secret is in what is given back and nowhere else."""
    admit(connection, principal, by, now)
    token, made = new_token(), milliseconds(now)
    expires = None if days is None else made + days * 86_400_000
    connection.execute(
        insert(tokens).values(
            id=token.id,
            principal=principal,
            sha256=hashed(token.secret),
            note=note,
            made=made,
            made_by=by,
            expires=expires,
        )
    )
    return token, TokenRow(token.id, principal, note, made, by, expires, None)


def revoke(connection: Connection, token: str, now: datetime) -> None:
    """Let a token open nothing any more; one that was revoked stays so.

    Raises:
        TokenMissing: there is none with this id. LastAdmin: as `take`.
    """
    _hold_admins(connection)
    known = connection.execute(select(tokens.c.id).where(tokens.c.id == token)).first()
    if known is None:
        raise no_token(token)
    connection.execute(
        update(tokens)
        .where(tokens.c.id == token, tokens.c.revoked.is_(None))
        .values(revoked=milliseconds(now))
    )
    _require_admin(connection)


def no_token(token: str) -> TokenMissing:
    """The error for a token that is not there, or not for whoever asks."""
    return TokenMissing(f"there is no token {token}; see 'quietwatch token list'")


def _token_rows(connection: Connection, *wanted: ColumnElement[bool]) -> list[TokenRow]:
    order = (tokens.c.principal, tokens.c.made, tokens.c.id)
    return [
        TokenRow(**row._mapping)  # noqa: SLF001  (the public way to a row's names)
        for row in connection.execute(select(tokens).where(*wanted).order_by(*order))
    ]


def _is(grant: Grant) -> ColumnElement[bool]:
    return and_(
        grants.c.principal == grant.principal,
        grants.c.role == grant.role,
        grants.c.tenant == grant.scope.tenant,
        grants.c.repo == grant.scope.name,
    )


def _insert(connection: Connection, statement: Insert) -> None:
    """Add a row, unless it is there already."""
    with suppress(IntegrityError), connection.begin_nested():
        connection.execute(statement)


def _hold_admins(connection: Connection) -> None:
    """Let nobody else take an admin away meanwhile (SQLite has one writer as it is)."""
    connection.execute(
        select(grants.c.principal)
        .where(grants.c.role == Role.ADMIN)
        .order_by(grants.c.principal)
        .with_for_update()
    ).all()


def _require_admin(connection: Connection) -> None:
    """Someone must be left who may do everything and has a token that does not expire."""
    left = connection.execute(
        select(tokens.c.id)
        .join(grants, grants.c.principal == tokens.c.principal)
        .where(grants.c.role == Role.ADMIN, tokens.c.revoked.is_(None), tokens.c.expires.is_(None))
        .limit(1)
    ).first()
    if left is None:
        raise LastAdmin(
            "that would leave no clusterAdmin with a token that doesn't expire, and nobody could "
            "give one again; make another first"
        )
