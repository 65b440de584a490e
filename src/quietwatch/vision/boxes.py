"""Arithmetic of boxes: how much they overlap, which say the same, and finds of many looks as one.

Boxes are (N, 4) x1, y1, x2, y2 with x1 <= x2 and y1 <= y2, in any one unit.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from quietwatch.model import Detections, FloatArray

SAME = 0.5
"""Intersection over union from which two finds of one kind are the same thing."""

PIECE = 0.8
"""Share of a smaller box inside a bigger one from which it is a piece of it."""

CREDIBLE = 0.5
"""A bigger box takes the place of its piece if its score is at least this share of the piece's."""


def area(boxes: FloatArray) -> FloatArray:
    """Areas (N,)."""
    areas: FloatArray = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    return areas


def intersection(first: FloatArray, second: FloatArray) -> FloatArray:
    """Areas (N, M) that each of N boxes shares with each of M."""
    low = np.maximum(first[:, None, :2], second[None, :, :2])
    high = np.minimum(first[:, None, 2:], second[None, :, 2:])
    sides = np.maximum(high - low, 0.0)
    shared: FloatArray = sides[..., 0] * sides[..., 1]
    return shared


def iou(first: FloatArray, second: FloatArray) -> FloatArray:
    """Intersection over union (N, M), 0 to 1; 0 where both boxes have no area."""
    shared = intersection(first, second)
    return _share(shared, area(first)[:, None] + area(second)[None, :] - shared)


def containment(first: FloatArray, second: FloatArray) -> FloatArray:
    """Intersection over the smaller of the two areas (N, M), 0 to 1; 0 where it has none."""
    shared = intersection(first, second)
    return _share(shared, np.minimum(area(first)[:, None], area(second)[None, :]))


def suppress(finds: Detections, same: float = SAME) -> Detections:
    """Class-wise non-maximum suppression: of finds that are the same, the best-scored stays.

    Args:
        finds: of one picture.
        same: intersection over union from which two finds of one kind are the same.

    Returns:
        The finds that stay, the best first.
    """
    finds = taken(finds, _best_first(finds))
    alike = (iou(finds.boxes, finds.boxes) >= same) & (finds.kinds[:, None] == finds.kinds)
    kept: list[int] = []
    for number in range(len(finds)):
        if not alike[number, kept].any():
            kept.append(number)
    return taken(finds, np.array(kept, dtype=np.int64))


def merge_finds(finds: Sequence[Detections]) -> Detections:
    """Join what several looks at one picture found, so that each thing is there once.

    The looks are regions that overlap: a thing in two of them is found twice, and a person whom the
    edge of a region cuts is found as a piece in one and whole in another. So of two finds of a kind

    - that cover the same place, the better-scored stays;
    - of different looks, one of which lies inside the other, the whole stays and takes the better
      score, unless the whole is far less credible than the piece: then the piece stays.

    One look does not see one thing as two, so a box around two finds of another look is a group
    (two people side by side), and gives way to the two. What gives way leaves its score to what
    stays if that is better. The result does not depend on the order of the looks or of the finds;
    the best score of each kind is in it; merging it again changes nothing.

    Leave out finds with a score too low to count before merging: they would count as pieces.

    Args:
        finds: of each look, all as fractions of the one picture.

    Returns:
        The merged finds, the best first.
    """
    joined, look = _in_line(finds)
    overlap, inside = iou(joined.boxes, joined.boxes), containment(joined.boxes, joined.boxes)
    bigger = area(joined.boxes)[:, None] > area(joined.boxes)
    alike = joined.kinds[:, None] == joined.kinds
    # piece[i, j]: j looks like a piece of i. rivals[i, j]: they can't both stay.
    piece = alike & (look[:, None] != look) & bigger & (inside >= PIECE)
    rivals = alike & ((overlap >= SAME) | piece | piece.T)
    group = _groups(piece, joined.scores, look)

    scores = joined.scores.copy()
    kept: list[int] = []
    for number in np.argsort(group, kind="stable"):  # the best first, groups last
        against = [other for other in kept if rivals[number, other]]
        if not against:
            kept.append(number)
            continue
        best = max(against, key=lambda other: scores[other])
        whole = bool(piece[number, against].all()) and scores[number] >= CREDIBLE * scores[best]
        if whole and not group[number]:
            kept = [*(other for other in kept if other not in against), number]
            scores[number] = max(scores[number], scores[best])
        else:
            scores[best] = max(scores[number], scores[best])
    chosen = np.array(kept, dtype=np.int64)
    merged = Detections(joined.boxes[chosen], scores[chosen], joined.kinds[chosen])
    return taken(merged, _best_first(merged))


def _groups(
    piece: NDArray[np.bool_], scores: FloatArray, look: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Which finds (N,) are around two or more credible pieces of one other look."""
    credible = piece & (scores >= CREDIBLE * scores[:, None])
    group = np.zeros(len(scores), dtype=np.bool_)
    for one in np.unique(look):
        group |= credible[:, look == one].sum(axis=1) >= 2
    return group


def _share(part: FloatArray, whole: FloatArray) -> FloatArray:
    # Rounding may put a part a hair above its whole.
    return np.minimum(np.divide(part, whole, out=np.zeros_like(part), where=whole > 0), 1.0)


def taken(finds: Detections, chosen: NDArray[np.int64]) -> Detections:
    """The finds of these numbers (K,), in that order."""
    return Detections(finds.boxes[chosen], finds.scores[chosen], finds.kinds[chosen])


def _best_first(finds: Detections) -> NDArray[np.int64]:
    """An order that depends on the finds alone: by score, falling; then by kind and box."""
    return np.lexsort((*finds.boxes.T[::-1], finds.kinds, -finds.scores)).astype(np.int64)


def _in_line(finds: Sequence[Detections]) -> tuple[Detections, NDArray[np.int64]]:
    """All finds, the best first, and the number of the look (N,) that each one is from."""
    looks = [suppress(look) for look in finds]
    looks.sort(key=lambda look: (look.scores.tolist(), look.kinds.tolist(), look.boxes.tolist()))
    if not looks:
        return Detections.none(), np.zeros(0, dtype=np.int64)
    joined = Detections(
        np.concatenate([look.boxes for look in looks]),
        np.concatenate([look.scores for look in looks]),
        np.concatenate([look.kinds for look in looks]),
    )
    number = np.repeat(np.arange(len(looks)), [len(look) for look in looks])
    order = _best_first(joined)  # stable: equal finds stay in the order of their looks
    return taken(joined, order), number[order]
