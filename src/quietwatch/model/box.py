"""One box; many are an array, see `pictures` and `tracks`."""

Box = tuple[float, float, float, float]
"""x1, y1, x2, y2 as fractions of the picture."""
