"""`quietwatch jobs`: what was done, what failed, and another try."""

from typing import Annotated

import typer

from quietwatch.cli import rows
from quietwatch.cli.options import Format, FormatOption
from quietwatch.cli.output import output
from quietwatch.cli.where import Where, placed
from quietwatch.errors import UsageError

app = typer.Typer(help="List, show and retry jobs.", no_args_is_help=True)


@app.command("list")
@placed
def list_jobs(
    where: Where,
    *,
    limit: Annotated[
        int, typer.Option("--limit", metavar="N", min=1, help="Most jobs to list.")
    ] = 20,
    output_format: FormatOption = Format.TEXT,
) -> None:
    """List jobs, the latest first."""
    from quietwatch.store.catalog import jobs  # noqa: PLC0415 - heavy

    tenant = where.tenant_name()
    with where.looking(tenant) as place, place.catalog.reading() as connection:
        found = jobs.recent(connection, tenant, limit)
    output(output_format).listing("jobs", map(rows.job, found))


@app.command()
@placed
def show(
    where: Where,
    job: Annotated[int, typer.Argument(metavar="JOB", help="Number of the job.")],
    *,
    output_format: FormatOption = Format.TEXT,
) -> None:
    """Show a job: from which commits, and how far it got."""
    from quietwatch.store.catalog import jobs  # noqa: PLC0415 - heavy

    tenant = where.tenant_name()
    with where.looking(tenant) as place, place.catalog.reading() as connection:
        found = jobs.get(connection, tenant, job)
    if found is None:
        raise UsageError(f"there is no job {job}; `quietwatch jobs list` shows those there are")
    output(output_format).facts(rows.job(found), f"Job {job}")


@app.command()
@placed
def failed(where: Where, *, output_format: FormatOption = Format.TEXT) -> None:
    """List what could not be analyzed, and when it is tried again; and cameras that wait."""
    from quietwatch.pipeline.waiting import waiting  # noqa: PLC0415 - heavy
    from quietwatch.store.catalog import datums  # noqa: PLC0415

    tenant = where.tenant_name()
    with where.looking(tenant) as place, place.catalog.reading() as connection:
        found = [
            *map(rows.camera_waiting, waiting(connection, tenant)),
            *map(rows.datum, datums.failed(connection, tenant)),
        ]
    output(output_format).listing("failed", found)


@app.command()
@placed
def retry(
    where: Where,
    path: Annotated[
        str | None,
        typer.Argument(metavar="PATH", help="A clip, as `jobs failed` names it; all by default."),
    ] = None,
    *,
    output_format: FormatOption = Format.TEXT,
) -> None:
    """Let what failed be tried again by the next `run`, `process` or `watch`."""
    from quietwatch.store.catalog import datums  # noqa: PLC0415 - heavy

    tenant = where.tenant_name()
    with where.working(tenant, "jobs retry") as place, place.catalog.begin() as connection:
        count = datums.retry(connection, tenant, path)
    what = f"{count} clip{'' if count == 1 else 's'}"
    output(output_format).done(f"{what} will be tried again.", {"count": count})
