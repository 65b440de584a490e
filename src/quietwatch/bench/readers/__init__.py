"""Public labelled footage in its own formats, read as truth."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from quietwatch.bench.readers import camera_traps, cdnet, kpf, virat
from quietwatch.bench.truth import Truth
from quietwatch.config import MediaSettings
from quietwatch.errors import ConfigError
from quietwatch.names import printable

Reader = Callable[[Path, Path, MediaSettings], Iterator[tuple[Path, Truth]]]
"""Reads labels (a file or folder): each of their clips in a folder of footage, with its truth."""

FORMATS: Mapping[str, Reader] = {
    "cdnet": cdnet.read,
    "meva": kpf.read,
    "virat": virat.read,
    "camera-traps": camera_traps.read,
}
"""By the name of the format, as docs/bench.md tells of them."""


def read(
    form: str, labels: Path, footage: Path, settings: MediaSettings
) -> Iterator[tuple[Path, Truth]]:
    """Each labelled clip that is there, with its truth, one by one.

    Args:
        form: one of `FORMATS`.
        labels: as their publisher gives them: a folder, of camera traps a file.
        footage: folder that the clips were unpacked to; those that are not there are left out.
        settings: how footage is read.

    Raises:
        ConfigError: there is no such format; the labels can't be read or are not of the format;
            none of their clips is there.
        InputError: a clip can't be read.
    """
    if form not in FORMATS:
        raise ConfigError(f"no labels are called {printable(form)}; there are {', '.join(FORMATS)}")
    if not footage.is_dir():
        raise ConfigError(f"{printable(footage)} is no folder; name the one with the clips")
    none = True
    for clip, truth in FORMATS[form](labels, footage, settings):
        none = False
        yield clip, truth
    if none:
        raise ConfigError(
            f"{printable(footage)} has no clip that {printable(labels)} tells of; name the folder "
            "that they were unpacked to"
        )
