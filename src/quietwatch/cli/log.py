"""`quietwatch log`: the commits of a repo."""

from typing import Annotated

import typer

from quietwatch.cli import rows
from quietwatch.cli.options import Format, FormatOption
from quietwatch.cli.output import output
from quietwatch.cli.where import Where, at_of, placed, whole_repo


@placed
def log(
    where: Where,
    address: Annotated[
        str, typer.Argument(metavar="REPO[@AT]", help="A repo; a branch, tag, commit or time.")
    ],
    *,
    limit: Annotated[
        int, typer.Option("--limit", metavar="N", min=1, help="Most commits to list.")
    ] = 20,
    output_format: FormatOption = Format.TEXT,
) -> None:
    """List commits, the latest first."""
    meant = whole_repo(where.address(address))
    with where.door() as door:
        found = door.log(meant.repo, at_of(meant), limit)
        output(output_format).listing("commits", map(rows.commit, found))
