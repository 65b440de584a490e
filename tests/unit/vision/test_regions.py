import itertools

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from quietwatch.model import Detections, Region
from quietwatch.vision import regions


@st.composite
def boxes(draw: st.DrawFn) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    x1, y1 = draw(st.floats(0, 0.99)), draw(st.floats(0, 0.99))
    w, h = draw(st.floats(0.001, 1)), draw(st.floats(0.001, 1))
    return np.array([x1, y1, min(x1 + w, 1.0), min(y1 + h, 1.0)])


SIZES = st.tuples(st.integers(1, 4000), st.integers(1, 4000))


@given(boxes(), SIZES, st.sampled_from([320, 448]))
def test_a_region_holds_what_it_is_cut_around(
    box: np.ndarray[tuple[int], np.dtype[np.float64]], size: tuple[int, int], least: int
) -> None:
    width, height = size
    region = regions.around(box, width, height, least)
    assert region.right <= width
    assert region.bottom <= height
    assert region.width in (region.height, width) or region.height == height
    assert region.width >= min(least, width)
    assert region.height >= min(least, height)
    assert region.left <= box[0] * width + 1
    assert region.right >= box[2] * width - 1
    assert region.top <= box[1] * height + 1
    assert region.bottom >= box[3] * height - 1


@given(st.lists(boxes(), max_size=12), SIZES, st.integers(1, 6))
def test_a_cover_sees_every_box_with_few_regions(
    found: list[np.ndarray[tuple[int], np.dtype[np.float64]]], size: tuple[int, int], most: int
) -> None:
    width, height = size
    chosen = regions.cover(found, width, height, 320, most)
    assert len(chosen) <= max(most, 1)
    assert all(regions.sees(chosen, box, width, height) for box in found)
    assert not found or chosen


def test_neighbours_share_a_region_at_the_frame_s_own_resolution() -> None:
    near = [np.array([0.5, 0.5, 0.52, 0.55]), np.array([0.56, 0.5, 0.58, 0.55])]
    chosen = regions.cover(near, 1920, 1080, 320, 8)
    assert [(region.width, region.height) for region in chosen] == [(320, 320)]


def test_what_lies_apart_has_a_region_of_its_own() -> None:
    apart = [np.array([0.1, 0.5, 0.12, 0.55]), np.array([0.8, 0.5, 0.82, 0.55])]
    assert len(regions.cover(apart, 1920, 1080, 320, 8)) == 2


@given(
    st.tuples(st.integers(1, 20_000), st.integers(1, 20_000)),
    st.one_of(st.sampled_from([320, 448]), st.integers(16, 1024)),
)
def test_everywhere_leaves_no_pixel_out_in_at_most_five_tiles_across_and_down(
    size: tuple[int, int], side: int
) -> None:
    width, height = size
    whole, *tiles = regions.everywhere(width, height, side)
    assert whole == Region(0, 0, width, height)
    if tiles:
        columns = sorted({(tile.left, tile.right) for tile in tiles})
        rows = sorted({(tile.top, tile.bottom) for tile in tiles})
        assert len(tiles) == len(columns) * len(rows)
        for spans, length in ((columns, width), (rows, height)):
            assert len(spans) <= 5
            assert spans[0][0] == 0
            assert spans[-1][1] == length
            assert all(after[0] < before[1] for before, after in itertools.pairwise(spans))


def test_finds_of_a_region_come_back_in_the_picture() -> None:
    found = Detections(np.array([[0.0, 0.5, 1.0, 1.0]]), np.array([0.5]), np.array([0]))
    back = regions.to_picture(found, Region(100, 0, 300, 100), 400, 200)
    assert back.boxes.tolist() == [[0.25, 0.25, 0.75, 0.5]]
