"""`quietwatch process`: bring everything up to date."""

from typing import TYPE_CHECKING

import typer

from quietwatch.cli.options import ConfigOption, Format, FormatOption
from quietwatch.cli.output import output
from quietwatch.cli.where import Where, placed
from quietwatch.cli.words import counted

if TYPE_CHECKING:
    from quietwatch.pipeline.runresult import Processed


@placed
def process(
    where: Where,
    *,
    config: ConfigOption = None,
    output_format: FormatOption = Format.TEXT,
) -> None:
    """Analyze and judge whatever is not up to date: new footage, changed optics, rules or model.

    Footage of a camera whose settings can't be used waits; each is named, and exit code is 3.
    """
    from quietwatch.cli import rows  # noqa: PLC0415 - heavy
    from quietwatch.pipeline import engine  # noqa: PLC0415 - heavy

    settings = where.settings(config)
    with where.working(settings.source.tenant, "process") as place:
        runner = engine.runner_for(settings, place)
        done = engine.process(place, settings, runner, lambda *_: None)
    values = {
        "job": None if done.job is None else rows.job(done.job),
        "waiting": list(map(rows.waiting, done.waiting)),
    }
    output(output_format).done(_sentence(done), values)
    for one in done.waiting:
        typer.echo(f"quietwatch: {one.source}: {one.detail}", err=True)
    if done.waiting:
        raise typer.Exit(3)


def _sentence(done: "Processed") -> str:
    job = done.job
    if job is None:
        return "All else is up to date." if done.waiting else "All is up to date."
    failed = f", {job.failed} set aside" if job.failed else ""
    return f"Job {job.id}: {counted(job.analyzed, 'clip')} analyzed, {job.judged} judged{failed}."
