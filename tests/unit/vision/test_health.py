"""When something is suspected, and how long: a camera looks at a yard, things happen to it."""

import json
from collections.abc import Callable, Iterable, Iterator

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quietwatch.model.measures import COLUMN, in_range
from quietwatch.vision.health import Health, measured
from quietwatch.vision.motion import FloatImage
from quietwatch.vision.view import Signs

RATE = 5
SIZE = (120, 160)
Painter = Callable[[int], FloatImage]


def scenery(seed: int = 1) -> FloatImage:
    chance = np.random.default_rng(seed)
    levels = np.full(SIZE, 120, np.float32)
    for size, strength in ((30, 24), (15, 20), (8, 16), (4, 13), (2, 10)):
        shape = (SIZE[0] // size + 1, SIZE[1] // size + 1)
        blocks = chance.normal(0, strength, shape).repeat(size, 0).repeat(size, 1)
        levels += blocks[: SIZE[0], : SIZE[1]].astype(np.float32)
    return np.clip(levels, 0, 255)


YARD, ELSEWHERE = scenery(), scenery(2)


def sensed(picture: FloatImage, tick: int, noise: float = 2.0) -> FloatImage:
    """What the sensor makes of it: whole levels, with noise."""
    chance = np.random.default_rng(tick).normal(0, noise, SIZE)
    return np.asarray(np.clip(np.rint(picture + chance), 0, 255), np.float32)


def yard(tick: int) -> FloatImage:
    return sensed(YARD, tick)


def then(happens: Painter, start: float = 8.0, end: float = 1e9) -> Painter:
    """The yard, to which something happens from one time to another, seconds."""
    return lambda tick: happens(tick) if start <= tick / RATE < end else yard(tick)


def watched(
    paint: Painter, seconds: float = 20.0, health: Health | None = None, step: float = 1 / RATE
) -> Iterator[tuple[float, Signs | None]]:
    health = health or Health()
    for tick in range(round(seconds / step)):
        yield tick * step, health.step(paint(tick), tick * step)


def suspected(seen: Iterable[tuple[float, Signs | None]]) -> list[float]:
    return [seconds for seconds, signs in seen if signs is not None]


def covered(tick: int) -> FloatImage:
    return sensed(np.full(SIZE, 60, np.float32), tick)


def turned(tick: int) -> FloatImage:
    return sensed(ELSEWHERE, tick)


def blurred(tick: int) -> FloatImage:
    return sensed(np.asarray(cv2.GaussianBlur(YARD, (0, 0), 3.0), np.float32), tick)


def sprayed(tick: int) -> FloatImage:
    picture = YARD.copy()
    cv2.circle(picture, (70, 60), 50, (20.0,), -1)
    return sensed(np.asarray(cv2.GaussianBlur(picture, (5, 5), 0)), tick)


def frozen(tick: int) -> FloatImage:
    return yard(min(tick, 40))


@pytest.mark.parametrize("happens", [covered, turned, blurred, sprayed])
def test_what_is_done_to_the_camera_is_suspected_at_once_until_it_is_over(happens: Painter) -> None:
    times = suspected(watched(then(happens, 8.0, 15.0)))
    assert times[0] == pytest.approx(8.6, abs=0.6)
    assert times[-1] == pytest.approx(15.2, abs=0.6)
    assert np.diff(times).max() < 0.5


def test_a_frozen_picture_is_suspected_when_it_has_stood_for_some_seconds() -> None:
    seen = [(at, signs) for at, signs in watched(frozen) if signs]
    assert seen[0][0] == pytest.approx(10.6, abs=0.3)
    assert seen[-1][1].repeats == pytest.approx(10.2, abs=0.3)


@pytest.mark.parametrize(
    "paint",
    [
        pytest.param(lambda tick: sensed(YARD * np.float32(0.08), tick), id="lights-out"),
        pytest.param(lambda tick: sensed(np.minimum(YARD * 1.5, 255), tick), id="lamp"),
        pytest.param(lambda tick: sensed(YARD * (1 + 0.3 * np.sin(tick)), tick), id="exposure"),
        pytest.param(lambda tick: sensed(YARD * 0.3 + 120, tick), id="fog"),
        pytest.param(lambda tick: sensed(YARD, tick, 8.0), id="infrared"),
        pytest.param(lambda tick: np.roll(yard(tick), tick % 3 - 1, axis=1), id="tremble"),
        pytest.param(lambda tick: yard(tick - tick % 10), id="compression"),
    ],
)
def test_what_is_not_done_to_the_camera_is_not_suspected(paint: Painter) -> None:
    assert suspected(watched(then(paint))) == []
    assert suspected(watched(then(paint, 8.0, 14.0))) == []


def test_who_passes_close_by_is_forgotten_soon() -> None:
    def passes(tick: int) -> FloatImage:
        picture = YARD.copy()
        left = (tick - 40) * 16 - 120
        picture[:, max(left, 0) : max(left + 120, 0)] = 40
        return sensed(picture, tick)

    health = Health()
    times = suspected(watched(then(passes), health=health))
    assert times
    assert times[-1] - times[0] < 4
    assert not health.suspects


def test_a_camera_that_often_stands_still_is_not_frozen() -> None:
    """Its encoder leaves out noise: only at each keyframe anything changes."""

    def paint(tick: int) -> FloatImage:
        return yard(tick if tick < 20 else tick - tick % 20)

    calmer = then(lambda tick: yard(tick - tick % 30), 20.0)
    times = suspected(watched(lambda tick: paint(tick) if tick < 100 else calmer(tick), 60))
    assert times == pytest.approx(
        [6.6, 6.8, 7.0, 7.2, 7.4, 7.6, 7.8]
    )  # the first time, until it moves again


def test_a_camera_without_noise_is_not_frozen_when_nobody_is_there() -> None:
    def paint(tick: int) -> FloatImage:
        picture = YARD.copy()
        if tick < 40:
            picture[40:80, tick * 3 : tick * 3 + 12] = 30
        return picture

    assert suspected(watched(paint, 30.0)) == []


def test_a_view_that_stays_becomes_the_usual_one() -> None:
    health = Health()
    times = suspected(watched(then(turned), 210.0, health))
    assert times[-1] - times[0] == pytest.approx(180, abs=1)
    assert not health.suspects
    again = [health.step(yard(tick), 210 + tick / RATE) for tick in range(20)]
    assert again[-1] is not None, "the old one is another now"


@pytest.mark.parametrize("happens", [covered, blurred, sprayed])
def test_what_hides_the_view_never_becomes_it(happens: Painter) -> None:
    health = Health()
    times = suspected(watched(then(happens, 8.0, 220.0), 224.0, health))
    assert times[-1] > 219
    assert not health.suspects


def test_of_a_camera_that_was_blind_from_the_start_nothing_is_known() -> None:
    assert suspected(watched(covered, 30.0)) == []
    times = suspected(watched(then(covered, 2.0), 10.0))
    assert times[0] == pytest.approx(4.0)  # as soon as there is anything to go by


def test_stills_that_follow_slowly_are_a_film_too() -> None:
    times = suspected(watched(lambda tick: (covered if tick >= 10 else yard)(tick), 600, step=30.0))
    assert times == [300.0 + 30 * tick for tick in range(10)]


def test_another_size_begins_anew() -> None:
    health = Health()
    list(watched(yard, health=health))
    assert health.step(np.zeros((50, 60), np.float32), 20.2) is None
    assert not health.suspects


@given(st.sets(st.integers(1, 99), max_size=5), st.sampled_from([covered, turned, frozen, blurred]))
@settings(max_examples=15, deadline=None)
def test_going_on_from_a_saved_state_is_as_if_never_stopped(
    cuts: set[int], happens: Painter
) -> None:
    paint = then(happens, 8.0, 16.0)
    whole, health, parted = list(watched(paint)), Health(), []
    for tick in range(100):
        if tick in cuts:
            values, arrays = health.state()
            health = Health()
            health.restore(json.loads(json.dumps(values)), arrays)
        parted.append((tick * (1 / RATE), health.step(paint(tick), tick * (1 / RATE))))
    assert parted == whole
    assert any(signs for _, signs in whole)


def test_the_state_does_not_grow() -> None:
    health, sizes = Health(), set()
    for at, _ in watched(then(turned, 8.0, 60.0), 120.0, health):
        if at > 1:
            values, arrays = health.state()
            sizes.add((len(values), sum(part.nbytes for part in arrays.values())))
    assert len(sizes) == 1


def test_signs_are_measures_in_their_ranges() -> None:
    for _, signs in watched(then(turned)):
        if signs is not None:
            row = measured(signs)
            assert in_range(row[None])
            assert row[COLUMN["kept"]] == signs.kept
            assert row[COLUMN["brightness"]] == signs.level


def test_how_long_it_looked_as_usual_in_between_is_told() -> None:
    flashes = then(lambda tick: covered(tick) if tick % 5 == 0 else yard(tick))
    seen = [(seconds, signs) for seconds, signs in watched(flashes) if signs is not None]
    assert len(seen) >= 8
    assert [signs.lapse for _, signs in seen] == pytest.approx([0.0] + [0.8] * (len(seen) - 1))
    steady = [signs for _, signs in watched(then(covered)) if signs is not None]
    assert {signs.lapse for signs in steady} == {0.0}
