"""`quietwatch put`: bring files into a repo."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from quietwatch import names
from quietwatch.cli import words
from quietwatch.cli.options import Format, FormatOption
from quietwatch.cli.output import output
from quietwatch.cli.where import Where, placed
from quietwatch.errors import SourceNotFound, UsageError
from quietwatch.model import Entry
from quietwatch.names import printable


@placed
def put(
    where: Where,
    address: Annotated[
        str,
        typer.Argument(metavar="REPO[@BRANCH][:PATH]", help="A repo, and a file or folder in it."),
    ],
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="What to bring in.")],
    *,
    recursive: Annotated[
        bool, typer.Option("-r", "--recursive", help="Take folders with all that is in them.")
    ] = False,
    message: Annotated[
        str, typer.Option("-m", "--message", metavar="TEXT", help="Why, for people.")
    ] = "",
    output_format: FormatOption = Format.TEXT,
) -> None:
    """Bring files into a repo, all in one commit or none."""
    meant = where.address(address)
    if meant.at is not None and not isinstance(meant.at, str):
        raise UsageError("a commit goes on top of a branch, not into the past; name a branch")
    wanted = _wanted(files, meant.path or "", recursive=recursive)
    if not wanted:
        raise UsageError("there is no file in what was named, so there is nothing to commit")
    with where.door() as door:
        try:
            blobs = list(door.put_files(meant.repo, wanted.values()))
        except FileNotFoundError as error:
            raise SourceNotFound(
                f"{printable(error.filename)} went away while it was read; nothing was committed"
            ) from error
        made = door.commit(
            meant.repo,
            map(Entry, wanted, blobs),
            branch=meant.at or "main",
            message=message or f"put {words.counted(len(wanted), 'file')}",
        )
    size = sum(blob.size for blob in blobs)
    output(output_format).done(
        f"Put {words.counted(made.count, 'file')}, {words.size(size)}, into {meant.repo}: "
        f"commit {made.id[:12]} on {meant.at or 'main'}",
        {"repo": str(meant.repo), "commit": made.id, "files": made.count, "bytes": size},
    )


def _wanted(files: Sequence[Path], path: str, *, recursive: bool) -> dict[str, Path]:
    """The files to bring in, by their paths in the repo; all names are checked before any is read.

    Raises:
        SourceNotFound: one is not there. InvalidName: one can't be called so in a repo.
        UsageError: a folder without -r, or two files of one path.
    """
    folder = path.removeprefix("/")
    single = len(files) == 1 and folder and not folder.endswith("/")
    above = f"{folder}/" if folder and not folder.endswith("/") else folder
    wanted: dict[str, Path] = {}
    for file in files:
        with _reached(file):
            is_folder, is_there = file.is_dir(), file.exists()
        if not is_there:
            raise SourceNotFound(f"{printable(file)} is not there; nothing was put")
        if is_folder and not recursive:
            raise UsageError(f"{printable(file)} is a folder; take what is in it with -r")
        if is_folder:
            found = [
                (f"{above}{inside.relative_to(file).as_posix()}", inside) for inside in _below(file)
            ]
        else:
            found = [(folder if single else f"{above}{file.name}", file)]
        for name, one in found:
            checked = names.repo_path(name)
            if checked in wanted:
                raise UsageError(
                    f"{printable(wanted[checked])} and {printable(one)} would both be "
                    f"'{checked}'; rename one, or put them apart"
                )
            wanted[checked] = one
    return wanted


def _below(folder: Path) -> Iterator[Path]:
    """The files in a folder and those below it, in order; links to folders are not followed."""
    with _reached(folder):
        inside = sorted(folder.iterdir())
    for path in inside:
        with _reached(path):
            is_folder, is_file = path.is_dir() and not path.is_symlink(), path.is_file()
        if is_folder:
            yield from _below(path)
        elif is_file:
            yield path


@contextmanager
def _reached(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UsageError(
            f"{printable(path)} can't be reached ({error.strerror}); let this account get there. "
            "Nothing was put"
        ) from error
