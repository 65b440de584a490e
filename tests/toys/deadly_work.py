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
from typing import Any

from quietwatch.config import Settings
from quietwatch.pipeline import engine
from quietwatch.pipeline.runners.base import Tick, Work, WorkFactory

SECONDS = 0.3
"""How far into the clip a deed is done: its analysis is half written then."""


def factory(settings: Settings, home: Path, deeds: Mapping[str, str]) -> WorkFactory:
    """Work that does a deed of `DEEDS` in the middle of each clip named (by its file's name)."""
    return functools.partial(_make, settings, home, dict(deeds))


def _make(settings: Settings, home: Path, deeds: Mapping[str, str]) -> Work:
    honest = engine.make_work(settings, home)

    def work(payload: Any, tick: Tick) -> None:
        name = payload.files[0].name

        def deadly(done: float, total: float | None) -> None:
            tick(done, total)
            if name in deeds and done >= SECONDS:
                DEEDS[deeds[name]](payload.files[0], tick)

        honest(payload, deadly)

    return work


def _segfault(_: Path, __: Tick) -> None:
    ctypes.string_at(0)


def _die_once(clip: Path, _: Tick) -> None:
    """As if the system were short of memory for a moment."""
    try:
        clip.with_suffix(".died").touch(exist_ok=False)
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
