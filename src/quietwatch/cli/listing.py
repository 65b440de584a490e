"""How lists are shown to people: which columns there are, and how a value looks in one.

A row is what the JSON has; a column picks one of its values. What may be long (files) is printed
as it comes, in lines of their own; the rest as a table.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, islice
from typing import Any

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from quietwatch.cli import words
from quietwatch.names import printable

Row = Mapping[str, Any]
Show = Callable[[Any], str]

_LONGEST = 200  # characters of a setting in a table; the JSON has all of it
_SAMPLE = 500
"""Rows of a long list from which the widths of its columns are taken."""


def plain(value: object) -> str:
    """A value as it is, escaped."""
    return "" if value is None else printable(str(value))


def short(value: str | None) -> str:
    """The beginning of an id or a hash, enough to tell it from others."""
    return "" if value is None else value[:12]


def moment(value: str | None) -> str:
    """A time without the `T` and what is below a second."""
    return "" if value is None else f"{datetime.fromisoformat(value):%Y-%m-%d %H:%M:%S}"


def size(value: int | None) -> str:
    """Bytes in the unit that fits."""
    return "" if value is None else words.size(value)


def brief(value: object) -> str:
    """A setting as JSON has it, its middle left out where it is long."""
    text = printable(json.dumps(value, ensure_ascii=False))
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 4]} ..."


def origins(value: Iterable[Mapping[str, str]]) -> str:
    """Commits from which another was made."""
    return ", ".join(f"{one['repo']}@{short(one['commit'])}" for one in value)


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a list.

    Attributes:
        heading: over it.
        key: of the value in a row.
        show: makes text of the value.
        right: whether it stands at the right, as numbers do.
        optional: whether it is left out where no row has a value for it.
        style: of the text, or the style for each value.
    """

    heading: str
    key: str
    show: Show = plain
    right: bool = False
    optional: bool = False
    style: str | Mapping[str, str] = ""

    def cell(self, row: Row) -> tuple[str, str]:
        """The text of a cell, and its style."""
        value = row.get(self.key)
        style = self.style if isinstance(self.style, str) else self.style.get(str(value), "")
        return self.show(value), style


@dataclass(frozen=True, slots=True)
class Listing:
    """How a list of a kind is shown.

    Attributes:
        columns: from left to right.
        empty: what is said when there is nothing in it.
        long: whether it may be too long for a table.
    """

    columns: tuple[Column, ...]
    empty: str
    long: bool = False


_TIME = Column("Time (UTC)", "time", moment)
_CHANGES = {"added": "green", "removed": "red", "changed": "yellow"}
_OUTCOMES = {"refused": "bold red", "allowed": "dim"}
_JOBS = {"done": "green", "running": "yellow", "broken-off": "bold red"}
_STATES = {"valid": "green", "expired": "yellow", "revoked": "dim"}

