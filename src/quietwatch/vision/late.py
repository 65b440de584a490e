"""A detector that is loaded when it is first asked to look: most clips never need it."""

from collections.abc import Callable

from quietwatch.config import VisionSettings
from quietwatch.model import Detections, Picture
from quietwatch.vision import zoo
from quietwatch.vision.detector import Detector

Load = Callable[[str, int], Detector]
"""Gives the detector of a model, as `zoo.load` does: its name or path, and threads of inference."""


def second_detector(vision: VisionSettings, load: Load = zoo.load) -> Detector | None:
    """The detector of second looks, loaded when it is first needed; None if there are none.

    Raises:
        ConfigError, ModelDamaged: there is no such model.
    """
    if not vision.second_looks:
        return None
    model, threads = vision.second_model, vision.inference_threads
    return LateDetector(zoo.model_id(model), lambda: load(model, threads))


class LateDetector:
    """A detector of the port, with its name at hand and its weights in no memory yet.

    Args:
        model_id: as the detector will have it.
        load: gives the detector; called once, and raises as `zoo.load` does.
    """

    def __init__(self, model_id: str, load: Callable[[], Detector]) -> None:
        self._model_id = model_id
        self._load = load
        self._loaded: Detector | None = None

    @property
    def model_id(self) -> str:
        """`<name>@<first 8 of the sha256>`."""
        return self._model_id

    @property
    def size(self) -> int:
        """Side of the square input, pixels."""
        return self._detector().size

    def detect(self, picture: Picture) -> Detections:
        """Find what is in an RGB picture (height, width, 3); see `Detector.detect`."""
        return self._detector().detect(picture)

    def _detector(self) -> Detector:
        if self._loaded is None:
            self._loaded = self._load()
        return self._loaded
