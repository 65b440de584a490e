"""Very many clips put into a catalog in PostgreSQL by SQL, row for row as the product writes them.

The rows of one clip that the product wrote are the pattern: what in them is that clip's own (its
path, its hashes, its times) is replaced by that of each new clip. They belong to the commits of the
pattern, whose objects in the bucket do not tell of them: what reads the catalog alone sees no
difference, but such a store can't be rebuilt from its bucket.
"""
# ruff: noqa: S608 - nothing in these statements comes from outside

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from sqlalchemy import Connection

from quietwatch.store.catalog.connect import Catalog

AT_ONCE = 500_000
"""Clips of one round."""

TABLES = {
    "entries": "path = '{path}'",
    "clips": "path = '{path}'",
    "arrivals": "path = '{path}'",
    "datums": "path = '{path}'",
    "events": "path = '{path}'",
    "revisions": "event_id = '{event}'",
}
"""Where the rows of a clip lie, and how they are found."""

_OF_THE_MOMENT = {"since", "time", "at", "stamp", "id", "job"}
"""Columns that tell when and where a row was written."""

_MADE = """
CREATE UNLOGGED TABLE made AS
SELECT n, camera, sha256, size, path,
       folder || '/' || camera || '/' || camera || '_' || plain || 'Z.mp4' AS file,
       encode(sha256(convert_to('a:' || path, 'UTF8')), 'hex') AS analysis,
       encode(sha256(convert_to('p:' || path, 'UTF8')), 'hex') AS pack,
       encode(sha256(convert_to('d:' || path, 'UTF8')), 'hex') AS decision,
       left(sha256, 32)::uuid::text AS event,
       to_char(start, 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS start_text,
       to_char(start + interval '10 s', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS end_text,
       extract(epoch FROM start)::bigint * 1000000 AS start,
       extract(epoch FROM start)::bigint * 1000000 + 10000000 AS "end"
FROM (SELECT '{folder}' AS folder, n, 'camera-' || lpad((n / {hours})::text, 5, '0') AS camera,
             timestamp '{noon}' + mod(n, {hours}) * interval '1 hour' AS start,
             repeat('clip ' || n || chr(10), 20) AS data
      FROM generate_series({first}::bigint, {last}::bigint) AS n) AS numbered,
     LATERAL (SELECT encode(sha256(convert_to(data, 'UTF8')), 'hex') AS sha256,
                     length(data) AS size, to_char(start, 'YYYYMMDD"T"HH24MISS') AS plain) AS told,
     LATERAL (SELECT 'main/' || camera || '/' || to_char(start, 'YYYY/MM/DD') || '/' || plain
                     || '.000Z-' || left(sha256, 8) || '.mp4' AS path) AS placed
"""

_TEXTS = (
    "file",
    "path",
    "sha256",
    "analysis",
    "pack",
    "decision",
    "event",
    "start_text",
    "end_text",
    "camera",
)
_NUMBERS = ("size", "start", "end")


