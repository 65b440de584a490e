"""`quietwatch role`: give, take and list roles."""

from typing import TYPE_CHECKING, Annotated

import typer

from quietwatch import addresses
from quietwatch.cli import rows
from quietwatch.cli.options import Format, FormatOption
from quietwatch.cli.output import output
from quietwatch.cli.where import Where, placed
from quietwatch.errors import UsageError

if TYPE_CHECKING:
    from quietwatch.store.access.roles import Grant

app = typer.Typer(help="Give, take and list roles.", no_args_is_help=True)

PrincipalArgument = Annotated[
    str, typer.Argument(metavar="PRINCIPAL", help="user:NAME or robot:NAME.")
]
RoleArgument = Annotated[
    str,
    typer.Argument(
        metavar="ROLE", help="repoReader, repoWriter, repoOwner, clusterAdmin or originalReader."
    ),
]
ScopeArgument = Annotated[
    str | None,
    typer.Argument(
        metavar="ON",
        help="REPO, TENANT/REPO or TENANT/*; nothing for a clusterAdmin.",
        show_default=False,
    ),
]


@app.command("grant")
@placed
def grant_role(
    where: Where,
    principal: PrincipalArgument,
    role: RoleArgument,
    on: ScopeArgument = None,
    *,
    output_format: FormatOption = Format.TEXT,
) -> None:
    """Give a role to a principal."""
    with where.door() as door:
        given = _grant(where, principal, role, on)
        door.desk.grant(given)
    row = rows.grant(given)
    output(output_format).done(f"{principal} is {role} on {row['on']}", row)


@app.command("revoke")
@placed
def revoke_role(
    where: Where,
    principal: PrincipalArgument,
    role: RoleArgument,
    on: ScopeArgument = None,
    *,
    output_format: FormatOption = Format.TEXT,
) -> None:
    """Take a role away from a principal."""
    with where.door() as door:
        taken = _grant(where, principal, role, on)
        door.desk.take(taken)
    row = rows.grant(taken)
    output(output_format).done(f"{principal} is no {role} on {row['on']} any more", row)


@app.command("list")
@placed
def list_roles(where: Where, *, output_format: FormatOption = Format.TEXT) -> None:
    """List the caller's roles and those on what it owns; all for a clusterAdmin."""
    with where.door() as door:
        found = door.desk.grants()
    output(output_format).listing("roles", [rows.grant(one) for one in found])


def _grant(where: Where, principal: str, role: str, on: str | None) -> "Grant":
    from quietwatch.store.access.roles import EVERYTHING, Grant, Role  # noqa: PLC0415 - heavy

    try:
        kind = Role(role)
    except ValueError:
        raise UsageError(f"no role is called '{role}'; take one of {', '.join(Role)}") from None
    if on is None and kind is not Role.ADMIN:
        raise UsageError(f"say on what {principal} is to be {role}: REPO, TENANT/REPO or TENANT/*")
    scope = EVERYTHING if on is None else addresses.scope(on, where.tenant_name())
    return Grant(addresses.principal(principal), kind, scope)
