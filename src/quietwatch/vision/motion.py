"""Motion on the luma plane: what differs from the background, and whether the light did it.

The background is a running mean and a running mean absolute deviation a pixel (a sigma-delta
estimate after Manzanera and Richefeu, 2007, with exponential instead of unit steps), so that leaves
that always wave raise their own threshold. The whole model is three arrays and two numbers: it can
be saved after a clip and taken up in the next.
"""

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from quietwatch.model import Picture

FloatImage = NDArray[np.float32]
Mask = NDArray[np.uint8]

_LEARN_S = 20.0  # time constant of the background where nothing moves, seconds
_ABSORB_S = 60.0  # the same where something stands in front of it
_FLOOR = 12.0  # smallest difference that counts, levels of 255
_DEVIATIONS = 4.0  # how many mean deviations a difference must exceed
_DEVIATION_CAP = 30.0  # one passer-by must not blind a place for long
_START_DEVIATION = 4.0
_FLOOD = 0.4  # share of the picture from which a change is asked whether the light did it
_SAME_SCENE = 0.6  # correlation of edges from which the scene is the same in another light
_STALE_S = 120.0  # a background older than this is learned anew
_NEAR = 0.02  # movers closer than this share of the picture's longer side are one
_MIN_AREA = 9  # smallest blob, pixels of the motion picture


@dataclass(frozen=True, slots=True)
class Motion:
    """What moved in one picture.

    Attributes:
        picture: (h, w) float32, the motion picture: small luma, slightly blurred, levels.
        background: (h, w) float32, what was expected in its place.
        boxes: (N, 4) float64, bounds of the connected movers, fractions of the picture.
        mask: (h, w) uint8, 1 where the motion picture differs from the background.
        difference: (h, w) float32, luma less background, levels.
        changed: share of the picture that differs, 0 to 1, before the light was allowed for.
        relit: the change was one of light and is not reported as movers.
    """

    picture: FloatImage
    background: FloatImage
    boxes: NDArray[np.float64]
    mask: Mask
    difference: FloatImage
    changed: float
    relit: bool

    def share(self, box: NDArray[np.float64]) -> float:
        """Share of a box that moves, 0 to 1."""
        part = self.mask[window(self.mask, box)]
        return float(part.mean()) if part.size else 0.0

    def contrast(self, box: NDArray[np.float64]) -> float:
        """Mean difference of the moving pixels of a box from the background, -1 to 1."""
        place = window(self.mask, box)
        moving = self.difference[place][self.mask[place] > 0]
        return float(moving.mean()) / 255.0 if moving.size else 0.0


