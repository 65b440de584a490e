"""Options that several verbs share."""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from quietwatch.errors import UsageError
from quietwatch.names import printable

if TYPE_CHECKING:
    from quietwatch.config import Settings


class Format(StrEnum):
    """How a result is printed."""

    TEXT = "text"
    JSON = "json"


HomeOption = Annotated[
    Path | None,
    typer.Option(
        "--home",
        metavar="DIR",
        envvar="QUIETWATCH_HOME",
        help="Folder in which results live.",
        show_default="~/.quietwatch",
    ),
]
FormatOption = Annotated[
    Format,
    typer.Option("--format", help="Print for people, or as one JSON object for programs."),
]
ConfigOption = Annotated[
    Path | None,
    typer.Option(
        "--config",
        metavar="FILE",
        help="Settings, as in docs/settings.md.",
        show_default="quietwatch.toml in the home",
    ),
]


def named_home(named: Path | None) -> Path:
    """The home that was named, else the default one; raises ConfigError if there is neither."""
    from quietwatch.config import default_home  # noqa: PLC0415 - heavy

    return named or default_home()


def home_path(named: Path | None) -> Path:
    """The same, once it is known that a home may be there.

    Raises:
        UsageError: something else is in its place, or it can't be reached.
    """
    path = named_home(named)
    with reached(path, "--home"):
        taken = path.exists() and not path.is_dir()
    if taken:
        raise UsageError(f"{printable(path)} is a file; a home is a folder: name another one")
    return path


def settings_of(home: Path, file: Path | None) -> "Settings":
    """The settings that hold for a home; raises ConfigError."""
    from quietwatch import config  # noqa: PLC0415 - heavy

    return config.load(home, file)


@contextmanager
def reached(path: Path, option: str) -> Iterator[None]:
    """Tell that a path can't even be looked at: a folder above it is closed, its name too long.

    Args:
        path: what is looked at.
        option: by which it was named.

    Raises:
        UsageError: the system refused.
    """
    try:
        yield
    except OSError as error:
        raise UsageError(
            f"{printable(path)} can't be reached ({error.strerror}); let this account get there, "
            f"or name another place with {option}"
        ) from error
