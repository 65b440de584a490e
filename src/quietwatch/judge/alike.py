"""Whether two things are one: where they stand, and how they look."""

import math

from quietwatch.model import Box, Portrait

SAME_PLACE = 0.6
"""Overlap of two boxes from which they are one place: detectors put boxes a little askew."""

SAME_LOOK = 0.8
"""Likeness of two portraits from which they show one thing."""

_CELLS = 16  # of light, the first of a portrait
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
    full = _CELLS * 25.0**2  # of cells whose deviation fills its part of the range
    correlation = shape / max(math.sqrt(norms), 0.6 * full)
    apart = max(abs(a - b) for a, b in zip(one[_CELLS:], other[_CELLS:], strict=True))
    return max(0.0, correlation) * (1.0 - ramp(apart, _NEAR, _FAR))


def ramp(value: float, low: float, high: float) -> float:
    """0 up to `low`, 1 from `high`, straight between."""
    return min(max((value - low) / (high - low), 0.0), 1.0)


def _area(box: Box) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])
