from sqlalchemy import Connection, select

from quietwatch.store.catalog import clips
from quietwatch.store.catalog.among import among
from quietwatch.store.catalog.clips import Known
from quietwatch.store.catalog.work_tables import arrivals

HARD = [
    "it's",
    'a "name"',
    "50%",
    ":x",
    "a\\b",
    "{a,b}",
    "caf\u00e9",
    "\U0001f408",
    "1",
    "null",
    "",
]


def test_every_value_finds_itself_and_no_other(tenant: str, writing: Connection) -> None:
    clips.know(writing, tenant, {name: Known("stamp", "path") for name in HARD})

    def found(*names: str) -> list[str]:
        mine = arrivals.c.tenant == tenant, among(writing, arrivals.c.source, names)
        return sorted(writing.scalars(select(arrivals.c.source).where(*mine)))

    assert [found(name) for name in HARD] == [[name] for name in HARD]
    assert found(*HARD, *HARD, "another") == sorted(HARD)
    assert found("another") == found() == []
