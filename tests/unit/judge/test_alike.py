"""Whether two things are one: boxes that overlap, and portraits that agree."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quietwatch.judge.alike import SAME_LOOK, likeness, likenesses, overlap, overlaps, ramp
from quietwatch.model.familiar import PORTRAIT_SIZE

PORTRAITS = st.tuples(*[st.integers(0, 100)] * PORTRAIT_SIZE)
SIDES = st.tuples(*[st.floats(0, 1, width=32)] * 4)


def test_boxes_overlap_by_what_they_share() -> None:
    assert overlap((0.0, 0.0, 0.5, 0.5), (0.0, 0.0, 0.5, 0.5)) == 1.0
    assert overlap((0.0, 0.0, 0.5, 0.5), (0.25, 0.0, 0.75, 0.5)) == pytest.approx(1 / 3)
    assert overlap((0.0, 0.0, 0.5, 0.5), (0.5, 0.0, 1.0, 0.5)) == 0.0
    assert overlap((0.0, 0.0, 0.5, 0.5), (0.0, 0.6, 0.5, 1.0)) == 0.0


@given(SIDES, SIDES)
def test_overlap_is_a_share_and_the_same_both_ways(one: Any, other: Any) -> None:
    boxes = [(min(x, u), min(y, v), max(x, u), max(y, v)) for x, y, u, v in (one, other)]
    shared = overlap(*boxes)
    assert 0.0 <= shared <= 1.0 + 1e-9
    assert shared == overlap(*reversed(boxes))


@given(PORTRAITS, PORTRAITS)
def test_likeness_is_a_share_and_the_same_both_ways(one: Any, other: Any) -> None:
    assert 0.0 <= likeness(one, other) <= 1.0 + 1e-9
    assert likeness(one, other) == likeness(other, one)


def test_a_thing_is_like_itself_and_not_like_another(portrait: Any) -> None:
    assert likeness(portrait(1), portrait(1)) > 0.95
    assert max(likeness(portrait(1), portrait(other)) for other in range(2, 30)) < SAME_LOOK


def test_the_same_shape_in_another_colour_is_another_thing(portrait: Any) -> None:
    assert likeness(portrait(1, red=70), portrait(1, red=73)) > 0.95
    assert likeness(portrait(1, red=70), portrait(1, red=50)) == 0.0
    assert likeness(portrait(1, blue=40), portrait(1, blue=61)) == 0.0


def test_what_has_no_light_and_shade_is_like_nothing() -> None:
    flat = (50,) * PORTRAIT_SIZE
    faint = tuple(50 + (2 if number % 2 else -2) for number in range(16)) + (50,) * 8
    assert likeness(flat, flat) == 0.0
    assert likeness(faint, faint) < 0.1


def test_a_ramp_is_held_at_both_ends() -> None:
    assert [ramp(value, 2, 4) for value in (1, 2, 3, 4, 5)] == [0.0, 0.0, 0.5, 1.0, 1.0]


@given(PORTRAITS, st.lists(PORTRAITS, max_size=5))
def test_many_portraits_at_once_are_as_alike_as_one_by_one(one: Any, others: Any) -> None:
    rows = np.array(others, np.int64).reshape(-1, PORTRAIT_SIZE)
    assert likenesses(one, rows).tolist() == [likeness(one, other) for other in others]


@given(SIDES, st.lists(SIDES, max_size=5))
def test_many_boxes_at_once_overlap_as_one_by_one(one: Any, others: Any) -> None:
    boxes = [(min(x, u), min(y, v), max(x, u), max(y, v)) for x, y, u, v in (one, *others)]
    rows = np.array(boxes[1:], np.float64).reshape(-1, 4)
    assert overlaps(boxes[0], rows).tolist() == [overlap(boxes[0], box) for box in boxes[1:]]
