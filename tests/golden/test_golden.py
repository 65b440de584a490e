"""The README's commands, run as they stand there, give for the samples what they gave before.

Design, section 3: on another processor the same verdicts, scores within 0.01, boxes at IoU 0.99.
"""

import importlib.util
import json
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from quietwatch.events.validate import validate

HERE = Path(__file__).parent
README = HERE.parents[1] / "README.md"
MAKE = importlib.util.spec_from_file_location("golden_make", HERE / "make.py")


@pytest.fixture(scope="module")
def make() -> Any:
    assert MAKE is not None
    assert MAKE.loader is not None
    module = importlib.util.module_from_spec(MAKE)
    MAKE.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the README's commands for one's own footage were run."""
    folder = tmp_path_factory.mktemp("place")
    (folder / "samples").symlink_to(README.parent / "samples")
    commands = re.findall(r"^\$ quietwatch (.+)$", README.read_text(encoding="utf-8"), re.MULTILINE)
    assert commands[0].startswith("run samples")
    for command in commands:
        words = [sys.executable, "-m", "quietwatch", *shlex.split(command)]
        done = subprocess.run(words, cwd=folder, check=False, capture_output=True, text=True)
        assert done.returncode == 0, (command, done.stderr)
    return folder


@pytest.fixture(scope="module")
def events(make: Any, place: Path) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = make.plain(make.kept(place / "quietwatch-home"))
    return rows


@pytest.fixture(scope="module")
def golden(make: Any) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(make.GOLDEN.read_text(encoding="utf-8"))
    return read


def test_golden_data_is_of_the_stages_versions(make: Any, golden: dict[str, Any]) -> None:
    assert golden["versions"] == make.versions(), "a version was raised: run `make golden`"


@pytest.fixture(scope="module")
def ledger(make: Any) -> dict[str, dict[str, str]]:
    read: dict[str, dict[str, str]] = json.loads(make.LEDGER.read_text(encoding="utf-8"))
    return read


def test_golden_data_is_what_its_versions_gave_for_the_first_time(
    make: Any, golden: dict[str, Any], ledger: dict[str, dict[str, str]]
) -> None:
    assert make.contradictions(ledger, golden) == [], "output changed: raise the stage's version"
    for stage, said in make.entries(golden).items():
        assert said.items() <= ledger[stage].items(), "run `make golden`"


def test_no_version_is_newer_than_that_of_golden_data(
    make: Any, golden: dict[str, Any], ledger: dict[str, dict[str, str]]
) -> None:
    for stage, said in make.entries(golden).items():
        order = [tuple(int(part) for part in version.split(".")) for version in ledger[stage]]
        assert order == sorted(order)
        assert [list(ledger[stage])[-1]] == list(said)


@pytest.mark.parametrize(
    ("stage", "change"),
    [
        ("analyze", {"end_s": 0.5}),
        ("decide", {"verdict": "review"}),
        ("decide", {"score": 0.123}),
    ],
)
def test_changed_golden_data_contradicts_the_ledger_until_the_version_is_raised(
    make: Any,
    golden: dict[str, Any],
    ledger: dict[str, dict[str, str]],
    stage: str,
    change: dict[str, Any],
) -> None:
    first, *rest = golden["events"]
    changed = {**golden, "events": [{**first, **change}, *rest]}
    assert changed != golden
    assert stage in [wrong.split()[0] for wrong in make.contradictions(ledger, changed)]
    raised = {**golden["versions"], stage: golden["versions"][stage] + 1}
    assert make.contradictions(ledger, {**changed, "versions": raised}) == []
    if stage == "analyze":  # the other stage's version does not do
        raised = {**golden["versions"], "decide": golden["versions"]["decide"] + 1}
        assert make.contradictions(ledger, {**changed, "versions": raised}) != []


def test_the_samples_give_what_they_gave(
    events: list[dict[str, Any]], golden: dict[str, Any]
) -> None:
    assert len(events) == len(golden["events"])
    for now, then in zip(events, golden["events"], strict=True):
        exact = [key for key in then if key not in {"score", "box"}]
        assert {key: now[key] for key in exact} == {key: then[key] for key in exact}
        assert now["score"] == pytest.approx(then["score"], abs=0.01)
        assert _iou(now["box"], then["box"]) >= 0.99


def test_the_readme_s_export_is_the_published_table(place: Path) -> None:
    assert validate(place / "events.parquet") == []
    assert (place / "quietwatch-home" / "report.html").stat().st_size > 1_000_000


def test_people_walk_all_through_vtest_and_are_rung_for(events: list[dict[str, Any]]) -> None:
    alarms = [e for e in events if e["camera"] == "vtest" and e["verdict"] == "alarm"]
    assert {e["kind"] for e in alarms} <= {"person", "vehicle"}
    people = [e for e in alarms if e["kind"] == "person"]
    tenths = [t / 10 for t in range(10, 790)]  # from the moment at which evidence can be there
    uncovered = [t for t in tenths if not any(e["start_s"] <= t <= e["end_s"] for e in people)]
    assert uncovered == []
    assert min(e["alarm_s"] for e in people) < 2.0


def test_the_waving_tree_rings_nobody_and_is_held_back_for_what_it_is(
    events: list[dict[str, Any]],
) -> None:
    tree = [e for e in events if e["camera"] == "tree"]
    assert [e for e in tree if e["verdict"] == "alarm" or e["alarm_s"] is not None] == []
    held = [e for e in tree if e["verdict"] == "suppressed"]
    assert sum("foliage" in e["reasons"] for e in held) >= 10


def test_the_hand_before_the_lens_is_shown(events: list[dict[str, Any]]) -> None:
    shown = [e for e in events if e["camera"] == "tree" and e["verdict"] == "review"]
    assert any(e["reasons"] == ["tamper"] and 21 <= e["start_s"] <= 27 for e in shown)


def _iou(one: list[float], other: list[float]) -> float:
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    shared = max(wide, 0.0) * max(high, 0.0)
    areas = [(box[2] - box[0]) * (box[3] - box[1]) for box in (one, other)]
    return shared / (sum(areas) - shared)
