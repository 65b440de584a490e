"""Which classes of the detectors matter, and as what: COCO's classes grouped into our kinds."""

import numpy as np
from numpy.typing import NDArray

from quietwatch.model import CLASSES, Kind

CLASS_COUNT = 90
"""Classes are numbered 0 to 89: COCO's 90 category numbers less one (10 of them are not in use)."""

WATCHED: dict[Kind, dict[str, int]] = {
    Kind.PERSON: {"person": 0},
    Kind.VEHICLE: {"bicycle": 1, "car": 2, "motorcycle": 3, "bus": 5, "train": 6, "truck": 7},
    Kind.ANIMAL: {
        "bird": 15,
        "cat": 16,
        "dog": 17,
        "horse": 18,
        "sheep": 19,
        "cow": 20,
        "elephant": 21,
        "bear": 22,
        "zebra": 23,
        "giraffe": 24,
    },
}
"""The classes of each kind by their COCO name.

Left out on purpose: `airplane` (4), which the detectors see in waving leaves and which never comes
to a house, and `boat` (8), which moves at its mooring all day; who lands from it is a person. The
animals count as one kind because a detector mixes them up (a puppy is a bear to it), and which it
is decides nothing.
"""


def _kind_of_class() -> NDArray[np.int64]:
    table = np.full(CLASS_COUNT, -1, dtype=np.int64)
    for kind, classes in WATCHED.items():
        table[list(classes.values())] = CLASSES.index(kind)
    table.setflags(write=False)
    return table


_KIND_OF_CLASS = _kind_of_class()


def kinds_of(classes: NDArray[np.floating] | NDArray[np.integer]) -> NDArray[np.int64]:
    """The kind of each class as an index into `CLASSES`, or -1 where the class is not watched.

    Args:
        classes: (N,) class numbers, zero-based; numbers that are no class are not watched.
    """
    numbers = np.asarray(classes, dtype=np.float64)
    valid = np.isfinite(numbers) & (numbers > -0.5) & (numbers < CLASS_COUNT - 0.5)
    index = np.rint(np.where(valid, numbers, 0)).astype(np.int64)
    return np.where(valid, _KIND_OF_CLASS[index], -1)
