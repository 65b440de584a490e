"""A detector that sees people only upright is shown people on all fours."""

import numpy as np
import pytest

from quietwatch.model import Detections, Picture
from quietwatch.vision.turned import TurnedDetector

WIDTH, HEIGHT = 100, 60
LYING = (30, 20, 70, 40)  # left, top, right, bottom, pixels


class Upright:
    """Finds a white person whose red head is above the rest, and an animal at the same place."""

    model_id = "upright@00000000"
    size = 320

    def detect(self, picture: Picture) -> Detections:
        rows, columns = np.nonzero(picture.max(axis=2) > 100)
        red = picture[..., 0].astype(int) - picture[..., 2] > 100
        if not len(rows) or np.nonzero(red)[0].mean() > rows.mean() - 5:
            return Detections.none()
        height, width = picture.shape[:2]
        box = [
            columns.min() / width,
            rows.min() / height,
            (columns.max() + 1) / width,
            (rows.max() + 1) / height,
        ]
        return Detections(np.array([box, box]), np.array([0.9, 0.8]), np.array([0, 2]))


def lying(head: str) -> Picture:
    picture = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    left, top, right, bottom = LYING
    picture[top:bottom, left:right] = 200
    at = slice(right - 8, right) if head == "right" else slice(left, left + 8)
    picture[top:bottom, at] = (250, 0, 0)
    return picture


@pytest.mark.parametrize(("quarters", "head"), [(1, "right"), (-1, "left")])
def test_who_lies_with_the_head_to_one_side_is_found_where_they_are(
    quarters: int, head: str
) -> None:
    found = TurnedDetector(Upright(), quarters).detect(lying(head))
    assert found.kinds.tolist() == [0], "animals are not told from how they look turned"
    assert found.scores.tolist() == [0.9]
    np.testing.assert_allclose(found.boxes[0] * [WIDTH, HEIGHT, WIDTH, HEIGHT], LYING)


@pytest.mark.parametrize(("quarters", "head"), [(1, "left"), (-1, "right")])
def test_turned_the_other_way_nobody_is_found(quarters: int, head: str) -> None:
    assert len(TurnedDetector(Upright(), quarters).detect(lying(head))) == 0


def test_it_passes_for_the_detector_it_asks() -> None:
    turned = TurnedDetector(Upright(), 1)
    assert (turned.model_id, turned.size) == (Upright.model_id, Upright.size)
    with pytest.raises(ValueError, match="got 2"):
        TurnedDetector(Upright(), 2)
