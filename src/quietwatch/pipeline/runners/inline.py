"""The runner that does everything in this process: for tests and for the debugger."""

from collections.abc import Generator, Iterable

from quietwatch.errors import InputError
from quietwatch.pipeline.runners.base import Outcome, Progress, Task, WorkFactory


class InlineRunner:
    """Does one task after the other where it is called; nothing is supervised.

    A bug in the work comes out as the exception that it is.

    Args:
        factory: makes the work, once a run and only if there is a task.
    """

    def __init__(self, factory: WorkFactory) -> None:
        self._factory = factory

    def run(
        self, tasks: Iterable[Task | None], progress: Progress
    ) -> Generator[Outcome, None, None]:
        """See `base.Runner`."""
        work = None
        for task in tasks:
            if task is None:
                raise ValueError("expected: a task; got None, and nothing is under way")
            work = work or self._factory()

            def tick(done: float, total: float | None, key: str = task.key) -> None:
                progress(key, done, total)

            try:
                outcome = Outcome(task, made=work(task.payload, tick))
            except InputError as error:
                outcome = Outcome(task, error=error)
            yield outcome
