"""`quietwatch token`: make, list and revoke the tokens by which callers are known."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from quietwatch.cli import rows
from quietwatch.cli.options import Format, FormatOption
from quietwatch.cli.output import output
from quietwatch.cli.where import TOKEN_VARIABLE, Where, placed

app = typer.Typer(help="Make, list and revoke tokens.", no_args_is_help=True)


@app.command("create")
@placed
def create_token(
    where: Where,
    principal: Annotated[str, typer.Argument(metavar="PRINCIPAL", help="user:NAME or robot:NAME.")],
    *,
    note: Annotated[str, typer.Option("--note", metavar="TEXT", help="What it is for.")] = "",
    days: Annotated[
        int | None,
        typer.Option(
            "--days",
            metavar="N",
            min=1,
            max=36500,
            help="Days after which it expires.",
            show_default="never",
        ),
    ] = None,
    admin: Annotated[
        bool, typer.Option("--admin", help="Make the principal a clusterAdmin, too.")
    ] = False,
    output_format: FormatOption = Format.TEXT,
) -> None:
    """Make a token and show it, once: only its hash is kept."""
    with where.door(make=True) as door:
        token, row = door.desk.make_token(principal, note=note, days=days, admin=admin)
    values = rows.token(row, datetime.now(UTC))
    output(output_format).secret(
        f"The token of {row.principal}; it is shown only now. Keep it in a file that is yours "
        f"alone and name that with --token-file, or put it into {TOKEN_VARIABLE}:",
        token.text,
        {**values, "id": row.id, "token": token.text},
    )


@app.command("list")
@placed
def list_tokens(where: Where, *, output_format: FormatOption = Format.TEXT) -> None:
    """List tokens, without their secrets: all for a clusterAdmin, else the caller's own."""
    with where.door() as door:
        found = door.desk.tokens()
    now = datetime.now(UTC)
    output(output_format).listing("tokens", [rows.token(one, now) for one in found])


@app.command("revoke")
@placed
def revoke_token(
    where: Where,
    token: Annotated[
        str, typer.Argument(metavar="ID", help="The 12 characters behind qw_, as in the list.")
    ],
    *,
    output_format: FormatOption = Format.TEXT,
) -> None:
    """Let a token open nothing any more."""
    with where.door() as door:
        door.desk.revoke(token)
    output(output_format).done(f"Revoked {token}", {"id": token})
