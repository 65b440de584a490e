"""The real pictures that scenes are made of: the sample clips, read once."""

from collections.abc import Iterator
from functools import lru_cache

import numpy as np

from quietwatch.config import MediaSettings
from quietwatch.media.samples import samples
from quietwatch.media.video import VideoReader
from quietwatch.model import Frame
from quietwatch.model.pictures import Picture

_EVERY = 25  # frames, of which the median is the pavement without people
_NOBODY_S = 20.0  # of tree.mp4, before a hand reaches before the lens


def pavement_frames() -> Iterator[Frame]:
    """The frames of vtest.mp4: 768 x 576, ten a second, 795 of them."""
    return _frames("vtest.mp4")


@lru_cache(maxsize=1)
def pavement() -> Picture:
    """The pavement of vtest.mp4 without people, (576, 768, 3) RGB: the median over the clip."""
    some = [frame.rgb.copy() for n, frame in enumerate(pavement_frames()) if n % _EVERY == 0]
    return np.asarray(np.median(np.stack(some), axis=0), np.uint8)


@lru_cache(maxsize=1)
def tree() -> tuple[Picture, ...]:
    """The waving tree of tree.mp4 in successive pictures, each (240, 320, 3) RGB."""
    return tuple(f.rgb.copy() for f in _frames("tree.mp4") if f.seconds < _NOBODY_S)


def _frames(name: str) -> Iterator[Frame]:
    with VideoReader(samples() / name, MediaSettings()) as reader:
        yield from reader.frames()
