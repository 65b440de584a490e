"""`quietwatch process`: bring everything up to date."""

from quietwatch.cli.options import (
    CatalogOption,
    ConfigOption,
    Format,
    FormatOption,
    HomeOption,
    StoreOption,
    Where,
    home_path,
    settings_of,
)
from quietwatch.cli.output import output


def process(
    *,
    home: HomeOption = None,
    store: StoreOption = None,
    catalog: CatalogOption = None,
    config: ConfigOption = None,
    output_format: FormatOption = Format.TEXT,
) -> None:
    """Analyze and judge whatever is not up to date: new footage, changed optics, rules or model."""
    from quietwatch.pipeline import engine  # noqa: PLC0415 - heavy
    from quietwatch.pipeline.results import latest_job  # noqa: PLC0415 - heavy

    folder = home_path(home)
    settings = settings_of(folder, config)
    with Where(folder, store, catalog).open() as place:
        runner = engine.runner_for(settings, place)
        before = latest_job(place, settings.source.tenant)
        engine.process(place, settings, runner, lambda *_: None)
        job = latest_job(place, settings.source.tenant)
    done = job if job is not None and (before is None or job.id != before.id) else None
    output(output_format).processed(done)
