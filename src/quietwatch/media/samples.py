"""The sample clips, wherever Quietwatch is installed."""

from pathlib import Path

import quietwatch
from quietwatch.errors import ModelDamaged

SAMPLES = ("vtest.mp4", "tree.mp4")


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
