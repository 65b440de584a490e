"""The tables of the terminal."""

import io

from rich.console import Console

from quietwatch.bench.columns import COLUMNS
from quietwatch.bench.results import Results
from quietwatch.bench.table import tables


def test_everything_is_told(results: Results) -> None:
    out = io.StringIO()
    Console(file=out, width=200, markup=False, highlight=False).print(tables(results))
    text = out.getvalue()
    for column in COLUMNS:
        assert column.name in text
        assert str(column.cell(results.systems[0].figures)) in text
    for word in ("quietwatch", "detector", "motion", "insect", "crawling", "without memory"):
        assert word in text
    assert text.count("(solved by every baseline)") == 2
    assert "\u202e" not in text
    assert "40 clips, 3.3 h, 20 events" in text
