"""See that a commit names no blob that `gc` took away between its being put and now."""

from sqlalchemy import Connection

from quietwatch.errors import ObjectMissing
from quietwatch.names import blob_key
from quietwatch.store.catalog import condemned
from quietwatch.store.objects.objects import Objects
from quietwatch.store.repos.draft import Draft


def rescue(connection: Connection, objects: Objects, draft: Draft) -> None:
    """Save the blobs of a commit that are marked to go; from then on nobody takes them away.

    Whoever holds a lease on them need not fear this; it is for those who put and commit without.

    Raises:
        ObjectMissing: one is gone; nothing is committed.
    """
    tenant = draft.repo.tenant
    named = {change.sha256 for change in draft.changes if change.sha256 is not None}
    taken = condemned.missed(connection, tenant, named)
    for sha256 in taken:
        if objects.info(blob_key(tenant, sha256)) is None:
            raise ObjectMissing(
                f"the blob {sha256} of {tenant} was removed before it was committed, since nothing "
                "needed it; put it again, and commit sooner"
            )
    condemned.acquit(connection, tenant, taken)
