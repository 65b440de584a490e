"""What makes a result the result: the key of a datum, from all that shapes it."""

import hashlib
import json
from collections.abc import Mapping
from functools import cache
from importlib.metadata import version

from quietwatch.config import Settings
from quietwatch.pipeline.stages import ANALYZE_VERSION, DECIDE_VERSION
from quietwatch.vision import zoo

_SHAPING = ("av", "opencv-python-headless", "numpy", "ai-edge-litert")
"""Libraries whose versions shape pixels and scores."""


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
