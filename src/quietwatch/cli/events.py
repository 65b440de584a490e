"""`quietwatch events`: look through what a home holds, and take it elsewhere."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from quietwatch.cli.filters import Filter, filtered
from quietwatch.cli.options import (
    ConfigOption,
    Format,
    FormatOption,
    HomeOption,
    existing_home,
    home_path,
    reached,
    settings_of,
)
from quietwatch.cli.output import output, tell
from quietwatch.errors import RecordDamaged, UsageError
from quietwatch.model import Event
from quietwatch.names import printable

if TYPE_CHECKING:
    from quietwatch.store.home import Home
    from quietwatch.store.records import ClipRecord

app = typer.Typer(help="List, filter and export events.", no_args_is_help=True)


@app.command("list")
@filtered
def list_events(
    wanted: Filter,
    *,
    home: HomeOption = None,
    config: ConfigOption = None,
    output_format: FormatOption = Format.TEXT,
) -> None:
    """List events, by camera and time."""
    found = _found(home_path(home), config, wanted)
    output(output_format).events(found.events)
    _end(found.damaged)


@app.command("export")
@filtered
def export_events(
    wanted: Filter,
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
    home: HomeOption = None,
    config: ConfigOption = None,
    output_format: FormatOption = Format.TEXT,
) -> None:
    """Write events to files that other programs read."""
    found = _found(home_path(home), config, wanted)
    written = _write(to, found)
    output(output_format).exported(written, len(found.events))
    _end(found.damaged)


@dataclass(frozen=True, slots=True)
class _Found:
    """The events meant, the clips of the cameras meant, where they are from, what is lacking."""

    events: list[Event]
    records: "list[ClipRecord]"
    home: "Home"
    damaged: list[RecordDamaged]


def _found(home: Path, config: Path | None, wanted: Filter) -> _Found:
    from quietwatch.pipeline.results import history  # noqa: PLC0415 - heavy

    store = existing_home(home)
    gap = settings_of(home, config).judge.incident_gap
    found = _Found([], [], store, [])
    for camera in store.cameras():
        if wanted.takes_camera(camera.site, camera.name):
            known = history(store, camera, gap, found.damaged.append)
            found.records.extend(known.records)
            found.events.extend(event for event in known.events if wanted.takes(event))
    return found


def _end(damaged: list[RecordDamaged]) -> None:
    """Say what was damaged and left out.

    Raises:
        typer.Exit: with 3, something was.
    """
    for error in damaged:
        tell(error)
    if damaged:
        raise typer.Exit(3)


def _write(to: Path, found: _Found) -> list[Path]:
    from quietwatch.events import table  # noqa: PLC0415 - heavy
    from quietwatch.store.files import make_folder, write_whole  # noqa: PLC0415

    events, suffix = found.events, to.suffix.lower()
    with reached(to, "--to"):
        is_folder = to.is_dir()
    if is_folder or not suffix:
        files = {to / name: data for name, data in table.parquet_files(events).items()}
    elif suffix == ".parquet":
        files = {to: table.parquet_bytes(events)}
    elif suffix == ".csv":
        files = {to: table.csv_bytes(events)}
    elif suffix == ".json":
        files = {to: table.json_bytes(events)}
    elif suffix == ".html":
        files = {to: _page(found)}
    else:
        raise UsageError(
            f"{printable(to)} is of no kind that is written; end it with .parquet, .csv, .json or "
            ".html, or name a folder"
        )
    for path, data in files.items():
        make_folder(path.parent)
        write_whole(path, data)
    return list(files)


def _page(found: _Found) -> bytes:
    from quietwatch.events.report import render  # noqa: PLC0415 - heavy
    from quietwatch.pipeline.results import make_report  # noqa: PLC0415

    return render(
        make_report(found.home, found.records, found.events, (), found.damaged.append)
    ).encode()
