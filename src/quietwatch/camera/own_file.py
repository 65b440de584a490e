"""A camera's settings as people write them: one file, with a section for each of the repos.

    optics:
      privacy: {masks: [...]}
    rules:
      profile: drive

What stands in a section is what is kept in its repo, as it was written: with its comments.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from textwrap import dedent
from typing import Any, Final

import yaml

from quietwatch.camera.document import Document, read
from quietwatch.camera.layers import Layer
from quietwatch.errors import ConfigError
from quietwatch.names import printable

SECTIONS: Final = ("optics", "rules")
"""The repos of settings, and the sections of such a file."""


@dataclass(frozen=True, slots=True)
class OwnFile:
    """A file of settings of one camera.

    Attributes:
        layers: by section, what it says, to be laid over what holds without it.
        texts: by section, the file of its repo.
    """

    layers: Mapping[str, Layer]
    texts: Mapping[str, bytes]


def read_own(data: bytes, name: str) -> OwnFile:
    """Read one.

    Args:
        data: its bytes.
        name: what it is called in errors.

    Raises:
        ConfigError: it is no YAML, or has other sections; with the line.
    """
    document = read(data, name)
    for key, value in document.values.items():
        if key not in SECTIONS:
            raise ConfigError(
                printable(
                    f"{name}:{document.line((key,))}: {key} is no section; there are "
                    f"{' and '.join(SECTIONS)}: write it below one of them"
                )
            )
        if not isinstance(value, dict | None):
            raise ConfigError(
                printable(f"{name}:{document.line((key,))}: write the settings of {key} below it")
            )
    layers = {key: _layer(document, key, name) for key in document.values}
    return OwnFile(layers, _texts(data.decode(), document))


def _layer(document: Document, key: str, name: str) -> Layer:
    lines = {place[1:]: line for place, line in document.lines.items() if place[:1] == (key,)}
    return Layer(name, Document(document.values[key] or {}, lines), within=key)


def _texts(text: str, document: Document) -> dict[str, bytes]:
    """Each section as a file of its own."""
    node = yaml.compose(text, Loader=yaml.SafeLoader)
    if node is None:
        return {}
    lines = text.splitlines(keepends=True)
    starts = [key.start_mark.line for key, _ in node.value]
    ends = [*starts[1:], len(lines)]
    return {
        key.value: _text("".join(lines[start + 1 : end]), document.values[key.value] or {})
        for (key, _), start, end in zip(node.value, starts, ends, strict=True)
    }


def _text(below: str, values: dict[str, Any]) -> bytes:
    """What stands below a section's key, if that says the same alone; else it is written anew."""
    text = dedent(below)
    try:
        same = read(text.encode(), "").values == values
    except ConfigError:
        same = False
    return (
        text.encode() if same else json.dumps(values, indent=1, ensure_ascii=False).encode() + b"\n"
    )
