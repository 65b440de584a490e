"""One worker process as its supervisor sees it: started, fed, heard, measured, ended."""

import os
import pickle
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import get_context

import psutil

from quietwatch.pipeline.runners import worker
from quietwatch.pipeline.runners.base import Task

KIN_S = 1.0
"""How often a worker is searched for child processes of its own, seconds; it is dear."""

END_S = 10.0
"""How long a killed process is waited for, seconds; only a hung disk can hold it longer."""

_SPAWN = get_context("spawn")


@dataclass(slots=True)
class Job:
    """A task in the crew's hands and how many workers died on it."""

    task: Task
    deaths: int = 0


class Member:
    """One worker process, its pipe, and what is known of it.

    Raises:
        OSError: the process can't be started.
    """

    def __init__(self, factory: bytes) -> None:
        self.pipe, theirs = _SPAWN.Pipe()
        with theirs:
            self.process = _SPAWN.Process(
                target=worker.main, args=(theirs, os.getpid(), factory), daemon=True
            )
            try:
                self.process.start()
            except BaseException:
                self.pipe.close()
                raise
        self.ready = False
        self.gone = False
        self.served = 0
        self.job: Job | None = None
        self.since = self.heard = time.monotonic()
        self._kin: list[psutil.Process] = []
        self._kin_until = 0.0

    @property
    def idle(self) -> bool:
        """Whether it waits for a job."""
        return self.ready and self.job is None and not self.gone

    def give(self, job: Job) -> bool:
        """Hand it a job; False when it has died meanwhile."""
        payload = pickle.dumps(job.task.payload)
        try:
            self.pipe.send_bytes(payload)
        except OSError:
            self.gone = True
            return False
        self.job = job
        self.since = self.heard = time.monotonic()
        return True

    def reports(self) -> Iterator[worker.Report]:
        """What it has said since; sets `gone` when it can say no more."""
        try:
            while self.pipe.poll():
                yield self.pipe.recv()
        except (EOFError, OSError):
            self.gone = True
        self.gone = self.gone or not self.process.is_alive()

    def memory(self) -> int:
        """Resident memory of the process and its children, bytes."""
        try:
            own = psutil.Process(self.process.pid)
            if time.monotonic() > self._kin_until:
                self._kin = own.children(recursive=True)
                self._kin_until = time.monotonic() + KIN_S
        except psutil.NoSuchProcess:  # the pipe tells the same in a moment
            return 0
        return sum(_rss(process) for process in (own, *self._kin))

    def end(self) -> str:
        """Kill it and its children at once, and say how it ended."""
        self.pipe.close()
        pid = self.process.pid
        if pid is not None:
            with suppress(ProcessLookupError):  # it leads a group of its own, or did not get there
                os.killpg(pid, signal.SIGKILL)
        self.process.kill()
        self.process.join(END_S)
        code = self.process.exitcode
        if code is None:
            return "could not be ended"
        self.process.close()
        return f"was ended by {_signal_name(-code)}" if code < 0 else f"ended with exit code {code}"


def _rss(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.Error:  # it has ended meanwhile
        return 0


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:  # a real-time signal has no name
        return f"signal {number}"
