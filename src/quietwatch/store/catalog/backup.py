"""Keep a catalog in one file, and fill a new one from it, whichever databases they lie in.

The file is compressed text, a JSON object a line: the first says its format, each other holds rows
of one table, the last says how many there were. It holds what the catalog held at one moment. What
came after is lost with the catalog, but for what also lies in the bucket: repos, commits, branches
and tags come back with a rebuild.
"""

import base64
import gzip
import json
import zlib
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Connection, MetaData, Table, func, insert, select, text
from sqlalchemy.types import DateTime, LargeBinary

from quietwatch.errors import CatalogTooNew, RecordDamaged, UsageError
from quietwatch.names import printable
from quietwatch.store.catalog import shape
from quietwatch.store.catalog.connect import Catalog, reach
from quietwatch.store.files import open_stored, write_whole

FORMAT = 1

_AT_ONCE = 2000
"""Rows a line."""


def backup(catalog: Catalog, file: Path) -> int:
    """Write all that a catalog holds to a file, while others work on; gives the number of rows.

    Raises:
        StorageFull, StorageError: the file can't be written. CatalogUnavailable: as ever.
    """
    count = 0

    def packed() -> Iterator[bytes]:
        nonlocal count
        pack = zlib.compressobj(4, wbits=zlib.MAX_WBITS | 16)  # as gzip does
        with catalog.reading() as connection:
            yield pack.compress(_line(_head(connection)))
            for part in _parts(connection):
                count += len(part["rows"])
                yield pack.compress(_line(part))
        yield pack.compress(_line({"end": count}))
        yield pack.flush()

    write_whole(file, packed())
    return count


def restore(file: Path, url: str) -> int:
    """Fill a new catalog from a backup; gives the number of rows.

    Args:
        file: written by `backup`.
        url: of an empty database, or of a catalog that holds nothing.

    Raises:
        UsageError: there is something in it. RecordDamaged: the file is no whole backup.
        CatalogTooNew: a newer Quietwatch wrote it. CatalogUnavailable, StorageFull: as ever.
    """
    with reach(url) as catalog, open_stored(file) as raw, gzip.open(raw, "rb") as lines:
        try:
            parts = (json.loads(line) for line in lines)
            _prepare(catalog, next(parts, {}))
            with catalog.begin() as connection:
                count = _fill(connection, parts)
        except (OSError, EOFError, zlib.error, ValueError, KeyError, TypeError) as error:
            raise RecordDamaged(
                f"{printable(file)} is no whole backup of a catalog ({printable(str(error))}); "
                "take another"
            ) from error
        catalog.analyze()
    return count


def _head(connection: Connection) -> dict[str, Any]:
    time = _tables(connection)["entries"].c.time
    first, last = connection.execute(select(func.min(time), func.max(time))).one()
    return {"format": FORMAT, "shape": shape.shape_of(connection), "times": [first, last]}


def _parts(connection: Connection) -> Iterator[dict[str, Any]]:
    for table in _tables(connection).values():
        result = connection.execution_options(yield_per=_AT_ONCE).execute(select(table))
        for rows in result.partitions(_AT_ONCE):
            yield {
                "table": table.name,
                "columns": [column.name for column in table.c],
                "rows": [[_outward(value) for value in row] for row in rows],
            }


def _prepare(catalog: Catalog, head: dict[str, Any]) -> None:
    """Bring the new catalog to the shape of the backup."""
    wanted = head["shape"]
    if head["format"] > FORMAT or wanted > shape.shapes()[-1]:
        raise CatalogTooNew(
            f"a newer Quietwatch wrote this backup (shape {printable(str(wanted))}); upgrade "
            "Quietwatch"
        )
    with catalog.begin() as connection:
        found = shape.shape_of(connection)
        if found is not None and any(
            connection.execute(select(table).limit(1)).first()
            for table in _tables(connection).values()
        ):
            raise UsageError(f"{catalog.url} holds something already; restore into a new catalog")
        if found is None or found < wanted:
            shape.upgrade(connection, wanted)
    first, last = head["times"]
    if first is not None:
        catalog.make_room(first, last)


def _fill(connection: Connection, parts: Iterable[dict[str, Any]]) -> int:
    tables, count = _tables(connection), 0
    for part in parts:
        if "end" in part:
            if part["end"] != count:
                raise ValueError(f"{count} rows instead of {part['end']}")
            for table in tables.values():
                _count_on(connection, table)
            return count
        columns = [tables[part["table"]].c[name] for name in part["columns"]]
        rows = [
            {
                column.name: _inward(column, value)
                for column, value in zip(columns, row, strict=True)
            }
            for row in part["rows"]
        ]
        connection.execute(insert(tables[part["table"]]), rows)
        count += len(rows)
    raise EOFError("it breaks off")


def _tables(connection: Connection) -> dict[str, Table]:
    """The tables that are there, those before others that name them; no parts of tables."""
    parts: set[str] = set()
    if connection.dialect.name == "postgresql":
        query = text("SELECT relname FROM pg_class WHERE relispartition")
        parts = set(connection.execute(query).scalars())
    found = MetaData()
    found.reflect(connection, only=lambda name, _: name != shape.VERSIONS and name not in parts)
    return {table.name: table for table in found.sorted_tables}


def _count_on(connection: Connection, table: Table) -> None:
    """PostgreSQL numbers new rows from where it left off itself: tell it what has come."""
    if connection.dialect.name != "postgresql":
        return
    for column in table.primary_key:
        if column.identity is not None or column.server_default is not None:
            last = connection.execute(select(func.max(column))).scalar()
            if last is not None:
                counter = func.pg_get_serial_sequence(table.name, column.name)
                connection.execute(select(func.setval(counter, last)))


def _line(part: dict[str, Any]) -> bytes:
    return json.dumps(part, separators=(",", ":")).encode() + b"\n"


def _outward(value: Any) -> Any:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value.isoformat() if isinstance(value, datetime) else value


def _inward(column: Column[Any], value: Any) -> Any:
    if value is None:
        return None
    if isinstance(column.type, LargeBinary):
        return base64.b64decode(value)
    return datetime.fromisoformat(value) if isinstance(column.type, DateTime) else value
