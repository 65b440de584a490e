"""Candidates and the alarms that thresholds make of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quietwatch.bench.alarms import Candidate, raised
from quietwatch.model import Kind

SOME = Candidate(2.0, 9.0, Kind.PERSON, ((2.0, 0.3), (3.0, 0.6), (5.0, 0.9)), ("person",), "visit")

risings = st.lists(st.tuples(st.floats(0, 60), st.floats(0, 1)), min_size=1, max_size=8).map(
    lambda some: tuple(
        zip(sorted(time for time, _ in some), sorted(score for _, score in some), strict=True)
    )
)


def test_the_alarm_is_raised_at_the_first_score_as_high() -> None:
    for threshold, moment in ((0.1, 2.0), (0.3, 2.0), (0.31, 3.0), (0.6, 3.0), (0.9, 5.0)):
        alarm = SOME.at(threshold)
        assert alarm is not None
        assert alarm.alarm_s == moment
        assert (alarm.start_s, alarm.end_s, alarm.score, alarm.incident) == (2.0, 9.0, 0.9, "visit")
    assert SOME.at(0.91) is None


def test_what_never_rises_never_alarms() -> None:
    never = Candidate(0.0, 1.0, Kind.UNKNOWN, ())
    assert never.score == 0
    assert raised((SOME, never), 0.0) == (SOME.at(0.0),)


@given(risings, st.floats(0, 1), st.floats(0, 1))
def test_a_higher_threshold_alarms_no_earlier(
    rises: tuple[tuple[float, float], ...], one: float, other: float
) -> None:
    low, high = sorted((one, other))
    candidate = Candidate(0, 60, Kind.PERSON, rises)
    above, below = candidate.at(high), candidate.at(low)
    assert above is None or (below is not None and below.alarm_s <= above.alarm_s)


@pytest.mark.parametrize(
    "rises", [((1.0, 0.5), (2.0, 0.4)), ((2.0, 0.4), (1.0, 0.5)), ((1.0, 1.5),), ((1.0, -0.1),)]
)
def test_scores_that_fall_are_refused(rises: tuple[tuple[float, float], ...]) -> None:
    with pytest.raises(ValueError, match="expected"):
        Candidate(0, 9, Kind.PERSON, rises)


def test_an_end_before_its_start_is_refused() -> None:
    with pytest.raises(ValueError, match="no earlier"):
        Candidate(5, 4, Kind.PERSON, ())
