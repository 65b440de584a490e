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


def files(home: Path, below: str) -> dict[str, tuple[int, int]]:
    """Inode and time of change of each file: both stay when nobody wrote it."""
    return {
        path.name: (path.stat().st_ino, path.stat().st_mtime_ns)
        for path in home.joinpath(below).rglob("*.*")
        if path.is_file()
    }


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
    for below in ("analysis", "clips"):
        mine, theirs = contents(home, below), contents(ran.home, below)
        assert mine == theirs


def contents(home: Path, below: str) -> dict[Path, bytes]:
    return {
        path.relative_to(home): path.read_bytes()
        for path in home.joinpath(below).rglob("*.*")
        if path.is_file()
    }


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
    assert len(files(ran.home, "analysis")) == CLIPS - 1


def test_the_same_bytes_twice_on_a_camera_are_one_clip(ran: SimpleNamespace) -> None:
    assert len(files(ran.home, "clips/home/main/door")) == 2
    assert not [e for e in ran.first.json["events"] if e["source"].endswith("/one.mp4")]


def judged(events: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    return sorted((e["start_s"], e["end_s"], e["score"], e["verdict"]) for e in events)


def test_a_changed_rule_judges_anew_and_analyzes_nothing(
    program: "Program", ran: SimpleNamespace, home: Path, source: Path, again: Callable[..., "Done"]
) -> None:
    analyses, records = files(home, "analysis"), files(home, "clips")
    (home / "quietwatch.toml").write_text("[judge]\nthreats = ['vehicle']\n")

    done, workers = watched(program, "run", source, "--home", home, "--format", "json")

    assert workers == set()
    assert counts(done) == (0, CLIPS)
    assert "alarm" in verdicts(ran.first)
    assert "alarm" not in verdicts(done)
    assert files(home, "analysis") == analyses
    assert not set(files(home, "clips").items()) & set(records.items())

    (home / "quietwatch.toml").unlink()
    assert again().events == ran.first.events


def test_a_changed_look_analyzes_anew(
    program: "Program", ran: SimpleNamespace, home: Path, source: Path, again: Callable[..., "Done"]
) -> None:
    before = files(home, "analysis")
    (home / "quietwatch.toml").write_text("[vision]\nrate = 2\n")

    done, workers = watched(program, "run", source, "--home", home, "--format", "json")

    assert workers
    assert counts(done) == (CLIPS, 0)
    assert done.events != ran.first.events
    after = files(home, "analysis")
    assert before.items() < after.items()  # those of the other settings stay
    assert len(after) == 2 * len(before)

    (home / "quietwatch.toml").unlink()
    back = again()
    assert counts(back) == (0, CLIPS)
    assert back.events == ran.first.events


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


def spoil_all(path: Path) -> None:
    path.write_bytes(bytes(path.stat().st_size))


def spoil_picture(path: Path) -> None:
    """Change bytes of the last picture alone."""
    data = bytearray(path.read_bytes())
    at = data.rindex(b"\xff\xd8\xff") + 200
    data[at : at + 8] = b"damaged!"
    path.write_bytes(data)


def test_damaged_analyses_are_made_anew(
    ran: SimpleNamespace, home: Path, again: Callable[..., "Done"]
) -> None:
    before = contents(home, "")
    damages = [cut_off, spoil_all, spoil_picture]
    for damage, path in zip(damages, home.glob("analysis/*/*.zip"), strict=True):
        damage(path)

    done = again()

    assert done.code == 0
    assert counts(done) == (CLIPS, 0)
    assert done.events == ran.first.events
    assert contents(home, "") == before


def test_damaged_records_and_a_missing_analysis_are_made_anew(
    program: "Program", ran: SimpleNamespace, home: Path, again: Callable[..., "Done"]
) -> None:
    before = contents(home, "")
    damages: list[Callable[[Path], None]] = [cut_off, spoil_all, Path.unlink]
    for damage, path in zip(damages, sorted(home.glob("clips/*/*/*/*.json")), strict=False):
        damage(path)
    min(home.glob("analysis/*/*.zip")).unlink()

    listed = program("events", "list", "--home", home, "--format", "json")
    assert listed.code == 3
    said = listed.err.decode().splitlines()
    assert len(said) == 2
    for line in said:
        assert f"{home}/clips/home/main/" in line
        assert "run again on its footage to make it anew" in line
    left = {event["event_id"] for event in listed.json["events"]}
    assert left < {event["event_id"] for event in ran.first.json["events"]}

    done = again()

    assert done.code == 0
    assert sum(counts(done)) == CLIPS
    assert 1 <= done.json["clips"] < CLIPS
    assert done.events == ran.first.events
    assert contents(home, "") == before
