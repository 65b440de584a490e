from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from quietwatch.bench.pictures import picture
from quietwatch.config import MediaSettings

if TYPE_CHECKING:
    from tests.conftest import Footage

MEDIA = MediaSettings()


def bright(index: int, width: int, height: int) -> NDArray[np.uint8]:
    """Each second, ten pictures, is brighter than the one before."""
    return np.full((height, width, 3), 20 + 40 * (index // 10), np.uint8)


@pytest.fixture(scope="module")
def clip(footage: "Footage") -> Path:
    return footage.video("a.mp4", size=(640, 480), frames=40, painter=bright)


def shown(data: bytes) -> NDArray[np.uint8]:
    return np.asarray(cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR), np.uint8)


@pytest.mark.parametrize(("seconds", "level"), [(0.0, 20), (1.0, 60), (2.95, 140), (99.0, 140)])
def test_it_is_of_the_moment_that_was_asked_for(clip: Path, seconds: float, level: int) -> None:
    data = shown(picture(clip, seconds, None, MEDIA))
    assert data.shape == (360, 480, 3)
    assert abs(float(data.mean()) - level) < 6


def test_what_it_is_about_has_a_frame(clip: Path) -> None:
    data = shown(picture(clip, 0.5, (0.25, 0.25, 0.75, 0.75), MEDIA)).astype(int)
    red = data[:, :, 2] - data[:, :, 0] > 60
    rows, columns = np.nonzero(red)
    assert abs(int(columns.min()) - 120) < 5
    assert abs(int(rows.max()) - 270) < 5
    assert not red[150:200, 200:300].any()


def test_of_stills_too(footage: "Footage") -> None:
    folder = footage.stills(["1.jpg", "2.jpg"])[0].parent
    assert shown(picture(folder, 5.0, None, MEDIA)).shape == (48, 64, 3)
