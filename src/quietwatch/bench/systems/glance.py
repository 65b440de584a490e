"""One pass over the pixels of a clip for all plain systems: motion, whole pictures, regions."""

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from quietwatch.bench.systems.glimpses import Finds, Glimpses
from quietwatch.bench.systems.nvr import Joiner
from quietwatch.config import MediaSettings, VisionSettings
from quietwatch.media.opening import open_media
from quietwatch.model import Detections, Frame, Region
from quietwatch.pipeline.runners.base import Tick
from quietwatch.vision import regions
from quietwatch.vision.detector import Detector
from quietwatch.vision.look import Looker
from quietwatch.vision.motion import MotionDetector

_LOWEST = 0.1  # score below which a find is not kept


class Glance:
    """Looks at a clip as the plain systems do.

    Args:
        detector: names what it sees.
        vision: rate, width of the motion picture, most regions.

    Attributes:
        costs: seconds of processor time by what they were spent on: `decode`, `motion`, `whole`,
            `near`.
    """

    def __init__(self, detector: Detector, vision: VisionSettings) -> None:
        self._looker = Looker(detector, _LOWEST)
        self._vision = vision
        self.costs = dict.fromkeys(("decode", "motion", "whole", "near"), 0.0)

    def watch(self, files: tuple[Path, ...], media: MediaSettings, tick: Tick) -> Glimpses:
        """What there is to see in a clip.

        Raises:
            InputError: the footage is unusable.
        """
        times: list[float] = []
        movers: list[np.ndarray[tuple[int, int], np.dtype[np.float64]]] = []
        whole: list[Detections] = []
        near: list[Detections] = []
        motion = MotionDetector(self._vision.motion_width)
        with open_media(files, media) as reader:
            aspect = reader.info.width / reader.info.height
            joiner = Joiner(aspect)
            for frame in self._looked_at(reader.frames(), tick, reader.info.duration):
                with self._spent("decode"):
                    _ = frame.rgb
                with self._spent("motion"):
                    boxes = motion.step(frame.luma, frame.seconds).boxes
                with self._spent("whole"):
                    whole.append(self._looker.look(frame, [_entire(frame)]))
                with self._spent("near"):
                    near.append(self._near(frame, boxes, joiner, first=not times))
                    joiner.step(frame.seconds, near[-1])
                movers.append(boxes)
                times.append(frame.seconds)
        counts = [len(boxes) for boxes in movers]
        return Glimpses(
            np.array(times, np.float64),
            aspect,
            np.repeat(np.arange(len(times), dtype=np.int64), counts),
            np.concatenate([np.zeros((0, 4)), *movers]),
            Finds.joined(whole),
            Finds.joined(near),
        )

    def _near(self, frame: Frame, boxes: np.ndarray, joiner: Joiner, *, first: bool) -> Detections:
        """Finds around what moves and what is followed; of the first picture everywhere."""
        height, width = frame.luma.shape
        side = self._looker.size
        if first:
            return self._looker.look(frame, regions.everywhere(width, height, side))
        places = [*boxes, *(track.box for track in joiner.live)]
        chosen = regions.cover(places, width, height, side, self._vision.max_regions)
        return self._looker.look(frame, chosen)

    def _looked_at(
        self, frames: Iterator[Frame], tick: Tick, duration: float | None
    ) -> Iterator[Frame]:
        """The frames at the rate that is looked at, as the analyzer takes them."""
        last = -1
        while True:
            with self._spent("decode"):
                frame = next(frames, None)
            if frame is None:
                return
            tick(frame.seconds, duration)
            beat = math.floor(round(frame.seconds, 6) * self._vision.rate + 1e-6)
            if beat > last:
                last = beat
                yield frame

    @contextmanager
    def _spent(self, on: str) -> Iterator[None]:
        begun = time.process_time()
        yield
        self.costs[on] += time.process_time() - begun


def _entire(frame: Frame) -> Region:
    height, width = frame.luma.shape
    return Region(0, 0, width, height)
