"""What makes a result the result: the key of a datum, from all that shapes it."""

import hashlib
import json
from collections.abc import Mapping
from functools import cache
from importlib.metadata import version
from pathlib import Path

from quietwatch.config import Settings
from quietwatch.errors import EmptyFile, NotReadable
from quietwatch.pipeline.stages import ANALYZE_VERSION, DECIDE_VERSION
from quietwatch.vision import zoo

_SHAPING = ("av", "opencv-python-headless", "numpy", "ai-edge-litert")
"""Libraries whose versions shape pixels and scores."""


def footage_key(files: tuple[Path, ...]) -> tuple[str, int]:
    """SHA-256 and size of a clip: of its bytes, or of the list of its stills' hashes.

    Raises:
        NotReadable: a file can't be read.
        EmptyFile: there are no bytes.
    """
    try:
        hashes = [zoo.sha256_of(path) for path in files]
        size = sum(path.stat().st_size for path in files)
    except OSError as error:
        raise NotReadable(f"{error.strerror}; let this user read it") from error
    if size == 0:
        raise EmptyFile("the file has no bytes; the camera or the copy broke off")
    if len(hashes) == 1:
        return hashes[0], size
    return hashlib.sha256("\n".join(hashes).encode()).hexdigest(), size


class Recipe:
    """How results are made: turns footage into datum keys. Hashes the model once."""

    def __init__(self, settings: Settings) -> None:
        media, vision = settings.media, settings.vision
        self._analyze = {
            "stage": ["analyze", ANALYZE_VERSION],
            "model": zoo.digest(vision.model),
            "max_pixels": media.max_pixels,
            "stills_rate": media.stills_rate,
            "vision": vision.model_dump(mode="json", exclude={"model"}),
            "libraries": _libraries(),
        }
        self.decide_key = _digest(
            {"stage": ["decide", DECIDE_VERSION], "judge": settings.judge.model_dump(mode="json")}
        )

    def analyze_key(self, footage: str) -> str:
        """Key of the analysis of a clip, 64 hex digits."""
        return _digest({**self._analyze, "footage": footage})


@cache
def _libraries() -> dict[str, str]:
    return {name: version(name) for name in _SHAPING}


def _digest(parts: Mapping[str, object]) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
