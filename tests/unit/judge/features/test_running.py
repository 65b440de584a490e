import math
import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quietwatch.judge.features.running import Likeness, Running

VALUES = st.lists(st.floats(-1, 1), min_size=1, max_size=40)


@given(VALUES, st.integers(0, 40))
def test_it_is_mean_and_deviation_of_all_that_came(values: list[float], gap: int) -> None:
    running = Running()
    for number, value in enumerate(values):
        running = running.after(value)
        if number == gap:
            running = running.after(math.nan)
    assert running.count == len(values)
    assert running.value == pytest.approx(statistics.fmean(values), abs=1e-9)
    assert running.deviation == pytest.approx(statistics.pstdev(values), abs=1e-6)
    assert running.most == max(values)


def test_of_nothing_there_is_no_mean() -> None:
    assert Running().value is None
    assert Running().after(math.nan) == Running()


@given(VALUES, st.floats(0.1, 10))
def test_likeness_lies_between_the_same_and_the_opposite(values: list[float], by: float) -> None:
    same = opposite = Likeness()
    for value in values:
        same = same.after((value,), (by * value,))
        opposite = opposite.after((value,), (-by * value,))
    assert same.value == pytest.approx(-opposite.value)
    assert same.value in (0.0, pytest.approx(1.0))
    assert same.after((math.nan,), (1.0,)) == same
