"""Public labelled footage in its own formats, read as truth."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from quietwatch.bench.readers import camera_traps, cdnet, kpf, virat
from quietwatch.bench.truth import Truth
from quietwatch.config import MediaSettings

Read = Callable[[Path, Path, MediaSettings], Iterator[tuple[Path, Truth]]]
"""Reads labels (a file or folder) and gives each clip found in a folder of footage, with its truth.

Clips that are labelled but not there are left out.

Raises:
    ConfigError: the labels can't be read or are not of the format; none of their clips is there.
    InputError: a clip can't be read.
"""

FORMATS: Mapping[str, Read] = {
    "cdnet": cdnet.read,
    "meva": kpf.read,
    "virat": virat.read,
    "camera-traps": camera_traps.read,
}
"""By the name of the format, as docs/bench.md tells of them."""
