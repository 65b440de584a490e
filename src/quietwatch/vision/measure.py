"""Measuring what is seen: the numbers of `model.measures` for the tracks of one picture.

A track costs a small patch, however large it is; what is measured of the whole picture is measured
once, in the small motion picture, and only when something is there.
"""

from dataclasses import astuple, dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from quietwatch.model import FloatArray, Frame, Picture
from quietwatch.model.measures import COLUMN, PORTRAIT, SECOND_LOOK, unmeasured
from quietwatch.vision.motion import FloatImage, Motion, window
from quietwatch.vision.portrait import portrait

Whole = NDArray[np.int64]

_SOBEL = 8  # what the operator gives for a slope of one level a pixel
_PATCH = 48  # pixels of a box's longer side in its patch, at most
_RING = 0.25  # of the box's sides that its patch is wider on each side
_STEP = 16  # levels a pixel from which there is an edge
_GRAIN = 4.0  # levels that are nothing but noise, as a standard deviation
_BURNT = 250
_SPARSE = 96  # pixels across of the picture whose colour is measured
_SHIFT_WIDTH = 160  # pixels across of the picture whose shift is measured
_TEXTURED = 2  # rms levels a pixel, rms, below which a background has no texture to show through
_LEAST_MOVING = 12  # pixels of the motion picture


def measure(
    frame: Frame,
    motion: Motion | None,
    boxes: FloatArray,
    scores: FloatArray,
    second: FloatArray,
) -> FloatArray:
    """The measures of the tracks that were observed in one picture.

    Args:
        frame: the picture. Its colour is made only if one of the tracks was looked at.
        motion: what moved in it; None for a lone still.
        boxes: (N, 4) of the tracks, fractions of the picture.
        scores: (N, 3) of the looks at them, NaN where there was none.
        second: (N, 3) scores of the second looks at them, NaN where there was none.

    Returns:
        (N, M): one row a track, the columns of `MEASURES`.
    """
    rows = unmeasured(len(boxes))
    looked = ~np.isnan(scores[:, 0])
    whole = {"company": float(len(boxes)), **(_of_light_and_place(motion) if motion else {})}
    if looked.any():
        whole["picture_colour"] = _colour(frame.rgb)
    found = np.nan_to_num(scores).max(axis=1, initial=0.0) > 0
    for row, box, seen, find, again in zip(rows, boxes, looked, found, second, strict=True):
        own = {**whole, **_of_patch(frame.luma, box)}
        if seen:
            own["colour"] = _colour(frame.rgb[window(frame.luma, box)])
        if find:
            row[[COLUMN[name] for name in PORTRAIT]] = portrait(frame.rgb[window(frame.luma, box)])
        if motion:
            own["see_through"] = _see_through(motion, box)
        for name, value in own.items():
            row[COLUMN[name]] = value
        row[[COLUMN[name] for name in SECOND_LOOK]] = again
    return rows


def _of_patch(luma: Picture, box: FloatArray) -> dict[str, float]:
    """What is measured in the luma of a box and the ring around it."""
    patch, place = _patch(luma, box)
    energy = _energy(patch)
    whole, inside = _Sums.of(patch, energy), _Sums.of(patch[place], energy[place])
    around = whole.less(inside)
    measured = {
        "sharpness": inside.sharpness,
        "edges": inside.edges / inside.pixels,
        "brightness": inside.level / inside.pixels / 255.0,
        "burnt": inside.burnt / inside.pixels,
    }
    if around.pixels:
        measured["sharpness_around"] = around.sharpness
        measured["edges_around"] = around.edges / around.pixels
    return measured


@dataclass(frozen=True, slots=True)
class _Sums:
    """Sums over some pixels, in whole numbers: the same on any machine, in any order."""

    pixels: int
    level: int
    squares: int  # of the level
    energy: int
    fourth: int  # squares of the energy
    edges: int
    burnt: int

    @staticmethod
    def of(levels: Picture, energy: Whole) -> "_Sums":
        squares = np.square(levels, dtype=np.int64)
        return _Sums(
            levels.size,
            int(levels.sum(dtype=np.int64)),
            int(squares.sum()),
            int(energy.sum()),
            int(np.square(energy).sum()),
            int(np.count_nonzero(energy >= (_SOBEL * _STEP) ** 2)),
            int(np.count_nonzero(levels >= _BURNT)),
        )

    def less(self, part: "_Sums") -> "_Sums":
        return _Sums(*(a - b for a, b in zip(astuple(self), astuple(part), strict=True)))

    @property
    def sharpness(self) -> float:
        """How steep the edges are by the spread of the levels, 0 to 1.

        The mean gradient is weighted by its energy, so that it is that of the edges, however few
        there are. By the spread, so that it tells how steep they are and not how strong; with noise
        added to it, so that a flat place is not sharp for its grain.
        """
        if not self.energy:
            return 0.0
        variance = (self.squares - self.level**2 / self.pixels) / self.pixels
        steep = (self.fourth / self.energy) ** 0.5 / _SOBEL
        return float(min(1.0, steep / (4.0 * (variance + _GRAIN**2) ** 0.5)))


