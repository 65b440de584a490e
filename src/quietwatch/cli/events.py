"""`quietwatch events`: look through what a home holds, and take it elsewhere."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from quietwatch.cli.filters import Filter, filtered
from quietwatch.cli.options import Format, FormatOption, reached
from quietwatch.cli.output import output, tell
from quietwatch.cli.where import Where, placed
from quietwatch.errors import StorageError, UsageError
from quietwatch.model import Event
from quietwatch.names import printable

if TYPE_CHECKING:
    from quietwatch.store.catalog.clips import ClipRecord
    from quietwatch.store.place import Place

_Content = bytes | Iterator[bytes]
_SUFFIXES = {".parquet", ".csv", ".json", ".html"}

app = typer.Typer(help="List, filter and export events.", no_args_is_help=True)


@app.command("list")
@placed
@filtered
def list_events(
    wanted: Filter,
    where: Where,
    *,
    output_format: FormatOption = Format.TEXT,
) -> None:
    """List events, by camera and time."""
    tenant = where.tenant_name()
    with where.looking(tenant) as place:
        output(output_format).events(_found(place, tenant, wanted).events)


@app.command("export")
@placed
@filtered
def export_events(
    wanted: Filter,
    where: Where,
    *,
    to: Annotated[
        Path,
        typer.Option(
            "--to",
            metavar="PATH",
            help="A .parquet, .csv, .json or .html file; a folder gets Parquet by tenant and date.",
            show_default=False,
        ),
    ],
    output_format: FormatOption = Format.TEXT,
) -> None:
    """Write events to files that other programs read."""
    from quietwatch.store.files import make_folder, write_whole  # noqa: PLC0415 - heavy

    suffix = _suffix(to)
    tenant = where.tenant_name()
    with where.looking(tenant) as place:
        found = _found(place, tenant, wanted)
        files = {to: _content(suffix, found)} if suffix else _days(to, found.events, wanted)
        for path, data in files.items():
            make_folder(path.parent)
            write_whole(path, data)
    output(output_format).exported(list(files), len(found.events))
    _end(found.damaged)


@dataclass(frozen=True, slots=True)
class _Found:
    """The events meant, the clips of the cameras meant, where they are from, what is lacking."""

    events: list[Event]
    records: "list[ClipRecord]"
    place: "Place"
    damaged: list[StorageError]


def _found(place: "Place", tenant: str, wanted: Filter) -> _Found:
    from quietwatch.pipeline.results import history  # noqa: PLC0415 - heavy
    from quietwatch.store.catalog import clips  # noqa: PLC0415 - heavy

    found = _Found([], [], place, [])
    with place.catalog.reading() as connection:
        cameras = clips.cameras_of(connection, tenant)
    for camera in cameras:
        if wanted.takes_camera(camera.site, camera.name):
            known = history(place, camera)
            found.records.extend(known.records)
            found.events.extend(event for event in known.events if wanted.takes(event))
    return found


def _end(damaged: list[StorageError]) -> None:
    """Say what was damaged and left out.

    Raises:
        typer.Exit: with 3, something was.
    """
    for error in damaged:
        tell(error)
    if damaged:
        raise typer.Exit(3)


def _suffix(to: Path) -> str:
    """The ending by which a file's kind is known; "" for a folder.

    Raises:
        UsageError: it can't be reached, or is of no kind that is written.
    """
    suffix = to.suffix.lower()
    with reached(to, "--to"):
        if to.is_dir() or not suffix:
            return ""
    if suffix not in _SUFFIXES:
        raise UsageError(
            f"{printable(to)} is of no kind that is written; end it with .parquet, .csv, .json or "
            ".html, or name a folder"
        )
    return suffix


def _content(suffix: str, found: _Found) -> _Content:
    if suffix == ".html":
        return _page(found)
    from quietwatch.events import table  # noqa: PLC0415 - heavy

    match suffix:
        case ".parquet":
            return table.parquet_bytes(found.events)
        case ".csv":
            return table.csv_bytes(found.events)
        case _:
            return table.json_bytes(found.events)


def _page(found: _Found) -> Iterator[bytes]:
    from quietwatch.events.report import render  # noqa: PLC0415 - heavy
    from quietwatch.pipeline.results import make_report  # noqa: PLC0415

    return render(make_report(found.place, found.records, found.events, (), found.damaged.append))


def _days(folder: Path, events: list[Event], wanted: Filter) -> dict[Path, _Content]:
    """The files below a folder, each of a whole tenant and day.

    Raises:
        UsageError: one is there with events that the filters leave out: they would be lost.
        RecordDamaged: one is there and can't be read, so that nobody knows.
    """
    from quietwatch.events import table  # noqa: PLC0415 - heavy

    files = table.parquet_files(events)
    if wanted.narrows:
        for name in files:
            there = table.read_day(folder, name)
            lost = sum(not wanted.takes(event) for event in there)
            if lost:
                raise UsageError(
                    f"{printable(folder / name)} would lose {lost} of its {len(there)} events, "
                    "which these filters leave out; export without filters, or name another folder "
                    "or a file"
                )
    return {folder / name: data for name, data in files.items()}
