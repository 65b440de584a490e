"""The same footage gives the same events, byte for byte; what is done is not done again."""

import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import psutil
import pytest

from quietwatch.names import blob_key
from tests.integration.homes import TENANT, contents, packs, require_whole

if TYPE_CHECKING:
    from tests.integration.conftest import Done, Program

CLIPS = 4
"""As kept: door (2), gate, yard; the copy at the door is none."""


@pytest.fixture(scope="module")
def source(people: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Cameras of which two have sent the same bytes, and one has sent them twice."""
    folder = tmp_path_factory.mktemp("same") / "source"
    door = people(folder / "door" / "one.mp4", 0)
    people(folder / "door" / "two.mp4", 2)
    people(folder / "gate" / "three.mp4", 4)
    (folder / "yard").mkdir()
    for copy in (folder / "door" / "one again.mp4", folder / "yard" / "other name.mp4"):
        shutil.copy2(door, copy)
    return folder


@pytest.fixture(scope="module")
def ran(
    program: "Program", source: Path, tmp_path_factory: pytest.TempPathFactory
) -> SimpleNamespace:
    """A first run with one worker, its home, and a second run in it."""
    home = tmp_path_factory.mktemp("same-home") / "home"
    words = ("run", source, "--home", home, "--format", "json", "--workers")
    return SimpleNamespace(home=home, first=program(*words, 1), second=program(*words, 2))


@pytest.fixture
def home(ran: SimpleNamespace, tmp_path: Path) -> Path:
    """A home in which all is done."""
    return Path(shutil.copytree(ran.home, tmp_path / "home", copy_function=shutil.copy2))


@pytest.fixture
def again(program: "Program", source: Path, home: Path) -> Callable[..., "Done"]:
    """Runs once more in that home, over everything unless told otherwise."""

    def run(*sources: Path) -> "Done":
        return program("run", *(sources or [source]), "--home", home, "--format", "json")

    return run


def counts(done: "Done") -> tuple[int, int]:
    return done.json["clips"], done.json["skipped"]


def test_the_second_run_gives_the_same(ran: SimpleNamespace) -> None:
    assert ran.first.code == ran.second.code == 0
    assert counts(ran.first) == (CLIPS, 0)
    assert counts(ran.second) == (0, CLIPS)
    assert ran.first.events == ran.second.events
    assert len(ran.first.json["events"]) > CLIPS


def test_two_workers_give_the_same_as_one(
    program: "Program", ran: SimpleNamespace, source: Path, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    done = program("run", source, "--home", home, "--workers", 2, "--format", "json")
    assert done.out == ran.first.out
    mine, theirs = contents(home), contents(ran.home)
    assert (mine.files, mine.records, mine.events) == (theirs.files, theirs.records, theirs.events)
    assert mine.blobs == theirs.blobs


def test_the_same_bytes_on_two_cameras_are_two_clips(ran: SimpleNamespace) -> None:
    cameras: dict[str, list[dict[str, Any]]] = {}
    for event in ran.first.json["events"]:
        cameras.setdefault(event["camera"], []).append(event)
    assert sorted(cameras) == ["door", "gate", "yard"]
    one = [event for event in cameras["door"] if event["source"].endswith("/one again.mp4")]
    assert judged(one) == judged(cameras["yard"])
    assert not {event["event_id"] for event in one} & {
        event["event_id"] for event in cameras["yard"]
    }
    assert len(packs(ran.home)) == CLIPS - 1
    require_whole(ran.home)


def test_the_same_bytes_twice_on_a_camera_are_one_clip(ran: SimpleNamespace) -> None:
    assert len([path for path in contents(ran.home).files["footage"] if "/door/" in path]) == 2
    assert not [e for e in ran.first.json["events"] if e["source"].endswith("/one.mp4")]


def judged(events: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    return sorted((e["start_s"], e["end_s"], e["score"], e["verdict"]) for e in events)


def test_a_changed_rule_judges_anew_and_analyzes_nothing(
    program: "Program", ran: SimpleNamespace, home: Path, source: Path, again: Callable[..., "Done"]
) -> None:
    analyses = packs(home)
    (home / "quietwatch.toml").write_text("[judge]\nthreats = ['vehicle']\n")

    done, workers = watched(program, "run", source, "--home", home, "--format", "json")

    assert workers == set()
    assert counts(done) == (0, CLIPS)
    assert "alarm" in verdicts(ran.first)
    assert "alarm" not in verdicts(done)
    assert packs(home) == analyses
    require_whole(home)

    (home / "quietwatch.toml").unlink()
    assert again().events == ran.first.events
    assert packs(home) == analyses


def test_a_changed_look_analyzes_anew(
    program: "Program", ran: SimpleNamespace, home: Path, source: Path, again: Callable[..., "Done"]
) -> None:
    before = packs(home)
    (home / "quietwatch.toml").write_text("[vision]\nrate = 2\n")

    done, workers = watched(program, "run", source, "--home", home, "--format", "json")

    assert workers
    assert counts(done) == (CLIPS, 0)
    assert done.events != ran.first.events
    after = packs(home)
    require_whole(home)
    assert before.items() < after.items()  # those of the other settings stay
    assert len(after) == 2 * len(before)

    (home / "quietwatch.toml").unlink()
    back = again()
    assert counts(back) == (0, CLIPS)
    assert back.events == ran.first.events
    assert contents(home).files["analysis"] == contents(ran.home).files["analysis"]


def watched(program: "Program", *words: object) -> tuple["Done", set[int]]:
    """Call the program, and gather the process ids of its workers."""
    process = program.start(*words)
    seen: set[int] = set()
    this = psutil.Process(process.pid)
    while process.poll() is None:
        try:
            seen |= {child.pid for child in this.children() if is_worker(child)}
        except psutil.NoSuchProcess:
            continue
        time.sleep(0.02)  # a worker takes ten times as long to load its model
    return program.end(process), seen


def is_worker(process: psutil.Process) -> bool:
    return "--multiprocessing-fork" in process.cmdline()


def verdicts(done: "Done") -> set[str]:
    return {event["verdict"] for event in done.json["events"]}


def cut_off(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def spoil_picture(path: Path) -> None:
    """Change bytes of the last picture alone."""
    data = bytearray(path.read_bytes())
    at = data.rindex(b"\xff\xd8\xff") + 200
    data[at : at + 8] = b"damaged!"
    path.write_bytes(data)


def test_damaged_and_missing_analyses_are_made_anew_when_they_are_needed(
    ran: SimpleNamespace, home: Path, again: Callable[..., "Done"]
) -> None:
    before = contents(home)
    damages: list[Callable[[Path], None]] = [cut_off, spoil_picture, Path.unlink]
    for damage, path in zip(damages, sorted(packs(home)), strict=True):
        damage(path)

    done = again()  # nothing needs them but the pictures of the report

    assert (done.code, done.events) == (0, ran.first.events)
    assert done.err.decode().count("\n") == len(damages)

    (home / "quietwatch.toml").write_text("[judge]\nthreats = ['vehicle']\n")
    done = again()
    assert sum(counts(done)) == CLIPS
    assert done.json["clips"] >= len(damages)
    (home / "quietwatch.toml").unlink()
    done = again()
    assert (done.code, done.err, done.events) == (0, b"", ran.first.events)
    after = contents(home)
    assert (after.files, after.report) == (before.files, before.report)
    require_whole(home)


def test_damaged_and_missing_footage_is_taken_in_anew_when_it_is_named_again(
    ran: SimpleNamespace, home: Path, again: Callable[..., "Done"]
) -> None:
    before = contents(home)
    stored = sorted(set(before.files["footage"].values()))
    cut_off(blob(home, stored[0]))
    blob(home, stored[1]).unlink()
    (home / "quietwatch.toml").write_text("[vision]\nrate = 2\n")

    done = again()
    assert done.code == 3
    assert {one["error"] for one in done.json["failed"]} == {"footage-damaged", "footage-missing"}
    assert all("bring it in again" in one["detail"] for one in done.json["failed"])

    done = again()
    assert (done.code, done.json["failed"]) == (0, [])
    assert sum(counts(done)) == CLIPS
    (home / "quietwatch.toml").unlink()
    assert again().events == ran.first.events
    require_whole(home)


def blob(home: Path, sha256: str) -> Path:
    return home / "store" / blob_key(TENANT, sha256)


def test_store_and_catalog_may_lie_elsewhere(
    program: "Program", ran: SimpleNamespace, source: Path, tmp_path: Path
) -> None:
    home, store, catalog = tmp_path / "home", tmp_path / "store", tmp_path / "c.sqlite"
    urls = ("--store", store.as_uri(), "--catalog", f"sqlite:///{catalog}")
    done = program("run", source, "--home", home, *urls, "--format", "json")
    assert (done.code, done.events) == (0, ran.first.events)
    assert sorted(path.name for path in home.iterdir()) == [
        *("home.json", "lock", "report.html", "spool")
    ]
    assert catalog.is_file()
    assert (store / TENANT / "blobs").is_dir()
    listed = program("events", "list", "--home", home, *urls, "--format", "json")
    assert listed.json["events"] == done.json["events"]


def test_a_store_in_memory_lasts_as_long_as_the_program(
    program: "Program", ran: SimpleNamespace, source: Path, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    urls = ("--store", "memory://", "--catalog", f"sqlite:///{tmp_path}/c.sqlite")
    done = program("run", source, "--home", home, *urls, "--format", "json")
    assert (done.code, done.err, done.events) == (0, b"", ran.first.events)
    assert not (home / "store").exists()
