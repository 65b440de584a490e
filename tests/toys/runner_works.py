"""Works for the tests of the runners: a payload names one of `DEEDS` and its arguments.

The tests put this folder on sys.path, which worker processes take over, so that they can import it.
"""

import ctypes
import functools
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

from quietwatch.errors import ModelDamaged, UnreadableVideo
from quietwatch.pipeline.runners.base import Tick, Work, WorkFactory


def make() -> Work:
    """The factory that works."""
    return _work


def factory(what: str, folder: str = "") -> WorkFactory:
    """A factory that does something before it makes the work, or instead."""
    return functools.partial(_make, what, folder)


def _make(what: str, folder: str) -> Work:
    match what:
        case "setup-error":
            raise ModelDamaged("the model is damaged")
        case "input-error":
            raise UnreadableVideo("no input can be to blame here")
        case "bug":
            raise ZeroDivisionError("a bug in the factory")
        case "die":
            os._exit(7)
        case "die-first":
            if _first(folder):
                os._exit(7)
        case "hoard":
            return _hoarding_work([])
    return _work


def _hoarding_work(hoard: list[bytearray]) -> Work:
    def work(payload: object, tick: Tick) -> None:
        del tick
        assert isinstance(payload, tuple)
        hoard.append(_take_mib(payload[1]))

    return work


def _work(payload: object, tick: Tick) -> object:
    assert isinstance(payload, tuple)
    what, *rest = payload
    return DEEDS[what](tick, *rest)


def _tick(tick: Tick) -> None:
    tick(0.5, 1.0)


def _sleep(tick: Tick, seconds: float) -> None:
    """With progress."""
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        tick(seconds - left, seconds)
        time.sleep(min(left, 0.05))


def _mark(tick: Tick, file: str, *then: object) -> None:
    """Show that it is at work, then do something else, if anything."""
    Path(file).touch()
    if then:
        _work(then, tick)


def _sign(_: Tick, folder: str) -> None:
    """Leave a file named after the process."""
    (Path(folder) / str(os.getpid())).touch()


def _raise(_: Tick, error: type[Exception], sentence: str) -> None:
    raise error(sentence)


def _die(_: Tick, number: int) -> None:
    os.kill(os.getpid(), number)


def _die_first(tick: Tick, folder: str) -> None:
    if _first(folder):
        _die(tick, signal.SIGKILL)


def _die_after(_: Tick, seconds: float) -> None:
    """Die when it has been told that this is done, or nearly."""
    threading.Timer(seconds, os.kill, (os.getpid(), signal.SIGKILL)).start()


def _spin(_: Tick) -> None:
    """Never end, and give no other thread of the process a turn."""
    sys.setswitchinterval(1e6)
    while True:
        pass


def _bomb(tick: Tick) -> None:
    hoard = []
    while True:
        hoard.append(_take_mib(16))
        tick(0, None)


def _child_bomb(_: Tick) -> None:
    code = "b = bytearray(b'x') * (300 << 20); import time; time.sleep(99)"
    subprocess.run([sys.executable, "-c", code], check=True)


DEEDS: dict[str, Callable[..., object]] = {
    "tick": _tick,
    "give": lambda _, word: word,
    "sign": _sign,
    "sleep": _sleep,
    "mark": _mark,
    "raise": _raise,
    "print": lambda _, words: print(words),  # noqa: T201
    "die": _die,
    "die-first": _die_first,
    "die-after": _die_after,
    "exit": lambda _, code: os._exit(code),
    "segfault": lambda _: ctypes.string_at(0),
    "spin": _spin,
    "crawl": lambda tick: _sleep(tick, 1e9),
    "bomb": _bomb,
    "child-bomb": _child_bomb,
}


def _first(folder: str) -> bool:
    """Whether nobody was here before."""
    try:
        (Path(folder) / "here").touch(exist_ok=False)
    except FileExistsError:
        return False
    return True


def _take_mib(count: int) -> bytearray:
    return bytearray(b"x") * (count << 20)
