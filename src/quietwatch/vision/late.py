"""A detector that is loaded when it is first asked to look: most clips never need it."""

from collections.abc import Callable

from quietwatch.model import Detections, Picture
from quietwatch.vision.detector import Detector


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
