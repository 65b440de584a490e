"""A picture that stands still, told from a view in which nothing happens."""

import json
from collections.abc import Callable

import numpy as np
import pytest

from quietwatch.vision.motion import FloatImage
from quietwatch.vision.repeats import Repeats

RATE = 5
SIZE = (60, 80)
Painter = Callable[[int], FloatImage]


def noisy(tick: int, share: float = 1.0) -> FloatImage:
    """Noise in a share of the pixels, others elsewhere in each picture."""
    chance = np.random.default_rng(tick)
    noise = chance.normal(0, 1.0, SIZE) * (chance.random(SIZE) < share)
    return np.asarray(np.rint(100 + noise), np.float32)


def held(paint: Painter, seconds: float) -> list[float]:
    repeats = Repeats.begun(paint(0), 0.0)
    return [repeats.step(paint(tick), tick / RATE) for tick in range(1, round(seconds * RATE))]


@pytest.mark.parametrize("share", [1.0, 0.01])
def test_a_picture_that_is_sent_again_and_again_is_told(share: float) -> None:
    found = held(lambda tick: noisy(min(tick, 40), share), 20.0)
    assert max(found[:45]) == 0.0
    assert found[-1] == pytest.approx(10.3, abs=0.6)


def test_what_an_encoder_changes_in_it_now_and_then_is_no_life() -> None:
    def paint(tick: int) -> FloatImage:
        kept = noisy(min(tick, 40))
        return kept + np.float32(0.4 * (tick // 10 % 2)) if tick > 40 else kept

    assert held(paint, 20.0)[-1] > 9.0


def test_a_view_that_is_all_new_at_each_keyframe_is_alive() -> None:
    def paint(tick: int) -> FloatImage:
        return noisy(tick if tick < 40 else tick - tick % 15)

    found = np.array(held(paint, 60.0))
    assert found.max() < 2.0
    assert not found[100:].any(), "learned when it moved again"


def test_who_walks_where_there_is_no_noise_leaves_no_frozen_picture() -> None:
    def paint(tick: int) -> FloatImage:
        picture = np.full(SIZE, 100, np.float32)
        left = min(tick, 60)
        picture[20:50, left : left + 12] = 40
        return picture

    assert max(held(paint, 40.0)) == 0.0


def test_a_camera_that_swayed_and_stands_still_is_not_frozen() -> None:
    view = np.random.default_rng(5).normal(120, 30, SIZE).astype(np.float32)

    def paint(tick: int) -> FloatImage:
        return np.roll(view, tick % 5 if tick < 60 else 0, axis=1)

    assert max(held(paint, 40.0)) == 0.0


def test_it_goes_on_from_what_is_remembered() -> None:
    whole, cut = Repeats.begun(noisy(0), 0.0), Repeats.begun(noisy(0), 0.0)
    for tick in range(1, 80):
        picture, seconds = noisy(min(tick, 40)), tick / RATE
        values = json.loads(json.dumps(cut.values()))
        cut, before = Repeats(), cut
        cut.restore(values, before.picture)
        assert cut.step(picture, seconds) == whole.step(picture, seconds)
    assert whole.values() == cut.values()
