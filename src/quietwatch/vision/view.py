"""The usual view of a camera, and how a picture differs from it.

What is compared are gradients, which a change of light scales and does not move. Tampering is told
by lost edges since Aksay, Temizel and Cetin (2007) and Saglam and Temizel (2009).
"""

import math
from dataclasses import dataclass
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from quietwatch.vision.motion import FloatImage

NOTHING: Final[FloatImage] = np.zeros((0, 0), np.float32)
"""In place of a picture that there is not yet."""

_PARTS = np.float32(128)  # of a level
_GRID = (6, 8)  # cells down and across
_LEARN_S = 30.0  # time constant of the usual view
_LEARN_EVERY_S = 1.0
_YOUNG_S = 4.0  # a usual view must be so old, and be made of so many pictures, to be held against
_YOUNG_SEEN = 4
_TEXTURED = 4.0  # levels over two pixels, rms, from which a cell of the usual view has edges
_FLAT = np.float32(1e-6)
_CELLS = 6  # with fewer such cells nothing can be told
_ALIKE = 0.35  # correlation from which a cell is as it was
_BLANK = 0.2  # share of a cell's usual energy, as light is now, below which its edges are gone
_FAINT = 0.25  # share of the contrast elsewhere below which a cell's own edges are gone: a light
_TELLING = 0.2  # share of the cells kept from which they tell by how much
_VEILED = 0.12  # contrast below which nothing is seen, unless the level is as low: little light
_DARK = 0.14  # dims edges and level alike; a level, 0 to 1, that is black or nearly so
_HAZY = 0.25  # contrast that haze leaves, which brightens
_ELSEWHERE = 0.8  # that is dimmed dims all of them; quantile of the cells that tells of elsewhere
_MOST = 4.0  # steepness is told up to this
_UNLIKE = 0.5  # likeness, and
_LOST = 0.6  # share of the cells kept, below which the view is another


@dataclass(frozen=True, slots=True)
class Signs:
    """How a picture differs from the usual view of its camera.

    Attributes:
        level: mean level, 0 to 1.
        likeness: correlation of its gradients with those of the usual view, -1 to 1: the mean over
            the cells with edges, so that a clock shown in a corner does not outweigh the rest.
        kept: share of the cells with edges in which they are still as they were, 0 to 1.
        blank: share of these cells in which there are no edges any more, 0 to 1.
        steepness: how steep fine edges are by coarse ones, as a share of what is usual, 0 to 4:
            below 1 it is blurred.
        steady: correlation of its gradients with those of the pictures right before, -1 to 1; 1
            as long as the view is not unlike.
        repeats: seconds for which the picture has been repeated, at least 0.
        lapse: seconds since the last suspicious picture in which it looked as usual, at least 0.
    """

    level: float
    likeness: float
    kept: float
    blank: float
    steepness: float
    steady: float
    repeats: float
    lapse: float = 0.0

    @property
    def unlike(self) -> bool:
        """The view is another."""
        return _is_unlike(self.likeness, self.kept)


