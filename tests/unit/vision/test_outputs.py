from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray

from quietwatch.model import CLASSES, Kind
from quietwatch.vision.letterbox import Letterbox
from quietwatch.vision.outputs import Roles, as_input, probe_picture, read

ROLES = Roles("boxes", "classes", "scores", "count")
WHOLE = Letterbox.fit(64, 64, 64)
NAN, FAR = np.nan, 3e38


def outputs(rows: NDArray[np.float32], count: float) -> dict[str, NDArray[Any]]:
    """A model's outputs from rows ymin, xmin, ymax, xmax, class, score."""
    return {
        "boxes": rows[None, :, :4],
        "classes": rows[None, :, 4],
        "scores": rows[None, :, 5],
        "count": np.array([count], np.float32),
    }


def test_reads_what_is_a_find_and_drops_the_rest() -> None:
    rows = np.array(
        [
            (0.1, 0.2, 0.5, 0.6, 0, 0.9),  # a person
            (NAN, 0.1, 0.5, 0.5, 0, 0.9),
            (0.1, 0.1, np.inf, 0.5, 0, 0.9),
            (0.1, 0.1, 0.5, 0.5, 0, NAN),
            (0.1, 0.1, 0.5, 0.5, NAN, 0.9),
            (0.1, 0.1, 0.5, 0.5, 4, 0.9),  # an airplane
            (0.1, 0.1, 0.5, 0.5, 900, 0.9),
            (0.5, 0.1, 0.1, 0.5, 0, 0.9),  # upside down
            (0.1, 0.1, 0.1, 0.5, 0, 0.9),  # without area
            (1.1, 0.1, 1.5, 0.5, 0, 0.9),  # out of the picture
            (-FAR, -FAR, FAR, FAR, 2, 1.0001),  # a car all around
            (0.1, 0.1, 0.5, 0.5, 17, -0.001),  # a dog, hardly
        ],
        np.float32,
    )
    finds = read(outputs(rows, len(rows)), ROLES, WHOLE)
    assert [CLASSES[kind] for kind in finds.kinds] == [Kind.PERSON, Kind.VEHICLE, Kind.ANIMAL]
    assert finds.scores == pytest.approx([0.9, 1.0, 0.0])
    assert finds.boxes[0] == pytest.approx([0.2, 0.1, 0.6, 0.5])
    assert finds.boxes[1].tolist() == [0, 0, 1, 1]


@pytest.mark.parametrize(("count", "taken"), [(1, 1), (0, 0), (-5, 0), (1e9, 3), (NAN, 3)])
def test_the_count_is_believed_within_reason(count: float, taken: int) -> None:
    rows = np.tile(np.array([(0.1, 0.1, 0.5, 0.5, 0, 0.9)], np.float32), (3, 1))
    assert len(read(outputs(rows, count), ROLES, WHOLE)) == taken


wild = arrays.arrays(np.float32, st.tuples(st.integers(1, 9), st.just(6)))


@given(wild, st.floats(width=32), st.integers(1, 3000), st.integers(1, 3000))
def test_whatever_a_model_gives_the_finds_are_valid(
    rows: NDArray[np.float32], count: float, width: int, height: int
) -> None:
    finds = read(outputs(rows, count), ROLES, Letterbox.fit(width, height, 320))
    assert len(finds) <= len(rows)  # and `Detections` has checked all it promises
    assert np.all(finds.boxes[:, :2] < finds.boxes[:, 2:])


def test_float_models_see_minus_one_to_one() -> None:
    square = np.array([0, 255], np.uint8).repeat(6).reshape(2, 2, 3)
    assert as_input(square, np.float32).ravel().tolist() == [-1.0] * 6 + [1.0] * 6
    assert as_input(square, np.uint8).shape == (1, 2, 2, 3)


@pytest.mark.parametrize("side", [32, 50, 320])
def test_the_probe_is_always_the_same_picture(side: int) -> None:
    picture = probe_picture(side)
    assert (picture.shape, picture.dtype) == ((side, side, 3), np.dtype(np.uint8))
    assert np.array_equal(picture, probe_picture(side))
    assert picture.std() > 50
