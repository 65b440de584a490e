"""`quietwatch gc`: apply the rules of retention, and take away what nothing needs."""

from typing import TYPE_CHECKING, Annotated

import typer

from quietwatch.cli.options import ConfigOption, Format, FormatOption
from quietwatch.cli.output import output
from quietwatch.cli.where import Where, placed

if TYPE_CHECKING:
    from quietwatch.store.keep.gc import Collected


@placed
def gc(
    where: Where,
    *,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only tell what would go; change nothing.")
    ] = False,
    trust_clock: Annotated[
        bool,
        typer.Option(
            "--trust-clock",
            help="The clock is right, though nothing was recorded for long, or it was set back.",
        ),
    ] = False,
    config: ConfigOption = None,
    output_format: FormatOption = Format.TEXT,
) -> None:
    """Let footage go whose time is over, old lines of the audit log, and blobs that nothing needs.

    Call it once a day. A blob that nothing needs goes with the first call after the grace.
    """
    # Heavy: the catalog.
    from quietwatch.store.access.desk import Desk  # noqa: PLC0415
    from quietwatch.store.keep.believed import believe  # noqa: PLC0415
    from quietwatch.store.keep.gc import collect  # noqa: PLC0415

    settings = where.settings(config)
    tenant = settings.source.tenant
    with where.owning(tenant, "collect", "" if dry_run else "gc") as (place, gate):
        now = gate.clock()
        believe(place.catalog, tenant, now, trust=trust_clock, dry=dry_run)
        lines, days = 0, settings.keep.audit_days
        if days:  # first, as it takes more than the rest
            lines = Desk(gate, place.repos).forget_audit(tenant, days, dry=dry_run)
        by = gate.caller.principal
        found = collect(place, tenant, settings.keep, by=by, dry=dry_run, now=now)
    if output_format is Format.JSON:
        told = _json(found, dry_run=dry_run) | {"audit": {"lines": lines}}
        output(output_format).facts(told)
        return
    from quietwatch.cli import keep_text  # noqa: PLC0415 - rich is not needed for JSON

    keep_text.show_collected(found, lines, dry_run=dry_run)


def _json(found: "Collected", *, dry_run: bool) -> dict[str, object]:
    return {
        "dry_run": dry_run,
        "expired": {"clips": found.expired, "bytes": found.expired_bytes},
        "erased": {
            "files": found.erased.files,
            "blobs": len(found.erased.blobs),
            "bytes": sum(size for _, size in found.erased.blobs),
            "waiting": found.erased.waiting,
            "models": list(found.erased.models),
        },
        "marked": {"blobs": found.marked, "bytes": found.marked_bytes},
        "removed": {"blobs": found.taken, "bytes": found.taken_bytes},
    }
