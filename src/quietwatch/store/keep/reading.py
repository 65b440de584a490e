"""Blobs as readers get them: what is erased is not given out, whether its bytes are gone or not."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from quietwatch.store.catalog import erasures
from quietwatch.store.catalog.connect import Catalog
from quietwatch.store.objects.blobs import Blobs
from quietwatch.store.objects.objects import Objects


class KeptBlobs(Blobs):
    """The blobs of one tenant; reading one that is erased raises Erased, with when and why.

    Args:
        catalog: that knows what is erased.
        objects: see `Blobs`.
        tenant: see `Blobs`.
        spool: see `Blobs`.
    """

    def __init__(self, catalog: Catalog, objects: Objects, tenant: str, spool: Path) -> None:
        super().__init__(objects, tenant, spool)
        self._catalog = catalog

    def read(self, sha256: str, *, verify: bool = True) -> bytes:
        """As `Blobs`."""
        self._require_kept(sha256)
        return super().read(sha256, verify=verify)

    def stream(self, sha256: str, *, verify: bool = True) -> Iterator[bytes]:
        """As `Blobs`."""
        self._require_kept(sha256)
        yield from super().stream(sha256, verify=verify)

    def fetch(self, sha256: str, target: Path) -> None:
        """As `Blobs`."""
        self._require_kept(sha256)
        super().fetch(sha256, target)

    @contextmanager
    def at(self, sha256: str, *, verify: bool = True) -> Iterator[Path]:
        """As `Blobs`."""
        self._require_kept(sha256)
        with super().at(sha256, verify=verify) as path:
            yield path

    def _require_kept(self, sha256: str) -> None:
        with self._catalog.reading() as connection:
            found = erasures.unread(connection, self._tenant, sha256)
        if found is not None:
            raise found.error
