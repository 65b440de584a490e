import importlib
from pathlib import Path
from types import ModuleType

import pytest

from quietwatch.pipeline.runners.base import Task
from quietwatch.pipeline.runners.inline import InlineRunner


@pytest.fixture
def works(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(Path(__file__).parents[3] / "toys")
    return importlib.import_module("runner_works")


def test_a_bug_comes_out_as_itself(works: ModuleType) -> None:
    runner = InlineRunner(works.make)

    with pytest.raises(ZeroDivisionError, match="a bug in the work"):
        list(
            runner.run(
                [Task("t", ("raise", ZeroDivisionError, "a bug in the work"))], lambda *_: None
            )
        )


def test_outcomes_come_in_the_order_of_the_tasks(works: ModuleType) -> None:
    tasks = [Task(f"t{n}", ("tick",)) for n in range(5)]

    outcomes = list(InlineRunner(works.make).run(iter(tasks), lambda *_: None))

    assert [outcome.task for outcome in outcomes] == tasks
