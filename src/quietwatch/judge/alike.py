"""Whether two things are one: where they stand, and how they look.

Each is there for one and for many at once; both give the same numbers to the last bit.
"""

import math

import numpy as np
from numpy.typing import NDArray

from quietwatch.model import Box, FloatArray, Portrait

Portraits = NDArray[np.int64]
"""(N, 24) portraits, one a row."""

SAME_PLACE = 0.6
"""Overlap of two boxes from which they are one place: detectors put boxes a little askew."""

SAME_LOOK = 0.8
"""Likeness of two portraits from which they show one thing."""

_CELLS = 16  # of light, the first of a portrait
_LEAST_NORM = 0.6 * _CELLS * 25.0**2  # of two portraits whose cells have most of their spread
_NEAR, _FAR = 8.0, 20.0  # hundredths by which colours may differ, and by which they are others


def overlap(one: Box, other: Box) -> float:
    """Shared part of two boxes by what both cover, 0 (apart) to 1 (the same)."""
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    if wide <= 0 or high <= 0:
        return 0.0
    shared = wide * high
    return shared / (_area(one) + _area(other) - shared)


def likeness(one: Portrait, other: Portrait) -> float:
    """How alike two things look, 0 to 1.

    The correlation of their cells of light, less what their colours differ. Something with hardly
    any light and shade is like nothing, not even itself: there is nothing to know it by.
    """
    shape = sum((a - 50) * (b - 50) for a, b in zip(one[:_CELLS], other[:_CELLS], strict=True))
    norms = math.prod(sum((a - 50) ** 2 for a in cells[:_CELLS]) for cells in (one, other))
    correlation = shape / max(math.sqrt(norms), _LEAST_NORM)
    apart = max(abs(a - b) for a, b in zip(one[_CELLS:], other[_CELLS:], strict=True))
    return max(0.0, correlation) * (1.0 - ramp(apart, _NEAR, _FAR))


def overlaps(one: Box, boxes: FloatArray) -> FloatArray:
    """(N,) of a box with each of (N, 4): as of `overlap`."""
    wide = np.minimum(one[2], boxes[:, 2]) - np.maximum(one[0], boxes[:, 0])
    high = np.minimum(one[3], boxes[:, 3]) - np.maximum(one[1], boxes[:, 1])
    shared = np.where((wide > 0) & (high > 0), wide * high, 0.0)
    areas = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    whole = _area(one) + areas - shared
    return np.asarray(np.divide(shared, whole, out=np.zeros_like(shared), where=shared > 0))


def likenesses(one: Portrait, portraits: Portraits) -> FloatArray:
    """(N,) of a portrait with each of (N, 24): as of `likeness`."""
    own = np.array(one, np.int64)
    mine, cells = own[:_CELLS] - 50, portraits[:, :_CELLS] - 50
    norms = int(mine @ mine) * np.square(cells).sum(axis=1)
    correlation = (cells @ mine) / np.maximum(np.sqrt(norms), _LEAST_NORM)
    apart = np.abs(portraits[:, _CELLS:] - own[_CELLS:]).max(axis=1)
    other = np.clip((apart - _NEAR) / (_FAR - _NEAR), 0.0, 1.0)
    return np.asarray(np.maximum(0.0, correlation) * (1.0 - other), np.float64)


def ramp(value: float, low: float, high: float) -> float:
    """0 up to `low`, 1 from `high`, straight between."""
    return min(max((value - low) / (high - low), 0.0), 1.0)


def _area(box: Box) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])
