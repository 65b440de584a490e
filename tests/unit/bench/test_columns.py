"""Figures in words."""

import pytest

from quietwatch.bench.columns import Cell, rate, seconds, share
from quietwatch.bench.intervals import Estimate


@pytest.mark.parametrize(
    ("value", "said"),
    [(0.0, "0"), (0.0512, "0.0512"), (1.5, "1.5"), (23.456, "23.5"), (1234, "1234")],
)
def test_rates_have_three_digits_that_matter(value: float, said: str) -> None:
    assert rate(Estimate(value=value, low=value, high=value)).value == said


def test_shares_and_seconds() -> None:
    told = Estimate(value=0.9812, low=0.97, high=0.991)
    assert share(told) == Cell("98.1 %", "97.0 to 99.1")
    assert str(share(told)) == "98.1 % (97.0 to 99.1)"
    assert seconds(told) == Cell("1.0 s", "1.0 to 1.0")
    assert str(share(None)) == "\u2013"
