"""Rows of many values at once, asked for with one parameter.

A parameter for each value costs more than the rows do: SQLAlchemy writes the statement anew, and
PostgreSQL reads and plans it anew.
"""

import json
from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, Text, any_, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY

MANY = 5000
"""Values that are asked for at once: they and their rows are in memory."""


def among(
    connection: Connection, column: ColumnElement[str], values: Sequence[str]
) -> ColumnElement[bool]:
    """Whether a column of text holds one of these values.

    Args:
        connection: in which it will be asked.
        column: of a table.
        values: any number; of none it holds none.
    """
    if connection.dialect.name == "sqlite":
        each = func.json_each(json.dumps(values)).table_valued("value")
        return column.in_(select(each.c.value))
    return column == any_(literal(list(values), ARRAY(Text)))