class Bulk:
    """Adds clips to a catalog that the product has begun to fill.

    Args:
        catalog: in PostgreSQL, of no other use.
        folder: in which the files of the clips there lie.
        noon: when each camera begins, ISO 8601 without a zone, UTC.
        hours: clips of a camera, one an hour.
        events: of so many clips one has an event; the pattern, clip 0, has one.
    """

    def __init__(self, catalog: Catalog, folder: str, noon: str, hours: int, events: int) -> None:
        self._catalog = catalog
        self._folder = folder
        self._noon = noon
        self._hours = hours
        self._events = events
        with catalog.begin() as connection:
            self._make(connection, 0, 0, folder)
            made = connection.exec_driver_sql("SELECT * FROM made").mappings().one()
            row: dict[str, object] = {str(name): value for name, value in made.items()}
            self._rows = {
                table: _rows(connection, table, where.format(**row), row)
                for table, where in TABLES.items()
            }

    def check(self, count: int) -> None:
        """See that the first clips would be written by SQL as the product has written them."""
        with self._catalog.begin() as connection:
            self._make(connection, 0, count - 1, self._folder)
            for table in TABLES:
                for columns, query in self._selects(table, plain=True):
                    lacking = connection.exec_driver_sql(
                        f"SELECT count(*) FROM ({query} EXCEPT SELECT {columns} FROM {table}) AS x"
                    ).scalar_one()
                    if lacking:
                        raise RuntimeError(f"{lacking} rows of {table} are not as the product's")

    def add(self, first: int, last: int) -> None:
        """Add the clips of these numbers, the last too."""
        with _without_indexes(self._catalog):
            for begin in range(first, last + 1, AT_ONCE):
                with self._catalog.begin(lasting=False) as connection:
                    end = min(begin + AT_ONCE - 1, last)
                    self._make(connection, begin, end, f"{self._folder}-elsewhere")
                    for table in TABLES:
                        for columns, query in self._selects(table):
                            connection.exec_driver_sql(f"INSERT INTO {table} ({columns}) {query}")
        self._catalog.analyze()

    def _make(self, connection: Connection, first: int, last: int, folder: str) -> None:
        connection.exec_driver_sql("DROP TABLE IF EXISTS made")
        connection.exec_driver_sql(
            _MADE.format(folder=folder, first=first, last=last, noon=self._noon, hours=self._hours)
        )

    def _selects(self, table: str, *, plain: bool = False) -> Iterator[tuple[str, str]]:
        """Columns and query of each row of a clip; plain: only those that are the clip's own."""
        for row in self._rows[table]:
            kept = {
                name: how
                for name, how in row.items()
                if name != "id" and not (plain and name in _OF_THE_MOMENT)
            }
            few = f"WHERE mod(n, {self._events}) = 0" if table in {"events", "revisions"} else ""
            columns = ", ".join(f'"{name}"' for name in kept)
            yield columns, f"SELECT {', '.join(kept.values())} FROM made {few}"


def _rows(
    connection: Connection, table: str, where: str, clip: Mapping[str, object]
) -> list[dict[str, str]]:
    """The rows of the pattern: by column the SQL that gives the same of another clip."""
    found = connection.exec_driver_sql(f"SELECT * FROM {table} WHERE {where}").mappings().all()
    if not found:
        raise RuntimeError(f"the product has written nothing into {table}")
    return [{name: _expression(value, clip) for name, value in row.items()} for row in found]


def _expression(value: object, clip: Mapping[str, object]) -> str:
    """SQL that gives of a row of `made` what this value is of the pattern."""
    if isinstance(value, bool) or value is None:
        return {True: "TRUE", False: "FALSE", None: "NULL"}[value]
    if isinstance(value, bytes):
        return f"decode({_expression(value.hex(), clip)}, 'hex')"
    if isinstance(value, int | float):
        same = [name for name in _NUMBERS if clip[name] == value]
        return f'"{same[0]}"' if same else repr(value)
    text = str(value)
    sql = "'" + text.replace("'", "''") + "'"
    size = f'"size":{clip["size"]},'
    if size in text:
        sql = f"""replace({sql}, '{size}', '"size":' || size || ',')"""
    for name in _TEXTS:
        own = str(clip[name])
        if text == own:
            return name
        if own in text:
            sql = f"replace({sql}, '{own}', {name})"
    return sql


@contextmanager
def _without_indexes(catalog: Catalog) -> Iterator[None]:
    """Take the indexes of the tables away for the time of the block."""
    made = []
    with catalog.begin() as connection:
        for table in TABLES:
            keys = connection.exec_driver_sql(
                "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint "
                f"WHERE conrelid = '{table}'::regclass AND contype = 'p'"
            ).all()
            for name, definition in keys:
                connection.exec_driver_sql(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
                made.append(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
            others = connection.exec_driver_sql(
                f"SELECT indexname, indexdef FROM pg_indexes WHERE tablename = '{table}'"
            ).all()
            for name, definition in others:
                connection.exec_driver_sql(f"DROP INDEX {name}")
                made.append(definition.replace(" ON ONLY ", " ON "))
    yield
    for statement in made:
        with catalog.begin() as connection:
            connection.exec_driver_sql("SET LOCAL maintenance_work_mem = '1GB'")
            connection.exec_driver_sql(statement)
