"""The port of a runner: tasks in, outcomes out; runners differ only in where a task is executed."""

from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass
from typing import Protocol

from quietwatch.errors import QuietwatchError


@dataclass(frozen=True, slots=True)
class Task:
    """A unit of work that can travel: a key and what the work needs to know, never the data.

    Attributes:
        key: unique within a run; names the task in progress and outcome.
        payload: picklable; understood by the work function alone.
        prepares: it only looks what there is to do, as a probe does.
    """

    key: str
    payload: object
    prepares: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a task ended: well, or with an error.

    Attributes:
        task: that ended.
        error: why it failed, None when it went well.
        made: what the work gave: a few words, such as a hash; what is large lies in a file.
    """

    task: Task
    error: QuietwatchError | None = None
    made: object = None


Progress = Callable[[str, float, float | None], None]
"""Told now and then: the task's key, seconds of media done, seconds in all or None."""

Tick = Callable[[float, float | None], None]
"""What the work calls to show that it is alive: seconds of media done, seconds in all or None."""

Work = Callable[[object, Tick], object]
"""Does one payload, writing what is large to a file in one step; gives a few picklable words.

Doing the same payload again must be harmless: a task whose worker died is done again.
"""

WorkFactory = Callable[[], Work]
"""Picklable; called once a worker, so that what is dear (a model) is loaded once."""


class Runner(Protocol):
    """Executes tasks. Adapters: `InlineRunner` (this process), `LocalRunner` (worker processes)."""

    def run(
        self, tasks: Iterable[Task | None], progress: Progress
    ) -> Generator[Outcome, None, None]:
        """Take tasks as there is room for them and give outcomes as they come, in any order.

        None among the tasks says that the next one waits for an outcome: it is asked for again when
        there was one. It may not come when nothing is under way.

        An `InputError` of the work becomes the task's outcome. Closing the iterator, or an error
        thrown into it, ends the work under way and leaves no process behind.

        Raises:
            StorageError, SetupError: as the work raised them; the run ends.
        """
        ...
