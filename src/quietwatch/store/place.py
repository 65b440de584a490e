"""Where everything lies: the home of this machine, the object store, the catalog, joined."""

import secrets
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import cached_property
from pathlib import Path
from typing import Self

from quietwatch.store.access import Door, Gate, people
from quietwatch.store.catalog import leases, refs
from quietwatch.store.catalog.connect import Catalog, open_catalog, sqlite_url
from quietwatch.store.home import Home
from quietwatch.store.keep.reading import KeptBlobs
from quietwatch.store.objects.blobs import Blobs
from quietwatch.store.objects.objects import Objects, connect
from quietwatch.store.repos import Repos


def open_place(home: Path, store: str | None = None, catalog: str | None = None) -> "Place":
    """Open a home with its store and its catalog; what is not there yet is made.

    Args:
        home: folder of this machine's work.
        store: URL or folder of the objects; by default in the home.
        catalog: URL of the catalog; by default in the home.

    Raises:
        StorageError: one can't be opened. ConfigError: a URL can't be used.
        ExtraMissing: what speaks to the catalog is not installed.
    """
    opened = Home(home)
    where = store or str((home / "store").absolute())
    if where == "memory://":  # this place's own, but for all of it: readers open it by its name
        where += secrets.token_hex(8)
    return Place(opened, where, open_catalog(catalog_url(home, catalog)))


def catalog_url(home: Path, named: str | None) -> str:
    """Where the catalog lies: as it was named, else in the home."""
    return named or sqlite_url(home / "catalog.sqlite")


class Place:
    """An open place of work; a context manager.

    Attributes:
        home: this machine's folder.
        store_url: where objects lie.
        catalog: the index of everything, in SQL.

    Args:
        home: open.
        store_url: see above.
        catalog: open; closed with the place.
    """

    def __init__(self, home: Home, store_url: str, catalog: Catalog) -> None:
        self.home = home
        self.store_url = store_url
        self.catalog = catalog
        self._blobs: dict[str, Blobs] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the catalog."""
        self.catalog.close()

    @property
    def spool(self) -> Path:
        """Folder for what is on its way."""
        return self.home.spool

    @cached_property
    def objects(self) -> Objects:
        """The object store."""
        return connect(self.store_url)

    @cached_property
    def repos(self) -> Repos:
        """The repos, unguarded; callers get a door."""
        return Repos(self.catalog, self.objects)

    def gate(self, token: str | None) -> Gate:
        """Who comes with this token; raises AccessRefused where the catalog takes another."""
        return Gate(self.catalog, token)

    def door(self, token: str | None) -> Door:
        """The repos and blobs for whoever comes with this token.

        Raises:
            AccessRefused: the catalog is not open, and the token is none that stands.
        """
        return Door(self.repos, self.blobs, self.gate(token))

    def is_forgotten(self, tenant: str) -> bool:
        """Whether the store holds commits of a tenant of which the catalog knows nothing.

        The store is asked only if the catalog holds no repo of the tenant and takes no token: else
        it would tell a caller which other tenants there are.

        Raises:
            CatalogUnavailable, StoreUnavailable: nobody knows.
        """
        with self.catalog.reading() as connection:
            if refs.has_any(connection, tenant) or people.anybody(connection):
                return False
        return next(iter(self.objects.list(f"{tenant}/commits")), None) is not None

    def blobs(self, tenant: str) -> Blobs:
        """The blobs of a tenant, unguarded; what is erased is not given out."""
        if tenant not in self._blobs:
            self._blobs[tenant] = KeptBlobs(self.catalog, self.objects, tenant, self.spool)
        return self._blobs[tenant]

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """Be the one engine at work here: on this home, and on a catalog that others share.

        Raises:
            StorageError: another one is at work.
        """
        with ExitStack() as stack:
            stack.enter_context(self.home.exclusive())
            stack.enter_context(leases.engine(self.catalog))
            yield

    @contextmanager
    def leasing(self, tenant: str, blobs: Sequence[str]) -> Iterator[None]:
        """Let nobody remove these blobs, there or not there yet, until they are committed.

        Args:
            tenant: whose.
            blobs: their SHA-256.
        """
        with leases.holding(self.catalog, tenant, blobs):
            yield
