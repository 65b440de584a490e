"""Curves over constructed candidates."""

from collections.abc import Callable

import pytest

from quietwatch.bench.alarms import Candidate
from quietwatch.bench.curves import MOST_POINTS, curve, threshold_for
from quietwatch.bench.scoring import Outcome
from quietwatch.bench.truth import Truth
from quietwatch.model import Kind

THREATS = (Kind.PERSON,)


@pytest.fixture
def outcomes(truth: Callable[..., Truth], candidate: Callable[..., Candidate]) -> list[Outcome]:
    """Half an hour each: two persons with 0.9 and 0.6, moths with 0.7 and 0.3."""
    return [
        Outcome("a", truth((20, 40), duration=1800), (candidate((21, 0.9)), candidate((90, 0.7)))),
        Outcome("b", truth((20, 40), duration=1800), (candidate((21, 0.6)), candidate((90, 0.3)))),
    ]


def test_a_curve(outcomes: list[Outcome]) -> None:
    told = [(p.threshold, p.miss_rate, p.false_alarms_hour) for p in curve(outcomes, THREATS)]
    assert told == [(0.9, 0.5, 0), (0.7, 0.5, 1), (0.6, 0, 1), (0.3, 0, 2)]


def test_the_threshold_to_choose(outcomes: list[Outcome]) -> None:
    points = curve(outcomes, THREATS)
    assert threshold_for(points, 0.98) == 0.6
    assert threshold_for(points, 0.5) == 0.9
    assert threshold_for(points[:2], 0.98) == 0.9  # none catches as many: the fewest false alarms
    with pytest.raises(ValueError, match="empty"):
        threshold_for((), 0.98)


def test_a_curve_has_not_too_many_points(
    truth: Callable[..., Truth], candidate: Callable[..., Candidate]
) -> None:
    many = tuple(candidate((float(i), (i + 1) / 500)) for i in range(500))
    points = curve([Outcome("a", truth((20, 40), duration=600), many)], THREATS)
    assert len(points) == MOST_POINTS
    assert (points[0].threshold, points[-1].threshold) == (1.0, 1 / 500)


def test_no_event_no_curve(
    truth: Callable[..., Truth], candidate: Callable[..., Candidate]
) -> None:
    assert curve([Outcome("a", truth(), (candidate((1, 0.5)),))], THREATS) == ()
