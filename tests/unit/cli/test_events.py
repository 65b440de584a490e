import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from typer.testing import Result

from quietwatch.events.validate import validate

Call = Callable[..., Result]


@pytest.fixture
def listed(call: Call, full_home: Path) -> Callable[..., list[dict[str, Any]]]:
    """Events that `events list` gives for some filters."""

    def run(*words: str) -> list[dict[str, Any]]:
        result = call("events", "list", "--home", full_home, "--format", "json", *words)
        assert result.exit_code == 0, result.output
        printed = json.loads(result.stdout)
        assert list(printed) == ["schema", "events"]
        events: list[dict[str, Any]] = printed["events"]
        return events

    return run


Listed = Callable[..., list[dict[str, Any]]]


def test_events_are_those_of_the_run(
    call: Call, listed: Listed, people: Path, full_home: Path
) -> None:
    ran = json.loads(call("run", people, "--home", full_home, "--format", "json").stdout)
    assert listed() == ran["events"] != []


def test_filters_divide_what_there_is(listed: Listed) -> None:
    everything = listed()
    verdicts = [listed("--verdict", verdict) for verdict in ("alarm", "review", "suppressed")]
    assert sum(len(events) for events in verdicts) == len(everything)
    assert verdicts[0]
    assert listed("--verdict", "alarm", "--verdict", "review") == [
        event for event in everything if event["verdict"] != "suppressed"
    ]
    kinds = [listed("--kind", kind) for kind in ("person", "vehicle", "animal", "unknown")]
    assert sum(len(events) for events in kinds) == len(everything)
    assert listed("--camera", "square", "--site", "main") == everything
    assert listed("--camera", "quiet") == listed("--site", "other") == []


def test_since_and_until_meet_without_overlap(listed: Listed) -> None:
    everything = listed()
    middle = everything[len(everything) // 2]["start"]
    before, after = listed("--until", middle), listed("--since", middle)
    assert len(before) + len(after) == len(everything)
    assert middle in [event["start"] for event in after]
    assert listed("--since", "2017-11-28", "--until", "2017-11-29") == everything
    assert listed("--since", "2017-11-28T18:45:00+01:00") == everything
    assert listed("--until", "2017-11-28T17:45:00") == []


@pytest.mark.parametrize("time", ["yesterday", "2017-13-01", "0001-01-01T00:00:00+14:00"])
def test_a_time_that_is_none(call: Call, full_home: Path, time: str) -> None:
    result = call("events", "list", "--home", full_home, "--since", time)
    assert result.exit_code == 2
    assert "is no time" in result.stderr


def test_text_has_a_line_an_event(call: Call, listed: Listed, full_home: Path) -> None:
    lines = call("events", "list", "--home", full_home).stdout.splitlines()
    assert lines[0].split() == ["Camera", "Start", "(UTC)", "At", "Verdict", "Kind", "Score", "Why"]
    assert len(lines) == len(listed()) + 1
    assert call("events", "list", "--home", full_home, "--site", "x").stdout == "No events.\n"


@pytest.mark.parametrize("made", [False, True])
def test_a_folder_without_results_is_left_alone(call: Call, tmp_path: Path, made: bool) -> None:  # noqa: FBT001
    folder = tmp_path / "none"
    if made:
        folder.mkdir()
    result = call("events", "list", "--home", folder)
    assert result.exit_code == 2
    assert "holds no results yet" in result.stderr
    assert list(tmp_path.rglob("*")) == ([folder] if made else [])


class TestExport:
    @pytest.fixture
    def export(self, call: Call, full_home: Path, tmp_path: Path) -> Callable[..., Path]:
        def run(name: str, *words: str) -> Path:
            target = tmp_path / name
            result = call("events", "export", "--home", full_home, "--to", target, *words)
            assert result.exit_code == 0, result.output
            assert str(target) in result.stdout
            return target

        return run

    def test_parquet_in_one_file(self, export: Callable[..., Path], listed: Listed) -> None:
        rows = pq.read_table(export("new/events.parquet")).to_pylist()
        assert [row["event_id"] for row in rows] == [event["event_id"] for event in listed()]

    def test_parquet_by_tenant_and_date(self, export: Callable[..., Path], listed: Listed) -> None:
        folder = export("table")
        assert [str(path.relative_to(folder)) for path in folder.rglob("*.parquet")] == [
            "tenant=home/date=2017-11-28/events.parquet"
        ]
        assert len(pq.read_table(folder)) == len(listed())
        assert validate(folder) == []

    def test_a_folder_is_exported_again(self, export: Callable[..., Path]) -> None:
        (file,) = export("table").rglob("*.parquet")
        whole = file.read_bytes()
        export("table")
        assert file.read_bytes() == whole
        file.write_bytes(b"damaged")
        export("table")
        assert file.read_bytes() == whole

    def test_a_filter_takes_nothing_out_of_a_folder(
        self, call: Call, full_home: Path, export: Callable[..., Path], listed: Listed
    ) -> None:
        folder = export("table")
        (file,) = folder.rglob("*.parquet")
        whole = file.read_bytes()
        others = len(listed()) - len(listed("--verdict", "alarm"))
        assert others > 0
        words = ("events", "export", "--home", full_home, "--to", folder, "--verdict", "alarm")
        result = call(*words)
        assert (result.exit_code, result.stdout) == (2, "")
        assert result.stderr == (
            f"quietwatch: {file} would lose {others} of its {len(listed())} events, which these "
            "filters leave out; export without filters, or name another folder or a file\n"
        )
        assert file.read_bytes() == whole
        file.write_bytes(b"damaged")
        assert call(*words).exit_code == 1
        assert file.read_bytes() == b"damaged"

    def test_a_filter_replaces_what_it_has_written(
        self, export: Callable[..., Path], listed: Listed
    ) -> None:
        for _ in range(2):
            folder = export("alarms", "--verdict", "alarm")
            assert len(pq.read_table(folder)) == len(listed("--verdict", "alarm"))
        export("alarms", "--verdict", "alarm", "--verdict", "review")
        export("alarms", "--since", "2017-11-28", "--until", "2017-11-29")
        assert len(pq.read_table(folder)) == len(listed())

    def test_csv(self, export: Callable[..., Path], listed: Listed) -> None:
        text = export("events.csv", "--verdict", "alarm").read_text(encoding="utf-8")
        rows = list(csv.DictReader(io.StringIO(text)))
        assert [row["event_id"] for row in rows] == [
            event["event_id"] for event in listed("--verdict", "alarm")
        ]

    def test_json(self, export: Callable[..., Path], listed: Listed) -> None:
        assert json.loads(export("events.JSON").read_text(encoding="utf-8")) == listed()

    def test_html(self, export: Callable[..., Path]) -> None:
        assert "square" in export("page.html").read_text(encoding="utf-8")

    def test_what_was_written_is_printed_as_json(
        self, call: Call, full_home: Path, tmp_path: Path, listed: Listed
    ) -> None:
        target = tmp_path / "events.csv"
        words = ("events", "export", "--home", full_home, "--to", target, "--format", "json")
        assert json.loads(call(*words).stdout) == {
            "schema": 1,
            "count": len(listed()),
            "files": [str(target)],
        }

    def test_an_ending_that_is_not_known(self, call: Call, full_home: Path, tmp_path: Path) -> None:
        result = call("events", "export", "--home", full_home, "--to", tmp_path / "a.xlsx")
        assert result.exit_code == 2
        assert ".parquet, .csv, .json" in result.stderr
        assert list(tmp_path.iterdir()) == []
