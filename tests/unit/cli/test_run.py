import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import Result

if TYPE_CHECKING:
    from tests.conftest import Footage

Call = Callable[..., Result]

EVENT_KEYS = [
    *("event_id", "incident_id", "revision", "tenant", "site", "camera", "source", "start", "end"),
    *("start_s", "end_s", "alarm_s", "kind", "verdict", "reasons", "score"),
]


def printed(result: Result, code: int = 0) -> Any:
    assert result.exit_code == code, result.output
    found = json.loads(result.stdout)
    assert result.stdout == json.dumps(found, indent=1) + "\n"  # as if it were written at once
    return found


def test_json_keeps_the_contract(call: Call, people: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    words = ("run", people, "--home", home, "--format", "json")
    first = printed(call(*words))
    assert list(first) == ["schema", "clips", "skipped", "failed", "events", "notes"]
    assert (first["schema"], first["clips"], first["skipped"], first["failed"]) == (1, 1, 0, [])
    assert [list(event) for event in first["events"]] == [EVENT_KEYS] * len(first["events"])
    alarms = [event for event in first["events"] if event["verdict"] == "alarm"]
    assert alarms
    for alarm in alarms:
        assert (alarm["tenant"], alarm["site"], alarm["camera"]) == ("home", "main", "square")
        assert (alarm["source"], alarm["kind"]) == (str(people), "person")
        assert alarm["start"].startswith("2017-11-28T17:45:5")
        assert alarm["start_s"] <= alarm["alarm_s"] <= alarm["end_s"]
    assert (home / "report.html").read_text(encoding="utf-8").startswith("<!")

    again = printed(call(*words))
    assert (again["clips"], again["skipped"]) == (0, 1)
    assert again["events"] == first["events"]


def test_text_tells_verdicts_reasons_and_the_report(
    call: Call, people: Path, full_home: Path
) -> None:
    result = call("run", people, "--home", full_home)
    assert result.exit_code == 0
    assert "square  1 clip" in result.stdout
    assert "2017-11-28 17:45:5" in result.stdout
    assert "Person" in result.stdout
    assert "0 clips analyzed, 1 known already" in result.stdout
    assert result.stdout.endswith(f"Report: {full_home}/report.html\n")
    assert all(line == line.rstrip() or "  " in line for line in result.stdout.splitlines())
    assert result.stderr == ""


def test_bad_files_are_named_and_the_rest_is_done(
    call: Call, footage: "Footage", tmp_path: Path
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "empty.mp4").touch()
    (folder / "text.mp4").write_text("no video")
    footage.video("fine.mp4", frames=3).rename(folder / "fine.mp4")
    words = ("run", folder, "--home", tmp_path / "home")
    result = printed(call(*words, "--format", "json"), 3)
    assert result["clips"] == 1
    assert [list(one) for one in result["failed"]] == [["source", "error", "detail"]] * 2
    assert [(one["source"], one["error"]) for one in result["failed"]] == [
        (f"{folder}/empty.mp4", "empty-file"),
        (f"{folder}/text.mp4", "unreadable-video"),
    ]
    text = call(*words)
    assert text.exit_code == 3
    for one in result["failed"]:
        assert one["source"] in text.stdout
        assert f"{one['error']}: {one['detail']}" in text.stdout


def test_odd_names_are_safe_to_show(call: Call, footage: "Footage", tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    for raw in (b"a\nb.mp4", b"c\xff.mp4", b"[bold]d\x1b[31m.mp4"):
        (folder / os.fsdecode(raw)).write_bytes(b"x")
    footage.video("e.mp4", frames=3).rename(folder / os.fsdecode(b"e\n\xff[red].mp4"))
    words = ("run", folder, "--home", tmp_path / "home")
    result = printed(call(*words, "--format", "json"), 3)
    assert [one["source"].removeprefix(f"{folder}/") for one in result["failed"]] == [
        "[bold]d\\x1b[31m.mp4",
        "a\\nb.mp4",
        "c\\xff.mp4",
    ]
    assert result["clips"] == 1
    text = call(*words).stdout
    assert "\x1b" not in text
    assert f"{folder}/[bold]d\\x1b[31m.mp4" in text


def test_a_path_that_is_not_there_does_nothing(call: Call, people: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    result = call("run", people, tmp_path / "no.mp4", "--home", home, "--format", "json")
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr == f"quietwatch: '{tmp_path}/no.mp4' is not there; check the path\n"
    assert not home.exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--workers", "0"], "greater than or equal to 1"),
        (["--format", "xml"], "xml"),
        (["--no-such-option"], "--no-such-option"),
        (["--report", "no-such-folder/a.html"], "no-such-folder"),
        (["--report", "."], "is a folder"),
        (["--config", "no-such.toml"], "no-such.toml is not there"),
        (["--model", "no-such-model"], "no-such-model"),
    ],
)
def test_wrong_usage(call: Call, people: Path, tmp_path: Path, words: list[str], said: str) -> None:
    result = call("run", people, "--home", tmp_path / "home", *words)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert said in result.stderr
    assert "Traceback" not in result.stderr


def test_a_report_never_takes_the_place_of_something_else(
    call: Call, people: Path, tmp_path: Path
) -> None:
    mine = tmp_path / "mine.mp4"
    mine.write_bytes(people.read_bytes())
    done = call("run", str(mine), "--home", str(tmp_path / "home"), "--report", str(mine))
    assert done.exit_code == 2
    assert "is there and is no report" in " ".join(done.stderr.split())
    assert mine.read_bytes() == people.read_bytes()


def test_no_source_is_wrong_usage(call: Call) -> None:
    assert call("run").exit_code == 2


def test_settings_of_the_home_and_of_a_file(call: Call, footage: "Footage", tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "quietwatch.toml").write_text('[source]\nsite = "yard"\n')
    (tmp_path / "other.toml").write_text('[source]\nsite = "roof"\ncolour = "red"\n')
    video = footage.video("a.mp4", frames=3)
    assert call("run", video, "--home", home).exit_code == 0
    listed = call("ls", "footage", "--home", home)
    assert "yard/" in listed.stdout
    result = call("run", video, "--home", home, "--config", tmp_path / "other.toml")
    assert result.exit_code == 2
    assert "source.colour" in result.stderr


def test_the_home_of_the_environment(
    call: Call, footage: "Footage", tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QUIETWATCH_HOME", str(tmp_path / "home"))
    report = tmp_path / "elsewhere.html"
    result = call("run", footage.video("a.mp4", frames=3), "--report", report)
    assert result.exit_code == 0
    assert (tmp_path / "home/home.json").is_file()
    assert report.is_file()
    assert f"Report: {report}" in result.stdout
    assert not (tmp_path / "home/report.html").exists()


def test_a_folder_without_footage(call: Call, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    result = call("run", folder, "--home", tmp_path / "home")
    assert result.exit_code == 0
    assert "No footage was found" in result.stdout


def test_a_home_inside_the_source_is_no_footage(call: Call, footage: "Footage") -> None:
    video = footage.video("a.mp4", frames=3)
    home = video.parent / "home"
    for clips, skipped in ((1, 0), (0, 1)):
        result = printed(call("run", video.parent, "--home", home, "--format", "json"))
        assert (result["clips"], result["skipped"]) == (clips, skipped)


def test_a_home_that_is_a_file(call: Call, people: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    result = call("run", people, "--home", tmp_path / "file")
    assert result.exit_code == 2
    assert result.stderr == (
        f"quietwatch: {tmp_path}/file is a file; a home is a folder: name another one\n"
    )


def test_a_home_that_can_not_be_made(call: Call, people: Path) -> None:
    result = call("run", people, "--home", "/sys/home")
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr.startswith("quietwatch: /sys/home can't be made")


@pytest.mark.parametrize("option", ["--home", "--report"])
def test_a_name_that_is_too_long(call: Call, people: Path, tmp_path: Path, option: str) -> None:
    result = call("run", people, "--home", tmp_path / "home", option, tmp_path / ("a" * 300))
    assert result.exit_code == 2
    assert "can't be reached (File name too long)" in result.stderr
    assert not (tmp_path / "home").exists()


def test_a_report_never_waits_for_a_pipe(call: Call, people: Path, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    words = ("run", people, "--home", tmp_path / "home", "--report", tmp_path / "pipe")
    result = call(*words)
    assert result.exit_code == 2
    assert "is there and is no report" in " ".join(result.stderr.split())


def test_store_and_catalog_of_the_environment(
    call: Call, footage: "Footage", tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, store, catalog = tmp_path / "home", tmp_path / "store", tmp_path / "c.sqlite"
    monkeypatch.setenv("QUIETWATCH_STORE", store.as_uri())
    monkeypatch.setenv("QUIETWATCH_CATALOG", f"sqlite:///{catalog}")
    assert call("run", footage.video("a.mp4", frames=3), "--home", home).exit_code == 0
    assert catalog.is_file()
    assert (store / "home/blobs").is_dir()
    assert not (home / "store").exists()
    assert not (home / "catalog.sqlite").exists()


def test_a_home_from_before_footage_was_versioned_is_left_as_it_is(
    call: Call, footage: "Footage", tmp_path: Path
) -> None:
    (tmp_path / "home.json").write_text('{"format": 1}')
    result = call("run", footage.video("a.mp4", frames=3), "--home", tmp_path)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.count("\n") == 1
    assert "name a new home and run again on the footage" in result.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["home.json"]
