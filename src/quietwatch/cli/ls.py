"""`quietwatch ls`: the files of a repo."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

import typer

from quietwatch.cli import rows
from quietwatch.cli.options import Format, FormatOption
from quietwatch.cli.output import output
from quietwatch.cli.selection import Selection, choose
from quietwatch.cli.where import Where, at_of, placed
from quietwatch.model import Repo

if TYPE_CHECKING:
    from quietwatch.store.access import Door


@placed
def ls(
    where: Where,
    address: Annotated[
        str,
        typer.Argument(metavar="REPO[@AT][:PATH]", help="A repo, and a folder, file or pattern."),
    ],
    *,
    recursive: Annotated[
        bool, typer.Option("-r", "--recursive", help="Also what lies in folders below.")
    ] = False,
    output_format: FormatOption = Format.TEXT,
) -> None:
    """List the files of a folder of a repo, or those that match a pattern."""
    meant = where.address(address)
    with where.door() as door:
        chosen = choose(door, meant.repo, at_of(meant), meant.path)
        output(output_format).listing("files", _rows(door, meant.repo, chosen, recursive))


def _rows(
    door: "Door",
    repo: Repo,
    chosen: Selection,
    recursive: bool,  # noqa: FBT001
) -> Iterable[rows.Values]:
    if chosen.file is not None:
        return [rows.file(chosen.file)]
    found = door.entries(repo, chosen.commit, chosen.glob, chosen.prefix)
    if chosen.folder is None or recursive:
        return map(rows.file, found)
    return rows.folded(found, chosen.folder)
