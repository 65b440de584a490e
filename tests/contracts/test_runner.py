"""What every runner does: a new one adds a line to RUNNERS."""

import importlib
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest

from quietwatch.config import RunSettings
from quietwatch.errors import ModelDamaged, ModelUnsupported, StorageFull, UnreadableVideo
from quietwatch.pipeline.runners.base import Runner, Task, WorkFactory
from quietwatch.pipeline.runners.inline import InlineRunner
from quietwatch.pipeline.runners.local import LocalRunner

RUNNERS: dict[str, Callable[[WorkFactory], Runner]] = {
    "inline": InlineRunner,
    "local-1": lambda factory: LocalRunner(factory, RunSettings(workers=1)),
    "local-2": lambda factory: LocalRunner(factory, RunSettings(workers=2)),
}


@pytest.fixture
def works(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(Path(__file__).parents[1] / "toys")
    return importlib.import_module("runner_works")


@pytest.fixture(params=RUNNERS)
def make_runner(request: pytest.FixtureRequest) -> Callable[[WorkFactory], Runner]:
    return RUNNERS[request.param]


def silent(key: str, done: float, total: float | None) -> None:
    del key, done, total


def test_each_task_has_exactly_one_outcome(
    make_runner: Callable[[WorkFactory], Runner], works: ModuleType, tmp_path: Path
) -> None:
    tasks = [Task(f"t{n}", ("mark", str(tmp_path / f"t{n}"))) for n in range(12)]

    outcomes = list(make_runner(works.make).run(tasks, silent))

    assert sorted(outcome.task.key for outcome in outcomes) == sorted(task.key for task in tasks)
    assert all(outcome.error is None for outcome in outcomes)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(task.key for task in tasks)


def test_no_task_makes_no_work(
    make_runner: Callable[[WorkFactory], Runner], works: ModuleType
) -> None:
    assert list(make_runner(works.factory("setup-error")).run([], silent)) == []


def test_an_input_error_is_the_outcome_of_its_task_alone(
    make_runner: Callable[[WorkFactory], Runner], works: ModuleType
) -> None:
    tasks = [
        Task("good", ("tick",)),
        Task("bad", ("raise", UnreadableVideo, "no frame")),
        Task("fine", ("tick",)),
    ]

    outcomes = {outcome.task.key: outcome for outcome in make_runner(works.make).run(tasks, silent)}

    assert outcomes["good"].error is None
    assert outcomes["fine"].error is None
    error = outcomes["bad"].error
    assert isinstance(error, UnreadableVideo)
    assert error.detail == "no frame"


@pytest.mark.parametrize("error", [StorageFull, ModelUnsupported])
def test_any_other_error_of_ours_ends_the_run_as_itself(
    make_runner: Callable[[WorkFactory], Runner],
    works: ModuleType,
    error: type[Exception],
) -> None:
    bad = ("raise", error, "what to do")
    tasks = (Task(f"t{n}", bad if n == 2 else ("tick",)) for n in range(1000))

    with pytest.raises(error, match="what to do"):
        list(make_runner(works.make).run(tasks, silent))

    assert next(tasks).payload  # it did not go on


def test_a_setup_error_of_the_factory_ends_the_run_as_itself(
    make_runner: Callable[[WorkFactory], Runner], works: ModuleType
) -> None:
    with pytest.raises(ModelDamaged, match="the model is damaged"):
        list(make_runner(works.factory("setup-error")).run([Task("t", ("tick",))], silent))


def test_progress_names_its_task(
    make_runner: Callable[[WorkFactory], Runner], works: ModuleType
) -> None:
    told: list[tuple[str, float, float | None]] = []

    def progress(key: str, done: float, total: float | None) -> None:
        told.append((key, done, total))

    list(make_runner(works.make).run([Task("a", ("tick",)), Task("b", ("tick",))], progress))

    assert sorted(told) == [("a", 0.5, 1.0), ("b", 0.5, 1.0)]


def test_tasks_are_taken_only_as_there_is_room(
    make_runner: Callable[[WorkFactory], Runner], works: ModuleType
) -> None:
    taken = 0

    def tasks() -> Iterator[Task]:
        nonlocal taken
        for n in range(10):
            taken += 1
            yield Task(f"t{n}", ("tick",))

    for had, _ in enumerate(make_runner(works.make).run(tasks(), silent), start=1):
        assert taken <= had + 2  # of at most two workers


def test_an_error_of_the_tasks_comes_through(
    make_runner: Callable[[WorkFactory], Runner], works: ModuleType
) -> None:
    def tasks() -> Iterator[Task]:
        yield Task("t", ("tick",))
        raise StorageFull("no room to spool the next clip")

    with pytest.raises(StorageFull, match="spool"):
        list(make_runner(works.make).run(tasks(), silent))


def test_what_the_work_gave_comes_with_the_outcome(
    make_runner: Callable[[WorkFactory], Runner], works: ModuleType
) -> None:
    [outcome] = make_runner(works.make).run([Task("t", ("give", "a word"))], silent)
    assert (outcome.made, outcome.error) == ("a word", None)


def test_a_task_may_wait_for_an_outcome(
    make_runner: Callable[[WorkFactory], Runner], works: ModuleType
) -> None:
    done: list[str] = []

    def tasks() -> Iterator[Task | None]:
        yield Task("first", ("tick",))
        while "first" not in done:
            yield None
        yield Task("second", ("tick",))

    for outcome in make_runner(works.make).run(tasks(), silent):
        done.append(outcome.task.key)  # noqa: PERF401 - the tasks look at it meanwhile
    assert done == ["first", "second"]


def test_nothing_may_wait_for_nothing(
    make_runner: Callable[[WorkFactory], Runner], works: ModuleType
) -> None:
    with pytest.raises(ValueError, match="nothing is under way"):
        list(make_runner(works.make).run([None], silent))
