"""`quietwatch pachyderm`: the pipeline for a Pachyderm cluster."""

import json
from pathlib import Path
from typing import Annotated

import typer

from quietwatch import __version__
from quietwatch.cli.options import Format, FormatOption
from quietwatch.cli.output import output
from quietwatch.names import DEFAULT_TENANT

app = typer.Typer(help="Run the pipeline on a Pachyderm cluster.", no_args_is_help=True)


@app.callback()
def _pachyderm() -> None:
    pass


@app.command()
def render(
    *,
    tenant: Annotated[
        str, typer.Option(metavar="NAME", help="Whose pipelines; the project is named so.")
    ] = DEFAULT_TENANT,
    image: Annotated[
        str, typer.Option(metavar="IMAGE", help="Container image that holds Quietwatch.")
    ] = f"quietwatch:{__version__}",
    workers: Annotated[
        int, typer.Option(metavar="N", min=1, max=1024, help="Most workers at once, each stage.")
    ] = 4,
    egress: Annotated[
        str | None,
        typer.Option(metavar="URL", help="Folder of a bucket to which events are copied."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Folder for a file each; else they are printed."),
    ] = None,
    output_format: FormatOption = Format.TEXT,
) -> None:
    """Write both stages as Pachyderm pipeline specs, in the order in which they are created."""
    from quietwatch.targets.pachyderm.compile import Wishes, specs  # noqa: PLC0415 - heavy

    made = specs(Wishes(tenant, image, workers, egress))
    files = [] if out is None else [_write(out, name, spec) for name, spec in made.items()]
    output(output_format).specs(made, files)


def _write(folder: Path, name: str, spec: object) -> Path:
    from quietwatch.store.files import make_folder, write_whole  # noqa: PLC0415 - seldom

    make_folder(folder)
    path = folder / f"{name}.json"
    write_whole(path, (json.dumps(spec, indent=2) + "\n").encode())
    return path
