"""The real work of the engine, but for clips that kill the worker that decodes them.

The tests put this folder on sys.path, which worker processes take over, so that they can import it.
"""

import ctypes
import functools
import os
import signal
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from quietwatch.pipeline.runners.base import Tick, Work, WorkFactory
from quietwatch.pipeline.work import Look, Workplace, make_work

SECONDS = 0.3
"""How far into the clip a deed is done: its analysis is half written then."""


def factory(place: Workplace, marks: Path, deeds: Mapping[str, str]) -> WorkFactory:
    """Work that does a deed of `DEEDS` in the middle of each clip named (by its SHA-256).

    Args:
        place: where the honest work is done.
        marks: folder for what is remembered from one worker to the next.
        deeds: by clip.
    """
    return functools.partial(_make, place, marks, dict(deeds))


def _make(place: Workplace, marks: Path, deeds: Mapping[str, str]) -> Work:
    honest = make_work(place)

    def work(payload: object, tick: Tick) -> object:
        deed = deeds.get(payload.footage) if isinstance(payload, Look) else None
        if deed is None:
            return honest(payload, tick)

        def deadly(done: float, total: float | None) -> None:
            tick(done, total)
            if done >= SECONDS:
                DEEDS[deed](marks, tick)

        return honest(payload, deadly)

    return work


def _segfault(_: Path, __: Tick) -> None:
    ctypes.string_at(0)


def _die_once(marks: Path, _: Tick) -> None:
    """As if the system were short of memory for a moment."""
    try:
        (marks / "died").touch(exist_ok=False)
    except FileExistsError:
        return
    os.kill(os.getpid(), signal.SIGKILL)


def _spin(_: Path, __: Tick) -> None:
    """Never end, and give no other thread of the process a turn."""
    sys.setswitchinterval(1e6)
    while True:
        pass


def _bomb(_: Path, tick: Tick) -> None:
    """Take ever more memory, and go on all the while."""
    hoard = []
    while True:
        tick(SECONDS, None)
        hoard.append(bytearray(b"x") * (32 << 20))


DEEDS: dict[str, Callable[[Path, Tick], None]] = {
    "segfault": _segfault,
    "die-once": _die_once,
    "spin": _spin,
    "bomb": _bomb,
}
