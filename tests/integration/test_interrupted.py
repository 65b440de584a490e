"""Runs that are killed, stopped or out of space: nothing is half done, and the next one goes on."""

import os
import random
import resource
import shutil
import signal
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from tests.integration.homes import analyses, contents, judged, require_whole

if TYPE_CHECKING:
    from tests.integration.conftest import Done, Program

CLIPS = 4


@pytest.fixture(scope="module")
def source(people: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("interrupted") / "source"
    for number in range(CLIPS):
        people(folder / f"camera {number}.mp4", 2 * number)
    return folder


@pytest.fixture(scope="module")
def undisturbed(
    program: "Program", source: Path, tmp_path_factory: pytest.TempPathFactory
) -> SimpleNamespace:
    """A run that nobody disturbs, and its home."""
    home = tmp_path_factory.mktemp("undisturbed") / "home"
    done = program(*words(source, home))
    assert done.code == 0
    return SimpleNamespace(source=source, home=home, done=done)


def words(source: Path, home: Path, workers: int = 2) -> tuple[object, ...]:
    return ("run", source, "--home", home, "--format", "json", "--workers", workers)


def completed(done: "Done", home: Path, undisturbed: SimpleNamespace) -> None:
    """All is as if nobody had disturbed it."""
    assert (done.code, done.err) == (0, b"")
    assert done.json["clips"] + done.json["skipped"] == CLIPS
    assert done.events == undisturbed.done.events
    assert contents(home) == contents(undisturbed.home)  # also: no part of anything is left


def test_kill_9_at_any_moment(
    program: "Program",
    undisturbed: SimpleNamespace,
    tmp_path: Path,
) -> None:
    dice = random.Random(20261123)
    cut_in_the_middle = 0
    for life in range(2):
        home = tmp_path / str(life)
        for _ in range(4):
            code = killed_run(program, undisturbed.source, home, dice)
            if (home / "home.json").exists():
                require_whole(home)
            cut_in_the_middle += code == -signal.SIGKILL and 0 < len(analyses(home)) < CLIPS
        assert program("events", "list", "--home", home).code == 0
        completed(program(*words(undisturbed.source, home)), home, undisturbed)
    assert cut_in_the_middle > 0


def killed_run(program: "Program", source: Path, home: Path, dice: random.Random) -> int:
    """Start a run and kill it, or it and its workers: soon, or soon after the next clip is done."""
    process = program.start(*words(source, home))
    count = len(analyses(home)) + dice.randrange(2)
    program.wait_for(lambda: len(analyses(home)) >= count or process.poll() is not None)
    time.sleep(dice.uniform(0, 0.7))
    process.kill()
    if dice.random() < 0.5:
        program.kill_all()
    code = program.end(process).code
    program.wait_for(lambda: program.processes() == [])
    return code


@pytest.mark.parametrize(
    ("number", "code", "times"), [(signal.SIGINT, 130, 5), (signal.SIGTERM, 143, 1)]
)
def test_a_signal_ends_it_cleanly(
    number: signal.Signals,
    code: int,
    times: int,
    program: "Program",
    undisturbed: SimpleNamespace,
    tmp_path: Path,
) -> None:
    home = tmp_path / "home"
    process = program.start(*words(undisturbed.source, home, 1), before=os.setsid)
    program.wait_for(lambda: len(analyses(home)) > 1)  # then the first is known to the engine
    for _ in range(times):  # who is impatient
        os.killpg(process.pid, number)  # as a terminal does it
        time.sleep(0.01)
    done = program.end(process)

    assert (done.code, done.out) == (code, b"")
    assert done.err == (
        b"\nStopped: what is done is kept, and the same command goes on from here.\n"
    )
    assert program.processes() == []
    assert list(home.rglob("*.part")) == []
    require_whole(home)
    assert judged(home) > 0

    done = program(*words(undisturbed.source, home))
    completed(done, home, undisturbed)
    assert done.json["skipped"] > 0


def test_two_runs_at_once(program: "Program", undisturbed: SimpleNamespace, tmp_path: Path) -> None:
    home = tmp_path / "home"
    first = program.start(*words(undisturbed.source, home))
    program.wait_for(lambda: analyses(home))
    first.send_signal(signal.SIGSTOP)  # so that it can't be done before the second asks

    second = program(*words(undisturbed.source, home))

    first.send_signal(signal.SIGCONT)
    assert (second.code, second.out) == (1, b"")
    said = f"another run is at work in {home} (process {first.pid})"
    assert said in second.err.decode()
    completed(program.end(first), home, undisturbed)


def test_no_space_for_the_report(
    program: "Program", undisturbed: SimpleNamespace, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    shutil.copytree(undisturbed.home, home, copy_function=shutil.copy2)
    report = home / "report.html"
    before = report.read_bytes().replace(b"quietwatch-report", b"quietwatch-before")
    report.write_bytes(before)  # another version's: it would be left as it is if it said the same

    done = program(*words(undisturbed.source, home), before=limit(len(before) - 1))

    told_of_no_space(done)
    assert report.read_bytes() == before
    completed(program(*words(undisturbed.source, home)), home, undisturbed)


def limit(size: int) -> Callable[[], None]:
    """Lets no file grow beyond this many bytes; the system tells it as it does a full disk."""
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


def told_of_no_space(done: "Done") -> None:
    assert done.code == 1
    assert done.out == b""
    sentence = done.err.decode()
    assert sentence.count("\n") == 1
    assert "no space is left to write" in sentence
    assert "free some and run again: what is done is kept" in sentence
