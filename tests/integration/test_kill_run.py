"""kill -9 of the whole program, and Ctrl-C on its terminal, leave no worker behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

SCRIPT = """
import sys
sys.path.insert(0, sys.argv[1])
import runner_works
from quietwatch.config import RunSettings
from quietwatch.pipeline.runners.base import Task
from quietwatch.pipeline.runners.local import LocalRunner

if __name__ == "__main__":
    marks, second = sys.argv[2], sys.argv[3]
    tasks = [Task("a", ("mark", f"{marks}/a", "crawl")), Task("b", ("mark", f"{marks}/b", second))]
    try:
        list(LocalRunner(runner_works.make, RunSettings(workers=2)).run(tasks, lambda *_: None))
    except KeyboardInterrupt:
        sys.exit(130)
"""


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[[str], subprocess.Popen[bytes]]]:
    """Starts the script and waits until both of its workers are busy."""
    started: list[subprocess.Popen[bytes]] = []

    def start(second: str) -> subprocess.Popen[bytes]:
        script = tmp_path / "script.py"
        script.write_text(SCRIPT)
        toys = Path(__file__).parents[1] / "toys"
        program = subprocess.Popen(
            [sys.executable, str(script), str(toys), str(tmp_path), second],
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        started.append(program)
        wait_for(lambda: all((tmp_path / name).exists() for name in "ab"))
        return program

    yield start
    for program in started:
        program.kill()
        program.communicate()


def wait_for(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)


def alive(process: psutil.Process) -> bool:
    return bool(process.is_running()) and process.status() != psutil.STATUS_ZOMBIE


@pytest.mark.parametrize("second", ["crawl", "spin"])  # spin holds the GIL
def test_kill_9_leaves_no_orphan(
    start: Callable[[str], subprocess.Popen[bytes]], second: str
) -> None:
    program = start(second)
    children = psutil.Process(program.pid).children(recursive=True)
    assert len(children) >= 2

    program.kill()

    wait_for(lambda: not any(alive(child) for child in children))


@pytest.mark.parametrize("whole_group", [True, False])
def test_interrupt_ends_it_cleanly(
    start: Callable[[str], subprocess.Popen[bytes]],
    whole_group: bool,  # noqa: FBT001
) -> None:
    program = start("spin")
    children = psutil.Process(program.pid).children(recursive=True)

    if whole_group:
        os.killpg(program.pid, signal.SIGINT)  # as a terminal does it
    else:
        program.send_signal(signal.SIGINT)
    _, errors = program.communicate(timeout=10)

    assert program.returncode == 130
    assert errors == b""
    wait_for(lambda: not any(alive(child) for child in children))
