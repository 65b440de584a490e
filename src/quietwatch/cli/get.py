"""`quietwatch get`: bring files out of a repo."""

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from quietwatch.cli import words
from quietwatch.cli.options import Format, FormatOption, reached
from quietwatch.cli.output import output
from quietwatch.cli.selection import Selection, choose
from quietwatch.cli.where import Where, at_of, placed
from quietwatch.errors import UsageError
from quietwatch.model import Entry, Repo
from quietwatch.names import printable

if TYPE_CHECKING:
    from quietwatch.store.access import Door


@placed
def get(
    where: Where,
    address: Annotated[
        str,
        typer.Argument(metavar="REPO[@AT]:PATH", help="A repo, and a file, folder or pattern."),
    ],
    *,
    to: Annotated[
        Path | None,
        typer.Option(
            "--to",
            metavar="PATH",
            help="File or folder to write; a single file goes to standard output without.",
            show_default=False,
        ),
    ] = None,
    output_format: FormatOption = Format.TEXT,
) -> None:
    """Bring a file, a folder or what matches a pattern out of a repo."""
    meant = where.address(address)
    with where.door() as door:
        chosen = choose(door, meant.repo, at_of(meant), meant.path)
        if to is None:
            _show(door, meant.repo, chosen)
            return
        fetched = list(_fetch(door, meant.repo, chosen, to))
    size = sum(one.blob.size for one in fetched if one.blob)
    output(output_format).done(
        f"Wrote {words.counted(len(fetched), 'file')}, {words.size(size)}, to {printable(to)}",
        {"files": len(fetched), "bytes": size, "to": printable(to), "commit": chosen.commit},
    )


def _show(door: "Door", repo: Repo, chosen: Selection) -> None:
    if chosen.file is None:
        raise UsageError("several files are meant; name a folder for them with --to")
    for piece in door.stream(repo, chosen.file.path, chosen.commit):
        sys.stdout.buffer.write(piece)


def _fetch(door: "Door", repo: Repo, chosen: Selection, to: Path) -> Iterable[Entry]:
    if chosen.file is None:
        wanted = {"glob": chosen.glob, "prefix": chosen.prefix}
        return door.fetch_files(repo, to, chosen.commit, **wanted, above=chosen.folder or "")
    door.fetch(repo, chosen.file.path, _target(to, chosen.file.path), chosen.commit)
    return [chosen.file]


def _target(to: Path, path: str) -> Path:
    """Into a folder that is there a file goes by its name."""
    with reached(to, "--to"):
        return to / path.rpartition("/")[2] if to.is_dir() else to
