"""The runner of one machine: a crew of worker processes, each supervised on its own."""

import os
from collections.abc import Generator, Iterable

from quietwatch.config import RunSettings
from quietwatch.pipeline.runners.base import Outcome, Progress, Task, WorkFactory
from quietwatch.pipeline.runners.crew import Crew, Step

_END = object()


class LocalRunner:
    """Does tasks in worker processes, so that whatever a clip does to a decoder costs one clip.

    A worker that dies is replaced and its task done again, up to `settings.tries` times. One that
    is beyond its bound on memory or time is ended, and so is its task. A bug in the work ends the
    run with a `WorkerFailed` that carries the worker's traceback.

    The next task is asked for only when a worker has nothing to do; workers are started only when
    there are tasks for them. Tasks and progress are handled in the caller's thread.

    Args:
        factory: makes the work, once a worker.
        settings: number of workers and their bounds.
    """

    def __init__(self, factory: WorkFactory, settings: RunSettings) -> None:
        self._factory = factory
        self._settings = settings

    def run(
        self, tasks: Iterable[Task | None], progress: Progress
    ) -> Generator[Outcome, None, None]:
        """See `base.Runner`.

        Raises:
            StorageError, SetupError: as the work or the factory raised them; the run ends.
            WorkerFailed: workers can't be started or die before they are ready, or the work has
                a bug.
        """
        size = self._settings.workers or len(os.sched_getaffinity(0))
        source = iter(tasks)
        under_way = 0
        more, ready = True, True
        crew = Crew(self._factory, self._settings, size)
        try:
            crew.start()
            while more or under_way:
                # What has come out goes first: asking for a task may take long.
                if more and ready and under_way < size and crew.news.empty():
                    task = next(source, _END)
                    if isinstance(task, Task):
                        crew.add(task)
                        under_way += 1
                    elif task is _END:
                        more = False
                    elif under_way:
                        ready = False
                    else:
                        raise ValueError("expected: a task; got None, and nothing is under way")
                    continue
                match crew.news.get():
                    case Outcome() as outcome:
                        under_way -= 1
                        ready = True
                        yield outcome
                    case Step(key, done, total):
                        progress(key, done, total)
                    case error:
                        raise error
        finally:
            crew.stop()
