"""`quietwatch demo`: the main job on the two sample clips."""

from pathlib import Path
from typing import Annotated

import typer

import quietwatch
from quietwatch.cli.options import Format
from quietwatch.cli.output import output
from quietwatch.cli.run import REPORT, perform
from quietwatch.cli.where import Where
from quietwatch.errors import ModelDamaged

SAMPLES = ("vtest.mp4", "tree.mp4")


def demo(
    home: Annotated[
        Path, typer.Option("--home", metavar="DIR", help="Folder in which results live.")
    ] = Path("quietwatch-demo"),
) -> None:
    """Judge two sample clips: people in a square, and a waving tree."""
    sources = [str(samples() / name) for name in SAMPLES]
    where = Where(home=home)
    perform(sources, where, where.settings(None), where.folder / REPORT, output(Format.TEXT))


def samples() -> Path:
    """The folder of the sample clips: in the package, or beside `src` in a clone.

    Raises:
        ModelDamaged: they are in neither.
    """
    package = Path(quietwatch.__file__).parent
    for folder in (package / "samples", package.parents[1] / "samples"):
        if all((folder / name).is_file() for name in SAMPLES):
            return folder
    raise ModelDamaged("the sample clips are missing; install Quietwatch again")
