"""The port of the detector.

Adapters: `tflite.py` and `savedmodel.py`, which share `square.py`; chosen in `zoo.py`.
"""

from typing import Protocol

from quietwatch.model import Detections, Picture


class Detector(Protocol):
    """Finds persons, vehicles and animals in one square look at a picture."""

    @property
    def model_id(self) -> str:
        """`name@<first 8 of the file's sha256>`; part of the identity of every result."""
        ...

    @property
    def size(self) -> int:
        """Side of the square input, pixels."""
        ...

    def detect(self, picture: Picture) -> Detections:
        """Find what is in an RGB picture of any size and aspect.

        The picture is letterboxed into the input (aspect kept, padded right and bottom). Boxes
        come back as fractions of `picture`, clipped to it; kinds that are not watched (of the
        model's other classes) are left out; no score is cut off here.

        Args:
            picture: (height, width, 3) uint8 RGB, at least 1x1; may be a view; is not changed.

        Raises:
            ValueError: it is no such picture.
        """
        ...
