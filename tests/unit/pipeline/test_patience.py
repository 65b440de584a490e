import os
import time
from collections.abc import Callable, Iterator

import pytest

from quietwatch.errors import EmptyFile, NotReadable
from quietwatch.pipeline.patience import answered


@pytest.fixture
def silent() -> Iterator[int]:
    """A pipe from which nothing comes: whoever reads it waits in the kernel."""
    reading, writing = os.pipe()
    yield reading
    os.close(writing)  # lets the reader go
    time.sleep(0.05)
    os.close(reading)


def test_an_answer_and_an_error_come_through() -> None:
    def empty(_: object) -> None:
        raise EmptyFile("no bytes")

    assert answered(lambda _: 7, 9) == 7
    with pytest.raises(EmptyFile, match="no bytes"):
        answered(empty, 9)


def test_a_call_that_hangs_is_given_up(silent: int) -> None:
    began = time.monotonic()
    with pytest.raises(NotReadable, match=r"within 0\.2 s \(run\.stall_s\)"):
        answered(lambda _: os.read(silent, 1), 0.2)
    assert 0.2 <= time.monotonic() - began < 5


def test_one_that_hangs_after_some_steps_is_given_up(silent: int) -> None:
    def half(step: Callable[[], None]) -> None:
        step()
        os.read(silent, 1)

    with pytest.raises(NotReadable):
        answered(half, 0.2)


def test_one_that_is_slow_and_alive_is_waited_for() -> None:
    def slow(step: Callable[[], None]) -> str:
        for _ in range(10):
            time.sleep(0.1)
            step()
        return "done"

    assert answered(slow, 0.7) == "done"
