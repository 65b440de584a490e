"""Frames: whether a mover keeps within a pane, a screen or a picture on the wall.

Somebody on a television or mirrored in a window moves, and hides what is behind, as a real person
does. But they never leave the pane; and who stands before a pane has their feet below its lower
edge, for they are nearer. So an upright rectangle of edges is sought in the background that holds
every place in which a track was found. Of a real person in a doorway it holds until they step out.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import starmap

import cv2
import numpy as np
from numpy.typing import NDArray

from quietwatch.model import FloatArray
from quietwatch.vision.live import Live
from quietwatch.vision.motion import FloatImage

_STEP = 4.0  # levels across two pixels from which there is an edge
_BEYOND = 3.0  # of the longer side: how far a side of the frame may lie beyond the mover
_AMONG = 8  # of the lines on each side, the best
_THICK = 2  # pixels: lines that lie nearer are one
_LIKELY = 0.6  # share of the mover's side along which a line must be an edge
_LARGEST = 0.35  # share of the picture: a wall is no frame
_INSIDE = 0.05  # of its width that a mover may seem to stick out at each side: boxes jitter
_BELOW = 0.03  # and of its height below
_RIM = 2  # pixels of the picture's own edge, where no frame is seen
_HELD = 0.93  # a frame that was so much closed is kept as long as it holds the mover
_EVERY_S = 1.0  # a track is asked about so often,
_YOUNG_S = 1.0  # and each time that it is seen for so long
_LEAST = 4  # pixels of a mover in the motion picture of which anything can be said

Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Frame:
    """The best frame around a place.

    Attributes:
        closed: share of its least closed side that is an edge, 0 (no frame) to 1.
        box: (4,) fractions of the picture.
    """

    closed: float
    box: FloatArray

    def holds(self, place: FloatArray) -> bool:
        """Whether a place (4,) lies in it, but for what boxes jitter."""
        out, below = _slack(place)
        x1, y1, x2, y2 = place
        left, top, right, bottom = self.box
        return bool(
            left <= x1 + out and top <= y1 + out and right >= x2 - out and bottom >= y2 - below
        )


@dataclass(frozen=True, slots=True)
class Lines:
    """Where a background has edges, summed along columns and rows.

    A side of a frame is brighter on the same side all along: what grows brighter and what grows
    darker are counted apart, so that clutter makes no lines.

    Attributes:
        down: (2, h + 1, w) edge pixels of each column above each row, of edges that run down.
        across: (2, h, w + 1) the same of rows and edges that run across.
    """

    down: Counts
    across: Counts

    @staticmethod
    def of(background: FloatImage) -> "Lines":
        """The lines of a background (h, w), levels."""
        down = _edges(background, across=False).cumsum(axis=1)
        across = _edges(background, across=True).cumsum(axis=2)
        return Lines(
            np.pad(down, ((0, 0), (1, 0), (0, 0))), np.pad(across, ((0, 0), (0, 0), (1, 0)))
        )

    def frame(self, place: FloatArray) -> Frame:
        """The best frame that holds a place (4,), fractions of the picture."""
        height, width = self.across.shape[1], self.down.shape[2]
        scale = np.array([width, height, width, height])
        none = Frame(0.0, np.zeros(4))
        x1, y1, x2, y2 = place * scale
        if min(x2 - x1, y2 - y1) < _LEAST:
            return none
        rows, columns = _span(y1, y2, height), _span(x1, x2, width)
        every = np.arange(max(height, width))
        down = self._down(every[:width], *rows)
        across = self._across(every[:height], *columns)
        out, below = _slack(place)
        far, out = _BEYOND * max(x2 - x1, y2 - y1), out * width + 1
        sides = (
            (down, x1 - far, x1 + out),
            (across, y1 - far, y1 + out),
            (down, x2 - out, x2 + far),
            (across, y2 - below * height - 1, y2 + far),
        )
        grid = np.meshgrid(*starmap(_best, sides), indexing="ij")
        if not grid[0].size:
            return none
        left, top, right, bottom = (side.ravel() for side in grid)
        closed = self._closed(left, top, right, bottom)
        best = int(closed.argmax())
        box = np.array([left[best], top[best], right[best], bottom[best]]) / scale
        return Frame(float(closed[best]), box)

    def _closed(self, left: Counts, top: Counts, right: Counts, bottom: Counts) -> FloatArray:
        """(N,) share of the least closed side; 0 for those that are too large or none."""
        shares = (
            self._down(left, top, bottom),
            self._down(right, top, bottom),
            self._across(top, left, right),
            self._across(bottom, left, right),
        )
        picture = self.across.shape[1] * self.down.shape[2]
        fits = (right > left) & (bottom > top)
        fits &= (right - left) * (bottom - top) <= _LARGEST * picture
        return np.asarray(np.where(fits, np.minimum.reduce(shares), 0.0), np.float64)

    def _down(self, columns: Counts, first: Counts | int, last: Counts | int) -> FloatArray:
        """(N,) share of columns between two rows that is one edge."""
        edges = self.down[:, last, columns] - self.down[:, first, columns]
        return np.asarray(edges.max(axis=0) / np.maximum(last - first, 1), np.float64)

    def _across(self, rows: Counts, first: Counts | int, last: Counts | int) -> FloatArray:
        """(N,) share of rows between two columns that is one edge."""
        edges = self.across[:, rows, last] - self.across[:, rows, first]
        return np.asarray(edges.max(axis=0) / np.maximum(last - first, 1), np.float64)


def framed(
    tracks: Iterable[Live], seen: Iterable[int], background: FloatImage, seconds: float
) -> dict[int, float]:
    """How much the frame of each track is closed that is due to be asked about; it remembers.

    A frame once found counts as long as it holds the mover: who stands there for long becomes a
    part of the background, and hides its lines.

    Args:
        tracks: that live.
        seen: ordinals of those that were sighted now.
        background: (h, w) levels.
        seconds: stream time.

    Returns:
        by ordinal a number from 0 (no frame) to 1, of those that were found at least once.
    """
    now, lines, shares = set(seen), None, {}
    for track in tracks:
        if track.ordinal not in now or not _is_due(track, seconds):
            continue
        lines = lines or Lines.of(background)
        place = np.array(track.extent)
        frame = lines.frame(place)
        if track.frame and track.framed >= max(_HELD, frame.closed):
            before = Frame(track.framed, np.array(track.frame))
            frame = before if before.holds(place) else frame
        track.framed, track.framed_at = frame.closed, seconds
        track.frame = [float(part) for part in frame.box]
        shares[track.ordinal] = frame.closed
    return shares


def _is_due(track: Live, seconds: float) -> bool:
    is_young = seconds - track.born <= _YOUNG_S
    return bool(track.extent) and (is_young or seconds - track.framed_at >= _EVERY_S)


def _edges(background: FloatImage, *, across: bool) -> NDArray[np.int64]:
    """(2, h, w) 1 where it grows brighter, or darker, across or down, or one pixel beside that."""
    slope = cv2.Sobel(background, cv2.CV_32F, int(not across), int(across)) / 4
    near = np.ones((3, 1) if across else (1, 3), np.uint8)
    steps = (slope >= _STEP, slope <= -_STEP)
    return np.stack([cv2.dilate(step.astype(np.uint8), near).astype(np.int64) for step in steps])


def _best(along: FloatArray, low: float, high: float) -> Counts:
    """The best lines between two places, of those that are edges at all."""
    first, last = max(_RIM, int(np.floor(low))), min(len(along) - _RIM - 1, int(np.ceil(high)))
    places = np.arange(first, max(last + 1, first))
    likely = places[along[places] >= _LIKELY]
    chosen: list[int] = []
    for place in likely[np.argsort(-along[likely], kind="stable")].tolist():
        if len(chosen) < _AMONG and all(abs(place - other) > _THICK for other in chosen):
            chosen.append(place)
    return np.array(chosen, np.int64)


def _slack(place: FloatArray) -> tuple[float, float]:
    return float(_INSIDE * (place[2] - place[0])), float(_BELOW * (place[3] - place[1]))


def _span(low: float, high: float, size: int) -> tuple[int, int]:
    """Whole pixels, one at least."""
    first = min(max(int(np.floor(low)), 0), size - 1)
    return first, max(min(int(np.ceil(high)), size), first + 1)
