"""MEVA, and VIRAT as Kitware labelled it anew: KPF, three YAML files a clip.

`<clip>.geom.yml` has a box a line (`id1` of the actor, `ts0` the frame, `g0` left, top, right and
bottom in pixels), `<clip>.types.yml` what each actor is (`cset3`), `<clip>.activities.yml` what
they do (`act2`). Only actors of an activity are labelled: others who pass by are not, so that what
a system rings for them counts as false.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import yaml

from quietwatch.bench.readers.tracks import Named, Seen, clips
from quietwatch.bench.truth import Truth
from quietwatch.config import MediaSettings
from quietwatch.errors import ConfigError
from quietwatch.model import Kind
from quietwatch.names import printable

SUFFIX = ".geom.yml"
"""What the files of boxes are called after the clip."""

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""Where it is built in, C reads the 100,000 lines of a clip many times as quick."""

_KINDS: dict[str, Named] = {
    "person": Kind.PERSON,
    **dict.fromkeys(
        ("vehicle", "car", "truck", "bus", "van", "construction_vehicle"), Kind.VEHICLE
    ),
    **dict.fromkeys(("bike", "bicycle", "motorcycle"), Kind.VEHICLE),
    **dict.fromkeys(("animal", "dog"), Kind.ANIMAL),
}


def read(labels: Path, footage: Path, settings: MediaSettings) -> Iterator[tuple[Path, Truth]]:
    """Each clip that is there, with its truth; see `readers.read`."""
    return clips(labels, SUFFIX, footage, settings, _actors)


def _actors(path: Path) -> list[Seen]:
    """What the three files of a clip tell, the one of boxes being named."""
    name = path.name.removesuffix(SUFFIX)
    seen: dict[int, Seen] = {}

    def is_a(one: Any) -> None:
        kind = _KINDS.get(max(one["cset3"], key=one["cset3"].get).lower())
        if kind is not None:
            seen[int(one["id1"])] = Seen(kind)

    def stands(one: Any) -> None:
        x1, y1, x2, y2 = map(float, str(one["g0"]).split())
        spot = int(one["ts0"]), (x1, y1, x2, y2)
        if int(one["id1"]) in seen:
            seen[int(one["id1"])].spots.append(spot)

    def does(one: Any) -> None:
        for actor in (int(each["id1"]) for each in one["actors"]):
            if actor in seen:
                seen[actor].does.update(map(str, one["act2"]))

    _each(path.with_name(f"{name}.types.yml"), "types", is_a)
    _each(path, "geom", stands)
    activities = path.with_name(f"{name}.activities.yml")
    if activities.is_file():
        _each(activities, "act", does)
    return list(seen.values())


def _each(path: Path, key: str, take: Callable[[Any], None]) -> None:
    """Give what stands under a key of each record; the first that can't be taken is told."""
    try:
        with path.open("rb") as file:
            records = yaml.load(file, Loader=_LOADER)  # noqa: S506 - both are safe
    except (OSError, yaml.YAMLError) as error:
        raise ConfigError(f"{printable(path)} can't be read: {printable(str(error))}") from error
    if not isinstance(records, list):
        raise ConfigError(f"{printable(path)} is no KPF: expected a list of records")
    for number, record in enumerate(records, 1):
        try:
            if key in record:
                take(record[key])
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise ConfigError(
                f"{printable(path)}, record {number} is no KPF record of '{key}'"
            ) from error
