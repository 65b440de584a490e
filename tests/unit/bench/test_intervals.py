"""Intervals by drawing clips again, and the rule of three where nothing was seen."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quietwatch.bench.intervals import Drawn, Estimate


def test_a_ratio_of_sums() -> None:
    told = Drawn(4, 0).ratio([1, 0, 2, 1], [1, 1, 1, 1])
    assert told is not None
    assert told.value == 1
    assert 0 <= told.low < 1 < told.high <= 2


def test_an_interval_is_as_wide_as_theory_says() -> None:
    """1,000 clips, half of them caught: the error of the share is sqrt(p(1-p)/n)."""
    told = Drawn(1000, 0).share([i % 2 for i in range(1000)], [1] * 1000)
    assert told is not None
    half = 1.96 * math.sqrt(0.25 / 1000)
    assert told.low == pytest.approx(0.5 - half, abs=0.004)
    assert told.high == pytest.approx(0.5 + half, abs=0.004)


def test_nothing_in_so_many_hours_has_the_bound_of_three() -> None:
    told = Drawn(3, 0).ratio([0, 0, 0], [1, 2, 3])
    assert told == Estimate(value=0, low=0, high=0.5)


def test_all_or_nothing_of_a_share_has_it_too() -> None:
    drawn = Drawn(2, 0)
    assert drawn.share([60, 40], [60, 40]) == Estimate(value=1, low=0.97, high=1)
    assert drawn.share([0, 0], [60, 40]) == Estimate(value=0, low=0, high=0.03)
    assert drawn.share([1, 0], [1, 0]) == Estimate(value=1, low=0, high=1)  # one says little


def test_what_is_not_there_has_no_rate() -> None:
    drawn = Drawn(2, 0)
    assert drawn.ratio([1, 1], [0, 0]) is None
    assert drawn.less([0, 0], [0, 0]) is None
    assert drawn.quantile([[], []], 0.5) is None
    with pytest.raises(ValueError, match="at least one clip"):
        Drawn(0, 0)


def test_how_much_less() -> None:
    told = Drawn(3, 0).less([1, 0, 1], [50, 25, 25])
    assert told is not None
    assert told.value == pytest.approx(0.98)
    assert told.low <= told.value <= told.high <= 1
    none = Drawn(3, 0).less([0, 0, 0], [50, 25, 25])
    assert none == Estimate(value=1, low=0.97, high=1)


def test_a_quantile_is_a_value_that_was_seen() -> None:
    drawn = Drawn(20, 0)
    values = [[float(i)] for i in range(1, 21)]
    for q, value in ((0.5, 10), (0.95, 19), (1.0, 20), (0.0, 1)):
        told = drawn.quantile(values, q)
        assert told is not None
        assert told.value == value
        assert told.low <= value <= told.high
    assert drawn.quantile([[]] * 19 + [[3.5]], 0.95) == Estimate(value=3.5, low=3.5, high=3.5)


def test_equal_seeds_draw_the_same() -> None:
    part, whole = [1, 0, 0, 2, 5], [1, 1, 1, 2, 2]
    assert Drawn(5, 7).ratio(part, whole) == Drawn(5, 7).ratio(part, whole)


@settings(max_examples=30)
@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=1, max_size=12))
def test_a_share_lies_within_its_interval_and_that_within_one(
    clips: list[tuple[int, int]],
) -> None:
    part, whole = [min(pair) for pair in clips], [max(pair) for pair in clips]
    told = Drawn(len(clips), 1).share(part, whole)
    if sum(whole) == 0:
        assert told is None
    else:
        assert told is not None
        assert 0 <= told.low <= told.value <= told.high <= 1
