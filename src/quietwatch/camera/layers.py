"""The files that hold for a camera, one laid over the other, in each of the repos of settings.

From the lowest: what holds for all cameras (`default.json`, then `default.yaml`), the profile that
is named there or by the camera and those that it builds on, and the camera's own file. A key of a
file holds in the place of the same key below it, whole: a list is not joined to another.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from quietwatch.camera.document import Document, read
from quietwatch.errors import ConfigError
from quietwatch.model import Camera
from quietwatch.names import SLUG, printable

DEFAULT: Final = "default"
"""What holds for all cameras, without its ending."""

ENDINGS: Final = (".json", ".yaml")
"""Of files of settings; where both are there, the second is laid over the first."""

PROFILE: Final = "profile"
"""The key that names the profile below a file."""

Read = Callable[[str], bytes | None]
"""Gives a file of a folder by its path, None where there is none."""

_SHIPPED = Path(__file__).with_name("profiles")
_DEEPEST = 8  # profiles that build on one another


@dataclass(frozen=True, slots=True)
class Layer:
    """One file.

    Attributes:
        name: what it is called: `rules:main/door.yaml`, or `profile drive` for one that is shipped.
        document: what it says.
        common: it holds for all cameras.
        within: the key under which all of it stands in its file; "": it is the whole file.
    """

    name: str
    document: Document
    common: bool = False
    within: str = ""


class Layers:
    """The files of one repo.

    Args:
        repo: `optics` or `rules`.
        read: reads it.
    """

    def __init__(self, repo: str, read: Read) -> None:
        self._repo = repo
        self._read = read
        self._known: dict[str, tuple[Layer, ...]] = {}

    def default(self) -> tuple[Layer, ...]:
        """What holds for cameras without a file of their own, the lowest first.

        Raises:
            ConfigError: a file can't be read as settings, or a profile is not there.
        """
        return self.below(())

    def of(self, camera: Camera) -> tuple[Layer, ...]:
        """What holds for a camera, the lowest first; raises as `default` does."""
        return self.below(self.files(own(camera)))

    def below(self, top: tuple[Layer, ...]) -> tuple[Layer, ...]:
        """The same for a camera with these files of its own; raises as `default` does."""
        common = self._shared(DEFAULT)
        return (*common, *self._profiles((*common, *top)), *top)

    def files(self, stem: str) -> tuple[Layer, ...]:
        """The files of a path without its ending; raises ConfigError."""
        found = ((f"{stem}{ending}", self._read(f"{stem}{ending}")) for ending in ENDINGS)
        common = stem == DEFAULT
        return tuple(
            Layer(name, parsed(data, name), common)
            for path, data in found
            if data is not None
            for name in (f"{self._repo}:{path}",)
        )

    def _shared(self, stem: str) -> tuple[Layer, ...]:
        """As `files`, of what many cameras have: read once."""
        if stem not in self._known:
            self._known[stem] = self.files(stem)
        return self._known[stem]

    def _profiles(self, top: tuple[Layer, ...]) -> tuple[Layer, ...]:
        """The profile that is named last, and those below it."""
        found: tuple[Layer, ...] = ()
        for _ in range(_DEEPEST):
            naming = next((one for one in reversed(top) if named(one)), None)
            if naming is None:
                return found
            top = self._profile(naming)
            found = (*top, *found)
        raise ConfigError(
            f"{printable(found[0].name)}: profiles build on one another without an end; let one "
            "of them name none"
        )

    def _profile(self, naming: Layer) -> tuple[Layer, ...]:
        name = named(naming)
        layers = self._shared(name) or (shipped(name) if self._repo == "rules" else ())
        if not layers:
            there = f"; shipped are {', '.join(profiles())}" if self._repo == "rules" else ""
            line = naming.document.line((PROFILE,))
            raise ConfigError(
                f"{printable(naming.name)}:{line}: no profile is called {name!r}: put "
                f"{self._repo}:{name}.yaml{there}"
            )
        return layers


def own(camera: Camera) -> str:
    """Path of what holds for one camera, without its ending."""
    return f"{camera.site}/{camera.name}"


def parsed(data: bytes, name: str) -> Document:
    """Read a file by its ending; raises ConfigError."""
    if not name.endswith(".json"):
        return read(data, name)
    try:
        values = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"{printable(name)} is not JSON ({printable(str(error))})") from error
    if not isinstance(values, dict):
        raise ConfigError(f"{printable(name)} is not a JSON object")
    return Document(values, {})


def named(layer: Layer) -> str:
    """The profile that a file names, "" for none; raises ConfigError if it can't be one."""
    name = layer.document.values.get(PROFILE)
    if name is None:
        return ""
    if not isinstance(name, str) or name == DEFAULT or not re.fullmatch(SLUG, name):
        line = layer.document.line((PROFILE,))
        raise ConfigError(
            f"{printable(layer.name)}:{line}: a profile has a name of small letters, digits and -, "
            f"other than {DEFAULT}"
        )
    return name


@cache
def profiles() -> tuple[str, ...]:
    """Names of the profiles of `rules` that are shipped."""
    return tuple(sorted(path.stem for path in _SHIPPED.glob("*.yaml")))


@cache
def shipped(name: str) -> tuple[Layer, ...]:
    """A profile that is shipped; nothing if there is none of this name."""
    if name not in profiles():
        return ()
    data = (_SHIPPED / f"{name}.yaml").read_bytes()
    return (Layer(f"profile {name}", read(data, f"{name}.yaml")),)
