"""How the program ends: signals, closed pipes, terminals. Real processes."""

import os
import pty
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import psutil
import pytest

from quietwatch.media.samples import samples

Start = Callable[..., "subprocess.Popen[str]"]

SLOW = samples() / "vtest.mp4"


def wait_for(condition: Callable[[], object], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.05)


def judged(home: Path) -> list[object]:
    """The clips that have been judged so far."""
    if not (home / "catalog.sqlite").exists():
        return []
    url = f"{(home / 'catalog.sqlite').as_uri()}?mode=ro"
    with closing(sqlite3.connect(url, timeout=30, uri=True)) as connection:
        try:
            query = "SELECT path FROM clips WHERE decision IS NOT NULL"
            return connection.execute(query).fetchall()
        except sqlite3.OperationalError:  # its tables are just being made
            return []


def is_at_work(process: psutil.Process) -> bool:
    """Whether it runs; a zombie only waits for somebody to read its exit code."""
    try:
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]
)
def test_a_signal_keeps_what_is_done(
    start: Start, people: Path, tmp_path: Path, number: signal.Signals, code: int
) -> None:
    home = tmp_path / "home"
    process = start("run", people, SLOW, "--home", home, "--workers", 1, "--format", "json")
    wait_for(lambda: judged(home))
    workers = psutil.Process(process.pid).children(recursive=True)
    assert workers
    process.send_signal(number)
    out, err = process.communicate(timeout=30)
    assert process.returncode == code
    assert out == ""
    assert err.strip() == "Stopped: what is done is kept, and the same command goes on from here."
    wait_for(lambda: not any(is_at_work(one) for one in workers), 10)

    again = start("run", people, "--home", home, "--format", "text")
    out, _ = again.communicate(timeout=60)
    assert again.returncode == 0
    assert "0 clips analyzed, 1 known already" in out


@pytest.mark.parametrize("words", [["events", "list"], ["doctor"]])
def test_a_closed_pipe_is_no_news(full_home: Path, words: list[str]) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-m", "quietwatch", *words, "--home", str(full_home)]
    done = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE, check=False)
    os.close(writer)
    assert done.stderr == b""
    assert done.returncode == 1


def test_progress_is_for_terminals(people: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "quietwatch", "run", str(people), "--format", "json"]
    master, slave = pty.openpty()
    env = {**os.environ, "TERM": "xterm", "COLUMNS": "100"}
    process = subprocess.Popen(
        [*command, "--home", str(tmp_path / "a")], stderr=slave, stdout=subprocess.PIPE, env=env
    )
    os.close(slave)
    shown = b""
    while True:
        try:
            shown += os.read(master, 4096)
        except OSError:  # the other end is closed
            break
    out, _ = process.communicate(timeout=60)
    os.close(master)
    assert process.returncode == 0
    assert out.startswith(b'{\n "schema": 1')
    assert b"of 1 clip" in shown
    assert b"x real time" in shown

    quiet = subprocess.run(
        [*command, "--home", str(tmp_path / "b")], capture_output=True, check=True
    )
    assert quiet.stderr == b""
    assert quiet.stdout == out


def test_a_terminal_of_few_letters(full_home: Path) -> None:
    env = {**os.environ, "PYTHONIOENCODING": "ascii"}
    command = [sys.executable, "-m", "quietwatch", "events", "list", "--home", str(full_home)]
    done = subprocess.run(command, capture_output=True, check=True, env=env)
    done.stdout.decode("ascii")
    assert done.stderr == b""
