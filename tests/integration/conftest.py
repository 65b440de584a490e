"""The program as a user calls it: processes of their own, real files, nothing left behind."""

import json
import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import psutil
import pytest

from tests.contracts.conftest import database_sqlite

__all__ = ["database_sqlite"]  # a fixture

VTEST = Path(__file__).parents[2] / "samples" / "vtest.mp4"
MTIME = 1_795_464_000
"""Of every clip made here (2026-11-23T20:00:00Z), so that the same clip starts at the same time."""

_MARK = "QUIETWATCH_TEST"
_POWERLESS = ["setpriv", "--inh-caps=-all", "--ambient-caps=-all", "--bounding-set=-all"]


@dataclass(frozen=True, slots=True)
class Done:
    """How a call ended; what it printed, as bytes."""

    code: int
    out: bytes
    err: bytes

    @property
    def json(self) -> Any:
        """The one JSON object on standard output."""
        return json.loads(self.out)

    @property
    def events(self) -> bytes:
        """The events, as they were printed, byte by byte."""
        start, end = self.out.index(b'"events": ['), self.out.index(b'"notes": [')
        return self.out[start:end]


class Program:
    """Calls `quietwatch`, and knows every process that a call has started."""

    def __init__(self, folder: Path) -> None:
        self._mark = uuid.uuid4().hex
        self._env = {name: value for name, value in os.environ.items() if "QUIETWATCH" not in name}
        self._env |= {"HOME": str(folder), _MARK: self._mark}
        self._started: list[subprocess.Popen[bytes]] = []

    def start(
        self,
        *words: object,
        prefix: Sequence[str] = (),
        before: Callable[[], None] | None = None,
    ) -> "subprocess.Popen[bytes]":
        """Start it.

        Args:
            words: of the command line, after `quietwatch`; bytes for names that are no UTF-8.
            prefix: a command that starts the command.
            before: done in the new process before the program is.
        """
        told = [word if isinstance(word, bytes) else str(word) for word in words]
        process = subprocess.Popen(
            [*prefix, sys.executable, "-m", "quietwatch", *told],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
            env=self._env,
            preexec_fn=before,  # noqa: PLW1509 - this process has no other threads that hold locks
        )
        self._started.append(process)
        return process

    def __call__(
        self,
        *words: object,
        prefix: Sequence[str] = (),
        before: Callable[[], None] | None = None,
    ) -> Done:
        """Call it and wait for its end."""
        return self.end(self.start(*words, prefix=prefix, before=before))

    def end(self, process: "subprocess.Popen[bytes]") -> Done:
        """Wait for the end of a call."""
        out, err = process.communicate(timeout=120)
        return Done(process.returncode, out, err)

    def processes(self) -> list[psutil.Process]:
        """Every process alive that a call has started, its workers and theirs, orphans too."""
        return [process for process in psutil.process_iter() if self._is_ours(process)]

    @staticmethod
    def wait_for(holds: Callable[[], object]) -> None:
        """Wait until something holds."""
        end = time.monotonic() + 60
        while not holds():
            assert time.monotonic() < end
            time.sleep(0.01)

    def kill_all(self) -> None:
        """kill -9 of all of them, the first one first."""
        for process in self.processes():
            process.send_signal(signal.SIGKILL)

    def clean_up(self) -> list[psutil.Process]:
        """End what a test that failed has left; gives what no test knows of."""
        for process in self._started:
            if process.poll() is None:
                process.kill()
                process.communicate()
        left = self.processes()
        self.kill_all()
        return left

    def _is_ours(self, process: psutil.Process) -> bool:
        try:
            alive: bool = process.status() != psutil.STATUS_ZOMBIE
            return alive and process.environ().get(_MARK) == self._mark
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            return False


@pytest.fixture(scope="session")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """The program; nothing of it may be left alive when the tests are over."""
    program = Program(tmp_path_factory.mktemp("nobody"))
    yield program
    assert program.clean_up() == []


@pytest.fixture(scope="session")
def ordinary() -> Sequence[str]:
    """Prefix of a command that runs it as an ordinary user.

    Root is stripped of all its powers instead of becoming somebody else, who might not reach the
    interpreter: what the permissions of a file forbid is then forbidden, as it is to all others.
    """
    return [] if os.geteuid() else _POWERLESS


@pytest.fixture(scope="session")
def people() -> Callable[[Path, float, float], Path]:
    """Makes a clip of people who walk: `seconds` of a sample from second `first` on (even)."""

    def cut(path: Path, first: float = 0, seconds: float = 1) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        with av.open(str(VTEST)) as source, av.open(str(path), "w") as out:
            shown = source.streams.video[0]
            stream = out.add_stream_from_template(shown)
            for packet in source.demux(shown):
                if packet.pts is None or packet.dts is None:
                    continue
                offset = round(first / packet.time_base)
                if 0 <= packet.pts - offset < seconds / packet.time_base:
                    packet.pts, packet.dts = packet.pts - offset, packet.dts - offset
                    packet.stream = stream
                    out.mux(packet)
        os.utime(path, (MTIME, MTIME))
        return path

    return cut
