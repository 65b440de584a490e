import pytest
from hypothesis import given
from hypothesis import strategies as st

from quietwatch.judge.evidence import Evidence

GRADES = (0.35, 0.5, 0.7, 0.9)
LOOKS = st.lists(st.tuples(st.floats(0, 1), st.floats(0.01, 5)), max_size=40)


def _after(looks: list[tuple[float, float]]) -> Evidence:
    evidence = Evidence.start(still=False)
    for score, gap in looks:
        evidence = evidence.after(score, gap)
    return evidence


@given(LOOKS)
def test_probability_is_one_and_never_falls(looks: list[tuple[float, float]]) -> None:
    evidence = Evidence.start(still=False)
    for score, gap in looks:
        later = evidence.after(score, gap)
        assert 0 < later.probability < 1
        assert later.probability >= evidence.probability
        evidence = later
    assert evidence.looks == len(looks)
    assert evidence.finds == sum(score > 0 for score, _ in looks)


@given(LOOKS, st.floats(0.31, 1), st.floats(0, 0.69))
def test_a_surer_find_is_worth_more(
    looks: list[tuple[float, float]], score: float, more: float
) -> None:
    before = _after(looks)
    surer = min(1.0, score + more)
    assert before.after(surer, 0.4).sum >= before.after(score, 0.4).sum


@given(LOOKS, st.floats(0.01, 1))
def test_a_find_is_never_worth_less_than_none(
    looks: list[tuple[float, float]], score: float
) -> None:
    before = _after(looks)
    assert before.after(score, 0.4).sum >= before.after(0.0, 0.4).sum


def test_one_find_is_not_enough_and_steady_finds_are() -> None:
    assert _after([(0.7, 1.0)]).probability < 0.7
    assert _after([(0.7, 0.2)] * 5).probability > 0.8


def test_minutes_of_looks_in_vain_are_made_up_for_within_seconds() -> None:
    in_vain = _after([(0.0, 1.0)] * 300)
    for _ in range(8):
        in_vain = in_vain.after(0.8, 0.4)
    assert in_vain.probability > 0.9


def test_looks_at_nearly_the_same_picture_weigh_less() -> None:
    assert _after([(0.8, 0.05)] * 4).probability < _after([(0.8, 0.4)] * 4).probability


def test_the_one_look_at_a_still_is_believed_as_often_as_it_is_right() -> None:
    found = [Evidence.start(still=True).after(s, 1.0, still=True).probability for s in GRADES]
    assert found == pytest.approx([0.35, 0.58, 0.83, 0.94], abs=0.03)
