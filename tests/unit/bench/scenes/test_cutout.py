"""Cut-outs and how they are set into pictures."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from quietwatch.bench.scenes.cutout import blend, flat_shadow, grown, put, stamp, tinted


def square(alpha: int = 255) -> np.ndarray[tuple[int, int, int], np.dtype[np.uint8]]:
    made = np.zeros((8, 8, 4), np.uint8)
    made[..., :3] = (200 * alpha // 255, 100 * alpha // 255, 0)
    made[..., 3] = alpha
    return made


@given(
    x=st.floats(-30, 60), y=st.floats(-30, 60), scale=st.floats(0.2, 4), turn=st.floats(-180, 180)
)
def test_the_anchor_goes_where_it_is_put(x: float, y: float, scale: float, turn: float) -> None:
    matrix = put(x, y, scale, anchor=(3.0, 5.0), degrees=turn)
    assert np.allclose(matrix @ (3.0, 5.0, 1.0), (x, y))


@given(
    x=st.floats(-40, 70), y=st.floats(-40, 70), scale=st.floats(0.1, 5), turn=st.floats(-180, 180)
)
def test_a_stamp_stays_near_its_place(x: float, y: float, scale: float, turn: float) -> None:
    picture = np.full((40, 40, 3), 50, np.uint8)
    stamp(picture, square(), put(x, y, scale, anchor=(4, 4), degrees=turn))
    rows, columns = np.nonzero((picture != 50).any(axis=2))
    reach = 5 * 2**0.5 * scale + 2  # edges are drawn softly, over a pixel of the cut-out
    assert np.all(np.hypot(columns - x, rows - y) <= reach)


def test_what_is_opaque_covers_and_what_is_faint_mixes() -> None:
    region = np.full((8, 8, 3), 100, np.uint8)
    blend(region, square())
    assert tuple(region[4, 4]) == (200, 100, 0)
    region[:] = 100
    blend(region, square(), 0.5)
    assert tuple(region[4, 4]) == (150, 100, 50)
    blend(region, square(0))
    assert tuple(region[4, 4]) == (150, 100, 50)


def test_a_small_copy_keeps_the_mean() -> None:
    checks = square()
    checks[::2, :, :3] = 0
    picture = np.zeros((10, 10, 3), np.uint8)
    stamp(picture, checks, put(1, 1, 0.5, anchor=(0, 0)))
    assert abs(int(picture[3, 3, 0]) - 100) < 12


@given(gain=st.floats(0, 5))
def test_no_tint_is_brighter_than_alpha_allows(gain: float) -> None:
    made = tinted(square(130), gain)
    assert (made[..., :3] <= made[..., 3:]).all()
    assert (made[..., 3] == 130).all()


def test_a_shadow_is_black_and_soft() -> None:
    shadow = flat_shadow()
    assert shadow[..., :3].max() == 0
    assert 100 < shadow[12, 40, 3] < 255
    assert shadow[0, 0, 3] == 0


def test_a_map_grows_to_a_size() -> None:
    made = grown(np.ones((3, 4)), (64, 48))
    assert made.shape == (48, 64)
    assert np.allclose(made, 1)
