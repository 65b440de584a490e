"""`quietwatch diff`: what two commits hold differently."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from quietwatch.cli import rows
from quietwatch.cli.options import Format, FormatOption
from quietwatch.cli.output import output
from quietwatch.cli.where import Where, at_of, placed, whole_repo
from quietwatch.errors import UsageError
from quietwatch.model import Commit, Difference, Repo

if TYPE_CHECKING:
    from quietwatch.store.access import Door


@placed
def diff(
    where: Where,
    one: Annotated[
        str, typer.Argument(metavar="REPO[@AT]", help="A repo; a branch, tag, commit or time.")
    ],
    other: Annotated[
        str | None,
        typer.Argument(
            metavar="REPO@AT",
            help="The later one; without it, a commit and the one before it.",
            show_default=False,
        ),
    ] = None,
    *,
    output_format: FormatOption = Format.TEXT,
) -> None:
    """List the files that were added, removed or changed between two commits of a repo."""
    first = whole_repo(where.address(one))
    second = first if other is None else whole_repo(where.address(other))
    if first.repo != second.repo:
        raise UsageError(f"{first.repo} and {second.repo} are two repos; name commits of one")
    with where.door() as door:
        if other is None:
            changes = _of_commit(door, first.repo, door.resolve(first.repo, at_of(first)))
        else:
            changes = door.diff(first.repo, at_of(first), at_of(second))
        output(output_format).listing("differences", map(rows.difference, changes))


def _of_commit(door: "Door", repo: Repo, commit: Commit) -> Iterator[Difference]:
    if commit.parent is not None:
        yield from door.diff(repo, commit.parent, commit.id)
        return
    for entry in door.entries(repo, commit.id):
        yield Difference(entry.path, None, entry.blob)
