"""Scores against what was real, told by hand."""

from collections.abc import Callable

import pytest

from quietwatch.bench.alarms import Candidate
from quietwatch.bench.calibration import BINS, calibration
from quietwatch.bench.scoring import Outcome
from quietwatch.bench.truth import TrueEvent, Truth
from quietwatch.model import Kind

THREATS = (Kind.PERSON,)


def test_told_by_hand(truth: Callable[..., Truth], candidate: Callable[..., Candidate]) -> None:
    """0.95 and 0.85 of a person; 0.85 and 0.15 of nothing."""
    some = (candidate((21, 0.95)), candidate((25, 0.85)), candidate((50, 0.85)))
    never = Candidate(30, 31, Kind.PERSON, ())
    told = calibration(
        [Outcome("a", truth((20, 40)), (*some, candidate((1, 0.15)), never))], THREATS
    )
    assert told is not None
    assert told.count == 4
    assert told.brier == pytest.approx((0.05**2 + 0.15**2 + 0.85**2 + 0.15**2) / 4)
    assert told.ece == pytest.approx((1 * 0.05 + 2 * 0.35 + 1 * 0.15) / 4)
    assert len(told.bins) == BINS
    assert [one.count for one in told.bins] == [0, 1, 0, 0, 0, 0, 0, 0, 2, 1]
    assert told.bins[8].share_true == 0.5
    assert told.bins[0].share_true is None


def test_scores_of_nought_and_one_have_a_bin(
    truth: Callable[..., Truth], candidate: Callable[..., Candidate]
) -> None:
    told = calibration(
        [Outcome("a", truth((20, 40)), (candidate((21, 1.0)), candidate((50, 0.0))))], THREATS
    )
    assert told is not None
    assert (told.bins[0].count, told.bins[-1].count, told.ece, told.brier) == (1, 1, 0, 0)


def test_where_both_say_where_they_are_they_must_meet(
    candidate: Callable[..., Candidate],
) -> None:
    person = TrueEvent(
        kind=Kind.PERSON,
        start_s=20,
        end_s=40,
        track=((20, 0.0, 0.5, 0.1, 0.9), (40, 0.8, 0.5, 0.9, 0.9)),
    )
    truth = Truth(duration_s=60, events=(person,))
    for box, seconds, real in (
        ((0.05, 0.4, 0.2, 0.8), 20, 1),
        ((0.5, 0.4, 0.6, 0.8), 20, 0),
        ((0.85, 0.4, 1.0, 0.8), 20, 0),  # it is there only later
        ((0.85, 0.4, 1.0, 0.8), 40, 1),
        ((0.5, 0.4, 0.6, 0.8), 30, 1),  # nobody says where it was meanwhile
        (None, 20, 1),
    ):
        one = candidate((float(seconds), 1.0), end=float(seconds), box=box)
        told = calibration([Outcome("a", truth, (one,))], THREATS)
        assert told is not None
        assert told.bins[-1].share_true == real, (box, seconds)


def test_an_animal_is_not_real_where_it_is_no_threat(
    truth: Callable[..., Truth], candidate: Callable[..., Candidate]
) -> None:
    animal = Outcome("a", truth((20, 40), kind=Kind.ANIMAL), (candidate((21, 1.0)),))
    told = calibration([animal], THREATS)
    assert told is not None
    assert told.brier == 1
    assert calibration([], THREATS) is None
