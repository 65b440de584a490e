"""Workers die in every way and at every moment; each task still has exactly one outcome."""

import importlib
import os
import random
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import psutil
import pytest

from quietwatch.config import RunSettings
from quietwatch.errors import (
    DecoderCrashed,
    DecoderStalled,
    InputError,
    MemoryExceeded,
    UnreadableVideo,
    WorkerFailed,
)
from quietwatch.pipeline.runners.base import Outcome, Task, WorkFactory
from quietwatch.pipeline.runners.local import LocalRunner


@pytest.fixture
def works(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(Path(__file__).parents[3] / "toys")
    return importlib.import_module("runner_works")


@pytest.fixture(autouse=True)
def _nobody_is_left() -> Iterator[None]:
    yield
    assert workers() == []


def workers() -> list[psutil.Process]:
    """Our worker processes; the resource tracker of multiprocessing is none."""
    return [
        child
        for child in psutil.Process().children(recursive=True)
        if child.status() != psutil.STATUS_ZOMBIE and "--multiprocessing-fork" in child.cmdline()
    ]


def run(
    factory: WorkFactory, tasks: list[tuple[object, ...]], settings: RunSettings
) -> list[Outcome]:
    """Outcomes in the order of the tasks; fails when one is missing or doubled."""
    made = [Task(str(n), payload) for n, payload in enumerate(tasks)]
    outcomes = list(LocalRunner(factory, settings).run(made, silent))
    outcomes.sort(key=lambda outcome: int(outcome.task.key))
    assert [outcome.task for outcome in outcomes] == made
    return outcomes


def silent(key: str, done: float, total: float | None) -> None:
    del key, done, total


def error_of(outcome: Outcome, kind: type[InputError]) -> str:
    assert isinstance(outcome.error, kind)
    return outcome.error.detail


def settings(**values: float) -> RunSettings:
    return RunSettings.model_validate({"workers": 2, **values})


def test_one_worker_a_core_unless_told(works: ModuleType, tmp_path: Path) -> None:
    cores = len(os.sched_getaffinity(0))
    outcomes = run(works.make, [("sign", str(tmp_path))] * (4 * cores), RunSettings())

    assert all(outcome.error is None for outcome in outcomes)
    assert 1 <= len(list(tmp_path.iterdir())) <= cores


def test_no_more_workers_than_tasks(works: ModuleType) -> None:
    running = LocalRunner(works.make, settings(workers=8)).run([Task("t", ("tick",))], silent)

    next(running)

    assert len(workers()) == 1
    running.close()


@pytest.mark.parametrize(
    ("payload", "how"),
    [
        (("segfault",), "SIGSEGV"),
        (("die", signal.SIGKILL), "SIGKILL"),
        (("die", signal.SIGTERM), "SIGTERM"),
        (("die", signal.SIGABRT), "SIGABRT"),
        (("exit", 3), "exit code 3"),
    ],
)
def test_a_death_costs_one_clip(works: ModuleType, payload: tuple[object, ...], how: str) -> None:
    outcomes = run(works.make, [("tick",), payload, ("tick",)], settings(tries=2))

    assert how in error_of(outcomes[1], DecoderCrashed)
    assert "2 tries" in error_of(outcomes[1], DecoderCrashed)
    assert (outcomes[0].error, outcomes[2].error) == (None, None)


def test_a_task_is_tried_again(works: ModuleType, tmp_path: Path) -> None:
    outcomes = run(works.make, [("die-first", str(tmp_path))], settings())

    assert outcomes[0].error is None
    assert (tmp_path / "here").exists()


@pytest.mark.parametrize("delay", [0.0, 0.0003, 0.001, 0.05])
def test_killed_around_the_handing_over(works: ModuleType, delay: float) -> None:
    outcomes = run(works.make, [("die-after", delay)] * 4, settings(tries=3))

    for outcome in outcomes:  # done and then dead, or dead each time: either is one outcome
        assert outcome.error is None or isinstance(outcome.error, DecoderCrashed)


def test_killed_idle(works: ModuleType) -> None:
    def tasks() -> Iterator[Task]:
        yield Task("0", ("tick",))
        yield Task("1", ("tick",))
        while not outcomes:  # the workers have nothing to do while we think about the next task
            time.sleep(0.01)
        for process in workers():
            process.kill()
            process.wait()
        yield Task("2", ("tick",))
        yield Task("3", ("tick",))

    outcomes: list[Outcome] = []
    for outcome in LocalRunner(works.make, settings()).run(tasks(), silent):
        outcomes.append(outcome)  # noqa: PERF402 - the tasks look at it meanwhile

    assert sorted(outcome.task.key for outcome in outcomes) == ["0", "1", "2", "3"]
    assert all(outcome.error is None for outcome in outcomes)


def test_killed_busy_and_all_at_once(works: ModuleType) -> None:
    killed: list[psutil.Process] = []

    def progress(key: str, done: float, total: float | None) -> None:
        del key, total
        if done > 0.1 and not killed:
            killed.extend(workers())
            for process in killed:
                process.kill()

    tasks = [Task(str(n), ("sleep", 0.3)) for n in range(6)]
    outcomes = list(LocalRunner(works.make, settings(workers=3)).run(tasks, progress))

    assert len(killed) == 3
    assert sorted(outcome.task.key for outcome in outcomes) == [str(n) for n in range(6)]
    assert all(outcome.error is None for outcome in outcomes)


def test_killed_at_random(works: ModuleType) -> None:
    dice = random.Random(20261123)
    over = threading.Event()

    def killer() -> None:
        while len(killed) < 12 and not over.wait(dice.uniform(0.05, 0.4)):
            for process in workers():
                if dice.random() < 0.4:
                    process.kill()
                    killed.append(process.pid)

    killed: list[int] = []
    thread = threading.Thread(target=killer)
    thread.start()
    try:
        payloads = [("sleep", n % 5 / 20) for n in range(40)]
        outcomes = run(works.make, [*payloads], settings(workers=3, tries=10))
    finally:
        over.set()
        thread.join()

    assert all(outcome.error is None for outcome in outcomes)
    assert len(killed) > 3


def test_a_loop_without_progress_is_stalled(works: ModuleType) -> None:
    began = time.monotonic()
    outcomes = run(works.make, [("spin",), ("tick",)], settings(stall_s=0.7))

    assert "run.stall_s" in error_of(outcomes[0], DecoderStalled)
    assert outcomes[1].error is None
    assert time.monotonic() - began < 5


def test_a_loop_with_progress_has_a_bound_too(works: ModuleType) -> None:
    outcomes = run(works.make, [("crawl",), ("tick",)], settings(clip_s=1, stall_s=0.5))

    assert "run.clip_s" in error_of(outcomes[0], DecoderStalled)
    assert outcomes[1].error is None


def test_progress_keeps_a_slow_clip_alive(works: ModuleType) -> None:
    assert run(works.make, [("sleep", 1.5)], settings(stall_s=0.5))[0].error is None


@pytest.mark.parametrize("payload", [("bomb",), ("child-bomb",)])
def test_a_memory_bomb_costs_one_clip(works: ModuleType, payload: tuple[object, ...]) -> None:
    outcomes = run(works.make, [payload, ("tick",)], settings(memory_mb=256))

    assert "256 MiB" in error_of(outcomes[0], MemoryExceeded)
    assert outcomes[1].error is None


def test_bounds_hold_while_the_caller_is_busy(works: ModuleType) -> None:
    def tasks() -> Iterator[Task]:
        yield Task("0", ("bomb",))
        time.sleep(0.2)
        began = time.monotonic()
        while not workers() and time.monotonic() < began + 5:
            time.sleep(0.01)
        while workers() and time.monotonic() < began + 5:  # nobody asks the runner meanwhile
            time.sleep(0.01)
        gone.append(not workers())
        yield Task("1", ("tick",))

    gone: list[bool] = []
    outcomes = list(LocalRunner(works.make, settings(memory_mb=256)).run(tasks(), silent))

    assert gone == [True]
    assert {type(outcome.error) for outcome in outcomes} == {MemoryExceeded, type(None)}


def test_what_earlier_tasks_left_in_memory_is_not_held_against_the_next(works: ModuleType) -> None:
    tasks = [("take", 60)] * 5

    outcomes = run(works.factory("hoard"), [*tasks], settings(workers=1, memory_mb=256))

    assert [outcome.error for outcome in outcomes] == [None] * 5


def test_memory_that_the_machine_refuses(works: ModuleType) -> None:
    error_of(run(works.make, [("raise", MemoryError, "")], settings())[0], MemoryExceeded)


def test_a_bug_ends_the_run_with_its_traceback(works: ModuleType) -> None:
    bug = ("raise", ZeroDivisionError, "a bug in the work")
    with pytest.raises(WorkerFailed, match=r"(?s)Traceback.*a bug in the work"):
        run(works.make, [("sleep", 30), bug], settings())


@pytest.mark.parametrize(
    ("what", "sentence"),
    [
        ("die", "ended with exit code 7 before they were ready"),
        ("bug", r"(?s)Traceback.*a bug in the factory"),
        ("input-error", "can't start: no input can be to blame here"),
    ],
)
def test_a_factory_that_fails_ends_the_run(works: ModuleType, what: str, sentence: str) -> None:
    with pytest.raises(WorkerFailed, match=sentence):
        run(works.factory(what), [("tick",)], settings())


def test_a_factory_that_is_not_there_ends_the_run(tmp_path: Path) -> None:
    gone = tmp_path / "gone_work.py"
    gone.write_text("def make():\n    return print\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(tmp_path)
        factory = importlib.import_module("gone_work").make
        gone.unlink()

    with pytest.raises(WorkerFailed, match="gone_work"):
        run(factory, [("tick",)], settings())


def test_a_start_that_fails_once_does_not_matter(works: ModuleType, tmp_path: Path) -> None:
    assert run(works.factory("die-first", str(tmp_path)), [("tick",)], settings())[0].error is None


def test_closing_the_iterator_ends_the_work_at_once(works: ModuleType) -> None:
    tasks = [Task("0", ("tick",)), Task("1", ("sleep", 60)), Task("2", ("spin",))]
    running = LocalRunner(works.make, settings(workers=3)).run(tasks, silent)
    assert next(running).error is None

    began = time.monotonic()
    running.close()

    assert workers() == []
    assert time.monotonic() - began < 2


def test_an_interrupt_in_the_caller_ends_the_work_at_once(works: ModuleType) -> None:
    def progress(key: str, done: float, total: float | None) -> None:
        del key, done, total
        raise KeyboardInterrupt

    tasks = [Task(str(n), ("sleep", 60)) for n in range(2)]
    with pytest.raises(KeyboardInterrupt):
        list(LocalRunner(works.make, settings()).run(tasks, progress))

    assert workers() == []


def test_standard_output_is_not_the_workers(
    works: ModuleType, capfd: pytest.CaptureFixture[str]
) -> None:
    run(works.make, [("print", "a library talks")], settings())

    captured = capfd.readouterr()
    assert captured.out == ""
    assert "a library talks" in captured.err


def test_errors_keep_their_sentence_over_the_pipe(works: ModuleType) -> None:
    assert (
        error_of(
            run(works.make, [("raise", UnreadableVideo, "no frame")], settings())[0],
            UnreadableVideo,
        )
        == "no frame"
    )


def test_no_file_stays_open(works: ModuleType) -> None:
    run(works.make, [("tick",)], settings())
    before = psutil.Process().num_fds()

    run(works.make, [("die", signal.SIGKILL), ("tick",), ("tick",)], settings())

    assert psutil.Process().num_fds() == before
