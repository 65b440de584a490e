import math
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quietwatch.judge import features
from quietwatch.model import Kind, Track

ASPECT = 4 / 3
PLACE = st.tuples(st.floats(0, 1), st.floats(0, 1))


def test_a_straight_walk_is_measured_in_own_sizes(make_track: Any, walk: Any) -> None:
    measured = features.of(make_track(walk, Kind.PERSON, 0.8), ASPECT)
    way = 0.02 * 19 * ASPECT / 0.15  # heights of the picture by the box's longer side
    assert measured.net == pytest.approx(way, rel=1e-6)
    assert measured.path == pytest.approx(way, rel=0.1)
    assert measured.reach == measured.net
    assert measured.straightness == pytest.approx(1.0, abs=0.05)
    assert measured.turns == 0
    assert measured.duration == pytest.approx(3.8)
    assert measured.speed == pytest.approx(measured.path / 3.8)
    assert measured.size == pytest.approx(0.15)
    assert measured.of(Kind.PERSON).finds == 20
    assert measured.of(Kind.ANIMAL).finds == 0
    assert measured.looks == 20


def test_swaying_turns_and_gets_nowhere(make_track: Any) -> None:
    sway = [(0.5 + 0.04 * math.sin(index), 0.5) for index in range(40)]
    measured = features.of(make_track(sway), ASPECT)
    assert measured.turns >= 8
    assert measured.straightness < 0.3
    assert measured.reach < 1.0


def test_jitter_is_no_way(make_track: Any) -> None:
    shake = np.random.default_rng(1).normal(0, 0.002, (50, 2))
    measured = features.of(make_track([(0.5 + x, 0.5 + y) for x, y in shake]), ASPECT)
    assert measured.path == 0
    assert measured.turns == 0
    assert measured.straightness == 0


def test_without_a_look_there_is_no_evidence(make_track: Any, walk: Any) -> None:
    measured = features.of(make_track(walk, looks=False), ASPECT)
    assert measured.looks == 0
    assert measured.of(Kind.PERSON).probability < 0.15


def test_growth_and_area_follow_the_box() -> None:
    boxes = np.array([[0.4, 0.4, 0.5, 0.5], [0.3, 0.3, 0.6, 0.6]])
    fill = np.zeros(2)
    track = Track(0, np.array([0.0, 1.0]), boxes, np.zeros((2, 3)), fill, fill, fill, fill)
    measured = features.of(track, 1.0)
    assert measured.growth == pytest.approx(3.0)
    assert measured.area == pytest.approx(0.09)


def test_a_still_knows_nothing_of_motion(make_track: Any) -> None:
    track = make_track([(0.5, 0.5)], Kind.PERSON, 0.8, motion=math.nan, still=True)
    measured = features.of(track, ASPECT)
    assert measured.still
    assert math.isnan(measured.motion)
    assert measured.speed == 0


@given(st.lists(PLACE, min_size=1, max_size=25), st.floats(0, 1), st.floats(0.3, 3))
@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_known_at_a_moment_depends_on_the_past_alone(
    make_track: Any, path: list[tuple[float, float]], score: float, aspect: float
) -> None:
    track = make_track(path, Kind.PERSON, score)
    known = list(features.history(track, aspect))
    assert len(known) == len(track)
    for count in range(1, len(track) + 1):
        assert features.of(track.until(count), aspect) == known[count - 1]


@given(st.lists(PLACE, min_size=2, max_size=25), st.floats(0.3, 3))
@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_only_grows_never_falls_and_ranges_hold(
    make_track: Any, path: list[tuple[float, float]], aspect: float
) -> None:
    known = list(features.history(make_track(path, Kind.ANIMAL, 0.5), aspect))
    for before, after in pairwise(known):
        assert after.duration > before.duration
        assert after.reach >= before.reach
        assert after.turns >= before.turns
        assert after.area >= before.area
        assert after.seen == before.seen + 1
    for measured in known:
        assert 0 <= measured.straightness <= 1
        assert 0 <= measured.area <= 1
        assert measured.net <= measured.reach
