"""Cut-outs: pictures with an alpha channel, moved, scaled, turned and set into pictures."""

from typing import TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from quietwatch.model.pictures import Picture

Sprite = NDArray[np.uint8]
"""A cut-out, (height, width, 4): red, green, blue already multiplied by alpha, and alpha."""

Matrix = NDArray[np.float64]
"""(2, 3): takes a point of a cut-out to a point of the picture, pixels."""

Map = NDArray[np.float32]
"""A value for each pixel, (height, width) or (height, width, 3)."""

_Number = TypeVar("_Number", np.uint8, np.float32)

_SMALL = 0.6  # scale below which bilinear sampling skips pixels


def stamp(picture: Picture, sprite: Sprite, matrix: Matrix, opacity: float = 1.0) -> None:
    """Set a cut-out into a picture, moved, turned and scaled by a matrix."""
    high, wide = sprite.shape[:2]
    scale = float(np.sqrt(abs(np.linalg.det(matrix[:, :2]))))
    if scale < _SMALL:
        size = (max(1, round(wide * scale)), max(1, round(high * scale)))
        sprite = sized(sprite, size, cv2.INTER_AREA)
        matrix = matrix.copy()
        matrix[:, 0] *= wide / size[0]
        matrix[:, 1] *= high / size[1]
        wide, high = size
    corners = matrix @ np.array([[0, wide, wide, 0], [0, 0, high, high], [1, 1, 1, 1]], np.float64)
    left, top = np.floor(corners.min(axis=1)).astype(int)
    right, bottom = np.ceil(corners.max(axis=1)).astype(int) + 1
    left, top = max(0, int(left)), max(0, int(top))
    right, bottom = min(picture.shape[1], int(right)), min(picture.shape[0], int(bottom))
    if left >= right or top >= bottom:
        return
    shift = matrix - np.array([[0, 0, left], [0, 0, top]])
    patch = moved(sprite, shift, (right - left, bottom - top))
    blend(picture[top:bottom, left:right], patch, opacity)


def blend(region: Picture, patch: Sprite, opacity: float = 1.0) -> None:
    """Lay a cut-out of the same size over a region, in place."""
    alpha = patch[..., 3:].astype(np.float32) * (opacity / 255)
    over = region * (1 - alpha) + patch[..., :3] * np.float32(opacity)
    np.clip(over, 0, 255, out=over)
    region[:] = over


def put(
    x: float, y: float, scale: float, *, anchor: tuple[float, float], degrees: float = 0.0
) -> Matrix:
    """The matrix that scales and turns a cut-out and sets its anchor, pixels of it, to (x, y)."""
    angle = np.deg2rad(degrees)
    turn = scale * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return np.hstack([turn, (np.array([x, y]) - turn @ np.array(anchor))[:, None]])


def tinted(sprite: Sprite, gain: float | tuple[float, float, float]) -> Sprite:
    """A cut-out made darker, lighter or of another colour; never lighter than its alpha allows."""
    colour = np.minimum(sprite[..., :3] * np.array(gain, np.float32), sprite[..., 3:])
    return np.dstack([colour, sprite[..., 3]]).astype(np.uint8)


def sized(
    pixels: NDArray[_Number], size: tuple[int, int], how: int = cv2.INTER_LINEAR
) -> NDArray[_Number]:
    """Pixels scaled to a width and height."""
    return np.asarray(cv2.resize(pixels, size, interpolation=how), pixels.dtype)


def soft(pixels: NDArray[_Number], sigma: float) -> NDArray[_Number]:
    """Pixels blurred by a Gaussian of a standard deviation in pixels."""
    return np.asarray(cv2.GaussianBlur(pixels, (0, 0), sigma), pixels.dtype)


def moved(
    pixels: NDArray[_Number], matrix: Matrix, size: tuple[int, int], how: int = cv2.INTER_LINEAR
) -> NDArray[_Number]:
    """Pixels moved by a matrix into a picture of a width and height; elsewhere zeros."""
    return np.asarray(cv2.warpAffine(pixels, matrix, size, flags=how), pixels.dtype)


def sampled(pixels: NDArray[_Number], columns: Map, rows: Map) -> NDArray[_Number]:
    """Pixels taken from elsewhere: for each, the column and row that it comes from."""
    return np.asarray(cv2.remap(pixels, columns, rows, cv2.INTER_LINEAR), pixels.dtype)


def grown(small: NDArray[np.float64], size: tuple[int, int]) -> Map:
    """A smooth map of a width and height from few values by chance."""
    return sized(small.astype(np.float32), size, cv2.INTER_CUBIC)


def flat_shadow() -> Sprite:
    """The soft shadow under things on a cloudy day, 80 x 24 pixels, 60 of which are dark."""
    hard = np.zeros((24, 80, 4), np.uint8)
    cv2.ellipse(hard, (40, 12), (30, 7), 0, 0, 360, (0, 0, 0, 200), -1)
    return soft(hard, 3.5)
