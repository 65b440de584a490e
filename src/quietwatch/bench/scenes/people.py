"""Real people, cut out of the sample footage while they walk; no person is in both halves."""

from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from quietwatch.bench.scenes.cutout import Sprite, moved, sized, soft
from quietwatch.bench.scenes.footage import pavement, pavement_frames
from quietwatch.bench.truth import Half
from quietwatch.model.pictures import Picture

_Box = tuple[int, int, int, int]  # left, top, width, height, pixels

_DIFFERENT = 20  # grey levels from the empty pavement
_SURELY = 34
_ALIKE, _SHADED = 0.11, 0.58  # of a shadow: spread of the colours' shares, and least mean
_KNEES = 0.55  # how far down the body, in heights
_MARGIN = 6  # px round the followed box
_STRETCH = 0.14  # most that a box changes its height from frame to frame
_ELLIPSE = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (3, 7))
_TAPE = np.ones((6, 1), np.uint8)  # removes the barrier tape, which the wind moves


@dataclass(frozen=True, slots=True)
class Sighting:
    """A person walking alone in vtest.mp4, hidden by nothing.

    Attributes:
        who: a letter for a person, known by face and clothes.
        half: of the bench.
        first: frame.
        last: frame, included.
        box: left, top, width, height in the first frame, pixels.
    """

    who: str
    half: Half
    first: int
    last: int
    box: _Box


_T, _H = Half.TUNE, Half.HELD_OUT

SIGHTINGS = (
    Sighting("leather-jacket", _T, 0, 21, (253, 219, 34, 92)),
    Sighting("leather-jacket", _T, 173, 205, (534, 210, 41, 100)),
    Sighting("leather-jacket", _T, 233, 268, (699, 282, 45, 115)),
    Sighting("leather-jacket", _T, 370, 403, (494, 253, 46, 102)),
    Sighting("bald", _T, 47, 150, (697, 263, 36, 119)),
    Sighting("bald", _T, 244, 299, (208, 153, 42, 79)),
    Sighting("bald", _T, 352, 388, (495, 186, 28, 94)),
    Sighting("hood", _T, 134, 146, (566, 199, 41, 85)),
    Sighting("hood", _T, 179, 214, (195, 161, 57, 75)),
    Sighting("puffer-jacket", _T, 144, 159, (641, 235, 31, 94)),
    Sighting("jeans", _H, 404, 455, (295, 198, 28, 96)),
    Sighting("jeans", _H, 597, 614, (573, 206, 48, 93)),
    Sighting("jeans", _H, 765, 781, (477, 227, 39, 100)),
    Sighting("black-coat", _H, 435, 455, (505, 162, 41, 72)),
    Sighting("black-coat", _H, 468, 479, (533, 221, 35, 91)),
    Sighting("black-coat", _H, 534, 582, (631, 275, 39, 101)),
    Sighting("black-coat", _H, 628, 676, (560, 274, 52, 111)),
    Sighting("red-jacket", _H, 426, 455, (704, 276, 52, 106)),
    Sighting("red-jacket", _H, 540, 572, (159, 168, 30, 70)),
    Sighting("red-jacket", _H, 609, 624, (3, 183, 33, 71)),
    Sighting("red-jacket", _H, 634, 656, (135, 166, 35, 72)),
    Sighting("red-sleeves", _H, 586, 616, (294, 322, 52, 126)),
    Sighting("red-sleeves", _H, 628, 674, (610, 238, 41, 104)),
    Sighting("red-sleeves", _H, 740, 751, (247, 191, 59, 97)),
    Sighting("blond", _H, 640, 700, (333, 384, 56, 141)),
    Sighting("blond", _H, 731, 751, (97, 231, 38, 88)),
    Sighting("blue-jacket", _H, 731, 743, (61, 174, 27, 71)),
)
"""Found by eye. The halves share no person and no second of the footage."""


@dataclass(frozen=True)
class Walk:
    """A person's steps, ready to be set into a scene.

    Attributes:
        who: the person.
        steps: cut-outs ten a second, each with the feet at its bottom, all of one height and width.
        height: pixels from head to feet within a cut-out.
        going: how far the person goes from one step to the next, right and down, in own heights.
        loop: first and last step of a stretch that ends nearly as it began, to walk on and on.
    """

    who: str
    steps: tuple[Sprite, ...]
    height: float
    going: tuple[float, float]
    loop: tuple[int, int]


@lru_cache(maxsize=1)
def walks() -> dict[Half, tuple[Walk, ...]]:
    """All walks there are, by half; the first call takes some seconds."""
    empty = pavement()
    cuts: dict[Sighting, list[tuple[Sprite, _Box]]] = {sighting: [] for sighting in SIGHTINGS}
    for number, frame in enumerate(pavement_frames()):
        for sighting, cut in cuts.items():
            if sighting.first <= number <= sighting.last:
                before = cut[-1][1] if cut else sighting.box
                cut.append(_cut(frame.rgb, empty, before))
    made = {sighting: _walk(sighting, cut) for sighting, cut in cuts.items()}
    return {h: tuple(w for s, w in made.items() if s.half is h) for h in Half}


