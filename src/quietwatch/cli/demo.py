"""`quietwatch demo`: the main job on the two sample clips."""

from pathlib import Path
from typing import Annotated

import typer

from quietwatch.cli.options import Format
from quietwatch.cli.output import output
from quietwatch.cli.run import REPORT, perform
from quietwatch.cli.where import Where
from quietwatch.media.samples import SAMPLES, samples


def demo(
    home: Annotated[
        Path, typer.Option("--home", metavar="DIR", help="Folder in which results live.")
    ] = Path("quietwatch-demo"),
) -> None:
    """Judge two sample clips: people in a square, and a waving tree."""
    sources = [str(samples() / name) for name in SAMPLES]
    where = Where(home=home)
    perform(sources, where, where.settings(None), where.folder / REPORT, output(Format.TEXT))
