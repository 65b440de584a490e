"""Polygons and lines in a picture: who is in one, and who goes from one side to the other."""

import math
from collections.abc import Iterable, Sequence
from itertools import pairwise

Point = tuple[float, float]
"""x, y as fractions of the picture, from the left and from the top."""

Zone = Sequence[Point]
"""The corners of a polygon in order; the last is joined to the first."""

_ON_EDGE = 1e-9  # fractions of the picture: whoever the picture cuts off stands on its edge


def contains(zone: Zone, point: Point) -> bool:
    """Whether a point lies in a polygon or on its edge.

    By the number of edges that a ray to the right crosses; an odd number is inside.
    """
    x, y = point
    inside = False
    for (x1, y1), (x2, y2) in _edges(zone):
        if _is_on(point, (x1, y1), (x2, y2)):
            return True
        if (y1 > y) != (y2 > y) and x < x1 + (y - y1) / (y2 - y1) * (x2 - x1):
            inside = not inside
    return inside


def _is_on(point: Point, start: Point, end: Point) -> bool:
    (x, y), (x1, y1), (x2, y2) = point, start, end
    across = (x2 - x1) * (y - y1) - (y2 - y1) * (x - x1)
    return (
        abs(across) <= _ON_EDGE * max(abs(x2 - x1), abs(y2 - y1))
        and min(x1, x2) - _ON_EDGE <= x <= max(x1, x2) + _ON_EDGE
        and min(y1, y2) - _ON_EDGE <= y <= max(y1, y2) + _ON_EDGE
    )


def _edges(zone: Zone) -> Iterable[tuple[Point, Point]]:
    return pairwise((*zone, zone[0]))


def side(line: tuple[Point, Point], point: Point) -> float:
    """Distance of a point from the line through two others, positive on its right.

    Seen from the first towards the second; x and y must have one unit, which is that of the result.
    """
    (x1, y1), (x2, y2) = line
    x, y = point
    across = (x2 - x1) * (y - y1) - (y2 - y1) * (x - x1)
    return across / math.hypot(x2 - x1, y2 - y1)


def meets(line: tuple[Point, Point], way: tuple[Point, Point]) -> bool:
    """Whether a way whose ends lie on both sides of a line goes through it, not past its ends."""
    return side(way, line[0]) * side(way, line[1]) <= 0
