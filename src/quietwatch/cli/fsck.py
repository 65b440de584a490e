"""`quietwatch fsck`: whether everything is there and whole."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from quietwatch.cli.options import Format, FormatOption
from quietwatch.cli.output import output
from quietwatch.cli.where import Where, placed

if TYPE_CHECKING:
    from quietwatch.store.keep.repair import Mended
    from quietwatch.store.place import Place


@placed
def fsck(
    where: Where,
    *,
    deep: Annotated[
        bool, typer.Option("--deep", help="Read everything and compare it with its hash.")
    ] = False,
    repair: Annotated[
        bool, typer.Option("--repair", help="Have made anew what can be made anew.")
    ] = False,
    output_format: FormatOption = Format.TEXT,
) -> None:
    """Find blobs and commits that are missing or damaged, and say which clips and events they cost.

    Exit code 1: something is wrong, also where it could be mended.
    """
    from quietwatch.store.keep.fsck import check  # noqa: PLC0415 - heavy
    from quietwatch.store.keep.repair import Mended, mend  # noqa: PLC0415

    tenant = where.tenant_name()
    with where.owning(tenant, "check", "fsck --repair" if repair else "") as (place, _):
        found = [
            mend(place, tenant, one) if repair else Mended(one, "")
            for one in check(place, tenant, deep=deep)
        ]
        _renew_days(place, tenant, found)
    wrong = [one for one in found if one.finding.is_wrong]
    if output_format is Format.JSON:
        output(output_format).facts({"ok": not wrong, "findings": [_json(one) for one in found]})
    else:
        from quietwatch.cli import keep_text  # noqa: PLC0415 - rich is not needed for JSON

        keep_text.show_findings(found)
    if wrong:
        raise typer.Exit(1)


def _renew_days(place: "Place", tenant: str, found: Sequence["Mended"]) -> None:
    """Have the files of events written anew that were damaged."""
    days = {one.day for one in found if one.day}
    if not days:
        return
    from datetime import date  # noqa: PLC0415 - only here

    from quietwatch.pipeline.compact import note_days  # noqa: PLC0415 - heavy

    with place.catalog.begin() as connection:
        note_days(connection, tenant, [date.fromisoformat(day) for day in days])


def _json(one: "Mended") -> dict[str, object]:
    finding = one.finding
    return {
        "trouble": finding.trouble.value,
        "name": finding.name,
        "bytes": finding.size,
        "files": list(finding.files),
        "clips": list(finding.clips),
        "events": list(finding.events),
        "repaired": one.how or None,
    }
