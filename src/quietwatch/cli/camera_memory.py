"""`quietwatch camera memory`: what is known of a camera, listed and forgotten."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from quietwatch.cli.options import ConfigOption, Format, FormatOption
from quietwatch.cli.output import output
from quietwatch.cli.where import Where, placed
from quietwatch.errors import UsageError
from quietwatch.names import iso, printable

if TYPE_CHECKING:
    from quietwatch.config import Settings
    from quietwatch.judge.memory import Known
    from quietwatch.model import Camera
    from quietwatch.store.place import Place

app = typer.Typer(
    help="What stands before a camera and is known: list it, and forget it.", no_args_is_help=True
)

CameraArgument = Annotated[
    str, typer.Argument(metavar="SITE/CAMERA", help="A camera, as footage is named.")
]


@app.command("list")
@placed
def list_memory(
    where: Where,
    camera: CameraArgument,
    *,
    at: Annotated[
        datetime | None,
        typer.Option(
            "--at",
            metavar="TIME",
            help="When footage would begin (UTC), as in 2026-11-23T16:00:00.",
            formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
            show_default="now",
        ),
    ] = None,
    config: ConfigOption = None,
    output_format: FormatOption = Format.TEXT,
) -> None:
    """List what is known of a camera: what is found again and again, and what was dismissed."""
    from quietwatch.cli import camera_files  # noqa: PLC0415 - heavy

    settings = where.settings(config)
    meant = camera_files.camera_named(camera, settings.source.tenant)
    time = datetime.now(UTC) if at is None else at.replace(tzinfo=UTC)
    with where.looking(meant.tenant) as place:
        known = _known(place, meant, time, settings)
    output(output_format).listing("memory", [_row(one) for one in known])


@app.command("forget")
@placed
def forget_memory(
    where: Where,
    camera: CameraArgument,
    entry: Annotated[
        str | None,
        typer.Argument(metavar="[ENTRY]", help="What, as `list` shows it.", show_default=False),
    ] = None,
    *,
    everything: Annotated[bool, typer.Option("--all", help="All that is known of it.")] = False,
    config: ConfigOption = None,
    output_format: FormatOption = Format.TEXT,
) -> None:
    """Forget something that is known of a camera, or all; holds for footage from now on."""
    from quietwatch.cli import camera_files  # noqa: PLC0415 - heavy
    from quietwatch.pipeline.memory import sayings  # noqa: PLC0415

    settings = where.settings(config)
    meant = camera_files.camera_named(camera, settings.source.tenant)
    if (entry is None) != everything:
        raise UsageError("name what is to be forgotten, as `camera memory list` shows it, or --all")
    now = datetime.now(UTC)
    with where.looking(meant.tenant) as place:
        known = _known(place, meant, now, settings)
        things = [one for one in known if entry is None or one.familiar.name == entry]
        if entry is not None and not things:
            raise UsageError(
                f"nothing known of {camera} is named {printable(entry)}; list what is with "
                f"`quietwatch camera memory list {camera}`"
            )
        door = place.door(where.token())
        sayings.forget(place, door, meant, things if entry else None, now)
    said = f"{camera}: {entry or 'all that was known'} is forgotten from now on"
    names = [one.familiar.name for one in things]
    output(output_format).done(said, {"camera": camera, "forgotten": names, "at": iso(now)})


def _known(
    place: "Place", camera: "Camera", time: datetime, settings: "Settings"
) -> "tuple[Known, ...]":
    from quietwatch.pipeline.memory.files import MEMORY  # noqa: PLC0415 - heavy
    from quietwatch.pipeline.memory.recall import Memories  # noqa: PLC0415
    from quietwatch.pipeline.memory.shelf import Stored  # noqa: PLC0415
    from quietwatch.pipeline.scope import TUNING, newest  # noqa: PLC0415
    from quietwatch.pipeline.sync import tuning_of  # noqa: PLC0415

    there = {repo.name for repo in place.repos.list(camera.tenant)}
    wanted = (*TUNING, MEMORY)
    heads = dict.fromkeys(wanted) | newest(place, camera.tenant, there.intersection(wanted))
    rules = tuning_of(place, camera.tenant, settings, heads).of(camera).judge
    memories = Memories(Stored(place, camera.tenant, heads[MEMORY]))
    return memories.known(camera, time, rules)


def _row(one: "Known") -> dict[str, object]:
    return {
        "entry": one.familiar.name,
        "why": one.familiar.why.value,
        "kind": one.kind.value,
        "box": list(one.familiar.box),
        "hours": one.hours,
        "first": iso(one.first),
        "last": iso(one.last),
        "event_id": one.event_id or None,
    }
