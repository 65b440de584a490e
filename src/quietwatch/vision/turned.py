"""A detector that turns the picture: detectors know people who stand, not those who crawl."""

import numpy as np

from quietwatch.model import CLASSES, Detections, Kind, Picture
from quietwatch.vision.boxes import taken
from quietwatch.vision.detector import Detector

_PERSON = CLASSES.index(Kind.PERSON)


class TurnedDetector:
    """Finds people who lie, or go on all fours, with their head to one side.

    Args:
        detector: the port that is asked.
        quarters: 1 for heads to the right, -1 to the left: quarter turns to the left.
    """

    def __init__(self, detector: Detector, quarters: int) -> None:
        if quarters not in {1, -1}:
            raise ValueError(f"expected: 1 or -1 quarter turns; got {quarters}")
        self._detector = detector
        self._quarters = quarters

    @property
    def model_id(self) -> str:
        """Of the detector that is asked."""
        return self._detector.model_id

    @property
    def size(self) -> int:
        """Side of its input, pixels."""
        return self._detector.size

    def detect(self, picture: Picture) -> Detections:
        """People in an RGB picture, boxes as it is shown: no dog is told by how it looks turned."""
        turned = self._detector.detect(np.ascontiguousarray(np.rot90(picture, self._quarters)))
        people = taken(turned, np.flatnonzero(turned.kinds == _PERSON))
        x1, y1, x2, y2 = people.boxes.T
        back = (1 - y2, x1, 1 - y1, x2) if self._quarters == 1 else (y1, 1 - x2, y2, 1 - x1)
        return Detections(np.stack(back, axis=1), people.scores, people.kinds)
