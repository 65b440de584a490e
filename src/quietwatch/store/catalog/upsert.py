"""Rows put in the place of those with the same key, on either database."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

_ROWS = 500
"""Rows of one statement: databases bound the number of values in it."""


def upsert(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows, replacing those with the same primary key.

    Args:
        connection: in a transaction.
        table: where to.
        rows: all with the same columns, no key twice.
    """
    keys = [column.name for column in table.primary_key]
    for first in range(0, len(rows), _ROWS):
        part = rows[first : first + _ROWS]
        rest = [name for name in part[0] if name not in keys]
        if connection.dialect.name == "sqlite":
            light = sqlite.insert(table)
            named = {name: light.excluded[name] for name in rest}
            connection.execute(
                light.on_conflict_do_update(index_elements=keys, set_=named), list(part)
            )
        else:
            full = postgresql.insert(table)
            named = {name: full.excluded[name] for name in rest}
            connection.execute(
                full.on_conflict_do_update(index_elements=keys, set_=named), list(part)
            )
