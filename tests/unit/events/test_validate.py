import math
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from quietwatch.errors import SourceNotFound
from quietwatch.events import table
from quietwatch.events.schema import COLUMNS, SCHEMA
from quietwatch.events.validate import MAX_PROBLEMS, Problem, validate
from quietwatch.model import Event

Change = Callable[[dict[str, Any]], None]


@pytest.fixture
def good(events: list[Event]) -> pa.Table:
    return table.to_table(events)


def check(tmp_path: Path, made: pa.Table) -> list[Problem]:
    file = tmp_path / "made.parquet"
    pq.write_table(made, file)
    return validate(file)


def set_column(made: pa.Table, name: str, column: pa.Array | pa.ChunkedArray) -> pa.Table:
    return made.set_column(made.schema.get_field_index(name), name, column)


def with_row(made: pa.Table, changes: dict[str, Any], row: int = 3) -> pa.Table:
    """The table with one row changed, every column open to null."""
    loose = pa.schema([field.with_nullable(True) for field in SCHEMA], metadata=SCHEMA.metadata)
    rows = made.to_pylist()
    rows[row].update(changes)
    return pa.Table.from_pylist(rows, schema=loose)


def test_what_quietwatch_writes_is_valid(tmp_path: Path, good: pa.Table) -> None:
    assert check(tmp_path, good) == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"camera": "Front Door"}, "camera is not of a-z"),
        ({"event_id": "7"}, "event_id is not a UUID"),
        ({"incident_id": "x" * 36}, "incident_id is not a UUID"),
        ({"footage": "ABC"}, "footage is not 64 hex"),
        ({"revision": 0}, "revision is not a number from 1"),
        ({"track": -1}, "track is not a number from 0"),
        ({"score": 1.01}, "score is not a number 0 to 1"),
        ({"score": math.nan}, "score is not a number 0 to 1"),
        ({"start_s": -0.5}, "start_s is not a number from 0"),
        ({"end_s": math.inf}, "end_s is not a number from 0"),
        ({"alarm_s": math.nan, "verdict": "review"}, "alarm_s is not a number"),
        ({"box_x2": 1.5}, "box_x2 is not a number 0 to 1"),
        ({"box_x1": 0.9, "box_x2": 0.1}, "box_x1 <= box_x2"),
        ({"box_y1": 0.9, "box_y2": 0.1}, "box_y1 <= box_y2"),
        ({"kind": "ghost"}, "kind is none of person, vehicle, animal, unknown"),
        ({"verdict": "ALARM"}, "verdict is none of"),
        ({"reasons": []}, "it has no reason"),
        ({"reasons": ["person", "bogus"]}, "a code that the format does not know"),
        ({"path": [{"x": 0.5, "y": 1.5}]}, "a point outside"),
        ({"path": [{"x": 0.5, "y": 0.5}] * 65}, "more than 64 points"),
        ({"end": datetime(1970, 1, 1, tzinfo=UTC)}, "it ends before it starts"),
        ({"start_s": 5000.0, "end_s": 4000.0}, "end_s lies before start_s"),
        ({"verdict": "alarm", "alarm_s": None}, "an alarm without alarm_s"),
        ({"start_s": 5.0, "end_s": 6.0, "alarm_s": 1.0}, "alarm_s lies before start_s"),
        *(({c.name: None}, f"{c.name} is empty") for c in COLUMNS if not c.nullable),
    ],
)
def test_each_breach_is_told_with_its_row(
    tmp_path: Path, good: pa.Table, changes: dict[str, Any], expected: str
) -> None:
    problems = check(tmp_path, with_row(good, changes))
    told = [problem for problem in problems if expected in problem.sentence]
    assert [(problem.file, problem.row) for problem in told] == [("made.parquet", 3)], problems
    assert {problem.row for problem in problems} == {3}


@pytest.mark.parametrize("column", COLUMNS, ids=lambda column: column.name)
def test_a_missing_column(tmp_path: Path, good: pa.Table, column: Any) -> None:
    (problem,) = check(tmp_path, good.drop_columns([column.name]))
    assert problem.sentence == f"column {column.name} is missing: expected {column.type}"
    assert problem.row is None


def test_a_wrong_type(tmp_path: Path, good: pa.Table) -> None:
    seconds = pa.array([1_700_000_000] * len(good))
    (problem,) = check(tmp_path, set_column(good, "start", seconds))
    assert problem.sentence == "column start is of type int64: expected timestamp[us, tz=UTC]"


def test_another_columns_and_other_types_of_text_are_allowed(
    tmp_path: Path, good: pa.Table
) -> None:
    other = good.append_column("weather", pa.array(["dry"] * len(good)))
    other = set_column(other, "camera", other["camera"].cast(pa.large_string()))
    other = set_column(other, "kind", other["kind"].dictionary_encode())
    assert check(tmp_path, other) == []


def test_a_doubled_column(tmp_path: Path, good: pa.Table) -> None:
    (problem,) = check(tmp_path, good.append_column("score", good["score"]))
    assert problem.sentence == "column score is there 2 times: expected one"


def test_rows_out_of_order(tmp_path: Path, good: pa.Table) -> None:
    problems = check(tmp_path, good.take(list(range(len(good)))[::-1]))
    assert problems[0].row == 1
    assert "order tenant, site, camera, start" in problems[0].sentence