class View:
    """The usual view: its mean picture, and the gradients of that on three scales."""

    def __init__(self) -> None:
        self.picture: FloatImage = NOTHING
        self._begun = self._learned = 0.0
        self._seen = 0
        self._scratch: FloatImage = NOTHING  # fresh memory for each picture would cost as much

    def values(self) -> dict[str, Any]:
        """What is remembered beside the picture, JSON-ready."""
        return {"begun": self._begun, "learned": self._learned, "seen": self._seen}

    def restore(self, values: dict[str, Any], picture: FloatImage) -> None:
        """Go on from a saved state."""
        self._begun, self._learned = float(values["begun"]), float(values["learned"])
        self._seen = int(values["seen"])
        self._take(picture)

    def begin(self, picture: FloatImage, seconds: float) -> None:
        """Take a picture for the view, until more are seen."""
        self._begun = self._learned = seconds
        self._seen = 1
        self._take(rounded(picture))

    def learn(self, picture: FloatImage, seconds: float) -> None:
        """Follow what changes slowly."""
        gap = seconds - self._learned
        if self.is_known(seconds) and gap < _LEARN_EVERY_S:
            return
        self._seen += 1
        # At the start a plain mean over what was seen, so that the first picture does not linger.
        young = 1.0 / self._seen if seconds - self._begun < _LEARN_S else 0.0
        weight = np.float32(max(young, 1.0 - math.exp(-gap / _LEARN_S)))
        self._learned = seconds
        self._take(rounded(self.picture + weight * (picture - self.picture)))

    def is_known(self, seconds: float) -> bool:
        """Whether enough was seen for a picture to be held against it."""
        return seconds - self._begun >= _YOUNG_S and self._seen >= _YOUNG_SEEN

    def _take(self, picture: FloatImage) -> None:
        self.picture = picture
        half = halved(picture)
        self._fine, self._middle, self._coarse = map(_gradient, (picture, half, _eighth(half)))
        if self._scratch.shape[1:] != self._fine.shape:
            self._scratch = np.empty((2, *self._fine.shape), np.float32)
        self._level = float(half.mean()) / 255.0
        self._cells = _cell_means(self._middle * self._middle)
        self._fine_cells, self._coarse_cells = (
            np.maximum(_cell_means(part * part), _FLAT) for part in (self._fine, self._coarse)
        )
        self._textured = self._cells >= _TEXTURED**2

    def signs(
        self,
        picture: FloatImage,
        recent: FloatImage,
        before: FloatImage,
        repeats: float,
        *,
        closely: bool,
    ) -> Signs:
        """How a picture differs.

        Args:
            picture: the newest.
            recent: mean of it and those right before, half as wide; `before` without it.
            before: see `recent`.
            repeats: seconds.
            closely: also how steep its edges are; else they count as steep as ever.
        """
        half = halved(picture)
        level = float(half.mean()) / 255.0
        if np.count_nonzero(self._textured) < _CELLS:
            return Signs(level, 1.0, 1.0, 0.0, 1.0, 1.0, repeats)
        now = _gradient(recent)
        both, energy = _cell_means(now * self._middle), _cell_means(now * now)
        both, energy, usual = (part[self._textured] for part in (both, energy, self._cells))
        likenesses = both / np.sqrt(np.maximum(energy, _FLAT) * usual)
        contrast = both / usual
        faint = _FAINT * max(float(np.quantile(contrast, _ELSEWHERE)), 0.0)
        kept = (likenesses > _ALIKE) & (contrast > faint)
        likeness, share = float(likenesses.mean()), float(kept.mean())
        gain = min(float(np.median(contrast[kept])), 1.0) if share >= _TELLING else 1.0
        if level > gain * self._level + _DARK:  # light does not explain that so little is left
            if gain < _VEILED:
                kept[:], likeness, share = False, 0.0, 0.0
            gain = gain if gain > _HAZY else 1.0
        blank = ~kept & (energy < _BLANK * gain**2 * usual)
        unlike = _is_unlike(likeness, share)
        return Signs(
            level,
            min(max(likeness, -1.0), 1.0),
            share,
            float(blank.mean()),
            self._steepness(picture, half) if closely else 1.0,
            _correlation(_gradient(half), _gradient(before)) if unlike else 1.0,
            repeats,
        )

    def _steepness(self, picture: FloatImage, half: FloatImage) -> float:
        """Fine edges by coarse ones, each as a share of the usual view's.

        By what of them lies where it usually does, and by their energy, whichever is more: the
        first is free of noise, the second of a shaking camera. The median over the cells.
        """
        coarse, fine = _gradient(_eighth(half)), _gradient(picture, self._scratch[0])
        contrast = _cell_means(coarse * self._coarse) / self._coarse_cells
        told = self._textured & (contrast > 0)
        if 2 * np.count_nonzero(told) < np.count_nonzero(self._textured):
            return 1.0
        product = np.multiply(fine, self._fine, out=self._scratch[1])
        share = _cell_means(product) / self._fine_cells
        square = np.multiply(fine, fine, out=self._scratch[1])
        energy = np.sqrt(_cell_means(square) / self._fine_cells)
        steep = np.maximum(share, energy)[told] / contrast[told]
        return min(float(np.median(steep)), _MOST)


def rounded(picture: FloatImage) -> FloatImage:
    """Levels in whole 128ths, so that what is kept of a picture is all that there is of it."""
    return np.asarray(np.rint(picture * _PARTS) / _PARTS, np.float32)


def packed(picture: FloatImage) -> NDArray[np.uint16]:
    """A rounded picture in half the bytes, which compress better, too."""
    return (picture * _PARTS).astype(np.uint16)


def unpacked(kept: NDArray[np.generic]) -> FloatImage:
    """The picture that `packed` gave."""
    return np.asarray(kept.astype(np.float32) / _PARTS, np.float32)


def halved(picture: FloatImage) -> FloatImage:
    """Half as wide and high, one pixel at least."""
    height, width = (max(1, side // 2) for side in picture.shape)
    return np.asarray(cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA))


def _eighth(half: FloatImage) -> FloatImage:
    """An eighth as wide and high as the picture."""
    return halved(halved(half))


def _gradient(picture: FloatImage, into: FloatImage | None = None) -> FloatImage:
    """(2, h - 2, w - 2): differences over two pixels, across and down; zeros of what is tiny."""
    height, width = picture.shape
    if min(height, width) < 3:
        return np.zeros((2, 1, 1), np.float32)
    found = np.empty((2, height - 2, width - 2), np.float32) if into is None else into
    cv2.subtract(picture[1:-1, 2:], picture[1:-1, :-2], dst=found[0])
    cv2.subtract(picture[2:, 1:-1], picture[:-2, 1:-1], dst=found[1])
    return found


def _cell_means(values: FloatImage) -> FloatImage:
    """Means over the cells of the grid of (2, h, w), both layers together, (6, 8)."""
    total = values[0] + values[1]
    for axis, count in enumerate(_GRID):
        side = total.shape[axis]
        starts = np.arange(count) * side // count
        sizes = np.maximum(np.diff(starts, append=side), 1).astype(np.float32)
        total = np.add.reduceat(total, starts, axis=axis) / np.expand_dims(sizes, 1 - axis)
    return np.asarray(total, np.float32)


def _is_unlike(likeness: float, kept: float) -> bool:
    return likeness < _UNLIKE or kept < _LOST


def _correlation(one: FloatImage, other: FloatImage) -> float:
    found = _ratio(_dot(one, other), math.sqrt(_dot(one, one) * _dot(other, other)))
    return min(max(found, -1.0), 1.0)


def _dot(one: FloatImage, other: FloatImage) -> float:
    return float(np.vdot(one, other))


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole > 0 else 0.0
