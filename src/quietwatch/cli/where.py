"""Which store is meant and who comes: the options of every verb that works on one."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from quietwatch import addresses, names
from quietwatch.addresses import Address
from quietwatch.cli.gathered import gathered
from quietwatch.cli.options import HomeOption, home_path, reached, settings_of
from quietwatch.errors import UsageError
from quietwatch.model import Repo
from quietwatch.names import printable

if TYPE_CHECKING:
    from quietwatch.store.access import Door

TOKEN_VARIABLE = "QUIETWATCH_TOKEN"  # noqa: S105  (its name, not a token)
_LONGEST_TOKEN = 1000  # bytes; a file that is longer holds something else


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """Each field is an option of the command line."""

    home: HomeOption = None
    store: Annotated[
        str | None,
        typer.Option(
            "--store",
            metavar="URL",
            envvar="QUIETWATCH_STORE",
            help="Bucket or folder in which the blobs lie.",
            show_default="store in the home",
        ),
    ] = None
    catalog: Annotated[
        str | None,
        typer.Option(
            "--catalog",
            metavar="URL",
            envvar="QUIETWATCH_CATALOG",
            help="Database that knows what the store holds.",
            show_default="catalog.sqlite in the home",
        ),
    ] = None
    tenant: Annotated[
        str | None,
        typer.Option(
            "--tenant",
            metavar="NAME",
            help="Tenant of repos that are named without one.",
            show_default="that of the settings",
        ),
    ] = None
    token_file: Annotated[
        Path | None,
        typer.Option(
            "--token-file",
            metavar="FILE",
            help=f"File with the caller's token; else {TOKEN_VARIABLE}.",
            show_default=False,
        ),
    ] = None

    def tenant_name(self) -> str:
        """The tenant named, else that of the settings; raises InvalidName, ConfigError."""
        if self.tenant is None:
            return settings_of(home_path(self.home), None).source.tenant
        return addresses.tenant(self.tenant)

    def address(self, text: str) -> Address:
        """Read `REPO@AT:PATH`; raises InvalidName."""
        return addresses.address(text, self.tenant_name())

    def at(self, text: str) -> str | datetime:
        """Read a branch, a tag, a commit or a time; raises InvalidName."""
        return addresses.at(text)

    def repo(self, text: str) -> Repo:
        """Read `REPO` or `TENANT/REPO`; raises InvalidName."""
        return names.repo(text, self.tenant_name())

    @contextmanager
    def door(self, *, make: bool = False) -> Iterator["Door"]:
        """The store, for whoever comes with the token that was named.

        Args:
            make: whether it is made if it is not there.

        Raises:
            UsageError: there is none. AccessRefused: it takes a token, and there is none that
                stands. What `open_place` raises.
        """
        from quietwatch.store.place import open_place  # noqa: PLC0415 - heavy

        token, home = self.token(), home_path(self.home)
        if not make:
            self.require_store(home)
        with open_place(home, self.store, self.catalog) as opened:
            yield opened.door(token)

    def require_store(self, home: Path) -> None:
        """Raise UsageError if there is no store: it is not made by looking for something in it."""
        from quietwatch.store.place import holds_catalog  # noqa: PLC0415 - heavy

        with reached(home, "--home"):
            there = self.catalog is not None or holds_catalog(home)
        if not there:
            raise UsageError(
                f"{printable(home)} holds no store yet; make a repo with `quietwatch repo create`, "
                "or name another home with --home"
            )

    def token(self) -> str | None:
        """The caller's token: of the file named, else of the environment.

        Raises:
            UsageError: the file can't be read, or is none with a token.
        """
        if self.token_file is None:
            return os.environ.get(TOKEN_VARIABLE) or None
        with reached(self.token_file, "--token-file"), self.token_file.open("rb") as file:
            data = file.read(_LONGEST_TOKEN)
        text = data.decode("ascii", "replace").strip()
        if not text:
            raise UsageError(
                f"{printable(self.token_file)} is empty; write a token into it, and nothing else"
            )
        return text


def at_of(address: Address) -> str | datetime:
    """Where in history an address is: on `main` unless it says otherwise."""
    return "main" if address.at is None else address.at


def whole_repo(address: Address) -> Address:
    """The address, of which a path was no part; raises UsageError if there is one."""
    if address.path is not None:
        raise UsageError("a whole repo is meant here: leave out the : and what is behind it")
    return address


placed = gathered(Where)
"""Give a verb the options of `Where`."""
