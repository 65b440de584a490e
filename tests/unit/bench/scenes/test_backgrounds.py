"""Places, and that the halves share none."""

import numpy as np
import pytest

from quietwatch.bench.scenes import backgrounds
from quietwatch.bench.scenes.backgrounds import SIZE, outdoors, room
from quietwatch.bench.truth import Half


def test_the_halves_share_no_pixel_of_the_pavement() -> None:
    parts = backgrounds._PARTS
    right = max(left + wide for left, _, wide, _ in parts[Half.TUNE])
    assert right <= min(left for left, _, _, _ in parts[Half.HELD_OUT])
    for left, top, wide, standing in (*parts[Half.TUNE], *parts[Half.HELD_OUT]):
        assert left + wide <= 768
        assert top + wide * SIZE[1] // SIZE[0] <= 576
        assert standing >= top


@pytest.mark.parametrize("half", Half)
@pytest.mark.parametrize("place", [outdoors, room])
def test_a_place_is_one_picture_with_a_scale(place, half: Half) -> None:  # type: ignore[no-untyped-def]
    for seed in range(6):
        ground = place(half, np.random.default_rng(seed))
        assert ground.picture.shape == (SIZE[1], SIZE[0], 3)
        assert half.value in ground.name
        assert 0 <= ground.top < SIZE[1] * 0.75
        assert 30 < ground.height(ground.top) < ground.height(SIZE[1]) < SIZE[1]


def test_chance_gives_other_places_and_the_same_seed_the_same() -> None:
    one, again, other = (outdoors(Half.TUNE, np.random.default_rng(s)) for s in (1, 1, 2))
    assert np.array_equal(one.picture, again.picture)
    assert not np.array_equal(one.picture, other.picture)
