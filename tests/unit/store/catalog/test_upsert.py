from sqlalchemy import Connection, select

from quietwatch.store.catalog.upsert import upsert
from quietwatch.store.catalog.work_tables import marks


def test_rows_take_the_place_of_those_with_their_key(tenant: str, writing: Connection) -> None:
    rows = [{"tenant": tenant, "name": f"{n:04d}", "value": "old"} for n in range(1200)]
    upsert(writing, marks, rows)
    upsert(writing, marks, [row | {"value": "new"} for row in rows[600:]])
    upsert(writing, marks, [])
    query = select(marks.c.value).where(marks.c.tenant == tenant).order_by(marks.c.name)
    assert list(writing.scalars(query)) == ["old"] * 600 + ["new"] * 600
