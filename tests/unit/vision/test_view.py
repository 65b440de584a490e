"""How a picture differs from the usual view: constructed pictures, and what any picture gives."""

from typing import Any

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from quietwatch.vision.motion import FloatImage
from quietwatch.vision.view import Signs, View, halved

SIZE = (240, 320)


def scenery(seed: int = 1) -> FloatImage:
    """Things of all sizes, (240, 320) float32 levels: the smaller the fainter, as in nature."""
    chance = np.random.default_rng(seed)
    levels = np.full(SIZE, 120, np.float32)
    for size, strength in ((60, 24), (30, 20), (16, 16), (8, 13), (4, 10), (2, 8)):
        shape = (SIZE[0] // size + 1, SIZE[1] // size + 1)
        blocks = chance.normal(0, strength, shape).repeat(size, 0).repeat(size, 1)
        levels += blocks[: SIZE[0], : SIZE[1]].astype(np.float32)
    return np.asarray(cv2.GaussianBlur(np.clip(levels, 0, 255), (3, 3), 0), np.float32)


@pytest.fixture
def view() -> View:
    made = View()
    made.begin(scenery(), 0.0)
    for tick in range(1, 30):
        made.learn(scenery(), tick / 5)
    return made


def signs(view: View, picture: FloatImage, before: FloatImage | None = None) -> Signs:
    half = halved(picture)
    return view.signs(picture, half, half if before is None else before, 0.0, closely=True)


def test_the_same_view_has_no_signs(view: View) -> None:
    found = signs(view, scenery())
    assert (found.kept, found.blank, found.steady) == (1.0, 0.0, 1.0)
    assert found.likeness == pytest.approx(1.0, abs=1e-3)
    assert found.steepness == pytest.approx(1.0, abs=0.01)
    assert not found.unlike


@pytest.mark.parametrize(("gain", "offset"), [(0.1, 2.0), (0.5, 0.0), (1.3, 20.0), (0.6, 100.0)])
def test_light_changes_the_level_and_nothing_else(view: View, gain: float, offset: float) -> None:
    lit = np.asarray(scenery() * np.float32(gain) + np.float32(offset), np.float32)
    found = signs(view, lit)
    assert found.kept == 1.0
    assert found.steepness == pytest.approx(1.0, abs=0.01)
    assert found.level == pytest.approx(float(lit.mean()) / 255, abs=0.001)


def test_a_veil_is_no_light() -> None:
    """It lets two hundredths through, as a lamp that is dimmed does, but its own light is there."""
    view = View()
    view.begin(scenery(), 0.0)
    veiled = signs(view, np.asarray(scenery() * 0.02 + 60, np.float32))
    assert (veiled.kept, veiled.blank, veiled.likeness) == (0.0, 1.0, 0.0)
    assert signs(view, np.asarray(scenery() * 0.02 + 16, np.float32)).kept > 0.9
    assert signs(view, np.asarray(scenery() * 0.2 + 90, np.float32)).kept > 0.9  # fog


def test_half_in_shadow_is_not_blank(view: View) -> None:
    shaded = scenery()
    shaded[:, :160] *= 0.45
    found = signs(view, shaded)
    assert (found.kept, found.blank) == (1.0, 0.0)


def test_what_is_covered_is_blank_and_the_rest_kept(view: View) -> None:
    covered = scenery()
    covered[:, :160] = 30
    found = signs(view, covered)
    assert found.kept == 0.5
    assert 0.375 <= found.blank <= 0.5  # the edge of what covers it lies in the column between


def test_another_view_is_strange_not_blank(view: View) -> None:
    found = signs(view, scenery(2))
    assert found.kept < 0.1
    assert found.blank < 0.1
    assert abs(found.likeness) < 0.1
    assert found.unlike


def test_a_view_in_motion_is_not_steady(view: View) -> None:
    another = scenery(2)
    assert signs(view, another, halved(another)).steady == pytest.approx(1.0, abs=1e-3)
    assert signs(view, another, halved(np.roll(another, 9, axis=1))).steady < 0.5


@pytest.mark.parametrize("sigma", [2.0, 4.0])
def test_blur_takes_the_fine_edges_and_leaves_the_coarse(view: View, sigma: float) -> None:
    blurred = np.asarray(cv2.GaussianBlur(scenery(), (0, 0), sigma), np.float32)
    assert signs(view, blurred).steepness < 0.65
    assert signs(view, blurred).likeness > 0.3


def test_neither_noise_nor_a_nudge_is_blur(view: View) -> None:
    noise = np.random.default_rng(3).normal(0, 6, SIZE).astype(np.float32)
    assert signs(view, scenery() + noise).steepness > 0.9
    assert signs(view, np.roll(scenery(), 2, axis=1)).steepness > 0.9


def test_a_clock_in_the_corner_does_not_outweigh_the_rest(view: View) -> None:
    """It is sharp, bright, and there whatever happens to the lens."""

    def stamped(picture: FloatImage) -> FloatImage:
        shown = np.rint(picture).astype(np.uint8)
        cv2.putText(shown, "2026-11-23", (4, 20), cv2.FONT_HERSHEY_SIMPLEX, 0.6, (255,), 2)
        return shown.astype(np.float32)

    view.begin(stamped(scenery()), 10.0)
    cloth = stamped(np.full(SIZE, 40, np.float32))
    assert signs(view, cloth).likeness < 0.3
    assert signs(view, cloth).blank > 0.7
    blurred = stamped(np.asarray(cv2.GaussianBlur(scenery(), (0, 0), 3.0), np.float32))
    assert signs(view, blurred).steepness < 0.6


def test_of_a_view_without_edges_nothing_is_told(view: View) -> None:
    view.begin(np.full(SIZE, 20, np.float32), 10.0)
    assert signs(view, scenery()) == Signs(
        float(halved(scenery()).mean()) / 255, 1.0, 1.0, 0.0, 1.0, 1.0, 0.0
    )


def test_it_follows_what_changes_slowly(view: View) -> None:
    one, other = scenery(), scenery(2)
    for tick in range(600):
        share = np.float32(min(tick / 400, 1.0))
        picture = one * (1 - share) + other * share
        view.learn(picture, 6.0 + tick)
        assert not signs(view, picture).unlike
    assert signs(view, one).unlike


def test_it_is_known_after_some_seconds_and_pictures() -> None:
    view = View()
    view.begin(scenery(), 100.0)
    assert not view.is_known(200.0)  # of one picture nothing is usual
    for tick in range(1, 25):
        view.learn(scenery(), 100.0 + tick / 5)
    assert not view.is_known(103.0)
    assert view.is_known(104.9)


@given(arrays(np.uint8, st.tuples(st.integers(1, 40), st.integers(1, 40))), st.integers(0, 255))
@settings(max_examples=60, deadline=None)
def test_any_picture_gives_signs_in_their_ranges(luma: Any, level: int) -> None:
    view, picture = View(), luma.astype(np.float32)
    for usual in (picture, np.full_like(picture, level)):
        view.begin(usual, 0.0)
        for shown in (picture, 255 - picture, np.full_like(picture, level)):
            found = signs(view, shown, halved(usual))
            assert -1 <= found.likeness <= 1
            assert -1 <= found.steady <= 1
            assert found.kept >= 0
            assert found.blank >= 0
            assert found.kept + found.blank <= 1.0 + 1e-9
            assert 0 <= found.steepness <= 4
            assert 0 <= found.level <= 1
