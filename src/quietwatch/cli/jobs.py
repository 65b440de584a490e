"""`quietwatch jobs`: what was done, what failed, and another try."""

from pathlib import Path
from typing import Annotated

import typer

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
from quietwatch.errors import UsageError

app = typer.Typer(help="List, show and retry jobs.", no_args_is_help=True)


@app.command("list")
def list_jobs(
    *,
    home: HomeOption = None,
    store: StoreOption = None,
    catalog: CatalogOption = None,
    config: ConfigOption = None,
    output_format: FormatOption = Format.TEXT,
) -> None:
    """List the newest jobs."""
    from quietwatch.store.catalog import jobs  # noqa: PLC0415 - heavy

    where, tenant = _where(home, store, catalog, config)
    with where.existing() as place, place.catalog.reading() as connection:
        output(output_format).jobs(jobs.recent(connection, tenant))


@app.command()
def show(
    job: Annotated[int, typer.Argument(metavar="JOB", help="Number of the job.")],
    *,
    home: HomeOption = None,
    store: StoreOption = None,
    catalog: CatalogOption = None,
    config: ConfigOption = None,
    output_format: FormatOption = Format.TEXT,
) -> None:
    """Show a job, how far it got, and what is set aside now."""
    from quietwatch.store.catalog import datums, jobs  # noqa: PLC0415 - heavy

    where, tenant = _where(home, store, catalog, config)
    with where.existing() as place, place.catalog.reading() as connection:
        found = jobs.get(connection, tenant, job)
        if found is None:
            raise UsageError(f"there is no job {job}; `quietwatch jobs list` shows those there are")
        output(output_format).job(found, datums.failed(connection, tenant))


@app.command()
def retry(
    path: Annotated[
        str | None,
        typer.Argument(metavar="PATH", help="A clip, as `jobs show` names it; all by default."),
    ] = None,
    *,
    home: HomeOption = None,
    store: StoreOption = None,
    catalog: CatalogOption = None,
    config: ConfigOption = None,
    output_format: FormatOption = Format.TEXT,
) -> None:
    """Let what failed be tried again by the next `run`, `process` or `watch`."""
    from quietwatch.store.catalog import datums  # noqa: PLC0415 - heavy

    where, tenant = _where(home, store, catalog, config)
    with where.existing() as place, place.catalog.begin() as connection:
        count = datums.retry(connection, tenant, path)
    output(output_format).retried(count)


def _where(
    home: Path | None, store: str | None, catalog: str | None, config: Path | None
) -> tuple[Where, str]:
    folder = home_path(home)
    return Where(folder, store, catalog), settings_of(folder, config).source.tenant
