"""Each cause by evidence of its own, on tracks made by hand."""

from dataclasses import replace
from typing import Any

import pytest

from quietwatch.config import JudgeSettings
from quietwatch.judge.features import Features, history
from quietwatch.judge.features.appearance import Appearance
from quietwatch.judge.features.running import Likeness, Running
from quietwatch.judge.nuisance import cause, is_nothing_solid
from quietwatch.judge.rules import judge
from quietwatch.model import Kind, Reason, Verdict

FAR = [(0.1 + 0.02 * n, 0.5) for n in range(40)]


def told(value: float, count: int = 9) -> Running:
    return Running(count=count, mean=value)


@pytest.fixture
def mover(make_track: Any) -> Features:
    """A mover without a class that goes its way."""
    return list(history(make_track(FAR, contrast=0.0), 4 / 3))[-1].features


def through(features: Features, share: float, contrast: float, count: int = 20) -> Features:
    seen = Appearance(see_through=told(share, count))
    return replace(features, appearance=seen, contrast=contrast)


def falling(
    features: Features, company: float = 40.0, size: float = 0.05, contrast: float = 0.1
) -> Features:
    scene = replace(features.scene, company=told(company))
    blurred = Appearance(sharpness=told(0.15), sharpness_around=told(0.25))
    made = replace(features, scene=scene, size=size, contrast=contrast, appearance=blurred)
    return replace(made, duration=2.0)


def test_a_shadow_and_a_lamp_let_the_ground_show_through(mover: Features) -> None:
    assert cause(through(mover, 0.9, -0.1)) is Reason.SHADOW
    assert cause(through(mover, 0.9, 0.1)) is Reason.LIGHTING
    assert not is_nothing_solid(through(mover, 0.6, -0.1))
    assert not is_nothing_solid(through(mover, 0.9, -0.1, count=1))  # it may be chance
    shaded = through(mover, 0.9, -0.1, count=5)  # of 40: somebody whose shadow came first
    assert not is_nothing_solid(shaded)


def test_what_falls_is_small_and_many(mover: Features) -> None:
    assert cause(falling(mover)) is Reason.PRECIPITATION
    assert not is_nothing_solid(falling(mover, company=12.0))  # a hedge in the wind
    assert not is_nothing_solid(falling(mover, contrast=-0.1))  # leaves in a gust
    assert not is_nothing_solid(falling(mover, size=0.4))  # somebody who is there in the snow
    assert not is_nothing_solid(replace(falling(mover), duration=8.0))  # or goes through it
    unmeasured = replace(falling(mover), appearance=Appearance())
    assert not is_nothing_solid(unmeasured)  # a busy square


def test_what_a_shaking_camera_moves_goes_along_with_it(mover: Features) -> None:
    along = Likeness(product=0.8, one=1.0, other=1.0)
    shaken = replace(mover.scene, shift=told(0.01), with_camera=along)
    assert cause(replace(mover, scene=shaken)) is Reason.CAMERA_MOTION
    stands = replace(mover.scene, shift=told(0.001), with_camera=along)
    assert cause(replace(mover, scene=stands)) is not Reason.CAMERA_MOTION


@pytest.mark.parametrize(
    ("sharp", "colour", "contrast", "is_insect"),
    [(0.1, 0.0, 0.2, True), (0.3, 0.0, 0.2, False), (0.1, 0.1, 0.2, False), (0.1, 0.0, 0.0, False)],
)
def test_an_insect_is_bright_and_blurred_under_infrared(
    mover: Features, sharp: float, colour: float, contrast: float, *, is_insect: bool
) -> None:
    blurred = Appearance(sharpness=told(sharp), sharpness_around=told(0.3))
    scene = replace(mover.scene, colour=told(colour))
    features = replace(mover, appearance=blurred, scene=scene, contrast=contrast)
    assert (cause(features) is Reason.INSECT) is is_insect


def test_what_passes_by_alone_and_is_nothing_that_is_known_drifts(mover: Features) -> None:
    assert cause(mover) is Reason.DRIFTING_OBJECT
    assert cause(replace(mover, duration=0.4)) is Reason.TOO_BRIEF
    swarm = replace(mover.scene, company=told(15.0))
    assert cause(replace(mover, scene=swarm)) is not Reason.DRIFTING_OBJECT
    assert cause(replace(mover, reach=0.8, path=2.0)) is Reason.FOLIAGE


def test_what_is_nothing_solid_is_not_shown_for_going_its_way(mover: Features) -> None:
    settings = JudgeSettings()
    assert judge(mover, settings).verdict is Verdict.REVIEW
    for harmless in (through(mover, 0.9, -0.1), falling(mover)):
        assert judge(harmless, settings).verdict is Verdict.SUPPRESSED
        large = replace(harmless, area=0.5, motion=0.9)
        assert judge(large, settings).verdict is Verdict.SUPPRESSED


def test_somebody_in_the_snow_is_somebody(make_track: Any) -> None:
    walker = list(history(make_track(FAR, Kind.PERSON, 0.8), 4 / 3))[-1].features
    assert judge(falling(walker), JudgeSettings()).verdict is Verdict.ALARM
