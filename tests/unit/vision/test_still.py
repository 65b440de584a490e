from typing import Any

import numpy as np
import pytest

from quietwatch.vision.look import Looker
from quietwatch.vision.still import look_at_still

RED = (200, 30, 30)


def test_everything_in_a_still_is_found_once_the_surest_first(scene: Any, red_finder: Any) -> None:
    scene.width, scene.height = 640, 480
    picture = scene.picture(0, (30, 40, 20, 50, RED), (500, 300, 30, 60, RED))
    seen = look_at_still(scene.frame(0, picture), Looker(red_finder, 0.25))
    assert [o.ordinal for o in seen] == [0, 1]
    boxes = sorted((o.box * [640, 480, 640, 480]).round().tolist() for o in seen)
    assert boxes == [
        pytest.approx([30, 40, 50, 90], abs=2),
        pytest.approx([500, 300, 530, 360], abs=2),
    ]
    assert all(np.isnan(o.motion) for o in seen)
    assert seen[0].scores.tolist() == [0.8, 0, 0]
    assert red_finder.calls > 2


def test_an_empty_still_has_nothing(scene: Any, red_finder: Any) -> None:
    assert look_at_still(scene.frame(0, scene.picture(0)), Looker(red_finder, 0.25)) == ()


def test_finds_below_the_lowest_score_are_none(scene: Any, red_finder: Any) -> None:
    picture = scene.picture(0, (30, 40, 20, 50, RED))
    assert look_at_still(scene.frame(0, picture), Looker(red_finder, 0.9)) == ()
