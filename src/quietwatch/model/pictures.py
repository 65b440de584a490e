"""Pictures, and what a detector finds in one."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from quietwatch.model.checks import require
from quietwatch.model.kinds import CLASSES

Picture = NDArray[np.uint8]
"""Luma as (height, width) or RGB as (height, width, 3), 0 to 255."""

FloatArray = NDArray[np.float64]


def check_boxes(boxes: FloatArray) -> None:
    """See that boxes (N, 4) are finite, lie in the picture, and have their corners in order."""
    require(bool(np.all(np.isfinite(boxes))), "boxes are finite", boxes)
    require(bool(np.all((boxes >= 0) & (boxes <= 1))), "boxes are fractions of the picture", boxes)
    require(bool(np.all(boxes[:, :2] <= boxes[:, 2:])), "boxes are x1, y1, x2, y2", boxes)


@dataclass(frozen=True)
class Frame:
    """One decoded picture. Luma is at hand; colour is made only when asked for.

    Attributes:
        pts: presentation time stamp, in units of `time_base`, 0 at the start of the clip.
        time_base: seconds per unit of `pts`.
        luma: (height, width) uint8, upright, possibly a strided view of the decoder's memory:
            valid until the next frame is asked for.
        to_rgb: makes the (height, width, 3) uint8 picture; same life as `luma`.
    """

    pts: int
    time_base: Fraction
    luma: Picture
    to_rgb: Callable[[], Picture]

    def __post_init__(self) -> None:
        require(
            self.luma.ndim == 2 and self.luma.dtype == np.uint8,
            "luma is a (height, width) array of uint8",
            (self.luma.shape, self.luma.dtype),
        )

    @property
    def seconds(self) -> float:
        """Media time from the start of the clip."""
        return float(self.pts * self.time_base)

    @cached_property
    def rgb(self) -> Picture:
        """The picture in colour, made once."""
        picture = self.to_rgb()
        require(picture.shape == (*self.luma.shape, 3), "rgb has the size of luma", picture.shape)
        return picture


@dataclass(frozen=True, slots=True)
class Region:
    """A rectangle of pixels: left, top inclusive; right, bottom exclusive."""

    left: int
    top: int
    right: int
    bottom: int

    def __post_init__(self) -> None:
        require(
            0 <= self.left < self.right and 0 <= self.top < self.bottom,
            "a region has a positive area inside the picture",
            self,
        )

    @property
    def width(self) -> int:
        """Pixels across."""
        return self.right - self.left

    @property
    def height(self) -> int:
        """Pixels down."""
        return self.bottom - self.top


@dataclass(frozen=True, slots=True)
class Detections:
    """What a detector found in one picture, as parallel arrays of one length N.

    Attributes:
        boxes: (N, 4) float64, fractions of the picture.
        scores: (N,) float64, 0 to 1, as the model gave them.
        kinds: (N,) int64, index into `CLASSES`.
    """

    boxes: FloatArray
    scores: FloatArray
    kinds: NDArray[np.int64]

    def __post_init__(self) -> None:
        count = len(self.scores)
        require(self.scores.shape == (count,), f"scores has shape ({count},)", self.scores.shape)
        require(self.boxes.shape == (count, 4), f"boxes has shape ({count}, 4)", self.boxes.shape)
        require(self.kinds.shape == (count,), f"kinds has shape ({count},)", self.kinds.shape)
        require(
            bool(np.all((self.scores >= 0) & (self.scores <= 1))),
            "scores lie in 0 to 1",
            self.scores,
        )
        require(
            bool(np.all((self.kinds >= 0) & (self.kinds < len(CLASSES)))),
            "kinds index CLASSES",
            self.kinds,
        )
        check_boxes(self.boxes)

    def __len__(self) -> int:
        return len(self.scores)

    @staticmethod
    def none() -> "Detections":
        """No finds."""
        return Detections(np.zeros((0, 4)), np.zeros(0), np.zeros(0, dtype=np.int64))
