"""Black under masks, and as it was beside them."""

from fractions import Fraction

import cv2
import numpy as np
import pytest

from quietwatch.errors import RecordDamaged
from quietwatch.media.veil import Veil
from quietwatch.model import Frame

LEFT = ((0.0, 0.0), (0.5, 0.0), (0.5, 1.0), (0.0, 1.0))
CORNER = ((0.9, 0.9), (1.0, 0.9), (1.0, 1.0), (0.9, 1.0))


def bright(height: int, width: int) -> Frame:
    luma = np.full((height, width), 200, np.uint8)
    luma.flags.writeable = False  # as the decoder's is
    return Frame(7, Fraction(1, 10), luma, lambda: np.full((height, width, 3), 200, np.uint8))


@pytest.mark.parametrize(("height", "width"), [(48, 64), (1080, 1920), (7, 5)])
def test_what_a_mask_touches_is_black_and_the_rest_as_it_was(height: int, width: int) -> None:
    frame = bright(height, width)
    seen = Veil((LEFT, CORNER)).frame(frame)
    half = width // 2
    assert not seen.luma[:, :half].any()
    assert not seen.luma[-max(1, height // 10) :, -max(1, width // 10) :].any()
    assert (seen.luma[: height // 2, half + 2 :] == 200).all()
    assert ((seen.rgb == 0).all(axis=2) == (seen.luma == 0)).all()
    assert (seen.pts, seen.time_base) == (frame.pts, frame.time_base)
    assert (frame.luma == 200).all()  # later pictures are predicted from it


def test_the_smallest_mask_in_a_corner_is_black() -> None:
    speck = ((0.9999, 0.9999), (1.0, 0.9999), (1.0, 1.0))
    seen = Veil((speck,)).frame(bright(48, 64))
    assert seen.luma[-1, -1] == 0
    assert (seen.luma[:-2, :-2] == 200).all()


def test_without_masks_a_frame_is_what_it_was() -> None:
    frame = bright(8, 8)
    assert Veil(()).frame(frame) is frame
    assert Veil(()).jpeg(b"anything") == b"anything"


def test_a_stored_picture_is_written_anew() -> None:
    _, jpeg = cv2.imencode(".jpg", np.full((48, 64, 3), 200, np.uint8))
    shown = cv2.imdecode(np.frombuffer(Veil((LEFT,)).jpeg(jpeg.tobytes()), np.uint8), 1)
    assert shown is not None
    assert shown[:, :28].max() < 12
    assert shown[:, 40:].min() > 188
    with pytest.raises(RecordDamaged):
        Veil((LEFT,)).jpeg(b"no picture")
