"""A picture of a moment of a clip, with a frame around what it is about."""

from pathlib import Path

import cv2
import numpy as np

from quietwatch.bench.systems.work import files_of
from quietwatch.config import MediaSettings
from quietwatch.media.opening import open_media
from quietwatch.model import Box, Frame, Picture

_WIDTH = 480  # pixels
_QUALITY = 80
_COLOUR = (40, 40, 230)  # blue, green, red


def picture(clip: Path, seconds: float, box: Box | None, media: MediaSettings) -> bytes:
    """The first picture at or after a moment, or the last there is, as JPEG at most 480 px wide.

    Args:
        clip: a video, a still or a folder of numbered stills.
        seconds: the moment, from the start of the clip.
        box: what is framed, fractions of the picture.
        media: bounds on what is decoded.

    Raises:
        InputError: it can't be decoded.
    """
    shown: Picture | None = None
    taken = 0.0
    with open_media(files_of(clip), media) as reader:
        for frame in reader.frames():
            # A frame lives until the next one, so what may be the last must be kept: one a second,
            # and all of the second before the moment.
            if shown is None or frame.seconds >= min(seconds - 1.0, taken + 1.0):
                shown, taken = _small(frame), frame.seconds
            if frame.seconds >= seconds - 1e-3:
                break
    assert shown is not None  # noqa: S101 - a clip without a frame raises
    if box is not None:
        height, width = shown.shape[:2]
        x1, y1, x2, y2 = box
        low = round(x1 * width), round(y1 * height)
        high = round(x2 * width), round(y2 * height)
        cv2.rectangle(shown, low, high, _COLOUR, 2)
    _, jpeg = cv2.imencode(".jpg", shown, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
    return jpeg.tobytes()


def _small(frame: Frame) -> Picture:
    colours = cv2.cvtColor(np.ascontiguousarray(frame.rgb), cv2.COLOR_RGB2BGR)
    height, width = colours.shape[:2]
    if width > _WIDTH:
        size = _WIDTH, max(1, round(height * _WIDTH / width))
        colours = cv2.resize(colours, size, interpolation=cv2.INTER_AREA)
    return np.asarray(colours, np.uint8).copy()
