"""What every detector model gives, whatever runs it: four tensors, told apart, checked and read.

The four, for one square picture and at most N finds:

    boxes    [1, N, 4]  ymin, xmin, ymax, xmax as fractions of the square
    classes  [1, N]     zero-based numbers of COCO's classes (see `labels.py`)
    scores   [1, N]     0 to 1
    count    [1]        how many of the N rows are finds
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quietwatch.errors import ModelUnsupported
from quietwatch.model import Detections, Picture
from quietwatch.vision.labels import kinds_of
from quietwatch.vision.letterbox import Letterbox

Array = NDArray[Any]

SIGNATURE = (
    "expected an input [1, S, S, 3] of uint8 (or float32) and four float outputs: boxes [1, N, 4], "
    "classes [1, N], scores [1, N] and count [1]"
)

MIN_SIDE, MAX_SIDE = 32, 2048
"""Bounds on the side of a model's square input, pixels."""

_FAR_OUT = 10.0
"""A box that reaches so many sides out of the square is not in fractions but in pixels."""

_CLASS_WORDS = ("class", "categor", "label")
_SCORE_WORDS = ("score", "confidence", "prob")


@dataclass(frozen=True, slots=True)
class Roles:
    """Which output is which, each by the key the model knows it by."""

    boxes: str
    classes: str
    scores: str
    count: str


def probe_picture(side: int) -> Picture:
    """A fixed picture (side, side, 3) of coarse noise, on which a model shows what it gives."""
    coarse = np.random.default_rng(1).integers(0, 256, (8, 8, 3), dtype=np.uint8)
    index = np.arange(side) * 8 // side
    return np.ascontiguousarray(coarse[index][:, index])


def input_side(shape: Iterable[int], dtype: object) -> int:
    """The side of a model's input, pixels.

    Raises:
        ModelUnsupported: it is not one square picture of uint8 or float32, or of absurd size.
    """
    sizes = tuple(int(size) for size in shape)
    fits = (
        len(sizes) == 4
        and (sizes[0], sizes[3]) == (1, 3)
        and sizes[1] == sizes[2]
        and MIN_SIDE <= sizes[1] <= MAX_SIDE
        and np.dtype(dtype) in (np.uint8, np.float32)  # type: ignore[call-overload]
    )
    if not fits:
        raise ModelUnsupported(
            f"{SIGNATURE}, S from {MIN_SIDE} to {MAX_SIDE}; its input is {list(sizes)} of "
            f"{np.dtype(dtype)}"  # type: ignore[call-overload]
        )
    return sizes[1]


def as_input(square: Picture, dtype: object) -> Array:
    """The square as a model takes it, [1, S, S, 3]: uint8 as it is, float32 in -1 to 1."""
    batch = square[np.newaxis]
    if dtype == np.uint8:
        return batch
    return (batch.astype(np.float32) - 127.5) / 127.5


def assign(outputs: Mapping[str, Array], hints: Iterable[Mapping[str, str]]) -> Roles:
    """Tell the four outputs of a model apart: by shape, then by name, then by what they hold.

    Args:
        outputs: what the model gave for `probe_picture`, by key.
        hints: names of the outputs, by key; the most trusted names first.

    Raises:
        ModelUnsupported: there are not four, their shapes don't fit, classes can't be told from
            scores, or what they hold is not what it should be.
    """
    boxes = [key for key, value in outputs.items() if value.ndim == 3 and value.shape[2] == 4]
    pair = [key for key, value in outputs.items() if value.ndim == 2]
    count = [key for key, value in outputs.items() if value.ndim < 2 and value.size == 1]
    found = ", ".join(f"{list(value.shape)} of {value.dtype}" for value in outputs.values())
    if (len(outputs), len(boxes), len(pair), len(count)) != (4, 1, 2, 1):
        raise ModelUnsupported(f"{SIGNATURE}; its outputs are {found or 'none'}")
    rows = outputs[boxes[0]].shape[:2]
    if (
        rows[0] != 1
        or rows[1] < 1
        or any(outputs[key].shape != rows for key in pair)
        or any(value.dtype.kind not in "fiu" for value in outputs.values())
    ):
        raise ModelUnsupported(f"{SIGNATURE}; its outputs are {found}")

    filled = _filled(outputs[count[0]], rows[1])
    values = {key: outputs[key][0, :filled] for key in pair}
    classes, scores = _tell_apart(pair, values, hints)
    _check(outputs[boxes[0]][0, :filled], values[classes], values[scores])
    return Roles(boxes[0], classes, scores, count[0])


