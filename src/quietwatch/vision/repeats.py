"""For how long a picture has been one and the same, in a camera whose picture is never the same.

A sensor's noise changes every picture a little, also where an encoder drops most of it, and all of
the picture anew at each keyframe. A picture that was kept and is sent again does neither. How much
changes from picture to picture differs from camera to camera; so it is learned.
"""

import math

import cv2
import numpy as np

from quietwatch.model import FloatArray
from quietwatch.vision.motion import FloatImage
from quietwatch.vision.view import NOTHING, rounded

_GRID = (8, 6)  # cells across and down
_SOME = 0.01  # share of a cell that changes, however little, where there is noise
_NOW_S = 1.0  # time constant of how often a cell changes now,
_USUAL_S = 10.0  # and of what is usual
_LIVELY_S = 3.0  # seconds of pictures after which something is known of a camera
_LIVELY = 0.12  # share of the pictures in which most cells must change
_CALM = 0.25  # of what is usual: with less it stands still
_STIRRED = 2.5  # change of the median cell, levels: the camera sways, or the light changes
_RENEWED = 0.7  # of the largest change: so much is another picture of what is before the lens
_FORGET_S = 60.0  # time constant in which the largest change is forgotten


class Repeats:
    """What is usual in one camera, and since when it is not so."""

    def __init__(self) -> None:
        self.picture: FloatImage = NOTHING
        self._seen = 0.0  # seconds of pictures that told something
        self._last = 0.0
        self._since = -1.0  # since when it stands still; negative while it does not
        self._cells: FloatArray | None = None  # in which share of the pictures each changes now
        self._life = 0.0  # the median of these, as noise makes it
        self._usual = 0.0  # at other times
        self._least = 0.0  # since it stands still
        self._largest = 0.0  # change in the median cell, levels: a walker makes it no larger

    @staticmethod
    def begun(picture: FloatImage, seconds: float) -> "Repeats":
        """That of a camera of which nothing is known but this picture (h, w), levels."""
        made = Repeats()
        made.picture = rounded(picture)
        made._last = seconds
        return made

    def step(self, picture: FloatImage, seconds: float) -> float:
        """Seconds for which the picture has been the same; 0 where that is nothing new here.

        Args:
            picture: (h, w) float32, levels.
            seconds: stream time, later than that of the step before.
        """
        gap, self._last = seconds - self._last, seconds
        now = rounded(picture)
        change = np.asarray(cv2.absdiff(now, self.picture), np.float32)
        self.picture = now
        extent = float(np.median(cv2.resize(change, _GRID, interpolation=cv2.INTER_AREA)))
        if extent >= _STIRRED:  # which says nothing of noise
            self._since = -1.0
            return 0.0
        changed = _changed(change)
        before = changed if self._cells is None else self._cells
        self._cells = before + (changed - before) * _weight(gap, _NOW_S)
        self._life = float(np.median(self._cells))
        renewed = extent >= _RENEWED * self._largest > 0
        if self._since < 0:
            self._learn(extent, gap)
            if self._stands_still():
                self._since, self._least = seconds, self._life
            return 0.0
        self._least = min(self._least, self._life)
        if renewed or self._life >= self._usual:  # it does so at times
            self._usual, self._since = min(self._usual, self._least), -1.0
            return 0.0
        return seconds - self._since

    def values(self) -> list[float]:
        """What is remembered beside the picture."""
        known = [self._seen, self._last, self._since]
        known += [self._life, self._usual, self._least, self._largest]
        return known + ([] if self._cells is None else self._cells.ravel().tolist())

    def restore(self, values: list[float], picture: FloatImage) -> None:
        """Go on from what was remembered."""
        self.picture = picture
        self._seen, self._last, self._since = map(float, values[:3])
        self._life, self._usual, self._least, self._largest = map(float, values[3:7])
        cells = np.array(values[7:], np.float64)
        self._cells = cells.reshape(_GRID[::-1]) if len(cells) else None

    def _learn(self, extent: float, gap: float) -> None:
        self._largest = max(extent, self._largest * math.exp(-gap / _FORGET_S))
        self._seen += gap
        if self._seen < _LIVELY_S:
            self._usual = self._life
        else:
            self._usual += (self._life - self._usual) * _weight(gap, _USUAL_S)

    def _stands_still(self) -> bool:
        known = self._seen >= _LIVELY_S and self._usual >= _LIVELY
        return known and self._life < _CALM * self._usual


def _changed(change: FloatImage) -> FloatArray:
    """(6, 8) 1 for each cell in which anything has changed, 0 for each other."""
    cells = cv2.resize((change > 0).astype(np.float32), _GRID, interpolation=cv2.INTER_AREA)
    return np.asarray(cells > _SOME, np.float64)


def _weight(gap: float, constant: float) -> float:
    return 1.0 - math.exp(-gap / constant)
