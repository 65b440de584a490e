"""Fit a picture of any size into a detector's square input, and bring boxes back out of it."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from quietwatch.model import FloatArray, Picture

PAD = 127
"""Grey of the padding, 0 to 255: the middle of the range, which detectors take for nothing."""


@dataclass(frozen=True, slots=True)
class Letterbox:
    """Where a picture lies in its square: at the top left, padded right and bottom.

    Attributes:
        side: side of the square, pixels.
        width: width of the picture inside the square, pixels, 1 to `side`.
        height: height of the picture inside the square, pixels, 1 to `side`.
    """

    side: int
    width: int
    height: int

    @staticmethod
    def fit(width: int, height: int, side: int) -> "Letterbox":
        """Place a picture of `width` by `height` pixels; its longer side fills the square."""
        if min(width, height, side) < 1:
            raise ValueError(f"sizes are positive, got {width}x{height} into {side}")
        scale = side / max(width, height)
        return Letterbox(side, max(1, round(width * scale)), max(1, round(height * scale)))

    def square(self, picture: Picture) -> Picture:
        """Draw the picture (height, width, 3) into a new square (side, side, 3), uint8."""
        square = np.full((self.side, self.side, 3), PAD, dtype=np.uint8)
        # Area averaging would be truer where a picture shrinks much, but costs more than a look
        # at a large one, and finds no more (benchmarks/detectors.py).
        cv2.resize(
            picture,
            (self.width, self.height),
            dst=square[: self.height, : self.width],
            interpolation=cv2.INTER_LINEAR,
        )
        return square

    def to_picture(self, boxes: NDArray[np.floating]) -> FloatArray:
        """Turn boxes of the square into boxes of the picture, clipped to it.

        Args:
            boxes: (N, 4) x1, y1, x2, y2 as fractions of the square, finite.

        Returns:
            (N, 4) as fractions of the picture, 0 to 1. A box in the padding alone has no area left.
        """
        across, down = self.side / self.width, self.side / self.height
        scaled = np.asarray(boxes, dtype=np.float64) * (across, down, across, down)
        return np.clip(scaled, 0.0, 1.0)
