import numpy as np

from quietwatch.model import Picture
from quietwatch.vision import zoo
from quietwatch.vision.detector import Detector
from quietwatch.vision.late import LateDetector

BLACK: Picture = np.zeros((8, 8, 3), np.uint8)


def test_a_detector_is_loaded_once_and_only_when_it_is_asked() -> None:
    loads = []

    def load() -> Detector:
        loads.append(1)
        return zoo.load("efficientdet-lite0")

    late = LateDetector(zoo.model_id("efficientdet-lite0"), load)
    assert late.model_id == "efficientdet-lite0@2e04c53b"
    assert loads == []
    late.detect(BLACK)
    assert late.size == 320
    assert loads == [1]
