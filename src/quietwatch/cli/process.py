"""`quietwatch process`: bring everything up to date."""

from quietwatch.cli.options import ConfigOption, Format, FormatOption
from quietwatch.cli.output import output
from quietwatch.cli.where import Where, placed


@placed
def process(
    where: Where,
    *,
    config: ConfigOption = None,
    output_format: FormatOption = Format.TEXT,
) -> None:
    """Analyze and judge whatever is not up to date: new footage, changed optics, rules or model."""
    from quietwatch.cli import rows  # noqa: PLC0415 - heavy
    from quietwatch.pipeline import engine  # noqa: PLC0415 - heavy

    settings = where.settings(config)
    with where.working(settings.source.tenant) as place:
        runner = engine.runner_for(settings, place)
        job = engine.process(place, settings, runner, lambda *_: None)
    if job is None:
        output(output_format).done("All is up to date.", {"job": None})
        return
    failed = f", {job.failed} set aside" if job.failed else ""
    sentence = f"Job {job.id}: {job.analyzed} clips analyzed, {job.judged} judged{failed}."
    output(output_format).done(sentence, {"job": rows.job(job)})
