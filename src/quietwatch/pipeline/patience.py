"""A call that the system may never answer, such as a read from a dead network share, given up."""

import threading
from collections.abc import Callable
from concurrent.futures import Future, wait
from time import monotonic
from typing import TypeVar

from quietwatch.errors import NotReadable

T = TypeVar("T")


def answered(call: Callable[[Callable[[], None]], T], stall_s: float) -> T:
    """What a call gives, if it keeps showing that it is alive; it raises here what it raises.

    The call has a thread of its own, since nothing ends a system call that hangs. One that is given
    up keeps its thread, which ends with the process at the latest.

    Args:
        call: gets a function to call after each step.
        stall_s: longest time between two steps, seconds.

    Raises:
        NotReadable: a step took longer.
    """
    last = monotonic()
    answer: Future[T] = Future()

    def step() -> None:
        nonlocal last
        last = monotonic()

    def run() -> None:
        try:
            answer.set_result(call(step))
        except BaseException as error:  # noqa: BLE001 - not lost: raised in the caller's thread
            answer.set_exception(error)

    threading.Thread(target=run, name="patience", daemon=True).start()
    while not answer.done():
        left = last + stall_s - monotonic()
        if left <= 0:
            raise NotReadable(
                f"nothing of it came within {stall_s:g} s (run.stall_s); see to the disk or the "
                "network share that it lies on, and run again"
            )
        wait([answer], left)
    return answer.result()
