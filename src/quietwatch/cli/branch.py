"""`quietwatch branch` and `quietwatch tag`: names of commits, moving ones and fixed ones."""

from typing import Annotated

import typer

from quietwatch.cli.options import Format, FormatOption
from quietwatch.cli.output import output
from quietwatch.cli.where import Where, placed, whole_repo
from quietwatch.errors import UsageError
from quietwatch.model import Repo

RepoArgument = Annotated[str, typer.Argument(metavar="REPO", help="REPO or TENANT/REPO.")]
NameArgument = Annotated[str, typer.Argument(metavar="REPO@NAME", help="A repo and the name.")]
AtOption = Annotated[
    str,
    typer.Option("--at", metavar="AT", help="What it names: a branch, tag, commit or time."),
]

branches = typer.Typer(help="List, make and delete branches.", no_args_is_help=True)
tags = typer.Typer(help="List, make and delete tags.", no_args_is_help=True)


@branches.command("list")
@placed
def list_branches(
    where: Where, repo: RepoArgument, *, output_format: FormatOption = Format.TEXT
) -> None:
    """List the branches of a repo and the commits on which they stand."""
    with where.door() as door:
        found = door.branches(where.repo(repo))
    _list("branches", found, output_format)


@branches.command("create")
@placed
def create_branch(
    where: Where,
    name: NameArgument,
    *,
    at: AtOption = "main",
    output_format: FormatOption = Format.TEXT,
) -> None:
    """Make a branch that starts at a commit."""
    repo, made = _named(where, name)
    with where.door() as door:
        door.branch(repo, made, where.at(at))
    _done("Made branch", repo, made, output_format)


@branches.command("delete")
@placed
def delete_branch(
    where: Where, name: NameArgument, *, output_format: FormatOption = Format.TEXT
) -> None:
    """Delete a branch; its commits stay, and can be read by their ids."""
    repo, gone = _named(where, name)
    with where.door() as door:
        door.drop_branch(repo, gone)
    _done("Deleted branch", repo, gone, output_format)


@tags.command("list")
@placed
def list_tags(
    where: Where, repo: RepoArgument, *, output_format: FormatOption = Format.TEXT
) -> None:
    """List the tags of a repo and the commits they name."""
    with where.door() as door:
        found = door.tags(where.repo(repo))
    _list("tags", found, output_format)


@tags.command("create")
@placed
def create_tag(
    where: Where,
    name: NameArgument,
    *,
    at: AtOption = "main",
    output_format: FormatOption = Format.TEXT,
) -> None:
    """Name a commit for good."""
    repo, made = _named(where, name)
    with where.door() as door:
        door.tag(repo, made, where.at(at))
    _done("Made tag", repo, made, output_format)


@tags.command("delete")
@placed
def delete_tag(
    where: Where, name: NameArgument, *, output_format: FormatOption = Format.TEXT
) -> None:
    """Delete a tag; the commit stays."""
    repo, gone = _named(where, name)
    with where.door() as door:
        door.drop_tag(repo, gone)
    _done("Deleted tag", repo, gone, output_format)


def _named(where: Where, text: str) -> tuple[Repo, str]:
    meant = whole_repo(where.address(text))
    if not isinstance(meant.at, str):
        raise UsageError("write REPO@NAME, the name not being a time")
    return meant.repo, meant.at


def _list(kind: str, found: "dict[str, str | None] | dict[str, str]", form: Format) -> None:
    output(form).listing(kind, [{"name": name, "commit": found[name]} for name in sorted(found)])


def _done(what: str, repo: Repo, name: str, form: Format) -> None:
    output(form).done(f"{what} {repo}@{name}", {"repo": str(repo), "name": name})
