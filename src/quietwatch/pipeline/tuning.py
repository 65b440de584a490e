"""How each camera's footage is seen and judged: `optics` and `rules`, the default and its own.

Both are folders of JSON: `default.json` for all cameras, `<site>/<camera>.json` for one. A camera's
own file holds what differs, section by section; what it does not name is as the default has it.

    optics: {"media": {"max_pixels": ...}, "vision": {"rate": ...}}
    rules:  {"threats": ["person"], "zones": [...]}
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

from quietwatch.config import JudgeSettings, MediaSettings, Settings, VisionSettings
from quietwatch.errors import ConfigError
from quietwatch.model import Camera
from quietwatch.names import printable

DEFAULT = "default.json"
"""Path of what holds for all cameras."""

Read = Callable[[str], bytes | None]
"""Gives a file of a folder by its path, None where there is none."""

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
        self._optics = optics
        self._rules = rules
        self._base = settings
        self._known: dict[Camera, Settings] = {}
        self._default: Settings | None = None

    def of(self, camera: Camera) -> Settings:
        """All settings of a camera.

        Raises:
            ConfigError: a file has an unknown key or a value out of bounds; it is named.
        """
        if camera not in self._known:
            self._known[camera] = self._laid_over(self.default, own(camera))
        return self._known[camera]

    @property
    def default(self) -> Settings:
        """What holds for cameras that have no file of their own; raises as `of` does."""
        if self._default is None:
            self._default = self._laid_over(self._base, DEFAULT)
        return self._default

    def _laid_over(self, below: Settings, path: str) -> Settings:
        changes: dict[str, BaseModel] = {}
        optics = _parsed(self._optics(path), f"optics:{path}")
        unknown = sorted(set(optics) - {"media", "vision"})
        if unknown:
            raise ConfigError(
                f"optics:{printable(path)} has {printable(unknown[0])}, which is no section of it; "
                "there are media and vision"
            )
        sections: tuple[tuple[str, type[BaseModel]], ...] = (
            ("media", MediaSettings),
            ("vision", VisionSettings),
        )
        for name, kind in sections:
            if name in optics:
                changes[name] = _merged(
                    kind, getattr(below, name), optics[name], f"optics:{path}: {name}"
                )
        rules = _parsed(self._rules(path), f"rules:{path}")
        if rules:
            changes["judge"] = _merged(JudgeSettings, below.judge, rules, f"rules:{path}")
        return below.model_copy(update=changes)


def own(camera: Camera) -> str:
    """Path of what holds for one camera."""
    return f"{camera.site}/{camera.name}.json"


def optics_file(settings: Settings) -> bytes:
    """What `optics:default.json` says when these settings hold; equal settings give equal bytes."""
    return _file(
        {
            "media": settings.media.model_dump(mode="json", exclude=_UNSHAPED),
            "vision": settings.vision.model_dump(mode="json", exclude=_UNSHAPED),
        }
    )


def rules_file(settings: Settings) -> bytes:
    """What `rules:default.json` says when these settings hold."""
    return _file(settings.judge.model_dump(mode="json"))


def _file(values: Mapping[str, Any]) -> bytes:
    return json.dumps(values, indent=1, sort_keys=True).encode() + b"\n"


def _parsed(data: bytes | None, name: str) -> dict[str, Any]:
    if data is None:
        return {}
    try:
        found = json.loads(data)
    except ValueError as error:
        raise ConfigError(f"{printable(name)} is not JSON ({printable(str(error))})") from error
    if not isinstance(found, dict):
        raise ConfigError(f"{printable(name)} is not a JSON object")
    return found


def _merged(kind: type[BaseModel], below: BaseModel, changes: Any, name: str) -> BaseModel:
    if not isinstance(changes, dict):
        raise ConfigError(f"{printable(name)} is not a JSON object")
    try:
        return kind.model_validate_json(json.dumps({**below.model_dump(mode="json"), **changes}))
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise ConfigError(printable(f"{name}: {place}: {first['msg']}")) from error
