"""`quietwatch events`: look through what a home holds, and take it elsewhere."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from quietwatch.cli.dismiss import dismiss
from quietwatch.cli.filters import Filter, filtered
from quietwatch.cli.options import Format, FormatOption, reached
from quietwatch.cli.output import output, tell
from quietwatch.cli.where import Where, placed
from quietwatch.errors import QuietwatchError, UsageError
from quietwatch.model import Event
from quietwatch.names import printable

if TYPE_CHECKING:
    from quietwatch.store.catalog.clips import ClipRecord
    from quietwatch.store.place import Place

_Content = bytes | Iterator[bytes]
_SUFFIXES = {".parquet", ".csv", ".json", ".html"}

app = typer.Typer(help="List, filter, export and dismiss events.", no_args_is_help=True)
app.command("dismiss")(dismiss)


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
        output(output_format).events(_events(place, tenant, wanted))


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
        found = _events(place, tenant, wanted)
        damaged: list[QuietwatchError] = []
        if suffix == ".html":
            clips = _clips(place, tenant, wanted)
            files: dict[Path, _Content] = {to: _page(place, clips, found, damaged)}
        else:
            files = {to: _content(suffix, found)} if suffix else _days(to, found, wanted)
        for path, data in files.items():
            make_folder(path.parent)
            write_whole(path, data)
    output(output_format).exported(list(files), len(found))
    for error in damaged:
        tell(error)
    if damaged:
        raise typer.Exit(3)


def _events(place: "Place", tenant: str, wanted: Filter) -> list[Event]:
    """The events that are meant, by camera, start and id."""
    from quietwatch.store.catalog import happenings  # noqa: PLC0415 - heavy

    with place.catalog.reading() as connection:
        found = happenings.matching(
            *(connection, tenant, wanted.since, wanted.until),
            **{name: getattr(wanted, name) for name in ("site", "camera", "verdict", "kind")},
        )
        return list(found)


def _clips(place: "Place", tenant: str, wanted: Filter) -> "list[ClipRecord]":
    """The clips of the cameras that are meant, by camera and start."""
    from quietwatch.store.catalog import clips  # noqa: PLC0415 - heavy

    with place.catalog.reading() as connection:
        return [
            record
            for camera in clips.cameras_of(connection, tenant)
            if wanted.takes_camera(camera.site, camera.name)
            for record in clips.of_camera(connection, camera)
        ]


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


def _content(suffix: str, events: list[Event]) -> _Content:
    from quietwatch.events import table  # noqa: PLC0415 - heavy

    match suffix:
        case ".parquet":
            return table.parquet_bytes(events)
        case ".csv":
            return table.csv_bytes(events)
        case _:
            return table.json_bytes(events)


def _page(
    place: "Place", clips: "list[ClipRecord]", events: list[Event], damaged: list[QuietwatchError]
) -> Iterator[bytes]:
    """The report; what is damaged and left out is added to a list, each with what is the matter."""
    from quietwatch.events.report import render  # noqa: PLC0415 - heavy
    from quietwatch.pipeline.results import make_report  # noqa: PLC0415

    return render(make_report(place, clips, events, (), damaged.append))


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
