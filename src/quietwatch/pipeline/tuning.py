"""How each camera's footage is seen and judged: `optics` and `rules`, in the layers that hold.

Both are folders of YAML or JSON: `default` for all cameras, `<profile>` for kinds of places, and
`<site>/<camera>` for one, each with its ending (`camera.layers`).

    optics: {"media": {"max_pixels": ...}, "vision": {"rate": ...}, "privacy": {"masks": [...]}}
    rules:  {"profile": "drive", "threats": ["person"], "zones": [...]}
"""

import json
from collections.abc import Mapping
from typing import Any

from quietwatch.camera.effective import Effective, laid
from quietwatch.camera.layers import ENDINGS, Layers, Read
from quietwatch.camera.layers import own as stem_of
from quietwatch.config import MediaSettings, Settings
from quietwatch.errors import ConfigError
from quietwatch.model import Camera

DEFAULT = "default.json"
"""Path of what holds for all cameras, as the settings file says."""

_UNSHAPED = {"decoder_threads"}
"""Of `media` and `vision`, what changes no result and is no part of a camera's optics."""


class Tuning:
    """What holds for each camera.

    Args:
        optics: reads the folder `optics`.
        rules: reads the folder `rules`.
        settings: what neither says, such as threads and workers.
    """

    def __init__(self, optics: Read, rules: Read, settings: Settings) -> None:
        self.optics = Layers("optics", optics)
        self.rules = Layers("rules", rules)
        self._base = settings
        self._known: dict[Camera, Settings] = {}
        self._default: Settings | None = None

    def of(self, camera: Camera) -> Settings:
        """All settings of a camera.

        Raises:
            ConfigError: a file has an unknown key or a value out of bounds; it is named.
        """
        if camera not in self._known:
            self._known[camera] = self.effective(camera).checked()
        return self._known[camera]

    def media(self, camera: Camera) -> MediaSettings:
        """How its footage is opened: as for all others where its own settings can't be used.

        Raises:
            ConfigError: what holds for all cameras can't be used.
        """
        try:
            return self.of(camera).media
        except ConfigError:
            return self.default.media

    def effective(self, camera: Camera) -> Effective:
        """The same, with where each setting comes from and all that is wrong.

        Raises:
            ConfigError: a file can't be read as settings, or a profile is not there.
        """
        return laid(self._base, self.optics.of(camera), self.rules.of(camera))

    @property
    def default(self) -> Settings:
        """What holds for cameras that have no file of their own; raises as `of` does."""
        if self._default is None:
            found = laid(self._base, self.optics.default(), self.rules.default())
            self._default = found.checked()
        return self._default


def own(camera: Camera, ending: str = ENDINGS[0]) -> str:
    """Path of what holds for one camera."""
    return f"{stem_of(camera)}{ending}"


def optics_file(settings: Settings) -> bytes:
    """What `optics:default.json` says when these settings hold; equal settings give equal bytes."""
    return _file(
        {
            "media": settings.media.model_dump(mode="json", exclude=_UNSHAPED),
            "vision": settings.vision.model_dump(mode="json", exclude=_UNSHAPED),
            "privacy": settings.privacy.model_dump(mode="json"),
        }
    )


def rules_file(settings: Settings) -> bytes:
    """What `rules:default.json` says when these settings hold."""
    return _file(settings.judge.model_dump(mode="json"))


def _file(values: Mapping[str, Any]) -> bytes:
    return json.dumps(values, indent=1, sort_keys=True).encode() + b"\n"
