from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from quietwatch.vision.motion import MotionDetector


def _run(detector: MotionDetector, scene: Any, indices: range, *things: Any) -> Any:
    for index in indices:
        motion = detector.step(scene.frame(index, scene.picture(index, *things)).luma, index / 10)
    return motion


def test_noise_alone_is_no_motion(scene: Any) -> None:
    motion = _run(MotionDetector(320), scene, range(30))
    assert len(motion.boxes) == 0
    assert motion.changed == 0.0


def test_what_enters_is_bounded_tightly(scene: Any) -> None:
    detector = MotionDetector(320)
    _run(detector, scene, range(20))
    motion = _run(detector, scene, range(20, 21), (100, 80, 20, 60, (240, 240, 240)))
    assert len(motion.boxes) == 1
    assert motion.boxes[0] * [320, 240, 320, 240] == pytest.approx([100, 80, 120, 140], abs=3)
    assert motion.share(motion.boxes[0]) > 0.9
    assert motion.contrast(motion.boxes[0]) > 0.3
    assert not motion.relit


def test_something_darker_has_a_negative_contrast(scene: Any) -> None:
    detector = MotionDetector(320)
    _run(detector, scene, range(20))
    motion = _run(detector, scene, range(20, 21), (200, 80, 20, 60, (5, 5, 5)))
    assert motion.contrast(motion.boxes[0]) < -0.2


def test_a_switched_light_is_no_mover(scene: Any) -> None:
    detector = MotionDetector(320)
    _run(detector, scene, range(20))
    picture = scene.picture(20).astype(np.int64) + 70
    brighter = scene.frame(20, np.clip(picture, 0, 255).astype(np.uint8))
    motion = detector.step(brighter.luma, 2.0)
    assert motion.changed > 0.9
    assert motion.relit
    assert len(motion.boxes) == 0


def test_a_covered_lens_is_a_mover_not_a_light(scene: Any) -> None:
    detector = MotionDetector(320)
    _run(detector, scene, range(20))
    rough = (
        np.random.default_rng(7).integers(150, 250, (24, 32), np.uint8).repeat(10, 0).repeat(10, 1)
    )
    motion = detector.step(rough, 2.0)
    assert not motion.relit
    assert motion.boxes[0] == pytest.approx([0, 0, 1, 1], abs=0.05)


def test_what_stays_becomes_background(scene: Any) -> None:
    detector = MotionDetector(320)
    _run(detector, scene, range(50))
    parked = (100, 80, 40, 40, (220, 220, 220))
    assert len(_run(detector, scene, range(50, 60), parked).boxes) == 1
    assert len(_run(detector, scene, range(60, 3000, 2), parked).boxes) == 0


def test_parts_near_each_other_are_one_mover(scene: Any) -> None:
    detector = MotionDetector(320)
    _run(detector, scene, range(20))
    motion = _run(
        detector,
        scene,
        range(20, 21),
        (100, 80, 12, 12, (240, 240, 240)),
        (115, 80, 12, 12, (240, 240, 240)),
        (220, 80, 12, 12, (240, 240, 240)),
    )
    assert len(motion.boxes) == 2


def test_going_on_from_a_saved_state_is_as_if_never_stopped(scene: Any) -> None:
    thing = (100, 80, 20, 60, (240, 240, 240))
    one, other = MotionDetector(320), MotionDetector(320)
    _run(one, scene, range(20))
    other.restore(one.state())
    straight = _run(one, scene, range(20, 25), thing)
    resumed = _run(other, scene, range(20, 25), thing)
    assert np.array_equal(straight.mask, resumed.mask)
    assert np.array_equal(straight.difference, resumed.difference)


@given(arrays(np.uint8, st.tuples(st.integers(1, 40), st.integers(1, 40))), st.integers(64, 128))
@settings(max_examples=50, deadline=None)
def test_any_picture_gives_boxes_inside_it(luma: np.ndarray[Any, Any], width: int) -> None:
    detector = MotionDetector(width)
    detector.step(np.zeros_like(luma), 0.0)
    motion = detector.step(luma, 0.2)
    assert np.all((motion.boxes >= 0) & (motion.boxes <= 1))
    assert np.all(motion.boxes[:, :2] < motion.boxes[:, 2:])
    assert 0 <= motion.changed <= 1
    for box in motion.boxes:
        assert 0 < motion.share(box) <= 1
        assert -1 <= motion.contrast(box) <= 1


def test_another_picture_size_starts_anew(scene: Any) -> None:
    detector = MotionDetector(320)
    _run(detector, scene, range(5))
    motion = detector.step(np.full((100, 100), 90, np.uint8), 0.6)
    assert len(motion.boxes) == 0
