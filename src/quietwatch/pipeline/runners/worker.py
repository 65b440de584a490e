"""The worker's side: one process that makes the work once and does payload after payload.

It speaks over one pipe. Down come the pickled payloads, one at a time; up go the reports below. It
ends when the pipe does, and never outlives the process that started it.
"""

import ctypes
import os
import pickle
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing import connection, parent_process
from multiprocessing.connection import Connection
from typing import TypeVar, cast

from quietwatch.errors import MemoryExceeded, QuietwatchError
from quietwatch.pipeline.runners.base import Work, WorkFactory

TICK_S = 0.1
"""Progress is passed on no more often than this, seconds: the work may tick at every frame."""

_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True, slots=True)
class Ready:
    """The work is made; payloads may come."""


@dataclass(frozen=True, slots=True)
class Moved:
    """The work has ticked: seconds of media done, seconds in all or None."""

    done: float
    total: float | None


@dataclass(frozen=True, slots=True)
class Done:
    """The payload is done, and what the work gave for it."""

    made: object


@dataclass(frozen=True, slots=True)
class Failed:
    """The work, or the factory, raised one of our own errors."""

    error: QuietwatchError


@dataclass(frozen=True, slots=True)
class Broken:
    """The work, or the factory, has a bug: its traceback as text."""

    trace: str


_Made = TypeVar("_Made")

Report = Ready | Moved | Done | Failed | Broken


def main(pipe: Connection, supervisor: int, factory: bytes) -> None:
    """Serve until the pipe ends.

    Args:
        pipe: to the supervisor.
        supervisor: its process id.
        factory: pickled `WorkFactory`.
    """
    os.setsid()  # Ctrl-C on the terminal is for the supervisor, which decides
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.dup2(2, 1)  # standard output belongs to the results of the program
    _die_with(supervisor)
    try:
        _serve(pipe, factory)
    except (EOFError, OSError):  # of the pipe: what the work raises does not get here
        os._exit(1)


def _serve(pipe: Connection, factory: bytes) -> None:
    made = _attempt(lambda: _make(factory))
    if isinstance(made, Failed | Broken):
        pipe.send(made)
        return
    pipe.send(Ready())
    while True:
        _do(made, pipe.recv_bytes(), pipe)


def _make(factory: bytes) -> Work:
    return cast("WorkFactory", pickle.loads(factory))()  # noqa: S301 - from the supervisor


def _do(work: Work, payload: bytes, pipe: Connection) -> None:
    next_tick = 0.0

    def tick(done: float, total: float | None) -> None:
        nonlocal next_tick
        now = time.monotonic()
        if now < next_tick:
            return
        next_tick = now + TICK_S
        try:
            pipe.send(Moved(done, total))
        except OSError:  # nobody listens any more; the work must not get to handle that
            os._exit(1)

    made = _attempt(lambda: work(pickle.loads(payload), tick))  # noqa: S301 - as above
    pipe.send(made if isinstance(made, Failed | Broken) else Done(made))


def _attempt(call: Callable[[], _Made]) -> _Made | Failed | Broken:
    try:
        return call()
    except QuietwatchError as error:
        return Failed(error)
    except MemoryError:
        return Failed(MemoryExceeded("it asks for more memory than the machine can give"))
    except Exception:  # noqa: BLE001 - whatever the bug is, it ends the run with its traceback
        return Broken(traceback.format_exc())


def _die_with(supervisor: int) -> None:
    """See to it that this process ends when the supervisor does, however busy it is."""
    if sys.platform == "linux":  # by the kernel: works also inside a loop that holds the GIL
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != supervisor:  # it went before the kernel was told
        os._exit(1)
    threading.Thread(target=_watch_parent, daemon=True).start()


def _watch_parent() -> None:
    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)
