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


def test_a_straight_walk_is_measured_in_own_sizes(measure: Any, make_track: Any, walk: Any) -> None:
    measured = measure(make_track(walk, Kind.PERSON, 0.8), ASPECT)
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


def test_swaying_turns_and_gets_nowhere(measure: Any, make_track: Any) -> None:
    sway = [(0.5 + 0.04 * math.sin(index), 0.5) for index in range(40)]
    measured = measure(make_track(sway), ASPECT)
    assert measured.turns >= 8
    assert measured.straightness < 0.3
    assert measured.reach < 1.0


def test_jitter_is_no_way(measure: Any, make_track: Any) -> None:
    shake = np.random.default_rng(1).normal(0, 0.002, (50, 2))
    measured = measure(make_track([(0.5 + x, 0.5 + y) for x, y in shake]), ASPECT)
    assert measured.path == 0
    assert measured.turns == 0
    assert measured.straightness == 0


def test_what_moves_about_it_is_no_way_of_what_was_found(measure: Any, make_track: Any) -> None:
    path = [(0.5, 0.5)] * 10 + [(0.5 + 0.02 * step, 0.5) for step in range(1, 11)]
    track = make_track(path, Kind.PERSON, 0.8)
    track.scores[10:] = math.nan  # followed by its movement alone: a flake, or a shadow
    measured = measure(track, ASPECT)
    assert (measured.found_way, measured.found_s) == (0.0, pytest.approx(1.8))
    assert measured.net > 1.0


def test_a_box_that_leaps_once_has_gone_half_the_way(measure: Any, make_track: Any) -> None:
    path = [(0.5, 0.5)] * 10 + [(0.55, 0.5)]
    leap = measure(make_track(path, Kind.PERSON, 0.8), ASPECT)
    assert leap.found_way == pytest.approx(leap.net / 2)
    stays = measure(make_track([*path, *path[-1:] * 5], Kind.PERSON, 0.8), ASPECT)
    assert stays.found_way == pytest.approx(stays.net, rel=0.02)


def test_without_a_look_there_is_no_evidence(measure: Any, make_track: Any, walk: Any) -> None:
    measured = measure(make_track(walk, looks=False), ASPECT)
    assert measured.looks == 0
    assert measured.of(Kind.PERSON).probability < 0.15


def _resized(make_track: Any, sides: list[float]) -> Track:
    """A track in the middle of the picture whose box changes its size."""
    track: Track = make_track([(0.5, 0.5)] * len(sides), Kind.VEHICLE, 0.7)
    half = np.array(sides)[:, None] / 2
    track.boxes[:] = np.hstack([0.5 - half, 0.5 - half, 0.5 + half, 0.5 + half])
    return track


def test_what_comes_near_grows_and_what_goes_shrinks(measure: Any, make_track: Any) -> None:
    sides = [0.1 * 1.03**index for index in range(41)]
    for track in (_resized(make_track, sides), _resized(make_track, sides[::-1])):
        measured = measure(track, 1.0)
        assert measured.growth == pytest.approx(1.03**40, rel=0.2)
        assert measured.area == pytest.approx(sides[-1] ** 2)


def test_a_box_that_leaps_or_jitters_does_not_come_near(measure: Any, make_track: Any) -> None:
    leaps = [0.1] * 5 + [0.3] * 5 + [0.15] * 5
    assert measure(_resized(make_track, leaps), 1.0).growth == pytest.approx(1.0)
    jitter = [0.2 * (1 + 0.1 * math.sin(3 * index)) for index in range(50)]
    assert measure(_resized(make_track, jitter), 1.0).growth < 1.15


def test_who_paces_goes_stretches(measure: Any, make_track: Any) -> None:
    there = [(0.3 + 0.02 * index, 0.5) for index in range(20)]
    measured = measure(make_track((there + there[::-1]) * 2), ASPECT)
    assert measured.straightness < 0.3
    assert measured.turns == 3
    assert measured.stretch == pytest.approx(0.02 * 19 * ASPECT / 0.15, rel=0.1)


def test_a_zigzag_of_moments_is_no_stretch(measure: Any, make_track: Any) -> None:
    dart = [(0.3 + 0.3 * (index % 2), 0.5) for index in range(40)]
    assert measure(make_track(dart), ASPECT).stretch == 0


def test_a_still_knows_nothing_of_motion(measure: Any, make_track: Any) -> None:
    track = make_track([(0.5, 0.5)], Kind.PERSON, 0.8, motion=math.nan, still=True)
    measured = measure(track, ASPECT)
    assert measured.still
    assert math.isnan(measured.motion)
    assert measured.speed == 0


@given(st.lists(PLACE, min_size=1, max_size=25), st.floats(0, 1), st.floats(0.3, 3))
@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_known_at_a_moment_depends_on_the_past_alone(
    first: Any,
    measure: Any,
    make_track: Any,
    path: list[tuple[float, float]],
    score: float,
    aspect: float,
) -> None:
    track = make_track(path, Kind.PERSON, score)
    known = [step.features for step in features.history(track, aspect)]
    assert len(known) == len(track)
    for count in range(1, len(track) + 1):
        assert measure(first(track, count), aspect) == known[count - 1]


@given(st.lists(PLACE, min_size=2, max_size=25), st.floats(0.3, 3))
@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_only_grows_never_falls_and_ranges_hold(
    make_track: Any, path: list[tuple[float, float]], aspect: float
) -> None:
    known = [step.features for step in features.history(make_track(path, Kind.ANIMAL, 0.5), aspect)]
    for before, after in pairwise(known):
        assert after.duration > before.duration
        assert after.reach >= before.reach
        assert after.growth >= before.growth >= 1
        assert after.stretch >= before.stretch
        assert after.turns >= before.turns
        assert after.area >= before.area
        assert after.seen == before.seen + 1
    for measured in known:
        assert 0 <= measured.straightness <= 1
        assert 0 <= measured.area <= 1
        assert measured.net <= measured.reach
