import pytest
from hypothesis import given
from hypothesis import strategies as st

from quietwatch.judge.zones import Point, Zone, contains, meets, side

SHARE = st.floats(0, 1)
LEFT: Zone = ((0.0, 0.0), (0.5, 0.0), (0.5, 1.0), (0.0, 1.0))
HOOK: Zone = ((0.1, 0.1), (0.9, 0.1), (0.9, 0.9), (0.7, 0.9), (0.7, 0.3), (0.1, 0.3))


@given(st.tuples(SHARE, SHARE))
def test_a_rectangle_has_its_edges_and_what_is_between(foot: Point) -> None:
    if abs(foot[0] - 0.5) > 1e-6:
        assert contains(LEFT, foot) == (foot[0] < 0.5)
    assert contains(LEFT, (0.5, foot[1]))


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
        assert contains(turned, foot) == inside
        assert contains(turned[::-1], foot) == inside


@given(st.floats(0, 1))
def test_who_is_cut_off_by_the_picture_stands_on_its_edge(x: float) -> None:
    lower: Zone = ((0.0, 0.4), (0.6, 0.35), (1.0, 0.5), (1.0, 1.0), (0.0, 1.0))
    assert contains(lower, (x, 1.0))


UP: tuple[Point, Point] = ((0.5, 0.9), (0.5, 0.1))


def test_right_is_right_as_seen_along_the_line() -> None:
    assert side(UP, (0.7, 0.5)) == pytest.approx(0.2)
    assert side(UP, (0.4, 0.5)) == pytest.approx(-0.1)
    assert side(UP[::-1], (0.7, 0.5)) == pytest.approx(-0.2)


def test_a_way_meets_a_line_and_does_not_go_round_it() -> None:
    assert meets(UP, ((0.2, 0.5), (0.8, 0.5)))
    assert meets(UP, ((0.2, 0.1), (0.8, 0.1)))
    assert not meets(UP, ((0.2, 0.95), (0.8, 0.95)))
    assert not meets(UP, ((0.2, 0.0), (0.8, 0.05)))
