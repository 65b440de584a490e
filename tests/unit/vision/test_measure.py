from fractions import Fraction
from typing import Any

import cv2
import numpy as np
import pytest

from quietwatch.model import FloatArray, Frame, Picture
from quietwatch.model.measures import COLUMN, MEASURES, PORTRAIT, in_range
from quietwatch.vision.measure import measure
from quietwatch.vision.motion import Motion, MotionDetector
from quietwatch.vision.portrait import portrait

SIZE = 180, 320
BOX = np.array([0.4, 0.3, 0.6, 0.7])


def _texture(seed: int = 0) -> Picture:
    noise = np.random.default_rng(seed).random(SIZE).astype(np.float32)
    soft = cv2.GaussianBlur(noise, (0, 0), 3)
    return np.asarray(60 + 100 * (soft - soft.min()) / np.ptp(soft), np.uint8)


def _frame(luma: Picture, colour: Picture | None = None) -> Frame:
    rgb = np.repeat(luma[..., None], 3, axis=2) if colour is None else colour
    return Frame(0, Fraction(1, 10), luma, lambda: rgb)


def _with_box(luma: Picture, level: int, blur: float = 0.0) -> Picture:
    height, width = luma.shape
    drawn, place = luma.copy(), (BOX * [width, height, width, height]).astype(int)
    rim = width // 35
    drawn[place[1] + rim : place[3] - rim, place[0] + rim : place[2] - rim] = level
    return np.asarray(cv2.GaussianBlur(drawn, (0, 0), blur) if blur else drawn, np.uint8)


def _motion(before: Picture, now: Picture) -> Motion:
    detector = MotionDetector(320)
    detector.step(before, 0.0)
    return detector.step(now, 0.2)


def _measured(
    frame: Frame, motion: Motion | None = None, box: FloatArray = BOX, *, looked: bool = True
) -> dict[str, float]:
    scores = np.full((1, 3), 0.0 if looked else np.nan)
    [row] = measure(frame, motion, box[None], scores, np.array([[0.5, 0.0, 0.0]]))
    assert in_range(row[None])
    return {name: float(row[column]) for name, column in COLUMN.items()}


def test_what_is_out_of_focus_is_less_sharp_than_what_is_around_it() -> None:
    flat = np.full(SIZE, 90, np.uint8)
    sharp, blurred = (_measured(_frame(_with_box(flat, 220, blur))) for blur in (0.0, 6.0))
    assert sharp["sharpness"] > 3 * blurred["sharpness"]
    assert sharp["edges"] > blurred["edges"]
    assert blurred["sharpness_around"] < 0.2


def test_a_flat_place_is_not_sharp_for_its_grain() -> None:
    grain = np.random.default_rng(3).normal(20, 1.5, SIZE).clip(0, 255).astype(np.uint8)
    assert _measured(_frame(grain))["sharpness"] < 0.3


@pytest.mark.parametrize("factor", [2, 6])
def test_sharpness_is_that_of_the_thing_in_its_own_size(factor: int) -> None:
    """A thing that fills more pixels than a patch has is measured at the patch's size."""
    near = _with_box(np.full((SIZE[0] * factor, SIZE[1] * factor), 90, np.uint8), 220)
    far = _with_box(np.full(SIZE, 90, np.uint8), 220)
    assert _measured(_frame(near))["sharpness"] == pytest.approx(
        _measured(_frame(far))["sharpness"], rel=0.5
    )


def test_a_lamp_is_bright_and_burnt_out() -> None:
    lamp = _measured(_frame(_with_box(np.full(SIZE, 10, np.uint8), 255)))
    assert lamp["brightness"] > 0.4
    assert lamp["burnt"] > 0.4
    assert _measured(_frame(_texture()))["burnt"] == 0


def test_colour_is_measured_where_it_was_looked_at_and_in_the_whole_picture() -> None:
    luma = _texture()
    red = np.repeat(luma[..., None], 3, axis=2)
    red[60:120, 130:190] = (250, 20, 20)
    seen = _measured(_frame(luma, red))
    assert seen["colour"] > 0.6
    assert 0.01 < seen["picture_colour"] < 0.1
    infrared = _measured(_frame(luma))
    assert infrared["colour"] == infrared["picture_colour"] == 0


