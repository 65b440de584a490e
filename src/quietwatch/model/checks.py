"""The checks that values make when they are made."""

import numpy as np
from numpy.typing import NDArray


def check_boxes(boxes: NDArray[np.float64]) -> None:
    """See that boxes (N, 4) are finite, lie in the picture, and have their corners in order."""
    require(bool(np.all(np.isfinite(boxes))), "boxes are finite", boxes)
    require(bool(np.all((boxes >= 0) & (boxes <= 1))), "boxes are fractions of the picture", boxes)
    require(bool(np.all(boxes[:, :2] <= boxes[:, 2:])), "boxes are x1, y1, x2, y2", boxes)


def require(holds: bool, expected: str, actual: object) -> None:  # noqa: FBT001
    """Raise a ValueError that tells what was expected and what came instead."""
    if not holds:
        raise ValueError(f"expected: {expected}; got {actual!r}")
