"""From a decoded frame to what perception sees: luma as it is, colour on demand, both upright.

Luma is the Y that the camera coded, in the range in which it coded it (16 to 235 for most video, 0
to 255 for JPEG and for video flagged so). Only what has no 8-bit Y of its own is converted: deeper
samples lose their lowest bits, RGB and palettes become full-range BT.601 Y.
"""

import re
from math import isqrt
from typing import NamedTuple, TypeVar, cast

import numpy as np
from av import VideoFrame
from av.video.reformatter import ColorRange, Colorspace
from numpy.typing import NDArray

from quietwatch.model import Picture

Sample = TypeVar("Sample", np.uint8, np.uint16)

# 8 bits of Y in a plane of their own.
_PLAIN = re.compile(r"yuva?j?4\d\dp|nv(12|21|16|24|42)|gray")
_DEEP = re.compile(r"(?:yuva?4\d\dp|gray)(9|10|12|14|16)le")

# FFmpeg's AVColorSpace values that swscale can convert from: RGB, BT.709, unspecified, FCC, BT.601
# (625 and 525 lines), SMPTE 240M, BT.2020. Anything else in a file's header is taken for BT.601.
_CONVERTIBLE = frozenset({0, 1, 2, 4, 5, 6, 7, 9})
_BT601 = 5


# Decoders add a margin for their own use before they check a size against their bound.
_MARGIN = 256


def decoder_bound(pixels: int) -> int:
    """What to tell a decoder so that it refuses no picture of `pixels`, and few that are larger.

    Holds for pictures up to 16 times as high as wide, or the other way round.
    """
    return pixels + _MARGIN * (5 * isqrt(pixels) + _MARGIN)


class Orientation(NamedTuple):
    """How to set a picture upright: mirror left to right if so, then turn by quarters.

    Attributes:
        turns: quarter turns counter-clockwise, 0 to 3.
        mirrored: the picture is a mirror image.
    """

    turns: int = 0
    mirrored: bool = False

    def apply(self, picture: Picture) -> Picture:
        """The picture upright: a view, no copy. Colour comes last in the shape, if at all."""
        if self.mirrored:
            picture = np.fliplr(picture)
        return np.rot90(picture, self.turns) if self.turns else picture

    def size(self, width: int, height: int) -> tuple[int, int]:
        """Width and height as shown of a picture coded with this width and height."""
        return (height, width) if self.turns % 2 else (width, height)


UPRIGHT = Orientation()

# x', y' of a pixel right of the centre and of one below it, y pointing down, after one quarter turn
# counter-clockwise.
_QUARTER = np.array([[0, -1], [1, 0]])
_MIRROR = np.array([[-1, 0], [0, 1]])


def displayed(frame: VideoFrame) -> Orientation:
    """How the container wants a video frame to be shown, to the nearest quarter turn."""
    try:
        data = frame.side_data.get("DISPLAYMATRIX")
    except ValueError:  # PyAV has no name for some other side data, and then gives none at all
        return Orientation(round(frame.rotation / 90) % 4)
    if data is None:
        return UPRIGHT
    matrix = np.frombuffer(_bytes(data), np.int32, count=9).reshape(3, 3)[:2, :2] / 65536
    return max(_ORIENTATIONS, key=lambda each: float(np.sum(_matrix(each) * matrix)))


def luma(frame: VideoFrame) -> Picture:
    """The frame's (height, width) uint8 luma as coded (not upright), read-only.

    A view of the decoder's memory wherever there is an 8-bit Y; it keeps that memory alive.
    """
    name = frame.format.name
    if _PLAIN.fullmatch(name):
        picture = _plane(frame, np.uint8)
    elif deep := _DEEP.fullmatch(name):
        bits = int(deep[1])
        picture = (_plane(frame, np.uint16) >> (bits - 8)).astype(np.uint8)
    else:
        _make_convertible(frame)
        if frame.format.is_rgb or frame.format.has_palette:
            gray = frame.reformat(
                format="gray",
                dst_colorspace=Colorspace.ITU601,
                dst_color_range=ColorRange.JPEG,
                threads=1,
            )
            picture = _plane(gray, np.uint8)
        else:
            picture = _plane(frame.reformat(format="yuv444p", threads=1), np.uint8)
    # Later frames are predicted from this memory: whoever wrote into it would draw on them.
    picture.flags.writeable = False
    return picture


def rgb(frame: VideoFrame) -> Picture:
    """The frame in (height, width, 3) uint8 RGB as coded (not upright)."""
    _make_convertible(frame)
    return frame.to_ndarray(format="rgb24", threads=1).astype(np.uint8, copy=False)


def colour(frame: VideoFrame, upright: Orientation) -> Picture:
    """The frame in RGB as it is shown."""
    return upright.apply(rgb(frame))


def resized(frame: VideoFrame, width: int, height: int) -> VideoFrame:
    """The frame stretched to another coded size."""
    _make_convertible(frame)
    return frame.reformat(width=width, height=height, threads=1)


def _plane(frame: VideoFrame, kind: type[Sample]) -> NDArray[Sample]:
    plane = frame.planes[0]
    samples: NDArray[Sample] = np.frombuffer(_bytes(plane), kind)
    rows = samples.reshape(plane.height, -1)[:, : plane.width]
    return rows[::-1] if plane.line_size < 0 else rows  # negative: the rows lie bottom up


def _bytes(buffer: object) -> "memoryview[int]":
    """What PyAV's stubs don't say: its planes and side data can be read as memory."""
    return cast("memoryview[int]", buffer)


def _make_convertible(frame: VideoFrame) -> None:
    if frame.colorspace not in _CONVERTIBLE or (frame.colorspace == 0 and not frame.format.is_rgb):
        frame.colorspace = _BT601


def _matrix(orientation: Orientation) -> NDArray[np.int64]:
    matrix = np.linalg.matrix_power(_QUARTER, orientation.turns)
    return _MIRROR @ matrix if orientation.mirrored else matrix


_ORIENTATIONS = tuple(
    Orientation(turns, mirrored) for mirrored in (False, True) for turns in range(4)
)