def read(outputs: Mapping[str, Array], roles: Roles, placed: Letterbox) -> Detections:
    """The finds of watched kinds, as fractions of the picture, in the order the model gave them.

    Rows with values that are not numbers, and boxes without area inside the picture, are dropped.
    A score a hair out of 0 to 1 is clipped.
    """
    filled = _filled(outputs[roles.count], outputs[roles.scores].shape[1])
    boxes = outputs[roles.boxes][0, :filled][:, [1, 0, 3, 2]]
    scores = outputs[roles.scores][0, :filled]
    kinds = kinds_of(outputs[roles.classes][0, :filled])
    usable = (kinds >= 0) & np.isfinite(scores) & np.isfinite(boxes).all(axis=1)

    inside = placed.to_picture(boxes[usable])
    has_area = (inside[:, :2] < inside[:, 2:]).all(axis=1)
    return Detections(
        inside[has_area],
        np.clip(scores[usable][has_area].astype(np.float64), 0.0, 1.0),
        kinds[usable][has_area],
    )


def _filled(count: Array, rows: int) -> int:
    """How many rows are finds; all of them when the count is no number."""
    number = float(count.reshape(-1)[0])
    return int(np.clip(number, 0, rows)) if np.isfinite(number) else rows


def _tell_apart(
    pair: list[str], values: Mapping[str, Array], hints: Iterable[Mapping[str, str]]
) -> tuple[str, str]:
    """The keys of classes and scores."""
    first, second = pair
    for names in hints:
        meant = [_meaning(names.get(key, "")) for key in pair]
        if meant == ["classes", "scores"]:
            return first, second
        if meant == ["scores", "classes"]:
            return second, first
    whole = [bool(np.all(values[key] == np.rint(values[key]))) for key in pair]
    if whole == [True, False]:
        return first, second
    if whole == [False, True]:
        return second, first
    raise ModelUnsupported(
        f"{SIGNATURE}; neither the names of its outputs nor what they hold tell classes from "
        "scores: name them `classes` and `scores` in the model's signature"
    )


def _meaning(name: str) -> str | None:
    is_class = any(word in name.lower() for word in _CLASS_WORDS)
    is_score = any(word in name.lower() for word in _SCORE_WORDS)
    if is_class == is_score:
        return None
    return "classes" if is_class else "scores"


def _check(boxes: Array, classes: Array, scores: Array) -> None:
    """Refuse a model whose numbers mean something else than ours."""
    if not all(np.isfinite(value).all() for value in (boxes, classes, scores)):
        raise ModelUnsupported("its outputs are not numbers (NaN or infinity); export it again")
    if len(scores) == 0:
        return
    if scores.min() < -0.01 or scores.max() > 1.01:
        raise ModelUnsupported(
            f"its scores run from {scores.min():.3g} to {scores.max():.3g}; expected 0 to 1 "
            "(does it lack the last sigmoid?)"
        )
    if not np.array_equal(classes, np.rint(classes)):
        raise ModelUnsupported("its classes are not whole numbers; expected COCO's, from 0 to 89")
    if np.abs(boxes).max() > _FAR_OUT:
        raise ModelUnsupported(
            f"its boxes reach {np.abs(boxes).max():.4g}; expected fractions of the input, 0 to 1, "
            "not pixels"
        )