def test_what_is_found_has_a_portrait_and_what_is_not_has_none() -> None:
    """A look that finds nothing shows nothing to know again, and costs nothing."""
    frame, boxes = _frame(_texture()), np.repeat(BOX[None], 3, axis=0)
    scores = np.array([[0.0, 0.6, 0.0], [0.0, 0.0, 0.0], [np.nan] * 3])
    rows = measure(frame, None, boxes, scores, np.full((3, 3), np.nan))
    portraits = rows[:, [COLUMN[name] for name in PORTRAIT]]
    np.testing.assert_array_equal(portraits[0], portrait(frame.rgb[54:126, 128:192]))
    assert np.isnan(portraits[1:]).all()


def test_colour_is_made_for_no_picture_that_was_not_looked_at() -> None:
    def to_rgb() -> Picture:
        raise AssertionError("colour was made")

    seen = _measured(Frame(0, Fraction(1, 10), _texture(), to_rgb), looked=False)
    assert np.isnan(seen["colour"])
    assert np.isnan(seen["picture_colour"])


def test_a_shadow_lets_the_background_through_and_a_body_does_not() -> None:
    before = _texture()
    shadow, place = before.copy(), np.s_[54:126, 128:192]
    shadow[place] = (shadow[place] * 0.6).astype(np.uint8)
    assert _measured(_frame(shadow), _motion(before, shadow))["see_through"] > 0.8
    body = before.copy()
    body[place] = _texture(9)[place] // 2 + 120
    assert abs(_measured(_frame(body), _motion(before, body))["see_through"]) < 0.4
    assert np.isnan(_measured(_frame(before), _motion(before, before))["see_through"])


def test_a_lighter_picture_has_another_exposure() -> None:
    before = _texture()
    lighter = before + 25
    seen = _measured(_frame(lighter), _motion(before, lighter))
    assert seen["exposure"] == pytest.approx(25 / 255, abs=0.01)


@pytest.mark.parametrize(("across", "down"), [(8, 0), (-6, 4), (0, 0)])
def test_a_camera_that_was_pushed_has_shifted_for_sure(across: int, down: int) -> None:
    before = _texture()
    now = np.roll(before, (down, across), (0, 1))
    seen = _measured(_frame(now), _motion(before, now))
    assert seen["shift_x"] * 320 == pytest.approx(across, abs=1.5)
    assert seen["shift_y"] * 180 == pytest.approx(down, abs=1.5)
    assert seen["shift_sure"] > 0.3


def test_another_scene_has_shifted_to_nowhere_for_sure() -> None:
    before, now = _texture(1), _texture(2)
    assert _measured(_frame(now), _motion(before, now))["shift_sure"] < 0.2


def test_company_and_second_looks_are_passed_on() -> None:
    luma = _texture()
    rows = measure(_frame(luma), None, np.stack([BOX, BOX / 2]), np.zeros((2, 3)), np.ones((2, 3)))
    assert rows.shape == (2, len(MEASURES))
    assert rows[:, COLUMN["company"]].tolist() == [2, 2]
    assert rows[:, COLUMN["second_person"]].tolist() == [1, 1]


@pytest.mark.parametrize("size", [(1, 1), (2, 3), (9, 400), (2000, 40)])
@pytest.mark.parametrize(
    "box", [[0, 0, 1, 1], [0, 0, 0, 0], [1, 1, 1, 1], [0.2, 0.99, 0.9, 1], [0.5, 0, 0.5, 1]]
)
def test_any_box_in_any_picture_is_measured(size: tuple[int, int], box: list[float]) -> None:
    luma = np.random.default_rng(0).integers(0, 255, size).astype(np.uint8)
    other = np.random.default_rng(1).integers(0, 255, size).astype(np.uint8)
    seen = _measured(_frame(luma), _motion(other, luma), np.array(box, np.float64))
    assert 0 <= seen["brightness"] <= 1


def test_what_is_measured_lies_in_its_range(walker: Any) -> None:
    detector = MotionDetector(320)
    for index in range(0, 60, 2):
        frame = walker(index)
        _measured(frame, detector.step(frame.luma, frame.seconds))