class MotionDetector:
    """The background of one camera and what differs from it.

    Args:
        width: wanted width of the picture in which motion is sought, pixels; the luma plane is
            reduced by a whole factor to about this.
    """

    def __init__(self, width: int) -> None:
        self._width = width
        self._mean: FloatImage | None = None
        self._deviation: FloatImage = np.zeros((0, 0), np.float32)
        self._begun = 0.0
        self._last = 0.0
        self._seen = 0

    def step(self, luma: Picture, seconds: float) -> Motion:
        """Compare a picture with the background, then learn from it.

        Args:
            luma: (height, width) uint8.
            seconds: stream time, later than that of the step before.
        """
        small = self._reduce(luma)
        if self._mean is None or self._mean.shape != small.shape or self._is_stale(seconds):
            self._restart(small, seconds)
        assert self._mean is not None  # noqa: S101 - set by _restart
        background = self._mean.copy()  # it is about to learn
        difference = small - background
        mask = self._differs(difference)
        changed = float(mask.mean())
        relit = False
        if changed >= _FLOOD and _edge_likeness(small, self._mean) >= _SAME_SCENE:
            relit = True
            difference -= np.float32(np.median(difference))
            mask = np.zeros_like(mask)
            self._restart(small, seconds)
        else:
            self._learn(difference, mask, seconds)
        return Motion(small, background, _blobs(mask), mask, difference, changed, relit)

    def state(self) -> dict[str, NDArray[np.generic]]:
        """The model as arrays; `restore` takes it up again."""
        mean = np.zeros((0, 0), np.float32) if self._mean is None else self._mean
        clock = np.array([self._begun, self._last, self._seen], np.float64)
        return {"mean": mean, "deviation": self._deviation, "clock": clock}

    def restore(self, state: dict[str, NDArray[np.generic]]) -> None:
        """Go on from a saved state."""
        mean = state["mean"].astype(np.float32)
        self._mean = mean if mean.size else None
        self._deviation = state["deviation"].astype(np.float32)
        self._begun, self._last, seen = (float(part) for part in state["clock"])
        self._seen = int(seen)

    def _reduce(self, luma: Picture) -> FloatImage:
        height, width = luma.shape
        factor = max(1, round(width / self._width))
        if factor > 1 and height >= factor:
            size = (width // factor, height // factor)
            luma = np.asarray(cv2.resize(luma, size, interpolation=cv2.INTER_AREA), np.uint8)
        blurred = cv2.GaussianBlur(np.ascontiguousarray(luma), (3, 3), 0)
        return np.asarray(blurred, np.float32)

    def _is_stale(self, seconds: float) -> bool:
        return seconds - self._last > _STALE_S or seconds < self._last

    def _restart(self, small: FloatImage, seconds: float) -> None:
        self._mean = small.copy()
        self._deviation = np.full_like(small, _START_DEVIATION)
        self._begun = self._last = seconds
        self._seen = 1

    def _differs(self, difference: FloatImage) -> Mask:
        threshold = np.maximum(self._deviation * np.float32(_DEVIATIONS), np.float32(_FLOOR))
        mask = (np.abs(difference) > threshold).astype(np.uint8)
        # A lone pixel is noise; the parts of one body lie above each other.
        mask = np.asarray(cv2.medianBlur(mask, 3), np.uint8)
        body = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (5, 9))
        return np.asarray(cv2.morphologyEx(mask, cv2.MORPH_CLOSE, body), np.uint8)

    def _learn(self, difference: FloatImage, mask: Mask, seconds: float) -> None:
        gap = seconds - self._last
        self._seen += 1
        # At the start a plain mean over what was seen, so that the first picture does not linger.
        young = 1.0 / self._seen if seconds - self._begun < _LEARN_S else 0.0
        free = np.float32(max(young, 1.0 - math.exp(-gap / _LEARN_S)))
        held = np.float32(max(young / 4, 1.0 - math.exp(-gap / _ABSORB_S)))
        rate = np.where(mask > 0, held, free).astype(np.float32)
        assert self._mean is not None  # noqa: S101
        self._mean += rate * difference
        size = np.minimum(np.abs(difference), np.float32(_DEVIATION_CAP))
        self._deviation += free * (size - self._deviation)
        self._last = seconds


def _blobs(mask: Mask) -> NDArray[np.float64]:
    """Bounds of the movers, fractions of the picture, in a fixed order.

    Parts that lie near each other are one mover: a crown of leaves, not every leaf.
    """
    height, width = mask.shape
    reach = max(3, round(_NEAR * max(height, width)) | 1)
    near = cv2.dilate(mask, np.ones((reach, reach), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(near, connectivity=8)
    boxes = []
    for label, (x, y, w, h, _) in enumerate(stats[1:count], start=1):
        place = slice(y, y + h), slice(x, x + w)
        rows, columns = np.nonzero(mask[place] * (labels[place] == label))
        if len(rows) >= min(_MIN_AREA, mask.size):
            low = (x + columns.min()) / width, (y + rows.min()) / height
            high = (x + columns.max() + 1) / width, (y + rows.max() + 1) / height
            boxes.append((*low, *high))
    return np.array(boxes, np.float64).reshape(-1, 4)


def _edge_likeness(one: FloatImage, other: FloatImage) -> float:
    """Correlation of the gradients of two pictures, -1 to 1: the scene without its light."""
    edges = [
        np.concatenate([np.ravel(cv2.Sobel(image, cv2.CV_32F, dx, 1 - dx)) for dx in (0, 1)])
        for image in (one, other)
    ]
    norm = float(np.linalg.norm(edges[0]) * np.linalg.norm(edges[1]))
    return float(edges[0] @ edges[1]) / norm if norm > 0 else 1.0


def window(
    picture: NDArray[np.generic], box: NDArray[np.float64], wider: float = 0.0
) -> tuple[slice, slice]:
    """Rows and columns of a box in a picture, one of each at least.

    Args:
        picture: (height, width, ...).
        box: fractions of the picture.
        wider: how much wider on each side, shares of the box's own sides.
    """
    height, width = picture.shape[:2]
    across, down = wider * (box[2] - box[0]), wider * (box[3] - box[1])
    left = math.floor(max(box[0] - across, 0.0) * width)
    top = math.floor(max(box[1] - down, 0.0) * height)
    right = math.ceil(min(box[2] + across, 1.0) * width)
    bottom = math.ceil(min(box[3] + down, 1.0) * height)
    top, left = min(top, height - 1), min(left, width - 1)
    return slice(top, max(bottom, top + 1)), slice(left, max(right, left + 1))
