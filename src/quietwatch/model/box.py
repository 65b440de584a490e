"""One box, one polygon; many boxes are an array, see `pictures` and `tracks`."""

Box = tuple[float, float, float, float]
"""x1, y1, x2, y2 as fractions of the picture."""

Polygon = tuple[tuple[float, float], ...]
"""Corners x, y in order, as fractions of the picture; the last is joined to the first."""
