"""A portrait knows a thing again in other light and at another size, and tells it from others."""

import cv2
import numpy as np
import pytest

from quietwatch.judge.alike import SAME_LOOK, likeness
from quietwatch.model import Picture
from quietwatch.model.familiar import PORTRAIT_SIZE
from quietwatch.model.measures import PORTRAIT
from quietwatch.vision.portrait import portrait


def figure(seed: int, colour: tuple[int, int, int] = (120, 120, 120)) -> Picture:
    """(160, 80, 3): blotches of light and shade in one colour."""
    noise = np.random.default_rng(seed).random((8, 4)).astype(np.float32)
    soft = cv2.resize(noise, (80, 160), interpolation=cv2.INTER_CUBIC)
    light = 0.5 + soft / max(float(soft.max()), 1.0)
    return np.asarray(np.clip(light[..., None] * np.array(colour), 0, 255), np.uint8)


def told(picture: Picture) -> tuple[int, ...]:
    return tuple(round(100 * float(part)) for part in portrait(picture))


def test_it_has_a_number_for_each_measure() -> None:
    numbers = portrait(figure(1))
    assert numbers.shape == (PORTRAIT_SIZE,) == (len(PORTRAIT),)
    assert (numbers >= 0).all()
    assert (numbers <= 1).all()
    np.testing.assert_array_equal(numbers, np.round(numbers, 2))


@pytest.mark.parametrize("gain", [0.5, 0.8, 1.2])
def test_a_thing_is_known_again_in_other_light(gain: float) -> None:
    other = np.asarray(np.clip(figure(1) * gain + 8, 0, 255), np.uint8)
    assert likeness(told(figure(1)), told(other)) > SAME_LOOK


@pytest.mark.parametrize("size", [(40, 80), (31, 57), (160, 320)])
def test_a_thing_is_known_again_at_another_size(size: tuple[int, int]) -> None:
    other = np.asarray(cv2.resize(figure(1), size, interpolation=cv2.INTER_AREA), np.uint8)
    assert likeness(told(figure(1)), told(other)) > SAME_LOOK


def test_another_thing_is_another() -> None:
    known = told(figure(1))
    assert max(likeness(known, told(figure(seed))) for seed in range(2, 20)) < SAME_LOOK


def test_the_same_shape_in_another_jacket_is_another() -> None:
    red, blue = figure(1, (200, 60, 60)), figure(1, (60, 60, 200))
    assert likeness(told(red), told(red)) > SAME_LOOK
    assert likeness(told(red), told(blue)) == 0.0


@pytest.mark.parametrize("size", [(1, 1), (1, 9), (3, 2)])
def test_the_smallest_box_has_a_portrait(size: tuple[int, int]) -> None:
    assert portrait(np.full((*size, 3), 90, np.uint8)).tolist() == [0.5] * PORTRAIT_SIZE
