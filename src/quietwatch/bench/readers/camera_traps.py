"""LILA's camera traps: stills in the format COCO Camera Traps, a JSON file a data set.

It has `images` (`id`, `file_name`, and perhaps `width`, `height`, `location`, `corrupt`),
`categories` (`id`, `name`) and `annotations` (`image_id`, `category_id`, perhaps `bbox` as left,
top, width and height in pixels, and `sequence_level_annotation`).
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from quietwatch.bench.readers.tracks import Named
from quietwatch.bench.truth import Nuisance, TrueEvent, Truth
from quietwatch.config import MediaSettings
from quietwatch.errors import ConfigError, InvalidName
from quietwatch.model import Kind
from quietwatch.names import printable, slug

EMPTY = "empty"
"""Kind of nuisance that a still is in which nothing is: something set the camera off."""

_PERSONS = frozenset({"human", "person", "people", "homo sapiens", "hiker", "hunter", "pedestrian"})
_VEHICLES = frozenset(
    {"vehicle", "car", "truck", "bus", "van", "atv", "motorcycle", "motorbike", "bicycle", "bike"}
)
_EMPTY = frozenset({"empty", "blank", "nothing", "none"})
_UNCERTAIN = frozenset(
    {
        *("unknown", "unidentified", "unidentifiable", "unlabeled", "unlabelled", "error"),
        *("misfire", "problem", "setup", "start", "end", "end-of-roll", "other", "ignore"),
    }
)
"""What leaves open whether a person is to be seen: such stills are left out."""


class _Loose(BaseModel):
    """A part of the format; data sets add keys of their own."""

    model_config = ConfigDict(extra="ignore", frozen=True, coerce_numbers_to_str=True)


class _Image(_Loose):
    id: str
    file_name: str
    width: int | None = Field(None, gt=0)
    height: int | None = Field(None, gt=0)
    location: str | None = None
    corrupt: bool = False


class _Annotation(_Loose):
    image_id: str
    category_id: int
    bbox: tuple[float, float, float, float] | None = None
    sequence_level_annotation: bool = False


class _Category(_Loose):
    id: int
    name: str


class _File(_Loose):
    images: list[_Image]
    annotations: list[_Annotation]
    categories: list[_Category]


def read(labels: Path, footage: Path, settings: MediaSettings) -> Iterator[tuple[Path, Truth]]:
    """Each still that is there and whose labels are sure, with its truth; see `readers.read`.

    Left out are stills that are damaged, that bear no label or one that leaves open whether a
    person is to be seen, and those of sequences in which something is to be seen in some still.
    """
    del settings  # a still is as long as it is
    file = _load(labels)
    names = {one.id: one.name.strip().lower() for one in file.categories}
    of_image: dict[str, list[_Annotation]] = defaultdict(list)
    for one in file.annotations:
        of_image[one.image_id].append(one)
    for image in file.images:
        clip = footage / _inside(image.file_name, labels)
        truth = None if image.corrupt else _truth(image, of_image[image.id], names)
        if truth is not None and clip.is_file():
            yield clip, truth


def _load(labels: Path) -> _File:
    try:
        said: Any = json.loads(labels.read_bytes())
        return _File.model_validate(said)
    except OSError as error:
        raise ConfigError(f"{printable(labels)} can't be read: {error.strerror}") from error
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise ConfigError(printable(f"{labels}: {place}: {first['msg']}")) from error
    except ValueError as error:
        raise ConfigError(f"{printable(labels)} is not JSON ({printable(str(error))})") from error


def _inside(name: str, labels: Path) -> PurePosixPath:
    """The path of a still, which must not lead out of the folder: a truth is written beside it."""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts:
        raise ConfigError(
            f"{printable(labels)}: file_name {printable(name)} leads out of its folder"
        )
    return path


def _truth(image: _Image, some: Sequence[_Annotation], names: dict[int, str]) -> Truth | None:
    """What a still shows; None where its labels leave that open."""
    told = [(names.get(one.category_id, "unknown"), one) for one in some]
    if not told or any(name in _UNCERTAIN for name, _ in told):
        return None
    seen = [(name, one) for name, one in told if name not in _EMPTY]
    if any(one.sequence_level_annotation for _, one in seen):
        return None
    nothing = () if seen else (Nuisance(kind=EMPTY, start_s=0, end_s=0),)
    return Truth(
        duration_s=0,
        camera=_camera(image),
        events=tuple(_event(name, one, image) for name, one in seen),
        nuisances=nothing,
    )


def _event(name: str, one: _Annotation, image: _Image) -> TrueEvent:
    kind: Named = Kind.ANIMAL
    if name in _PERSONS:
        kind = Kind.PERSON
    elif name in _VEHICLES:
        kind = Kind.VEHICLE
    track = None
    if one.bbox is not None and image.width and image.height:
        x, y, across, down = one.bbox
        x1, x2 = (_within(value / image.width) for value in (x, x + max(across, 0)))
        y1, y2 = (_within(value / image.height) for value in (y, y + max(down, 0)))
        track = ((0.0, x1, y1, x2, y2),)
    return TrueEvent(kind=kind, start_s=0, end_s=0, note=name[:1000], track=track)


def _within(share: float) -> float:
    return min(max(share, 0.0), 1.0)


def _camera(image: _Image) -> str | None:
    try:
        return slug(image.location) if image.location else None
    except InvalidName:
        return None
