"""Privacy masks on pictures: what lies under one is black before anybody or anything sees it."""

import math
from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from quietwatch.errors import RecordDamaged
from quietwatch.model import Frame, Picture, Polygon

_QUALITY = 85  # of a JPEG that is written anew

_Part = tuple[tuple[slice, slice], NDArray[np.bool_]]
"""A rectangle of a picture, and which of its pixels are black."""


class Veil:
    """Blackens pictures of one camera, of any size; what it has worked out for a size is kept.

    Args:
        masks: polygons, fractions of the picture; none: nothing is blackened, at no cost.
    """

    def __init__(self, masks: Sequence[Polygon]) -> None:
        self._masks = masks
        self._known: dict[tuple[int, int], list[_Part]] = {}

    def frame(self, frame: Frame) -> Frame:
        """The frame as it may be seen; what is under it stays as the decoder needs it."""
        if not self._masks:
            return frame
        luma, to_rgb = self.picture(frame.luma), frame.to_rgb
        return replace(frame, luma=luma, to_rgb=lambda: self.picture(to_rgb()))

    def picture(self, picture: Picture) -> Picture:
        """A copy of luma or RGB, black under the masks."""
        if not self._masks:
            return picture
        height, width = picture.shape[:2]
        black = np.array(picture)
        for part, under in self._under(height, width):
            black[part][under] = 0
        return black

    def jpeg(self, data: bytes) -> bytes:
        """A JPEG, written anew with black under the masks.

        Raises:
            RecordDamaged: it is no JPEG.
        """
        if not self._masks:
            return data
        picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
        if picture is None:
            raise RecordDamaged("a stored picture is damaged; analyze its clip again")
        black = self.picture(picture.astype(np.uint8, copy=False))
        _, encoded = cv2.imencode(".jpg", black, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
        return encoded.tobytes()

    def _under(self, height: int, width: int) -> list[_Part]:
        """The pixels that each mask touches, and rather one too many at its edge."""
        if (height, width) not in self._known:
            self._known[height, width] = [_part(one, height, width) for one in self._masks]
        return self._known[height, width]


def _part(corners: Polygon, height: int, width: int) -> _Part:
    pixels = [
        (min(math.floor(x * width), width - 1), min(math.floor(y * height), height - 1))
        for x, y in corners
    ]
    drawn = np.zeros((height, width), np.uint8)
    cv2.fillPoly(drawn, [np.array(pixels, np.int32)], 1)
    under = cv2.dilate(drawn, np.ones((3, 3), np.uint8)) > 0
    rows, columns = (np.flatnonzero(under.any(axis=axis)) for axis in (1, 0))
    part = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    return part, under[part]
