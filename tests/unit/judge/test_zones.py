from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quietwatch.judge.zones import Point, Zone, is_watched

SHARE = st.floats(0, 1)
LEFT: Zone = ((0.0, 0.0), (0.5, 0.0), (0.5, 1.0), (0.0, 1.0))
HOOK: Zone = ((0.1, 0.1), (0.9, 0.1), (0.9, 0.9), (0.7, 0.9), (0.7, 0.3), (0.1, 0.3))


@given(st.tuples(SHARE, SHARE))
def test_without_zones_all_is_watched(foot: Point) -> None:
    assert is_watched(foot, ())


@given(st.tuples(SHARE, SHARE))
def test_a_rectangle_has_its_edges_and_what_is_between(foot: Point) -> None:
    if abs(foot[0] - 0.5) > 1e-6:
        assert is_watched(foot, [LEFT]) == (foot[0] < 0.5)
    assert is_watched((0.5, foot[1]), [LEFT])


@pytest.mark.parametrize(
    ("foot", "inside"),
    [
        ((0.2, 0.2), True),
        ((0.8, 0.8), True),
        ((0.5, 0.6), False),
        ((0.2, 0.31), False),
        ((0.7, 0.3), True),  # the inner corner
        ((0.7, 0.5), True),
        ((0.4, 0.3), True),
        ((0.95, 0.1), False),  # in line with an edge
        ((0.05, 0.3), False),
        ((0.0, 0.9), False),
    ],
)
def test_a_polygon_may_have_a_bay(foot: Point, inside: bool) -> None:  # noqa: FBT001
    for start in range(len(HOOK)):
        turned = (*HOOK[start:], *HOOK[:start])
        assert is_watched(foot, [turned]) == inside
        assert is_watched(foot, [turned[::-1]]) == inside


@given(st.floats(0, 1), st.lists(st.sampled_from([LEFT, HOOK]), max_size=2))
def test_who_is_cut_off_by_the_picture_stands_on_its_edge(x: float, more: Sequence[Zone]) -> None:
    lower: Zone = ((0.0, 0.4), (0.6, 0.35), (1.0, 0.5), (1.0, 1.0), (0.0, 1.0))
    assert is_watched((x, 1.0), [*more, lower])
