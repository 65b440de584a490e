"""VIRAT Video Dataset 2.0, ground: `<clip>.viratdata.objects.txt` beside each other.

A line is one object in one frame: object id, length of its track in frames, frame, left, top, width
and height in pixels, kind (1 person, 2 car, 3 other vehicle, 4 thing, 5 bicycle), as the readme of
the data set has it. Its files of events name what people do with things; whether somebody is there,
which is what rings, the objects tell alone.
"""

from collections.abc import Iterator
from pathlib import Path

from quietwatch.bench.readers.tracks import Named, Seen, clips
from quietwatch.bench.truth import Truth
from quietwatch.config import MediaSettings
from quietwatch.errors import ConfigError
from quietwatch.model import Kind
from quietwatch.names import printable

SUFFIX = ".viratdata.objects.txt"
"""What the files are called after the clip."""

_KINDS: dict[int, Named] = {
    1: Kind.PERSON,
    2: Kind.VEHICLE,
    3: Kind.VEHICLE,
    5: Kind.VEHICLE,
}
_COLUMNS = 8


def read(labels: Path, footage: Path, settings: MediaSettings) -> Iterator[tuple[Path, Truth]]:
    """Each clip that is there, with its truth; see `readers.read`."""
    return clips(labels, SUFFIX, footage, settings, _objects)


def _objects(path: Path) -> list[Seen]:
    seen: dict[tuple[int, int], Seen] = {}
    try:
        with path.open(encoding="ascii") as file:
            for number, line in enumerate(file, 1):
                if line.strip():
                    _add(seen, line, f"{path}, line {number}")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{printable(path)} can't be read: {printable(str(error))}") from error
    return list(seen.values())


def _add(seen: dict[tuple[int, int], Seen], line: str, where: str) -> None:
    try:
        object_id, _, frame, x, y, width, height, kind = map(int, line.split()[:_COLUMNS])
    except ValueError:
        raise ConfigError(
            f"{printable(where)}: expected {_COLUMNS} whole numbers, got {printable(line.strip())}"
        ) from None
    if kind in _KINDS:
        one = seen.setdefault((object_id, kind), Seen(_KINDS[kind]))
        one.spots.append((frame, (x, y, x + width, y + height)))
