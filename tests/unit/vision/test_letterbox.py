import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quietwatch.vision.letterbox import PAD, Letterbox

sizes = st.integers(1, 10_000)
sides = st.integers(32, 1024)
unit = st.floats(0, 1)


@given(sizes, sizes, sides)
def test_fills_the_longer_side_and_keeps_the_aspect(width: int, height: int, side: int) -> None:
    placed = Letterbox.fit(width, height, side)
    assert max(placed.width, placed.height) == side
    assert min(placed.width, placed.height) >= 1
    # The shorter side is off by the rounding to whole pixels alone.
    scale = side / max(width, height)
    assert abs(placed.width - width * scale) <= 1
    assert abs(placed.height - height * scale) <= 1


@given(sizes, sizes, sides, unit, unit, unit, unit)
def test_a_box_comes_back(
    width: int, height: int, side: int, x1: float, y1: float, x2: float, y2: float
) -> None:
    placed = Letterbox.fit(width, height, side)
    box = np.array([[min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)]])
    drawn = box * np.tile([placed.width / side, placed.height / side], 2)
    assert placed.to_picture(drawn) == pytest.approx(box, abs=1e-12)


@given(sizes, sizes, sides, st.lists(st.floats(-(2.0**120), 2.0**120), min_size=4, max_size=4))
def test_any_box_is_clipped_to_the_picture(
    width: int, height: int, side: int, box: list[float]
) -> None:
    inside = Letterbox.fit(width, height, side).to_picture(np.array([box]))
    assert inside.dtype == np.float64
    assert np.all((inside >= 0) & (inside <= 1))


def test_the_padding_is_outside_of_the_picture() -> None:
    placed = Letterbox.fit(200, 100, 320)
    assert placed == Letterbox(320, 320, 160)
    below = placed.to_picture(np.array([[0.1, 0.6, 0.9, 0.9]]))
    assert below[0].tolist() == [0.1, 1.0, 0.9, 1.0]  # no area


@pytest.mark.parametrize(
    ("width", "height"), [(1, 1), (1, 5000), (5000, 1), (641, 479), (320, 320)]
)
def test_draws_the_picture_at_the_top_left_and_grey_around(width: int, height: int) -> None:
    picture = np.full((height, width, 3), (255, 0, 80), dtype=np.uint8)
    placed = Letterbox.fit(width, height, 320)
    square = placed.square(picture)
    assert square.shape == (320, 320, 3)
    assert np.all(square[: placed.height, : placed.width] == (255, 0, 80))
    assert np.all(square[placed.height :] == PAD)
    assert np.all(square[:, placed.width :] == PAD)


def test_a_view_of_a_frame_is_drawn_as_its_copy() -> None:
    frame = np.random.default_rng(0).integers(0, 256, (100, 200, 3), dtype=np.uint8)
    view = frame[10:90, 20:150]
    placed = Letterbox.fit(130, 80, 320)
    assert np.array_equal(placed.square(view), placed.square(view.copy()))


@pytest.mark.parametrize("size", [(0, 1, 320), (1, 0, 320), (1, 1, 0)])
def test_refuses_a_size_of_nothing(size: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="positive"):
        Letterbox.fit(*size)
