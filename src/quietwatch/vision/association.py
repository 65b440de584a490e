"""Which observation belongs to which track: greedy by affinity, on boxes alone."""

import numpy as np
from numpy.typing import NDArray

from quietwatch.model import CLASSES, Detections, FloatArray
from quietwatch.vision.boxes import iou

SAME_PLACE = 0.5
"""Intersection over union from which two boxes are of the same thing."""

_NEAR_WEIGHT = 0.2  # affinity of boxes that lie near each other without overlap, at most
_EDGE = 0.005
_RUN = 6.5  # own heights a second: a sprint of 11 m/s
_LONGEST = 2.0  # own heights: further than that it may be anyone
_STATURE = 1.4  # who runs is as tall as before
_SIZE_RATIO = 3.0  # boxes whose areas differ by more are not the same thing


def affinity(tracks: FloatArray, found: FloatArray, gaps: FloatArray, aspect: float) -> FloatArray:
    """How well each observation fits each track.

    Overlap counts first; what doesn't overlap may still be near enough for the time that has
    passed, which matters where pictures are few.

    Args:
        tracks: (T, 4) predicted boxes, fractions of the picture.
        found: (N, 4) observed boxes.
        gaps: (T,) seconds since each track was seen.
        aspect: width of the picture by its height.

    Returns:
        (T, N) float64, 0 (can't be) to 1 + `_NEAR_WEIGHT` (the same box).
    """
    if not len(tracks) or not len(found):
        return np.zeros((len(tracks), len(found)))
    scale = np.array([aspect, 1.0, aspect, 1.0])
    one, other = tracks * scale, found * scale
    centres = [(boxes[:, :2] + boxes[:, 2:]) / 2 for boxes in (one, other)]
    sizes = [np.maximum(boxes[:, 2:] - boxes[:, :2], 1e-6) for boxes in (one, other)]
    distance = np.linalg.norm(centres[0][:, None] - centres[1][None], axis=2)
    # Something may move by about its own length and a half in a second before it is lost.
    reach = np.linalg.norm(sizes[0], axis=1) * (0.35 + 1.2 * np.minimum(gaps, 2.0))
    nearness = np.clip(1.0 - distance / reach[:, None], 0.0, 1.0)
    areas = [np.prod(size, axis=1) for size in sizes]
    ratio = areas[0][:, None] / areas[1][None]
    overlap = iou(tracks, found)
    alike = (ratio < _SIZE_RATIO) & (ratio > 1 / _SIZE_RATIO)
    entering = _at_edge(found)[None] & (overlap > 0.2)  # it grows as it comes into the picture
    near = (overlap > 0.05) | (nearness > 0)
    return np.where((alike | entering) & near, overlap + _NEAR_WEIGHT * nearness, 0.0)


def leaps(tracks: FloatArray, found: FloatArray, gaps: FloatArray, aspect: float) -> FloatArray:
    """How well a find far from where a track was can be the same, running.

    Args:
        tracks: (T, 4) boxes where they were last, fractions of the picture.
        found: (N, 4) observed boxes.
        gaps: (T,) seconds since each track was seen.
        aspect: width of the picture by its height.

    Returns:
        (T, N) float64, 0 (too far, or of another size) to 1 (hardly moved).
    """
    scale = np.array([aspect, 1.0, aspect, 1.0])
    one, other = tracks * scale, found * scale
    middles = [(boxes[:, :2] + boxes[:, 2:]) / 2 for boxes in (one, other)]
    heights = [np.maximum(boxes[:, 3] - boxes[:, 1], 1e-6) for boxes in (one, other)]
    distance = np.linalg.norm(middles[0][:, None] - middles[1][None], axis=2)
    reach = heights[0] * np.minimum(_RUN * gaps, _LONGEST)
    ratio = heights[0][:, None] / heights[1][None]
    alike = (ratio < _STATURE) & (ratio > 1 / _STATURE)
    return np.where(alike, np.clip(1.0 - distance / reach[:, None], 0.0, 1.0), 0.0)


def _at_edge(boxes: FloatArray) -> NDArray[np.bool_]:
    low, high = boxes[:, :2].min(axis=1), boxes[:, 2:].max(axis=1)
    return np.asarray((low <= _EDGE) | (high >= 1 - _EDGE), np.bool_)


def match(scores: FloatArray) -> list[tuple[int, int]]:
    """Pairs (row, column), best first, each row and column at most once; zero is no pair.

    Ties go to the lower row, then the lower column, so that the result is repeatable.
    """
    pairs: list[tuple[int, int]] = []
    left: NDArray[np.float64] = scores.copy()
    while left.size and left.max() > 0:
        row, column = (int(part) for part in np.unravel_index(int(left.argmax()), left.shape))
        pairs.append((row, column))
        left[row, :] = 0
        left[:, column] = 0
    return pairs


def scores_at(box: FloatArray, finds: Detections) -> FloatArray:
    """Best score per kind of `CLASSES` (3,) of the finds at a place (4,); 0 where there is none."""
    scores = np.zeros(len(CLASSES))
    here = iou(box[None], finds.boxes)[0] >= SAME_PLACE
    np.maximum.at(scores, finds.kinds[here], finds.scores[here])
    return scores
