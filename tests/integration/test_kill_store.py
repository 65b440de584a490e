"""kill -9 of a writer: at each line of the store's code, and at any moment between."""

import random
import subprocess
import sys
import time
from pathlib import Path

from quietwatch.store.files import read_whole
from quietwatch.store.home import Home

FILL = """
import dataclasses
from datetime import UTC, datetime
from pathlib import Path
from quietwatch.model import Camera, Clip, Summary
from quietwatch.store.home import Home
from quietwatch.store.records import ClipRecord

KEY = "ab" * 32

def fill(path, size):
    home = Home(path)
    with home.exclusive():
        with home.writing_analysis(KEY) as pack:
            pack.finish(Summary(
                version=1, model="m", container="c", codec="c", width=size, height=1, duration=0.0,
                recorded=None, lone_still=False, frames=1, looked=1, looks=1, notes=()),
                bytes(range(256)) * size)
        clip = Clip(Camera("home", "main", "door"), "0" * 64, 9, datetime(2026, 11, 23, tzinfo=UTC),
                    "name", 1.0, size, 1, "h264", "mp4")
        home.put_record(ClipRecord(clip, "x" * size, KEY, "c" * 64, (), ()))
"""

EACH_LINE = (
    FILL
    + """
import os, signal, sys

def die_at_line(number):
    left = number
    def trace(frame, event, arg):
        nonlocal left
        if "/quietwatch/store/" not in frame.f_code.co_filename:
            return None
        if event == "line":
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
        return trace
    sys.settrace(trace)

top = Path(sys.argv[1])
number, killed = 0, True
while killed:
    number += 1
    path = top / str(number)
    child = os.fork()
    if child == 0:
        if sys.argv[2] == "write":
            fill(path, 1)
            die_at_line(number)
            fill(path, 2)
        else:
            die_at_line(number)
            Home(path)
        os._exit(0)
    killed = os.WIFSIGNALED(os.waitpid(child, 0)[1])
print(number)
"""
)

LOOP = (
    FILL
    + """
import sys
size = 0
while True:
    size += 1
    fill(Path(sys.argv[1]), size)
    print(size, flush=True)
"""
)

KEY = "ab" * 32


def sizes(path: Path) -> tuple[int, int]:
    """Read a home as the next run does: what is there is whole, what a killed run left is swept."""
    home = Home(path)
    with home.exclusive():
        assert list(path.rglob("*.part")) == []
        (record,) = home.records()
        analysis = home.read_analysis(KEY)
    assert record.source == "x" * record.clip.width
    assert home.read_state(KEY) == bytes(range(256)) * analysis.summary.width
    return analysis.summary.width, record.clip.width


def kill_at_each_line(top: Path, deed: str) -> list[Path]:
    """The homes that are left, in order of the line at which the writer was killed."""
    done = subprocess.run(
        [sys.executable, "-c", EACH_LINE, str(top), deed], stdout=subprocess.PIPE, check=True
    )
    return [top / str(number) for number in range(1, int(done.stdout) + 1)]


def test_killed_at_each_line_of_a_write(tmp_path: Path) -> None:
    seen = [sizes(home) for home in kill_at_each_line(tmp_path, "write")]

    assert len(seen) > 100
    assert set(seen) == {(1, 1), (2, 1), (2, 2)}
    assert seen == sorted(seen)  # what is done stays done


def test_killed_at_each_line_of_making_a_home(tmp_path: Path) -> None:
    homes = kill_at_each_line(tmp_path, "make")

    assert len(homes) > 50
    for path in homes:
        with Home(path).exclusive():
            assert list(path.rglob("*.part")) == []
        assert list(Home(path).records()) == []


def test_killed_at_any_moment(tmp_path: Path) -> None:
    dice = random.Random(20261123)
    for _ in range(8):
        with subprocess.Popen(
            [sys.executable, "-c", LOOP, str(tmp_path)], stdout=subprocess.PIPE
        ) as writer:
            assert writer.stdout is not None
            writer.stdout.readline()
            end = time.monotonic() + dice.uniform(0, 0.15)
            while time.monotonic() < end:  # a reader sees whole files at any time
                for path in tmp_path.glob("clips/*/*/*/*.json"):
                    assert read_whole(path).endswith(b"}\n")
                Home(tmp_path).read_analysis(KEY)
            writer.kill()
            told = [int(line) for line in writer.stdout.read().split()]
        analysis, record = sizes(tmp_path)
        assert record >= max(told, default=1)
        assert analysis - record in {0, 1}
