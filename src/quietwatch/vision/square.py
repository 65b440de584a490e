"""What the detectors share whose model looks at one square picture, whatever runs it."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from quietwatch.errors import ModelUnsupported
from quietwatch.model import Detections, Picture
from quietwatch.names import printable
from quietwatch.vision.letterbox import Letterbox
from quietwatch.vision.outputs import Array, Roles, as_input, probe_picture, read


class SquareDetector(ABC):
    """A detector of the port on a model with the signature that `outputs.py` describes.

    An adapter loads the model, sets `_size`, `_dtype` and `_roles`, and runs it in `_infer`.

    Args:
        name: of the model, as people know it.
        digest: SHA-256 of its bytes, 64 hex digits.
    """

    _size: int
    _dtype: object
    _roles: Roles

    def __init__(self, name: str, digest: str) -> None:
        self._model_id = f"{printable(name)}@{digest[:8]}"

    @property
    def model_id(self) -> str:
        """`<name>@<first 8 of the sha256>`."""
        return self._model_id

    @property
    def size(self) -> int:
        """Side of the square input, pixels."""
        return self._size

    def detect(self, picture: Picture) -> Detections:
        """Find what is in an RGB picture (height, width, 3); see `Detector.detect`."""
        if picture.ndim != 3 or picture.shape[2] != 3 or picture.dtype != np.uint8:
            raise ValueError(f"expected (height, width, 3) of uint8, got {picture.shape}")
        placed = Letterbox.fit(picture.shape[1], picture.shape[0], self._size)
        outputs = self._infer(as_input(placed.square(picture), self._dtype))
        return read(outputs, self._roles, placed)

    def _probe(self) -> dict[str, Array]:
        """What the model gives for `probe_picture`."""
        return self._infer(as_input(probe_picture(self._size), self._dtype))

    @abstractmethod
    def _infer(self, batch: Array) -> dict[str, Array]:
        """The outputs by key, for a batch [1, S, S, 3] of `_dtype`."""


@contextmanager
def naming(path: Path) -> Iterator[None]:
    """While a model is loaded: what says why it is refused also says which one it is."""
    try:
        yield
    except ModelUnsupported as error:
        raise ModelUnsupported(f"{printable(path)} is no detector: {error.detail}") from error


def require_threads(threads: int) -> None:
    """Raise a ValueError unless `threads` is at least 1."""
    if threads < 1:
        raise ValueError(f"threads is at least 1, got {threads}")


def first_line(error: Exception) -> str:
    """What a runtime says, in one line of at most 200 characters."""
    lines = str(error).strip().splitlines()
    return printable(lines[0][:200]) if lines else type(error).__name__
