"""The themes of the features, on tracks that were made for them."""

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from quietwatch.judge.features import Features
from quietwatch.model import Kind, Track
from quietwatch.model.measures import COLUMN, unmeasured

Seen = Callable[..., Features]
STAY = [(0.5, 0.5)] * 20


@pytest.fixture
def seen(make_track: Any, measure: Any) -> Seen:
    """`seen(path, sharpness=0.2, ...)`: features of a track with these measures, by moment."""

    def features(path: Any = STAY, track: Track | None = None, **measures: Any) -> Features:
        made: Track = make_track(path) if track is None else track
        rows = unmeasured(len(made))
        for name, values in measures.items():
            rows[:, COLUMN[name]] = values
        known: Features = measure(replace(made, measures=rows), 4 / 3)
        return known

    return features


def test_of_an_analysis_without_measures_nothing_is_claimed(make_track: Any, measure: Any) -> None:
    known: Features = measure(make_track(STAY), 4 / 3)
    assert known.appearance.focus is None
    assert known.appearance.brightness.value is None
    assert known.scene.company.value is None
    assert (known.scene.with_camera.value, known.scene.with_light.value) == (0, 0)
    assert not known.scene.infrared


def test_a_moth_at_the_lens_is_out_of_focus_and_a_visitor_is_not(seen: Seen) -> None:
    moth = seen(sharpness=0.04, sharpness_around=0.3).appearance.focus
    visitor = seen(sharpness=0.3, sharpness_around=0.3).appearance.focus
    assert moth is not None
    assert moth < 0.3
    assert visitor == pytest.approx(1)


def test_what_flickers_changes_its_brightness_from_moment_to_moment(seen: Seen) -> None:
    steady = seen(brightness=np.linspace(0.2, 0.6, 20)).appearance
    lamp = seen(brightness=[0.2, 0.6] * 10).appearance
    assert lamp.flicker.value == pytest.approx(0.4)
    assert steady.flicker.value == pytest.approx(0.4 / 19)
    assert steady.brightness.value == pytest.approx(lamp.brightness.value)


def test_brightness_that_was_not_measured_once_is_bridged(seen: Seen) -> None:
    known = seen(brightness=[0.2, math.nan] * 10).appearance
    assert known.brightness.count == 10
    assert known.flicker.most == 0


def test_what_goes_along_with_the_camera_is_told_from_who_walks(seen: Seen) -> None:
    sway = 0.03 * np.sin(np.arange(20))
    shaken = [(0.5 + x, 0.5) for x in sway]
    moved = {"shift_x": sway, "shift_y": 0.0, "shift_sure": 0.8}
    assert seen(shaken, **moved).scene.with_camera.value == pytest.approx(1)
    walk = [(0.2 + 0.02 * index, 0.5) for index in range(20)]
    assert abs(seen(walk, **moved).scene.with_camera.value) < 0.3
    unsure = moved | {"shift_sure": 0.05}
    assert seen(shaken, **unsure).scene.with_camera.value == 0
    assert seen(shaken, **unsure).scene.shift.value is None


def test_what_only_changes_with_the_light_is_told(seen: Seen) -> None:
    light = 0.1 * np.sin(np.arange(20) / 2)
    lit = seen(brightness=0.4 + light, exposure=light).scene
    assert lit.with_light.value == pytest.approx(1)
    assert lit.exposure.most == pytest.approx(0.1, abs=0.01)
    assert seen(brightness=0.4, exposure=light).scene.with_light.value == 0


def test_company_infrared_and_a_picture_that_changes_at_once(seen: Seen, make_track: Any) -> None:
    rain = seen(company=12, picture_colour=0.0).scene
    assert (rain.company.value, rain.infrared) == (12, True)
    assert not seen(picture_colour=0.1).scene.infrared
    flood = seen(track=make_track(STAY, changed=0.5)).scene
    assert flood.at_once.value == 1


def test_scores_over_time(make_track: Any, measure: Any) -> None:
    track = make_track(STAY, Kind.PERSON, 0.62)
    track.scores[::2] = 0.0
    track.scores[4, 2] = 0.9  # once it looked like a dog
    said = measure(track, 1.0).said
    assert said.of(Kind.PERSON).upper == pytest.approx(0.6)
    assert said.of(Kind.PERSON).median == 0
    assert said.of(Kind.VEHICLE).upper == 0
    assert said.agreement == pytest.approx(10 / 11)
    assert measure(track, 1.0).found == pytest.approx(11 / 20)


def test_moments_without_a_look_are_no_scores(make_track: Any, measure: Any) -> None:
    said = measure(make_track(STAY, looks=False), 1.0).said
    assert sum(said.of(Kind.PERSON).counts) == said.finds == 0
    assert said.agreement == said.of(Kind.PERSON).median == 0


def test_second_looks_are_kept_apart(seen: Seen) -> None:
    scores = [math.nan] * 18 + [0.5, 0.7]
    person = seen(second_person=scores, second_vehicle=scores, second_animal=scores).said
    assert person.of(Kind.PERSON).second.count == 2
    assert person.of(Kind.PERSON).second.value == pytest.approx(0.6)


def test_who_walks_keeps_their_foot_on_the_ground(make_track: Any, measure: Any) -> None:
    walk = [(0.2 + 0.02 * index, 0.5) for index in range(20)]
    foot = measure(make_track(walk), 1.0).standing.foot
    assert (foot.value, foot.deviation) == (pytest.approx(0.575), pytest.approx(0, abs=1e-6))
    fly = [(0.5, 0.5 + 0.3 * math.sin(index)) for index in range(20)]
    assert measure(make_track(fly), 1.0).standing.foot.deviation > 0.15


def test_who_comes_in_from_the_edge_has_entered(make_track: Any, measure: Any) -> None:
    walk = [(0.0 + 0.02 * index, 0.5) for index in range(20)]
    entering = measure(make_track(walk), 1.0).standing
    assert entering.entered
    assert 0 < entering.at_edge.mean < 0.5
    assert not measure(make_track(walk[::-1]), 1.0).standing.entered
