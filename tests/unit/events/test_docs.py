"""docs/events-format.md says what the code does, row by row."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from quietwatch.events import table, words
from quietwatch.events.report import phrase
from quietwatch.events.schema import COLUMNS, SORT, VERSION, VERSION_KEY, Column
from quietwatch.model import Event, Kind, Reason, Verdict

DOCS = Path(__file__).parents[3] / "docs" / "events-format.md"


@pytest.fixture(scope="module")
def docs() -> str:
    return DOCS.read_text(encoding="utf-8")


def rows(docs: str, heading: str) -> list[list[str]]:
    """The cells of the table below a heading, without its own first two lines."""
    section = docs.split(f"\n## {heading}\n", maxsplit=1)[1].split("\n## ", maxsplit=1)[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def column_row(column: Column) -> list[str]:
    kind = "`" + str(column.type).replace(" not null", "") + "`"
    kind += ", may be empty" if column.nullable else ""
    return [f"`{column.name}`", kind, column.unit, column.range, column.meaning]


def test_columns(docs: str) -> None:
    assert rows(docs, "Columns") == [column_row(column) for column in COLUMNS]


def test_verdicts(docs: str) -> None:
    assert rows(docs, "Verdicts") == [[f"`{one}`", words.VERDICTS[one]] for one in Verdict]


def test_kinds(docs: str) -> None:
    assert rows(docs, "Kinds") == [[f"`{one}`", words.KINDS[one]] for one in Kind]


def test_reasons(docs: str) -> None:
    assert rows(docs, "Reasons") == [
        [f"`{code}`", phrase.sentence(said.alarm), phrase.sentence(said.otherwise)]
        for code, said in ((one.value, words.REASONS[one]) for one in Reason)
    ]


def test_failures(docs: str) -> None:
    assert rows(docs, "Inputs that could not be used") == [
        [f"`{error.code}`", (error.__doc__ or "").strip(), remedy]
        for error, remedy in words.FAILURES.items()
    ]


def test_version_key_and_order(docs: str) -> None:
    assert docs.startswith(f"# The events format, version {VERSION}\n")
    assert f"`{VERSION_KEY.decode()}`" in docs
    assert ", ".join(f"`{name}`" for name in SORT) in docs


def test_json_example_has_the_keys_of_the_code(docs: str, make_event: Callable[..., Event]) -> None:
    (example,) = re.findall(r"```json\n(.*?)```", docs, flags=re.DOTALL)
    made = json.loads(example)
    assert list(made) == ["schema", "clips", "skipped", "failed", "events"]
    assert list(made["events"][0]) == list(table.to_json(make_event()))
    assert made["failed"][0]["error"] in {error.code for error in words.FAILURES}


def test_links_lead_to_headings(docs: str) -> None:
    headings = {
        re.sub(r"[^a-z0-9 -]", "", heading.lower()).replace(" ", "-")
        for heading in re.findall(r"^## (.*)$", docs, flags=re.MULTILINE)
    }
    assert set(re.findall(r"\]\(#([a-z-]+)\)", docs)) <= headings


def test_python_in_the_docs_runs(
    docs: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, events: list[Event]
) -> None:
    """The snippet that needs Quietwatch alone; pandas, DuckDB and Spark are no dependencies."""
    for name, data in table.parquet_files(events).items():
        path = tmp_path / "events" / name
        path.parent.mkdir(parents=True)
        path.write_bytes(data)
    (snippet,) = [
        code
        for code in re.findall(r"```python\n(.*?)```", docs, flags=re.DOTALL)
        if "quietwatch" in code
    ]
    monkeypatch.chdir(tmp_path)
    exec(compile(snippet, str(DOCS), "exec"), {})  # noqa: S102
