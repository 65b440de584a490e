"""Which store is meant and who comes: the options of every verb that works on one."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from quietwatch import addresses, names
from quietwatch.addresses import ALL, Address
from quietwatch.cli.gathered import gathered
from quietwatch.cli.options import HomeOption, home_path, reached, settings_of
from quietwatch.errors import QuietwatchError, UsageError
from quietwatch.model import Repo
from quietwatch.names import printable

if TYPE_CHECKING:
    from quietwatch.config import Settings
    from quietwatch.store.access import Door, Gate
    from quietwatch.store.place import Place

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

    @property
    def folder(self) -> Path:
        """The home; raises UsageError, ConfigError."""
        return home_path(self.home)

    def settings(self, file: Path | None) -> "Settings":
        """The settings that hold here, with the tenant that was named; raises ConfigError."""
        settings = settings_of(self.folder, file)
        if self.tenant is None:
            return settings
        source = settings.source.model_copy(update={"tenant": self.tenant_name()})
        return settings.model_copy(update={"source": source})

    @contextmanager
    def place(self, tenant: str = "", *, make: bool = False) -> Iterator["Place"]:
        """The store, unguarded, made where it is not there; raises what `open_place` does.

        Args:
            tenant: whose things are meant; "": those of the tenant of the settings.
            make: nothing need be there; else it is told if the catalog has lost it.
        """
        from quietwatch.store.place import open_place  # noqa: PLC0415 - heavy

        with open_place(self.folder, self.store, self.catalog) as opened:
            if not make:
                self._warn(opened, tenant)
            yield opened

    def require_store(self) -> None:
        """Raise UsageError if there is no store: it is not made by looking for something in it."""
        with reached(self.folder, "--home"):
            there = self.catalog is not None or (self.folder / "home.json").is_file()
        if not there:
            raise UsageError(
                f"{printable(self.folder)} holds no results yet; run `quietwatch run` first, or "
                "name another home with --home"
            )

    @contextmanager
    def door(self, *, make: bool = False) -> Iterator["Door"]:
        """The store, for whoever comes with the token that was named.

        Args:
            make: whether it is made if it is not there.

        Raises:
            UsageError: there is none. AccessRefused: it takes a token, and there is none that
                stands. What `open_place` raises.
        """
        token = self.token()
        if not make:
            self.require_store()
        with self.place(make=make) as opened:
            yield opened.door(token)

    @contextmanager
    def working(self, tenant: str, verb: str) -> Iterator["Place"]:
        """The store, for a caller who may bring footage of a tenant in, which is written down.

        Args:
            tenant: whose.
            verb: what is going to be done, for the audit log.

        Raises:
            AccessRefused, RepoMissing: the caller may not.
        """
        token = self.token()
        with self.place(make=True) as opened:  # work does not begin anew by itself
            opened.gate(token).admit("work", Repo(tenant, ALL), verb)
            yield opened

    @contextmanager
    def looking(self, tenant: str) -> Iterator["Place"]:
        """The store of a home that is only looked at, for a caller who may see all of a tenant.

        Raises:
            AccessRefused: the caller may not. UsageError: there is no home yet.
        """
        token = self.token()
        self.require_store()
        with self.place(tenant) as opened:
            opened.gate(token).require("look", Repo(tenant, ALL))
            yield opened

    @contextmanager
    def owning(
        self, tenant: str, action: str, writes: str = ""
    ) -> Iterator[tuple["Place", "Gate"]]:
        """The store of a home that is there, for a caller who owns all of a tenant.

        Args:
            tenant: whose.
            action: a key of the gate's rules.
            writes: what is going to be done, for the audit log; "": nothing, or it writes lines
                of its own.

        Raises:
            AccessRefused: the caller does not. UsageError: there is no home yet.
        """
        token = self.token()
        self.require_store()
        with self.place(tenant) as opened:
            gate = opened.gate(token)
            if writes:
                gate.admit(action, Repo(tenant, ALL), writes)
            else:
                gate.require(action, Repo(tenant, ALL))
            yield opened, gate

    def _warn(self, place: "Place", tenant: str) -> None:
        """Say on standard error that a catalog with nothing in it is not the one that was here."""
        with suppress(QuietwatchError):  # whoever needs settings or store is told what is wrong
            whose = tenant or self.tenant_name()
            if place.is_forgotten(whose):
                told = (
                    f"quietwatch: the store holds commits of {whose}, but the catalog "
                    f"{place.catalog.url} knows nothing of them; if it was lost, restore its "
                    "backup, and call 'quietwatch catalog rebuild'"
                )
                typer.echo(told, err=True)

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
