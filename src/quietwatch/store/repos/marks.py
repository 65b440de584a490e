"""What the catalog knows and the bucket may not hold yet.

A row comes first, marked as not yet written; then its object; then the mark goes. Whoever was
killed between leaves marks behind, and the next one writes what they stand for before it does
anything else. To write an object twice does no harm: it is the same.
"""

from sqlalchemy import Connection, delete, insert, select

from quietwatch.store.catalog import history, listing
from quietwatch.store.catalog.connect import Catalog
from quietwatch.store.catalog.lines import Point
from quietwatch.store.catalog.tables import unwritten
from quietwatch.store.objects.objects import Objects
from quietwatch.store.repos.draft import rewritten
from quietwatch.store.repos.record import commit_key
from quietwatch.store.repos.turns import Turn


def mark(connection: Connection, turn: Turn) -> None:
    """Note a change of refs whose object has to be written."""
    connection.execute(insert(unwritten).values(key=turn.key, body=turn.text()))


def write_turns(catalog: Catalog, objects: Objects, key: str | None = None) -> int:
    """Write marked changes of refs, all or the one with this key; gives their number.

    Raises:
        StoreUnavailable, StorageFull: the bucket takes nothing now; the marks stay.
    """
    query = select(unwritten).order_by(unwritten.c.key)
    with catalog.reading() as connection:
        rows = connection.execute(
            query if key is None else query.where(unwritten.c.key == key)
        ).all()
    for row in rows:
        _put(objects, row.key, row.body.encode())
    if rows:
        objects.settle()
        with catalog.begin(lasting=False) as connection:
            for row in rows:
                connection.execute(delete(unwritten).where(unwritten.c.key == row.key))
    return len(rows)


def write_commit(catalog: Catalog, objects: Objects, key: str, data: bytes, point: Point) -> None:
    """Write a commit's object and take its mark away; raises as `write_turns`."""
    _put(objects, key, data)
    objects.settle()
    with catalog.begin(lasting=False) as connection:
        history.written(connection, point)


def write_marked(catalog: Catalog, objects: Objects) -> int:
    """Write all that is marked; gives how many objects that were.

    Raises:
        StoreUnavailable, StorageFull: as `write_turns`. RecordDamaged: as `rewritten`.
    """
    count = write_turns(catalog, objects)
    with catalog.reading() as connection:
        left = history.marked(connection)
    for kept in left:
        with catalog.reading() as connection:
            changes = listing.made_by(connection, kept.commit.repo.tenant, kept.point)
        data = rewritten(kept, changes)
        key = commit_key(kept.commit.repo, kept.commit.id)
        write_commit(catalog, objects, key, data, kept.point)
    return count + len(left)


def _put(objects: Objects, key: str, data: bytes) -> None:
    if not objects.create(key, data):  # what lies there is not what was written
        objects.put(key, data)
