"""Take blobs away that nothing needs, never under the hands of a writer.

A writer takes a lease on a blob before it asks whether the blob is there, and gives it back when
its commit stands. Here blobs are marked first and looked at again later: inside one transaction, in
which nobody takes or gives back a lease, it is asked once more who needs them, and those that
nobody does are deleted. So either the lease was there before, and the blob stays, or the writer
comes after and finds the blob gone. A writer without a lease is told when it commits
(`repos.rescue`).
"""

from collections.abc import Callable, Iterable

from quietwatch.store.catalog import condemned, erasures, leases, needs
from quietwatch.store.catalog.clips import chunks
from quietwatch.store.catalog.needs import Horizon
from quietwatch.store.place import Place

Step = Callable[[str], None]
"""Told before each step what comes next; for those who want to know what happens in between."""


def no_step(_: str) -> None:
    """Nobody wants to know."""


def condemn(place: Place, tenant: str, shas: Iterable[str]) -> None:
    """Mark blobs as not needed."""
    with place.catalog.begin(lasting=False) as connection:
        condemned.condemn(connection, tenant, shas)


def sweep(
    place: Place, tenant: str, shas: Iterable[str], horizon: Horizon, step: Step = no_step
) -> list[str]:
    """Take away those of some marked blobs that nobody needs; the marks of the others go.

    Returns:
        the SHA-256 of those taken away.

    Raises:
        StoreUnavailable: the bucket deletes nothing now; the marks stay.
    """
    taken: list[str] = []
    for part in chunks(shas):
        step("sweep")
        with place.catalog.begin() as connection:
            leases.hold_still(connection)
            condemned.hold(connection, tenant, part)
            still = needs.needed(connection, tenant, part, horizon)
            gone = [sha256 for sha256 in part if sha256 not in still]
            step("delete")
            place.blobs(tenant).delete(gone)
            step("deleted")
            condemned.acquit(connection, tenant, still)
            condemned.gone(connection, tenant, gone)
            needs.forget(connection, tenant, gone)
            erasures.gone(connection, tenant, gone)
        taken += gone
    return taken
