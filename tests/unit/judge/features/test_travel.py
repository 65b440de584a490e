"""Ways: straight stretches, and where the detector found something first and last."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quietwatch.judge.features.travel import Found, Pivot

PLACE = st.tuples(st.floats(0, 2), st.floats(0, 1))


def test_a_stretch_is_straight_and_lasts_a_second() -> None:
    pivot = Pivot((0.0, 0.0), 10.0, way=1.0)
    assert pivot.stretch((0.6, 0.8), 12.0) == pytest.approx(1.0)
    assert pivot.stretch((0.6, 0.8), 10.5) == 0.0
    assert pivot.stretch((0.3, 0.4), 12.0) == 0.0  # there and half back


def test_before_the_first_find_there_is_no_way() -> None:
    assert Found().way == 0.0
    once = Found().after((0.5, 0.5), 3.0)
    assert (once.way, once.lasts) == (0.0, 0.0)


@given(st.lists(PLACE, min_size=2, max_size=20))
def test_it_comes_to_the_place_of_the_last_finds(places: list[tuple[float, float]]) -> None:
    found = Found()
    for second, place in enumerate(places):
        found = found.after(place, float(second))
    assert found.lasts == len(places) - 1
    assert found.way <= max(math.dist(places[0], place) for place in places) + 1e-9
    for second in range(40):
        found = found.after(places[-1], float(len(places) + second))
    assert found.way == pytest.approx(math.dist(places[0], places[-1]), abs=1e-6)
