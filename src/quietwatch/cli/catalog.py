"""`quietwatch catalog`: how the catalog is; backup, restore, and making it anew."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from quietwatch.cli import words
from quietwatch.cli.options import Format, FormatOption, reached
from quietwatch.cli.output import output
from quietwatch.cli.where import Where, placed
from quietwatch.errors import UsageError
from quietwatch.names import printable

app = typer.Typer(help="Look after the catalog.", no_args_is_help=True)

FileArgument = Annotated[Path, typer.Argument(metavar="FILE", help="The backup.")]


@app.command("status")
@placed
def status(where: Where, *, output_format: FormatOption = Format.TEXT) -> None:
    """Show where catalog and store lie, and how much is in them."""
    with where.door() as door:
        found = door.desk.status()
    values = asdict(found)
    if output_format is Format.TEXT:
        values["open"] = "yes: nobody has a token yet" if found.open else "no: it takes a token"
        for name in ("repos", "commits", "audit"):
            values[name] = f"{values[name]:,}"
    output(output_format).facts(values)


@app.command("upgrade")
@placed
def upgrade(where: Where, *, output_format: FormatOption = Format.TEXT) -> None:
    """Bring an older catalog to the shape of this Quietwatch, as every command does on opening."""
    before, after = _shape(where), ""
    with where.door():
        after = _shape(where)
    moved = f"Brought the catalog from shape {before} to {after}"
    stayed = f"The catalog has the newest shape, {after}"
    output(output_format).done(
        stayed if before == after else moved, {"before": before, "after": after}
    )


@app.command("rebuild")
@placed
def rebuild(where: Where, *, output_format: FormatOption = Format.TEXT) -> None:
    """Make repos, commits, branches and tags anew from the store alone."""
    with where.door(make=True) as door:
        found = door.desk.rebuild()
    output(output_format).done(
        f"Made anew: {words.counted(found.repos, 'repo')}, "
        f"{words.counted(found.commits, 'commit')}",
        {"repos": found.repos, "commits": found.commits, "lost": list(found.lost)},
    )
    for key in found.lost:
        typer.echo(f"quietwatch: {printable(key)} is damaged, or stands on what is", err=True)
    if found.lost:
        raise typer.Exit(3)


@app.command("backup")
@placed
def backup(where: Where, file: FileArgument, *, output_format: FormatOption = Format.TEXT) -> None:
    """Keep all that the catalog holds in one file, while others work on."""
    with reached(file, "FILE"):
        if not file.parent.is_dir():
            raise UsageError(f"{printable(file.parent)} is no folder; make it first")
    with where.door() as door:
        count = door.desk.backup(file)
    output(output_format).done(
        f"Wrote {words.counted(count, 'row')} to {printable(file)}",
        {"rows": count, "file": printable(file)},
    )


@app.command("restore")
@placed
def restore(where: Where, file: FileArgument, *, output_format: FormatOption = Format.TEXT) -> None:
    """Fill a new catalog from a backup; one that holds something is left as it is."""
    from quietwatch.store.catalog.backup import restore as fill  # noqa: PLC0415 - heavy
    from quietwatch.store.home import Home  # noqa: PLC0415 - heavy
    from quietwatch.store.place import catalog_url  # noqa: PLC0415 - heavy

    if where.catalog is None:
        Home(where.folder)
    count = fill(file, catalog_url(where.folder, where.catalog))
    output(output_format).done(
        f"Restored {words.counted(count, 'row')} from {printable(file)}", {"rows": count}
    )


def _shape(where: Where) -> str:
    from quietwatch.store.catalog.connect import reach  # noqa: PLC0415 - heavy
    from quietwatch.store.catalog.shape import shape_of  # noqa: PLC0415 - heavy
    from quietwatch.store.place import catalog_url  # noqa: PLC0415 - heavy

    where.require_store()
    with (
        reach(catalog_url(where.folder, where.catalog)) as catalog,
        catalog.reading() as connection,
    ):
        return shape_of(connection) or "none"
