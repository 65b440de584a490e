"""`quietwatch run`: the main job."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from quietwatch.cli.options import ConfigOption, Format, FormatOption, reached
from quietwatch.cli.output import Output, output, tell
from quietwatch.cli.where import Where, placed
from quietwatch.names import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from quietwatch.config import Settings
    from quietwatch.pipeline.runresult import RunResult
    from quietwatch.store.place import Place

REPORT = "report.html"
"""Name of the report in the home."""

_DOCTYPE = b"<!doctype html>"


@placed
def run(
    where: Where,
    sources: Annotated[
        list[str],
        typer.Argument(
            metavar="SOURCE",
            help="Files, folders and bucket URLs (s3://, gs://, az://).",
            show_default=False,
        ),
    ],
    *,
    output_format: FormatOption = Format.TEXT,
    workers: Annotated[
        int | None,
        typer.Option(
            "--workers",
            metavar="N",
            min=1,
            max=256,
            help="Clips analyzed at once.",
            show_default="run.workers of the settings: one a processor core",
        ),
    ] = None,
    model: Annotated[
        str | None,
        typer.Option(
            "--model",
            metavar="NAME|PATH",
            help="Detector: a shipped name (see `quietwatch models`), a .tflite file or a "
            "SavedModel folder.",
            show_default="vision.model of the settings",
        ),
    ] = None,
    config: ConfigOption = None,
    report: Annotated[
        Path | None,
        typer.Option(
            "--report",
            metavar="PATH",
            help="Where to write the report.",
            show_default="report.html in the home",
        ),
    ] = None,
) -> None:
    """Bring footage in, analyze what is new, decide, and report.

    What was analyzed before is not done again: interrupted runs go on where they stopped.
    """
    settings = _changed(where.settings(config), workers, model)
    perform(sources, where, settings, report or where.folder / REPORT, output(output_format))


def perform(
    sources: "Sequence[str]", where: Where, settings: "Settings", report: Path, out: Output
) -> None:
    """Run, write the report, print the result and end with its exit code.

    Raises:
        typer.Exit: with 3, some inputs were unusable.
        QuietwatchError: the run can't be done or can't go on.
    """
    # Heavy: codecs, models, Arrow.
    from quietwatch.cli.progress import watched  # noqa: PLC0415
    from quietwatch.pipeline import engine  # noqa: PLC0415
    from quietwatch.sources.survey import survey  # noqa: PLC0415

    found = survey(sources, settings, where.folder)
    _require_place(report, where.folder)
    with where.working(settings.source.tenant, "run") as place:
        runner = engine.runner_for(settings, place)
        with watched(found, runner) as (arrivals, watched_runner, progress):
            result = engine.run(arrivals, place, settings, watched_runner, progress)
        _write_report(report, place, result)
    out.run(result, report)
    if result.failed:
        raise typer.Exit(3)


def _write_report(path: Path, place: "Place", result: "RunResult") -> None:
    """Put the report in its place, unless it lies there already."""
    from quietwatch.events.report import render, says  # noqa: PLC0415
    from quietwatch.pipeline.results import make_report  # noqa: PLC0415
    from quietwatch.store.files import write_whole  # noqa: PLC0415

    report = make_report(place, result.records, result.events, result.failed, tell)
    with reached(path, "--report"):
        if says(path, report):
            return
    write_whole(path, render(report))


def _require_place(report: Path, home: Path) -> None:
    """Say before the work, not after it, that the report has no place."""
    with reached(report, "--report"):
        wrong = _wrong_place(report, home)
    if wrong:
        raise typer.BadParameter(wrong, param_hint="--report")


def _wrong_place(report: Path, home: Path) -> str:
    """Why a report can't be put there; "" where it can."""
    if report.parent != home and not report.parent.is_dir():
        return f"the folder of {printable(report)} is not there"
    if report.is_dir():
        return f"{printable(report)} is a folder; name a file"
    if report.exists() and not _is_report(report):
        return f"{printable(report)} is there and is no report; name another file"
    return ""


def _is_report(path: Path) -> bool:
    if not path.is_file():  # a pipe would be waited for
        return False
    with path.open("rb") as file:
        return file.read(len(_DOCTYPE)).lower() == _DOCTYPE


def _changed(settings: "Settings", workers: int | None, model: str | None) -> "Settings":
    run_settings, vision = settings.run, settings.vision
    if workers is not None:
        run_settings = run_settings.model_copy(update={"workers": workers})
    if model is not None:
        vision = vision.model_copy(update={"model": model})
    return settings.model_copy(update={"run": run_settings, "vision": vision})
