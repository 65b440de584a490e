"""The docs tell what the program does: each command, option and setting; what they show runs."""

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic.fields import FieldInfo
from typer import TyperException
from typer.core import TyperGroup
from typer.main import get_command

from quietwatch.cli import app
from quietwatch.cli.options import Format
from quietwatch.config import Settings
from quietwatch.model import NoteCode

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"


def commands(command: Any, name: str = "quietwatch") -> Iterator[tuple[str, Any]]:
    """Every command with its full name, groups before what is in them."""
    yield name, command
    if isinstance(command, TyperGroup):
        for word, inner in command.commands.items():
            yield from commands(inner, f"{name} {word}")


COMMANDS = dict(commands(get_command(app)))


def options(command: Any) -> list[str]:
    """The long names of a command's options, but for --help."""
    return [
        name
        for parameter in command.params
        if parameter.param_type_name == "option"
        for name in parameter.opts
        if name.startswith("--") and name != "--help"
    ]


def section(text: str, heading: str) -> str:
    """What stands under a heading, up to the next of its level or above."""
    match = re.search(rf"^(#+) {re.escape(heading)}$", text, re.MULTILINE)
    assert match is not None, f"no heading {heading!r}"
    level = len(match[1])
    end = re.search(rf"^#{{1,{level}}} ", text[match.end() :], re.MULTILINE)
    return text[match.end() :][: end.start() if end else None]


def test_every_note_is_documented() -> None:
    told = section((DOCS / "cli.md").read_text(encoding="utf-8"), "JSON")
    assert re.findall(r"^\| `([a-z-]+)` \|", told, re.MULTILINE) == list(NoteCode)


@pytest.mark.parametrize("name", [name for name in COMMANDS if name != "quietwatch"])
def test_every_command_and_option_is_documented(name: str) -> None:
    told = section((DOCS / "cli.md").read_text(encoding="utf-8"), f"`{name}`")
    missing = [option for option in options(COMMANDS[name]) if f"`{option}" not in told]
    assert not missing
    known = {option for command in COMMANDS.values() for option in options(command)}
    for option in re.findall(r"^\| `(--[a-z-]+)", told, re.MULTILINE):
        assert option in known, f"{name} has no {option}"


def test_every_format_is_documented() -> None:
    text = (DOCS / "cli.md").read_text(encoding="utf-8")
    assert all(f"`{kind.value}`" in text for kind in Format)


def bounds(field: FieldInfo) -> str:
    """A setting's bounds in words."""
    words = {"ge": "from {}", "gt": "above {}", "le": "to {}", "lt": "below {}"}
    return ", ".join(
        said.format(f"{getattr(one, name):.12g}")
        for one in field.metadata
        for name, said in words.items()
        if hasattr(one, name)
    )


def rows() -> Iterator[tuple[str, str]]:
    """(section, row) of each setting as it must stand in docs/settings.md."""
    for name, part in Settings():
        values = part.model_dump(mode="json")
        for key, field in type(part).model_fields.items():
            default = json.dumps(values[key])
            row = f"| `{key}` | `{default}` | {bounds(field)} | {field.description} |"
            yield name, row.replace("|  |", "| |")


@pytest.mark.parametrize(("name", "row"), list(rows()))
def test_every_setting_is_documented(name: str, row: str) -> None:
    told = section((DOCS / "settings.md").read_text(encoding="utf-8"), f"`[{name}]`")
    assert row in told.splitlines(), f"docs/settings.md lacks this row under [{name}]:\n{row}"


def test_no_setting_is_made_up() -> None:
    text = (DOCS / "settings.md").read_text(encoding="utf-8")
    assert len(re.findall(r"^\| `", text, re.MULTILINE)) == len(list(rows()))


def shown() -> list[tuple[str, str]]:
    """(page, command) of each command shown in a console block of the README and the docs."""
    pages = [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]
    return [
        (str(page.relative_to(ROOT)), line.removeprefix("$ ").partition("  #")[0].strip())
        for page in pages
        for block in re.findall(r"(?ms)^```console\n(.*?)^```", page.read_text("utf-8"))
        for line in block.splitlines()
        if line.startswith(("$ quietwatch", "$ make"))
    ]


@pytest.mark.parametrize(("page", "line"), shown())
def test_commands_shown_are_commands(page: str, line: str) -> None:
    words = shlex.split(re.split(r" [|>&]", line)[0])
    if words[0] == "make":
        targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
        assert set(words[1:]) - {one for one in words if "=" in one} <= set(targets), page
        return
    context = parsed(words[1:])
    assert not context.args, f"{page}: {line} has more than the command takes"


def test_a_command_that_is_none_is_told() -> None:
    for line in ("runn clips", "run clips --no-such", "events list --kind cow", "version more"):
        with pytest.raises((KeyError, TyperException, AssertionError)):
            assert not parsed(line.split()).args


def parsed(words: list[str]) -> Any:
    """What typer makes of a command line, all but doing it."""
    command, rest = COMMANDS["quietwatch"], words
    while isinstance(command, TyperGroup) and rest and not rest[0].startswith("-"):
        command, rest = command.commands[rest[0]], rest[1:]
    return command.make_context(command.name, [*rest])
