"""Lists as people see them: columns in line, nothing dangerous, and quick when they are long."""

import io
import time

import pytest
from rich.console import Console

from quietwatch.cli import listing, words
from quietwatch.cli.listing import LISTINGS, show


def shown(kind: str, rows: list[dict[str, object]]) -> list[str]:
    out = io.StringIO()
    show(Console(file=out, width=200, highlight=False, emoji=False, markup=False), kind, rows)
    return [line.rstrip() for line in out.getvalue().splitlines()]


@pytest.mark.parametrize(
    ("size", "told"),
    [
        *((0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (1500, "1.5 kB"), (9_949, "9.9 kB")),
        *((9_950, "10 kB"), (999_499, "999 kB"), (999_500, "1.0 MB"), (12_345_678, "12 MB")),
        *((10**12, "1.0 TB"), (10**18, "1000 PB")),
    ],
)
def test_a_size_has_the_unit_that_fits(size: int, told: str) -> None:
    assert words.size(size) == told


def test_things_are_counted() -> None:
    assert words.counted(1, "file") == "1 file"
    assert words.counted(12_000, "entry", "entries") == "12,000 entries"


def test_what_was_left_out_is_blank() -> None:
    for way in (listing.plain, listing.short, listing.moment, listing.size):
        assert way(None) == ""
    assert listing.moment("2026-11-23T16:00:01.200Z") == "2026-11-23 16:00:01"


@pytest.mark.parametrize("kind", LISTINGS)
def test_an_empty_list_says_so(kind: str) -> None:
    assert shown(kind, []) == [LISTINGS[kind].empty]


def test_columns_stand_in_line() -> None:
    rows: list[dict[str, object]] = [
        {"path": "a", "size": 5, "sha256": "0" * 64},
        {"path": "b\x1b[31m/c", "size": 12_000_000, "sha256": "1" * 64},
    ]
    assert shown("files", rows) == [
        " Size  SHA-256       Path",
        "  5 B  000000000000  a",
        "12 MB  111111111111  b\\x1b[31m/c",
    ]


def test_a_column_that_nobody_needs_is_left_out() -> None:
    row: dict[str, object] = {
        "commit": "0" * 64,
        "time": "2026-11-23T16:00:01.200Z",
        "author": "user:ann",
        "changes": 2,
        "message": "why",
        "made_from": [],
    }
    assert "Made from" not in shown("commits", [row])[0]
    row["made_from"] = [{"repo": "footage", "commit": "1" * 64}]
    assert shown("commits", [row])[1].endswith("why      footage@111111111111")


def test_a_long_list_comes_quickly_and_whole() -> None:
    rows: list[dict[str, object]] = [
        {"path": f"door/{number}.jpg", "size": number, "sha256": "0" * 64}
        for number in range(20_000)
    ]
    began = time.process_time()
    lines = shown("files", rows)
    assert len(lines) == 20_001
    assert time.process_time() - began < 20  # a table of rich takes as many minutes
