"""Options that several verbs share."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from quietwatch.errors import UsageError
from quietwatch.names import printable

if TYPE_CHECKING:
    from quietwatch.config import Settings
    from quietwatch.store.place import Place


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
StoreOption = Annotated[
    str | None,
    typer.Option(
        "--store",
        metavar="URL",
        envvar="QUIETWATCH_STORE",
        help="Where footage and results lie: file://, s3://, gs://, az:// or memory://.",
        show_default="a folder in the home",
    ),
]
CatalogOption = Annotated[
    str | None,
    typer.Option(
        "--catalog",
        metavar="URL",
        envvar="QUIETWATCH_CATALOG",
        help="The index of it: sqlite:////PATH or postgresql://USER@HOST/NAME.",
        show_default="a file in the home",
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


@dataclass(frozen=True, slots=True)
class Where:
    """Where a verb finds everything: home, store and catalog as they were named."""

    home: Path
    store: str | None = None
    catalog: str | None = None

    def open(self) -> "Place":
        """Open it, made where it is not there; raises what `open_place` does."""
        from quietwatch.store.place import open_place  # noqa: PLC0415 - heavy

        return open_place(self.home, self.store, self.catalog)

    def existing(self) -> "Place":
        """A home that is only looked at.

        Raises:
            UsageError: there is none yet, or it can't be reached.
        """
        with reached(self.home, "--home"):
            is_home = (self.home / "home.json").is_file()
        if not is_home and self.catalog is None:  # opening any other folder would make it a home
            raise UsageError(
                f"{printable(self.home)} holds no results yet; run `quietwatch run` first, or name "
                "another home with --home"
            )
        return self.open()


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