def _cut(picture: Picture, empty: Picture, before: _Box) -> tuple[Sprite, _Box]:
    """The person alone, and the box now: of the largest thing near where the person was before.

    Holes are filled, edges are soft, and there is no pavement in the colour of the edges.
    """
    left, top, wide, high = before
    x, y = max(0, left - 2 * _MARGIN), max(0, top - 2 * _MARGIN)
    window = np.s_[y : top + high + 2 * _MARGIN, x : left + wide + 2 * _MARGIN]
    apart = np.asarray(cv2.absdiff(picture[window], empty[window]), np.uint8)
    matte = soft(apart.max(axis=2), 0.8)
    filled, box = _outline(matte, _shadow(picture[window], empty[window]))
    now = (x + box[0], y + box[1], box[2], box[3])
    if abs(box[3] - high) > _STRETCH * high:  # hidden or joined for a moment
        now = (now[0], top, box[2], high)
    sure = np.asarray(cv2.erode(filled, np.ones((3, 3), np.uint8)), np.uint8)
    ramp = np.clip((matte.astype(np.float32) - 8) / (_SURELY - 8), 0, 1)
    alpha = np.where(sure > 0, 1.0, np.where(filled > 0, ramp, 0)).astype(np.float32)
    alpha = soft(alpha, 0.8)
    colour = _unmixed(picture[window].astype(np.float32), sure, matte)
    cut = np.dstack([colour * alpha[..., None], alpha * 255]).round().astype(np.uint8)
    return _placed(cut, (x, y), now), now


def _shadow(picture: Picture, empty: Picture) -> NDArray[np.bool_]:
    """Where the pavement is only darker or lighter, by as much in each of its colours."""
    share = (picture.astype(np.float32) + 4) / (empty.astype(np.float32) + 4)
    alike = np.ptp(share, axis=2) < _ALIKE
    return np.asarray(alike & (share.mean(axis=2) > _SHADED), np.bool_)


def _outline(matte: Picture, shadow: NDArray[np.bool_]) -> tuple[Picture, _Box]:
    """The largest thing that differs, filled, as a mask of 0 and 1; and its box within.

    Shadow does not count below the knees, where it lies between the legs and round the feet.
    """
    mask = (matte > _DIFFERENT).astype(np.uint8)
    closed = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, _ELLIPSE)
    mask = np.asarray(cv2.morphologyEx(closed, cv2.MORPH_OPEN, _TAPE), np.uint8)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask)
    largest = 1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA])) if len(stats) > 1 else 0
    left, top, wide, high, _ = (int(v) for v in stats[largest])
    body = (labels == largest).astype(np.uint8)
    outline, _ = cv2.findContours(body, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    filled = np.zeros_like(mask)
    cv2.drawContours(filled, outline, -1, 1, cv2.FILLED)
    knees = top + round(_KNEES * high)
    legs = (body[knees:] > 0) & (matte[knees:] > _DIFFERENT) & ~shadow[knees:]
    filled[knees:] = cv2.medianBlur(legs.astype(np.uint8), 3)
    return filled, (left, top, wide, high)


def _unmixed(colour: NDArray[np.float32], sure: Picture, matte: Picture) -> NDArray[np.float32]:
    """Colour of the person also at the edges, where the picture mixes it with the pavement's."""
    weight = (sure * (matte > _DIFFERENT // 2)).astype(np.float32)
    spread = soft(colour * weight[..., None], 1.4)
    share = soft(weight, 1.4)[..., None]
    edge = np.where(share > 0.02, spread / np.maximum(share, 0.02), colour)
    return np.where(sure[..., None] > 0, colour, edge)


def _placed(cut: Sprite, corner: tuple[int, int], box: _Box) -> Sprite:
    """A cut-out with exactly the margin round its box."""
    wide, high = box[2] + 2 * _MARGIN, box[3] + 2 * _MARGIN
    move = np.array(
        [[1, 0, corner[0] - box[0] + _MARGIN], [0, 1, corner[1] - box[1] + _MARGIN]], np.float64
    )
    return moved(cut, move, (wide, high), cv2.INTER_NEAREST)


def _walk(sighting: Sighting, cuts: list[tuple[Sprite, _Box]]) -> Walk:
    """All cut-outs of a sighting at one scale, feet at the bottom and body in the middle."""
    boxes = np.array([box for _, box in cuts], np.float64)
    number = np.arange(len(cuts))
    height = np.polyval(np.polyfit(number, boxes[:, 3], 1), number)
    tall = float(height.max())
    foot = np.polyval(np.polyfit(number, boxes[:, 1] + boxes[:, 3], 2), number)
    middle = np.polyval(np.polyfit(number, boxes[:, 0] + boxes[:, 2] / 2, 3), number)
    canvas = (round(tall * 1.25), round(max(boxes[:, 2].max() * 1.3, tall * 0.6)))
    steps = []
    for (cut, box), high, y, x in zip(cuts, height, foot, middle, strict=True):
        scale = tall / high
        left, top = box[0] - _MARGIN, box[1] - _MARGIN
        matrix = np.array(
            [
                [scale, 0, canvas[1] / 2 - scale * (x - left)],
                [0, scale, canvas[0] - 2 - scale * (y - top)],
            ]
        )
        steps.append(moved(cut, matrix, (canvas[1], canvas[0])))
    mean = float(height.mean())
    span = max(1, len(cuts) - 1)
    going = (float(middle[-1] - middle[0]) / span / mean, float(foot[-1] - foot[0]) / span / mean)
    return Walk(sighting.who, tuple(steps), tall, going, _loop(steps))


def _loop(steps: list[Sprite]) -> tuple[int, int]:
    """The stretch of at least a stride whose ends look most alike."""
    small = [sized(step[..., 3], (24, 48), cv2.INTER_AREA) for step in steps]
    stack = np.stack(small).astype(np.float32)
    best, ends = np.inf, (0, len(steps) - 1)
    for first in range(len(steps) - 8):
        for last in range(first + 8, len(steps)):
            unlike = float(np.abs(stack[first] - stack[last]).mean()) / (last - first) ** 0.25
            if unlike < best:
                best, ends = unlike, (first, last)
    return ends