def test_the_same_revision_twice(tmp_path: Path, good: pa.Table) -> None:
    (problem,) = check(tmp_path, pa.concat_tables([good.slice(0, 1), good]))
    assert str(problem) == (
        "made.parquet, row 1: its event_id and revision are already in made.parquet, row 0"
    )


def test_version(tmp_path: Path, good: pa.Table) -> None:
    (problem,) = check(tmp_path, good.replace_schema_metadata(None))
    assert "metadata lack quietwatch.events.version: expected 1" in problem.sentence
    (problem,) = check(tmp_path, good.replace_schema_metadata({"quietwatch.events.version": "2"}))
    assert "version 2; this validator knows 1" in problem.sentence


def test_many_rows_with_one_fault_are_summed_up(tmp_path: Path, events: list[Event]) -> None:
    many = [event for event in events for _ in range(5)]
    made = table.to_table(many)
    made = set_column(made, "score", pa.array([2.0] * len(made)))
    problems = check(tmp_path, made)
    assert len(problems) == MAX_PROBLEMS + 1
    assert problems[-1].sentence.startswith(f"{len(made) - MAX_PROBLEMS} more rows: score")


def test_rows_are_counted_through_pieces_and_row_groups(
    tmp_path: Path, make_event: Callable[..., Event]
) -> None:
    made = table.to_table([make_event(at) for at in range(300)])
    many = pa.concat_tables([made] * 120)
    count = len(many)
    revision = pa.array([1 + at // 300 for at in range(count)], pa.int32())
    many = set_column(many, "revision", revision).sort_by(
        [(name, "ascending") for name in ("start", "event_id", "revision")]
    )
    reasons = many["reasons"].to_pylist()
    paths = many["path"].to_pylist()
    reasons[20_000] = ["bogus"]
    reasons[30_000] = []
    paths[25_000] = [{"x": 0.5, "y": 2.0}]
    paths[100] = []
    many = set_column(many, "reasons", pa.array(reasons, SCHEMA.field("reasons").type))
    many = set_column(many, "path", pa.array(paths, SCHEMA.field("path").type))
    file = tmp_path / "many.parquet"
    pq.write_table(many, file, row_group_size=9_999)
    assert [(problem.row, problem.sentence) for problem in validate(file)] == [
        (20_000, "reasons holds a code that the format does not know"),
        (25_000, "path has a point outside the picture"),
        (30_000, "it has no reason: expected one at least"),
    ]


@pytest.mark.parametrize("content", [b"", b"PAR1", b"PAR1" + b"\0" * 64 + b"PAR1"])
def test_no_parquet(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "new\nline.parquet"
    file.write_bytes(content)
    (problem,) = validate(file)
    assert problem.file == "new\\nline.parquet"
    assert "can't be read as Parquet" in problem.sentence


def test_a_damaged_page(tmp_path: Path, events: list[Event]) -> None:
    data = bytearray(table.parquet_bytes(events))
    data[40:400] = bytes(360)
    file = tmp_path / "events.parquet"
    file.write_bytes(data)
    assert "can't be read as Parquet" in validate(file)[0].sentence


def test_nothing_there(tmp_path: Path) -> None:
    with pytest.raises(SourceNotFound):
        validate(tmp_path / "nowhere")
    (problem,) = validate(tmp_path)
    assert "no file that ends in .parquet" in problem.sentence


def write(folder: Path, files: dict[str, bytes]) -> None:
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)


def test_a_folder_is_checked_file_by_file(tmp_path: Path, events: list[Event]) -> None:
    files = table.parquet_files(events)
    first, *_ = files
    write(tmp_path, {**files, "tenant=acme/date=2026-11-23/again.parquet": files[first]})
    write(tmp_path, {"_temporary/half.parquet": b"", "tenant=acme/.hidden.parquet": b""})
    (problem,) = validate(tmp_path)
    assert problem.file == "tenant=acme/date=2026-11-23/events.parquet"
    assert "already in tenant=acme/date=2026-11-23/again.parquet, row 0" in problem.sentence


def test_folders_and_rows_must_agree(tmp_path: Path, events: list[Event]) -> None:
    data = table.parquet_files(events)["tenant=acme/date=2026-11-23/events.parquet"]
    write(tmp_path, {"tenant=acme/date=2026-11-22/events.parquet": data})
    write(tmp_path, {"tenant=Acme Inc/date=soon/events.parquet": data})
    write(tmp_path, {"date=2026-11-23/events.parquet": data})
    told = [str(problem) for problem in validate(tmp_path)]
    assert any("on another day than its folder says" in line for line in told)
    assert any("its folder names no date: soon" in line for line in told)
    assert any("tenant is not of a-z" in line for line in told)
    assert any("column tenant is missing" in line for line in told)


def test_a_file_must_not_repeat_its_folders(tmp_path: Path, events: list[Event]) -> None:
    (home,) = [event for event in events if event.camera.tenant == "acme"]
    data = table.parquet_bytes([home])
    write(tmp_path, {"tenant=acme/date=2026-11-23/events.parquet": data})
    (problem,) = validate(tmp_path)
    assert problem.sentence == "column tenant is in the file and in the folder's name: drop it"
