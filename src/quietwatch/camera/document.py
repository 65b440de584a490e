"""A file of settings as values, with the line on which each of them stands.

Read is YAML, by the scalars of YAML 1.2: `22:00` is text, and so are `on` and `no`, which YAML 1.1
took for a number and for booleans. JSON with its characters as they are is a part of that. Keys
that stand twice and aliases are refused: the first hide what is meant, the second let a small file
be a huge one.
"""

import re
from dataclasses import dataclass
from typing import Any

import yaml

from quietwatch.errors import ConfigError
from quietwatch.names import printable

LARGEST = 2**20
"""Bytes of a file of settings; what is larger is none."""

Key = tuple[str | int, ...]
"""Where in a document a value stands: keys and positions, from the outside in."""

_INT = re.compile(r"[-+]?\d+")
_FLOAT = re.compile(r"[-+]?(\.\d+|\d+(\.\d*)?)([eE][-+]?\d+)?")
_WORDS = {"true": True, "false": False, "null": None, "~": None, "": None}
_TAGS = {
    f"tag:yaml.org,2002:{name}"
    for name in ("bool", "float", "int", "map", "merge", "null", "seq", "str", "timestamp", "value")
}


@dataclass(frozen=True, slots=True)
class Document:
    """A file that was read.

    Attributes:
        values: its keys and what they say.
        lines: of each value, by where it stands; the first line is 1.
    """

    values: dict[str, Any]
    lines: dict[Key, int]

    def line(self, key: Key) -> int | None:
        """The line of a value, or of what it is missing from; None: nobody knows."""
        return next(
            (self.lines[key[:end]] for end in range(len(key), -1, -1) if key[:end] in self.lines),
            None,
        )


def read(data: bytes, name: str) -> Document:
    """Read a file of settings.

    Args:
        data: its bytes.
        name: what it is called in errors.

    Raises:
        ConfigError: it is no YAML, or says something that is not taken; with the line.
    """
    if len(data) > LARGEST:
        raise ConfigError(f"{printable(name)} is larger than {LARGEST} bytes: no settings")
    try:
        node = yaml.compose(data.decode("utf-8"), Loader=yaml.SafeLoader)
    except UnicodeDecodeError as error:
        raise ConfigError(f"{printable(name)} is not text in UTF-8; save it as that") from error
    except RecursionError as error:
        raise ConfigError(f"{printable(name)} is nested too deeply to be settings") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = name if mark is None else f"{name}:{mark.line + 1}"
        problem = getattr(error, "problem", None) or str(error)
        raise ConfigError(printable(f"{where}: this is no YAML: {problem}")) from error
    if node is None:
        return Document({}, {})
    reader = _Reader(name)
    values = reader.value(node, ())
    if not isinstance(values, dict):
        raise ConfigError(f"{printable(name)} has no settings in it; write `key: value`")
    return Document(values, reader.lines)


class _Reader:
    """Turns nodes into values, and notes their lines."""

    def __init__(self, name: str) -> None:
        self.lines: dict[Key, int] = {}
        self._name = name
        self._seen: set[int] = set()

    def value(self, node: Any, key: Key) -> Any:
        """The value of a node that stands under a key."""
        self.lines.setdefault(key, node.start_mark.line + 1)
        if id(node) in self._seen:
            raise self._refused(node, "aliases are not taken; write it out")
        self._seen.add(id(node))
        if node.tag not in _TAGS:
            raise self._refused(node, f"{node.tag} is not taken; leave out what begins with !")
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, key)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(one, (*key, index)) for index, one in enumerate(node.value)]
        return node.value if node.style else _scalar(node.value)

    def _mapping(self, node: Any, key: Key) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name_node, value_node in node.value:
            if not isinstance(name_node, yaml.ScalarNode):
                raise self._refused(name_node, "a key is a word")
            name = name_node.value
            if name in found:
                raise self._refused(name_node, f"{name} stands twice; keep one")
            self.lines[*key, name] = name_node.start_mark.line + 1
            found[name] = self.value(value_node, (*key, name))
        return found

    def _refused(self, node: Any, why: str) -> ConfigError:
        return ConfigError(printable(f"{self._name}:{node.start_mark.line + 1}: {why}"))


def _scalar(text: str) -> Any:
    """A plain scalar, by the core schema of YAML 1.2 without its infinities."""
    if text.lower() in _WORDS:
        return _WORDS[text.lower()]
    if _INT.fullmatch(text):
        return int(text) if len(text) < 20 else text
    return float(text) if _FLOAT.fullmatch(text) else text
