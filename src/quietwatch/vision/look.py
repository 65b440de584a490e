"""A look: the detector on some regions of a frame, its finds merged into one set."""

from collections.abc import Callable, Sequence

import numpy as np

from quietwatch.model import Detections, Frame, Picture, Region
from quietwatch.vision import regions
from quietwatch.vision.boxes import merge_finds
from quietwatch.vision.detector import Detector


class Looker:
    """Looks at regions of frames and counts what that costs.

    Args:
        detector: names what it sees.
        lowest: score below which a find is no find, 0 to 1.
        prepare: what is done to the pixels of a region before they are looked at.
    """

    def __init__(
        self,
        detector: Detector,
        lowest: float,
        prepare: Callable[[Picture], Picture] = np.ascontiguousarray,
    ) -> None:
        self._prepare = prepare
        self._detector = detector
        self._lowest = lowest
        self.looks = 0

    @property
    def size(self) -> int:
        """Side of the detector's input, pixels."""
        return self._detector.size

    def look(self, frame: Frame, places: Sequence[Region]) -> Detections:
        """Finds in all the regions, as fractions of the picture, each thing once."""
        height, width = frame.luma.shape
        finds = []
        for region in places:
            picture = self._prepare(regions.crop(frame.rgb, region))
            found = self._detector.detect(picture)
            kept = found.scores >= self._lowest
            found = Detections(found.boxes[kept], found.scores[kept], found.kinds[kept])
            finds.append(regions.to_picture(found, region, width, height))
            self.looks += 1
        return merge_finds(finds) if finds else Detections.none()
