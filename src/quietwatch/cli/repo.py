"""`quietwatch repo`: make, list, show and remove repos."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from quietwatch import names
from quietwatch.cli.options import Format, FormatOption
from quietwatch.cli.output import output
from quietwatch.cli.where import Where, placed
from quietwatch.errors import UsageError
from quietwatch.model import Repo

if TYPE_CHECKING:
    from quietwatch.store.access import Door

app = typer.Typer(help="Make, list, show and remove repos.", no_args_is_help=True)

RepoArgument = Annotated[str, typer.Argument(metavar="REPO", help="REPO or TENANT/REPO.")]


@app.command("create")
@placed
def create_repo(
    where: Where,
    repo: RepoArgument,
    *,
    description: Annotated[
        str, typer.Option("--description", metavar="TEXT", help="What it is for.")
    ] = "",
    output_format: FormatOption = Format.TEXT,
) -> None:
    """Make a repo, with a branch main."""
    made = where.repo(repo)
    with where.door(make=True) as door:
        door.create(made, description)
    output(output_format).done(f"Made {made}", {"repo": str(made)})


@app.command("list")
@placed
def list_repos(where: Where, *, output_format: FormatOption = Format.TEXT) -> None:
    """List the tenant's repos that the caller may read."""
    with where.door() as door:
        output(output_format).listing("repos", _rows(door, door.list(where.tenant_name())))


@app.command("show")
@placed
def show_repo(
    where: Where, repo: RepoArgument, *, output_format: FormatOption = Format.TEXT
) -> None:
    """Show what is known of a repo."""
    meant = where.repo(repo)
    with where.door() as door:
        [row] = _rows(door, (meant,))
        branches, tags = door.branches(meant), door.tags(meant)
    if output_format is Format.JSON:
        output(output_format).facts({**row, "branches": branches, "tags": tags})
        return
    facts = {
        "what for": row["description"] or None,
        "last commit": row["commit"] and f"{row['commit'][:12]} on main, {row['time']}",
        "branches": ", ".join(branches),
        "tags": ", ".join(tags),
    }
    shown = {name: value or "-" for name, value in facts.items()}
    output(output_format).facts(shown, title=str(meant))


@app.command("remove")
@placed
def remove_repo(
    where: Where,
    repo: RepoArgument,
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Don't ask.")] = False,
    output_format: FormatOption = Format.TEXT,
) -> None:
    """Remove a repo; its commits stay in the bucket, its name is free again."""
    gone = where.repo(repo)
    with where.door() as door:
        if not yes and not typer.confirm(f"Remove {gone} with all its branches?", err=True):
            raise UsageError(f"{gone} was not removed")
        door.remove(gone)
    output(output_format).done(f"Removed {gone}", {"repo": str(gone)})


def _rows(door: "Door", repos: tuple[Repo, ...]) -> Iterator[dict[str, Any]]:
    for repo in repos:
        head = door.head(repo)
        yield {
            "repo": str(repo),
            "description": door.description(repo),
            "commit": None if head is None else head.id,
            "time": None if head is None else names.iso(head.time),
        }