def _patch(luma: Picture, box: FloatArray) -> tuple[Picture, tuple[slice, slice]]:
    """The box and the ring around it, at most `_PATCH` pixels for the box; where the box is."""
    rows, columns = window(luma, box, _RING)
    inner = window(luma, box)
    longer = max(part.stop - part.start for part in inner)
    stride = max(1, longer // (2 * _PATCH))  # so that a large one costs no more
    patch = np.ascontiguousarray(luma[rows.start : rows.stop : stride, columns][:, ::stride])
    share = min(1.0, _PATCH * stride / longer)
    if share < 1:
        size = tuple(max(1, round(side * share)) for side in patch.shape[::-1])
        patch = np.asarray(cv2.resize(patch, size, interpolation=cv2.INTER_AREA), np.uint8)
    scale = share / stride
    return patch, (
        _within(inner[0], rows.start, scale, patch.shape[0]),
        _within(inner[1], columns.start, scale, patch.shape[1]),
    )


def _within(part: slice, start: int, scale: float, limit: int) -> slice:
    low = min(round((part.start - start) * scale), limit - 1)
    return slice(low, min(max(round((part.stop - start) * scale), low + 1), limit))


def _energy(picture: Picture) -> Whole:
    """Square of the gradient, in `_SOBEL` levels a pixel: whole numbers."""
    across, down = _gradient(picture)
    return np.square(across, dtype=np.int64) + np.square(down, dtype=np.int64)


def _gradient(picture: Picture | NDArray[np.int16]) -> tuple[NDArray[np.int16], NDArray[np.int16]]:
    """Sobel's operator across and down, `_SOBEL` times the levels a pixel."""
    across, down = (cv2.Sobel(picture, cv2.CV_16S, dx, 1 - dx) for dx in (1, 0))
    return np.asarray(across, np.int16), np.asarray(down, np.int16)


def _colour(picture: Picture) -> float:
    """Mean of the largest less the smallest channel, 0 (grey) to 1."""
    stride = max(1, max(picture.shape[:2]) // _SPARSE)
    sparse = picture[::stride, ::stride]
    return float((sparse.max(axis=2) - sparse.min(axis=2)).mean()) / 255.0


def _of_light_and_place(motion: Motion) -> dict[str, float]:
    """How the light of the whole picture changed, and how far the camera looks elsewhere.

    The shift is found by phase correlation (Kuglin and Hines, 1975) with the background.
    """
    unlike = motion.picture[::4, ::4] - motion.background[::4, ::4]
    factor = max(1, round(motion.picture.shape[1] / _SHIFT_WIDTH))
    height, width = (side // factor for side in motion.picture.shape)
    exposure = {"exposure": float(np.median(unlike)) / 255.0}
    if min(height, width) < 2:
        return exposure
    before, now = (
        cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA)
        for picture in (motion.background, motion.picture)
    )
    fade = cv2.createHanningWindow((width, height), cv2.CV_32F)
    (across, down), peak = cv2.phaseCorrelate(before, now, fade)
    shift = np.nan_to_num([across / width, down / height]).clip(-0.5, 0.5)
    sure = float(np.nan_to_num(peak).clip(0.0, 1.0))
    return {
        **exposure,
        "shift_x": float(shift[0]),
        "shift_y": float(shift[1]),
        "shift_sure": sure,
    }


def _see_through(motion: Motion, box: FloatArray) -> float:
    """Correlation of the gradients of picture and background where it moves.

    1 where rain, a shadow or a lamp lets the background through, about 0 where something hides
    it; NaN where too little moves, or the background has no texture.
    """
    place = window(motion.mask, box)
    moving = motion.mask[place] > 0
    if np.count_nonzero(moving) < _LEAST_MOVING:
        return float("nan")
    one, other = (
        np.concatenate([part[moving] for part in _gradient(_eighths(picture[place]))]).astype(
            np.int64
        )
        for picture in (motion.picture, motion.background)
    )
    energy, hidden = int(one @ one), int(other @ other)
    if hidden < (8 * _SOBEL * _TEXTURED) ** 2 * np.count_nonzero(moving):
        return float("nan")
    return int(one @ other) / (energy * hidden) ** 0.5 if energy else 0.0


def _eighths(picture: FloatImage) -> NDArray[np.int16]:
    """Levels in whole eighths."""
    return np.asarray(np.rint(picture * 8), np.int16)
