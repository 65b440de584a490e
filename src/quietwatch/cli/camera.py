"""`quietwatch camera`: the settings of a camera: check, look at, show and keep them."""

from pathlib import Path
from typing import Annotated

import typer

from quietwatch.cli import camera_memory
from quietwatch.cli.options import ConfigOption, Format, FormatOption
from quietwatch.cli.output import output
from quietwatch.cli.where import Where, placed
from quietwatch.names import printable

app = typer.Typer(
    help="Check, look at, show and keep the settings of a camera, and what it remembers.",
    no_args_is_help=True,
)
app.add_typer(camera_memory.app, name="memory")

FileArgument = Annotated[
    Path, typer.Argument(metavar="FILE", help="Settings of a camera, as in docs/cameras.md.")
]
CameraArgument = Annotated[
    str, typer.Argument(metavar="SITE/CAMERA", help="A camera, as footage is named.")
]


@app.command("check")
@placed
def check_file(
    where: Where,
    file: FileArgument,
    *,
    config: ConfigOption = None,
    output_format: FormatOption = Format.TEXT,
) -> None:
    """Say what is wrong with a file of settings, and where; exit code 1 if anything is."""
    from quietwatch.cli import camera_files  # noqa: PLC0415 - heavy

    with camera_files.door_if_any(where) as door:
        found = camera_files.problems(file, where.settings(config), door)
    rows = [{"file": one.file, "line": one.line, "key": one.key, "what": one.what} for one in found]
    output(output_format).listing("problems", rows)
    if found:
        raise typer.Exit(1)


@app.command("show")
@placed
def show_camera(
    where: Where,
    camera: CameraArgument,
    *,
    config: ConfigOption = None,
    output_format: FormatOption = Format.TEXT,
) -> None:
    """Show what holds for a camera, and which file each setting comes from."""
    from quietwatch.cli import camera_files  # noqa: PLC0415 - heavy
    from quietwatch.pipeline.scope import TUNING, newest  # noqa: PLC0415
    from quietwatch.pipeline.sync import tuning_of  # noqa: PLC0415

    settings = where.settings(config)
    tenant = settings.source.tenant
    meant = camera_files.camera_named(camera, tenant)
    with where.looking(tenant) as place:
        tuning = tuning_of(place, tenant, settings, newest(place, tenant, TUNING))
        found = tuning.effective(meant)
    found.checked()
    rows = [
        {
            "setting": f"{section}.{key}",
            "from": origin,
            "value": getattr(found.settings, section).model_dump(mode="json")[key],
        }
        for (section, key), origin in found.origins.items()
    ]
    output(output_format).listing("settings", rows)


@app.command("set")
@placed
def set_camera(
    where: Where,
    camera: CameraArgument,
    file: FileArgument,
    *,
    message: Annotated[
        str, typer.Option("-m", "--message", metavar="TEXT", help="Why, for people.")
    ] = "",
    config: ConfigOption = None,
    output_format: FormatOption = Format.TEXT,
) -> None:
    """Keep a file as a camera's own settings: each section in its repo, where it is another."""
    from quietwatch.camera.own_file import read_own  # noqa: PLC0415 - heavy
    from quietwatch.cli import camera_files  # noqa: PLC0415

    settings = where.settings(config)
    meant = camera_files.camera_named(camera, settings.source.tenant)
    own = read_own(camera_files.bytes_of(file), printable(file))
    with where.door(make=True) as door:
        camera_files.effective(own, settings, door).checked()
        camera_files.make_repos(door, meant.tenant)
        commits = {
            repo: camera_files.keep(door, meant, repo, text, message)
            for repo, text in own.texts.items()
        }
    kept = {repo: commit for repo, commit in commits.items() if commit}
    said = ", ".join(f"{repo}@{commit[:12]}" for repo, commit in kept.items())
    output(output_format).done(
        f"{camera} has its settings: {said}" if kept else f"{camera} has these settings already",
        {"camera": camera, "commits": kept},
    )


@app.command("preview")
@placed
def preview_camera(
    where: Where,
    target: Annotated[
        str,
        typer.Argument(
            metavar="SITE/CAMERA|CLIP", help="A camera, whose newest clip is taken, or a file."
        ),
    ],
    *,
    out: Annotated[
        Path,
        typer.Option("--out", metavar="FILE", help="A .png or .jpg to write.", show_default=False),
    ],
    settings_file: Annotated[
        Path | None,
        typer.Option(
            "--settings",
            metavar="FILE",
            help="Settings to draw, as for check.",
            show_default="those that the camera has",
        ),
    ] = None,
    at: Annotated[
        float, typer.Option("--at", metavar="SECONDS", min=0, help="Which picture of the clip.")
    ] = 0.0,
    config: ConfigOption = None,
    output_format: FormatOption = Format.TEXT,
) -> None:
    """Draw zones, lines, masks and sizes on a picture of a camera."""
    from quietwatch.cli.camera_picture import Wanted, draw  # noqa: PLC0415 - heavy

    draw(where, Wanted(target, out, at, settings_file, where.settings(config)))
    output(output_format).done(f"Wrote {printable(out)}", {"file": printable(out)})
