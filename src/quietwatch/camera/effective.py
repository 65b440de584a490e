"""From layers to the settings of a camera: checked as a whole, each with where it comes from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from quietwatch.camera.document import Key
from quietwatch.camera.layers import PROFILE, Layer
from quietwatch.camera.policy import PrivacySettings
from quietwatch.config import JudgeSettings, MediaSettings, Settings, VisionSettings
from quietwatch.errors import ConfigError
from quietwatch.names import printable

OPTICS: Final[Mapping[str, type[BaseModel]]] = {
    "media": MediaSettings,
    "vision": VisionSettings,
    "privacy": PrivacySettings,
}
"""The sections of a file of `optics`; a file of `rules` is the section `judge` itself."""

BUILT_IN: Final = "built in"
SETTINGS: Final = "settings file"


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a file of settings.

    Attributes:
        file: which.
        line: in it; None: nobody knows.
        key: of the setting, as in `zones.0.corners`.
        what: is wrong, and what to do.
    """

    file: str
    line: int | None
    key: str
    what: str

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        return printable(
            f"{place}: {self.key}: {self.what}" if self.key else f"{place}: {self.what}"
        )


@dataclass(frozen=True, slots=True)
class Effective:
    """What holds for a camera.

    Attributes:
        settings: all of it; what was wrong is as it was below.
        origins: of each setting, by section and key, the layer that it comes from.
        problems: what is wrong.
    """

    settings: Settings
    origins: Mapping[tuple[str, str], str]
    problems: tuple[Problem, ...]

    def checked(self) -> Settings:
        """The settings; raises ConfigError if anything is wrong."""
        if self.problems:
            raise ConfigError("; ".join(map(str, self.problems)))
        return self.settings


def laid(base: Settings, optics: Sequence[Layer], rules: Sequence[Layer]) -> Effective:
    """Lay layers over settings.

    Args:
        base: what the settings file says, or what is built in.
        optics: layers of `optics`, the lowest first.
        rules: likewise of `rules`.
    """
    problems = list(_strangers(optics))
    sections = [_section(base, "judge", JudgeSettings, rules, ())]
    for name, kind in OPTICS.items():
        sections.append(_section(base, name, kind, optics, (name,)))
    changes: dict[str, BaseModel] = {}
    origins: dict[tuple[str, str], str] = {}
    for section in sections:
        changes[section.name] = section.value
        origins |= section.origins
        problems += section.problems
    return Effective(base.model_copy(update=changes), origins, tuple(problems))


@dataclass(frozen=True, slots=True)
class _Laid:
    name: str
    value: BaseModel
    origins: dict[tuple[str, str], str]
    problems: list[Problem]


def _section(
    base: Settings,
    name: str,
    kind: type[BaseModel],
    layers: Sequence[Layer],
    above: tuple[str, ...],
) -> _Laid:
    """Lay what each layer says of a section over what is below it."""
    below: BaseModel = getattr(base, name)
    values = below.model_dump(mode="json")
    built_in = kind().model_dump(mode="json")
    setters: dict[str, Layer] = {}
    problems: list[Problem] = []
    for layer in layers:
        said: Any = layer.document.values
        for key in above:
            said = said.get(key) or {}
        if not isinstance(said, dict):
            problems.append(_problem(layer, above, "it holds settings; write them below it"))
            continue
        for key, value in said.items():
            if (above or key != PROFILE) and not (layer.common and values.get(key, ...) == value):
                values[key], setters[key] = value, layer
    try:
        value = kind.model_validate(values)
    except ValidationError as error:
        value = below
        details = error.errors(include_url=False, include_input=False)
        problems += [
            _of_error(one, kind, above, setters, layers)
            for one in details
            if not any(_is_below(other["loc"], one["loc"]) for other in details)
        ]
    base_origin = {
        key: BUILT_IN if values.get(key) == built_in[key] else SETTINGS for key in built_in
    }
    origins = {
        (name, key): setters[key].name if key in setters else base_origin[key] for key in built_in
    }
    return _Laid(name, value, origins, problems)


def _is_below(inner: Key, outer: Key) -> bool:
    """Whether a place is inside another: a list with a wrong value is then also too short."""
    return len(inner) > len(outer) > 0 and inner[: len(outer)] == outer


def _strangers(optics: Sequence[Layer]) -> list[Problem]:
    """Sections of `optics` that are none."""
    return [
        _problem(layer, (key,), f"is no section of optics; there are {', '.join(OPTICS)}")
        for layer in optics
        for key in layer.document.values
        if key not in {*OPTICS, PROFILE}
    ]


def _of_error(
    details: ErrorDetails,
    kind: type[BaseModel],
    above: tuple[str, ...],
    setters: Mapping[str, Layer],
    layers: Sequence[Layer],
) -> Problem:
    what = details["msg"].removeprefix("Value error, ")
    location = details["loc"]
    if not location:  # what is wrong between several begins with the name of one
        first = what.partition(" ")[0]
        location = (first,) if first in kind.model_fields else ()
    field = str(location[0]) if location else ""
    layer = setters.get(field) or (layers[-1] if layers else None)
    if details["type"] == "extra_forbidden":
        what = "is not a setting; see docs/cameras.md for those there are"
    if details["type"] == "missing":
        what = "is missing; add it"
    if layer is None:
        return Problem(SETTINGS, None, field, what)
    return _problem(layer, (*above, *location), what)


def _problem(layer: Layer, key: Sequence[str | int], what: str) -> Problem:
    """Where in a layer something is wrong: what pydantic adds to a key is no part of the file."""
    lines = layer.document.lines
    found: tuple[str | int, ...] = ()
    for index, part in enumerate(key):
        last = index == len(key) - 1
        if not lines or (*found, part) in lines or last:
            found = (*found, part)
    told = ".".join(map(str, (layer.within, *found) if layer.within else found))
    return Problem(layer.name, layer.document.line(found), told, what)
