"""What makes a result the result: the key of a datum, from all that shapes it."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.metadata import packages_distributions, version

from quietwatch.config import Settings
from quietwatch.errors import ExtraMissing
from quietwatch.model import Familiar
from quietwatch.pipeline.stages import ANALYZE_VERSION, DECIDE_VERSION
from quietwatch.vision import zoo

_SHAPING = ("av", "opencv-python-headless", "numpy")
"""Libraries whose versions shape pixels and scores, beside the one that runs the model."""


class Recipe:
    """How results are made: turns footage into datum keys. Hashes the models once.

    Raises:
        ConfigError, ModelDamaged, ModelUnsupported: there is no such model.
        ExtraMissing: what runs it is not installed.
    """

    def __init__(self, settings: Settings) -> None:
        media, vision = settings.media, settings.vision
        self._analyze = {
            "stage": ["analyze", ANALYZE_VERSION],
            "models": [zoo.digest(model) for model in vision.models],
            "max_pixels": media.max_pixels,
            "stills_rate": media.stills_rate,
            "vision": vision.model_dump(mode="json", exclude={"model", "second_model"}),
            "libraries": {
                name: release
                for model in vision.models
                for name, release in libraries(zoo.runtime(model)).items()
            },
            "masks": settings.privacy.polygons,
        }
        self._decide = {
            "stage": ["decide", DECIDE_VERSION],
            "judge": settings.judge.model_dump(mode="json"),
        }

    @property
    def signature(self) -> str:
        """Hash of all that shapes results but the footage."""
        return _digest({"analyze": self._analyze, "decide": self._decide})

    def analyze_key(self, footage: str, before: str | None = None, offset: float = 0.0) -> str:
        """Key of the analysis of a clip, 64 hex digits.

        Args:
            footage: SHA-256 of the clip.
            before: key of the analysis of the clip before it in its stream; None for the first. By
                it the key depends on all that came before.
            offset: stream time of its first frame, seconds.
        """
        return _digest({**self._analyze, "footage": footage, **_link(before, offset)})

    def decide_key(
        self,
        analysis: str,
        path: str,
        before: str | None = None,
        known: Sequence[Familiar] = (),
    ) -> str:
        """Key of what was decided of a clip, 64 hex digits.

        Args:
            analysis: key of its analysis.
            path: of the clip in `footage`: the same bytes on another camera are other events.
            before: key of what was decided of the clip before it in its stream; None for the first.
            known: what was known of its camera when it began; where nothing was, nothing is added.
        """
        parts = {**self._decide, "analysis": analysis, "path": path}
        if known:
            parts["known"] = [[one.name, one.why, one.box, one.portrait] for one in known]
        return _digest({**parts, **_link(before, 0.0)})


def _link(before: str | None, offset: float) -> dict[str, object]:
    """What a place in a stream adds to a key: nothing for the first clip, as for a lone one."""
    return {} if before is None else {"before": before, "offset": round(offset, 6)}


@cache
def libraries(runtime: str) -> dict[str, str]:
    """Versions of the libraries that shape pixels and scores, by name.

    Args:
        runtime: what runs the model (`zoo.runtime`).

    Raises:
        ExtraMissing: it is not installed.
    """
    # Several distributions bring TensorFlow (tensorflow-cpu is one): ask for the one that is here.
    running = packages_distributions().get(runtime)
    if not running:
        raise ExtraMissing(
            f"the model needs {runtime}, which is not installed; run "
            "pip install 'quietwatch[train]', or name a .tflite model"
        )
    return {name: version(name) for name in (*_SHAPING, *running)}


def _digest(parts: Mapping[str, object]) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