LISTINGS = {
    "repos": Listing(
        (
            Column("Repo", "repo"),
            Column("Last commit (UTC)", "time", moment),
            Column("Commit", "commit", short, style="dim"),
            Column("What for", "description", optional=True),
        ),
        "No repos.",
    ),
    "commits": Listing(
        (
            Column("Commit", "commit", short, style="yellow"),
            _TIME,
            Column("Author", "author"),
            Column("Changes", "changes", right=True),
            Column("Message", "message"),
            Column("Made from", "made_from", origins, optional=True, style="dim"),
        ),
        "No commits yet.",
    ),
    "files": Listing(
        (
            Column("Size", "size", size, right=True),
            Column("Files", "files", right=True, optional=True),
            Column("SHA-256", "sha256", short, style="dim"),
            Column("Path", "path"),
        ),
        "No files.",
        long=True,
    ),
    "differences": Listing(
        (
            Column("Change", "change", style=_CHANGES),
            Column("Before", "size_before", size, right=True),
            Column("After", "size_after", size, right=True),
            Column("Path", "path"),
        ),
        "No difference.",
        long=True,
    ),
    "branches": Listing(
        (Column("Branch", "name"), Column("Commit", "commit", short, style="dim")), "No branches."
    ),
    "tags": Listing(
        (Column("Tag", "name"), Column("Commit", "commit", short, style="dim")), "No tags."
    ),
    "tokens": Listing(
        (
            Column("Token", "token"),
            Column("Principal", "principal"),
            Column("State", "state", style=_STATES),
            Column("Made (UTC)", "made", moment),
            Column("Expires (UTC)", "expires", moment, optional=True),
            Column("Note", "note", optional=True),
        ),
        "No tokens: this catalog is open.",
    ),
    "roles": Listing(
        (Column("Principal", "principal"), Column("Role", "role"), Column("On", "on")), "No roles."
    ),
    "jobs": Listing(
        (
            Column("Job", "job", right=True),
            Column("State", "state", style=_JOBS),
            Column("Began (UTC)", "began", moment),
            Column("Ended (UTC)", "ended", moment),
            Column("Total", "total", right=True),
            Column("Analyzed", "analyzed", right=True),
            Column("Judged", "judged", right=True),
            Column("Set aside", "failed", right=True),
        ),
        "No jobs yet.",
    ),
    "failed": Listing(
        (
            Column("Clip", "path"),
            Column("Error", "error", style="yellow"),
            Column("Tries", "tries", right=True),
            Column("Again (UTC)", "again", moment, optional=True),
            Column("Why", "detail"),
        ),
        "Nothing is set aside.",
    ),
    "problems": Listing(
        (
            Column("File", "file"),
            Column("Line", "line", right=True, optional=True),
            Column("Setting", "key", style="yellow"),
            Column("What is wrong", "what"),
        ),
        "Nothing is wrong.",
    ),
    "settings": Listing(
        (
            Column("Setting", "setting"),
            Column("From", "from", style={"built in": "dim"}),
            Column("Value", "value", brief),
        ),
        "No settings.",
    ),
    "memory": Listing(
        (
            Column("Entry", "entry"),
            Column("Why", "why"),
            Column("Kind", "kind"),
            Column("Box", "box", brief),
            Column("Hours", "hours", right=True),
            Column("First (UTC)", "first", moment),
            Column("Last (UTC)", "last", moment),
            Column("Event", "event_id", optional=True, style="dim"),
        ),
        "Nothing is known.",
    ),
    "audit": Listing(
        (
            _TIME,
            Column("Who", "principal"),
            Column("Outcome", "outcome", style=_OUTCOMES),
            Column("Action", "action"),
            Column("On", "on"),
            Column("What", "target"),
        ),
        "Nothing is written down.",
    ),
}
"""By the name under which the JSON has the list."""


def show(console: Console, kind: str, rows: Iterable[Row]) -> None:
    """Print a list."""
    listing, coming = LISTINGS[kind], iter(rows)
    first = list(islice(coming, _SAMPLE)) if listing.long else list(coming)
    if not first:
        console.print(Text(listing.empty))
        return
    columns = [
        column
        for column in listing.columns
        if not column.optional or any(row.get(column.key) for row in first)
    ]
    if listing.long:
        _lines(console, columns, first, coming)
    else:
        _table(console, columns, first)


def _table(console: Console, columns: list[Column], rows: list[Row]) -> None:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for place, column in enumerate(columns):
        last = place == len(columns) - 1
        table.add_column(
            column.heading,
            justify="right" if column.right else "left",
            no_wrap=not last,
            overflow="fold",
        )
    for row in rows:
        table.add_row(*(Text(*column.cell(row)) for column in columns))
    console.print(table)


def _lines(console: Console, columns: list[Column], first: list[Row], more: Iterator[Row]) -> None:
    """A table of any length: rows are printed as they come, in columns as wide as the first."""
    heads = [(column.heading, "dim") for column in columns]
    known = [heads, *(_cells(columns, row) for row in first)]
    widths = [max(cell_len(cells[at][0]) for cells in known) for at in range(len(columns))]
    coming = chain(known, (_cells(columns, row) for row in more))
    while some := list(islice(coming, _SAMPLE)):
        parts = (part for cells in some for part in _padded(columns, widths, cells))
        console.print(Text.assemble(*parts), soft_wrap=True, end="")


def _cells(columns: list[Column], row: Row) -> list[tuple[str, str]]:
    return [column.cell(row) for column in columns]


def _padded(
    columns: list[Column], widths: list[int], cells: list[tuple[str, str]]
) -> Iterator[tuple[str, str]]:
    for column, width, (text, style) in zip(columns, widths, cells, strict=True):
        blank = " " * (width - cell_len(text))
        if column is columns[-1]:
            yield f"{text}\n", style
        else:
            yield f"{blank}{text}  " if column.right else f"{text}{blank}  ", style
