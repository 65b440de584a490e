"""Shapes in a camera's picture: zones, lines and privacy masks, as settings hold them."""

from enum import StrEnum
from itertools import pairwise
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

_FLAT = 1e-9  # twice the area of a triangle that is none, of the picture's
_SHORT = 1e-3  # length of a line that is none, of the picture's

Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Point = tuple[Share, Share]
"""x, y as fractions of the picture, from the left and from the top."""


def _with_area(corners: tuple[Point, ...]) -> tuple[Point, ...]:
    (x, y), *others = corners
    if all(
        abs((x1 - x) * (y2 - y) - (x2 - x) * (y1 - y)) < _FLAT
        for (x1, y1), (x2, y2) in pairwise(others)
    ):
        raise ValueError("the corners lie on one line, which is no area; name three that do not")
    return corners


def _with_length(points: tuple[Point, Point]) -> tuple[Point, Point]:
    (x1, y1), (x2, y2) = points
    if max(abs(x2 - x1), abs(y2 - y1)) < _SHORT:
        raise ValueError("the two points are one, which is no line; name two that lie apart")
    return points


def _bare(value: Any) -> Any:
    """A polygon without a name may be written as its corners alone."""
    return {"corners": value} if isinstance(value, (list, tuple)) else value


Corners = Annotated[
    tuple[Point, ...], Field(min_length=3, max_length=100), AfterValidator(_with_area)
]
Name = Annotated[str, Field(max_length=40, pattern=r"^[\w .-]*$")]


class ZoneKind(StrEnum):
    """What a zone is for."""

    ALARM = "alarm"
    IGNORE = "ignore"


class Direction(StrEnum):
    """Which way a line is crossed, seen from its first point towards its second."""

    RIGHT = "right"
    LEFT = "left"
    BOTH = "both"


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Name = ""


class Zone(_Shape):
    """A polygon of the picture that is watched, or in which nothing counts.

    Attributes:
        name: for people.
        kind: `alarm`: watched; `ignore`: who stands in it counts as outside.
        corners: in order; the last is joined to the first.
        loitering_s: seconds after which a person who stays in it loiters; 0: as the camera has it.
    """

    kind: ZoneKind = ZoneKind.ALARM
    corners: Corners
    loitering_s: float = Field(0.0, ge=0, le=86400)


class Line(_Shape):
    """A line that is crossed in a direction.

    Attributes:
        name: for people.
        points: its ends.
        direction: `right`: from the left side to the right one, looking from the first point to the
            second; `left`: the other way; `both`: either.
    """

    points: Annotated[tuple[Point, Point], AfterValidator(_with_length)]
    direction: Direction = Direction.BOTH


class Mask(_Shape):
    """A polygon of the picture that nobody may see: neither people nor the detector.

    Attributes:
        name: for people.
        corners: in order; the last is joined to the first.
    """

    corners: Corners


Zones = tuple[Annotated[Zone, BeforeValidator(_bare)], ...]
Lines = tuple[Line, ...]
Masks = tuple[Annotated[Mask, BeforeValidator(_bare)], ...]
