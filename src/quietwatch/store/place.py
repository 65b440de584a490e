"""A store, opened: the bucket, the catalog, and what stands on both.

HOME/store/              the bucket, unless another is named
HOME/catalog.sqlite      the catalog, unless another is named
HOME/spool/              bytes on their way
"""

from pathlib import Path
from types import TracebackType
from typing import Self

from quietwatch.store.access import Door, Gate
from quietwatch.store.catalog import Catalog, open_catalog
from quietwatch.store.catalog.connect import sqlite_url
from quietwatch.store.files import make_folder
from quietwatch.store.objects.blobs import Blobs
from quietwatch.store.objects.objects import Objects, connect
from quietwatch.store.repos import Repos

STORE, CATALOG, SPOOL = "store", "catalog.sqlite", "spool"


class Place:
    """An open store; close it when done.

    Attributes:
        objects: the bucket.
        catalog: the catalog.
        spool: folder for bytes on their way.
    """

    def __init__(self, objects: Objects, catalog: Catalog, spool: Path) -> None:
        self.objects = objects
        self.catalog = catalog
        self.spool = spool
        self._repos: Repos | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.catalog.close()

    @property
    def repos(self) -> Repos:
        """The repos, unguarded; callers get a door.

        Raises:
            StoreUnavailable, StorageFull: what a killed process left can't be written now.
        """
        if self._repos is None:
            self._repos = Repos(self.catalog, self.objects)
        return self._repos

    def blobs(self, tenant: str) -> Blobs:
        """A tenant's blobs, unguarded."""
        return Blobs(self.objects, tenant, self.spool)

    def door(self, token: str | None) -> Door:
        """The repos and blobs for whoever comes with this token.

        Raises:
            AccessRefused: the catalog is not open, and the token is none that stands.
        """
        gate = Gate(self.catalog, token)
        return Door(self.repos, self.blobs, gate)


def open_place(home: Path, store: str | None = None, catalog: str | None = None) -> Place:
    """Open a store; what is not there is made.

    Args:
        home: folder in which lies what is not named; a new one is its owner's alone.
        store: URL or folder of the bucket.
        catalog: URL of the catalog.

    Raises:
        UsageError: a URL is none. StorageError: something can't be reached or made.
    """
    make_folder(home, mode=0o700)
    make_folder(home / SPOOL)
    objects = connect(store or str(home / STORE))
    return Place(objects, open_catalog(catalog_url(home, catalog)), home / SPOOL)


def catalog_url(home: Path, catalog: str | None = None) -> str:
    """The URL of the catalog: the one named, else that in the home."""
    return catalog or sqlite_url(home / CATALOG)


def holds_catalog(home: Path) -> bool:
    """Whether a catalog lies in a home."""
    return (home / CATALOG).is_file()
