"""`quietwatch erase`: erase footage on request, with all that was made of it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from quietwatch.addresses import ALL
from quietwatch.cli.filters import time
from quietwatch.cli.gathered import gathered
from quietwatch.cli.options import ConfigOption, Format, FormatOption
from quietwatch.cli.output import output
from quietwatch.cli.run import REPORT
from quietwatch.cli.where import Where, placed
from quietwatch.cli.words import counted, size
from quietwatch.errors import UsageError
from quietwatch.model import Repo
from quietwatch.names import SLUG, printable

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from quietwatch.store.access import Gate
    from quietwatch.store.keep.erase import Order
    from quietwatch.store.place import Place

_CAMERA = re.compile(f"{SLUG}/{SLUG}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What is to be erased; each field is an option of the command line."""

    camera: Annotated[
        str | None,
        typer.Option("--camera", metavar="SITE/CAMERA", help="Footage of this camera."),
    ] = None
    since: Annotated[
        datetime | None,
        typer.Option("--since", metavar="TIME", parser=time, help="From this time on (UTC)."),
    ] = None
    until: Annotated[
        datetime | None,
        typer.Option("--until", metavar="TIME", parser=time, help="Up to this time (UTC)."),
    ] = None
    clip: Annotated[
        list[str] | None,
        typer.Option("--clip", metavar="PATH", help="This clip of `footage`; repeatable."),
    ] = None

    def clips(self, place: "Place", tenant: str) -> list[str]:
        """The clips that are meant, by path.

        Raises:
            UsageError: nothing or two things are named, or there is no such clip.
        """
        from quietwatch.store.keep import choose  # noqa: PLC0415 - heavy

        if (self.camera is None) == (not self.clip):
            raise UsageError("name what to erase: --camera SITE/CAMERA, or --clip PATH")
        if self.camera is None:
            if self.since or self.until:
                raise UsageError("--since and --until go with --camera; a clip is erased whole")
            return choose.of_paths(place, tenant, self.clip or ())
        if not _CAMERA.fullmatch(self.camera):
            raise UsageError(f"'{printable(self.camera)}' is no camera; write SITE/CAMERA")
        return choose.of_camera(place, tenant, self.camera, self.since, self.until)


@placed
@gathered(Target)
def erase(
    target: Target,
    where: Where,
    *,
    reason: Annotated[
        str, typer.Option("--reason", metavar="TEXT", help="Why; told to whoever asks for it.")
    ],
    lift: Annotated[
        bool,
        typer.Option("--lift", help="Take an erasure back: the same footage may come in again."),
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only tell what would be erased; change nothing.")
    ] = False,
    config: ConfigOption = None,
    output_format: FormatOption = Format.TEXT,
) -> None:
    """Erase footage for good, with its analyses, pictures and copies; it can't be undone.

    Events stay as rows without pictures. Whoever asks for what is erased is told when and why.
    """
    settings = where.settings(config)
    tenant = settings.source.tenant
    with where.owning(tenant, "erase") as (place, gate):
        paths = target.clips(place, tenant)
        if dry_run:
            told: dict[str, object] = {"clips": paths}
        elif lift:
            told = _lift(place, tenant, paths, gate, reason)
        else:
            told = _erase(place, tenant, paths, gate, reason, settings.keep.history_days)
    values = {"dry_run": dry_run, "lifted": lift, **told}
    output(output_format).done(_sentence(values), values)


def _erase(
    place: "Place", tenant: str, paths: Sequence[str], gate: "Gate", reason: str, history: int
) -> dict[str, object]:
    from quietwatch.store.catalog.needs import Horizon  # noqa: PLC0415 - heavy
    from quietwatch.store.keep.request import perform  # noqa: PLC0415

    order = _order(gate, tenant, reason)
    found = perform(place, tenant, paths, order, Horizon.of(history))
    if found.clips:  # it shows pictures; the next run writes it anew
        (place.home.path / REPORT).unlink(missing_ok=True)
    return {
        "deeds": list(found.deeds),
        "clips": list(found.clips),
        "events": found.events,
        "files": found.carried.files,
        "blobs": len(found.carried.blobs),
        "bytes": sum(one for _, one in found.carried.blobs),
        "waiting": found.carried.waiting,
        "models": list(found.carried.models),
    }


def _lift(
    place: "Place", tenant: str, paths: Sequence[str], gate: "Gate", reason: str
) -> dict[str, object]:
    from quietwatch.store.keep import erase as keep  # noqa: PLC0415 - heavy
    from quietwatch.store.keep.followed import FOOTAGE  # noqa: PLC0415

    files = keep.lift(place, tenant, paths, _order(gate, tenant, reason))
    return {"clips": sorted({one.path for one in files if one.repo == FOOTAGE})}


def _order(gate: "Gate", tenant: str, reason: str) -> "Order":
    from quietwatch.store.keep.erase import Order  # noqa: PLC0415 - heavy

    def noted(connection: "Connection", told: str) -> None:
        gate.allow(connection, "erase", Repo(tenant, ALL), told)

    return Order(gate.caller.principal, reason, noted)


def _sentence(values: Mapping[str, Any]) -> str:
    clips = counted(len(values["clips"]), "clip")
    if values["dry_run"]:
        return f"{clips} would be erased. Nothing has changed."
    if values["lifted"]:
        return f"{clips} may come in again."
    told = (
        f"{clips} erased; {counted(values['files'], 'file')} removed, "
        f"{size(values['bytes'])} gone, {counted(values['events'], 'event')} without pictures now."
    )
    if values["waiting"]:
        told += (
            f"\n{counted(values['waiting'], 'blob')} can't go yet: another clip has the same "
            "bytes, or a writer holds them. `quietwatch gc` takes them when nobody needs them."
        )
    if values["models"]:
        told += f"\nMay have learned from it, and say so now: {', '.join(values['models'])}"
    return f"{told}\nReports and exports that were written earlier may still show it; remove them."
