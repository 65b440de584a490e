"""The engine: footage that arrives is committed, what is new of it is analyzed and judged.

One pass: arrivals are probed and put into the repo `footage`; changed inputs tell which clips are
concerned; what has no result yet becomes tasks of the runner; results are committed in batches. A
pass that is killed leaves whole batches, and the next one goes on from there.
"""

import time
from collections.abc import Callable, Generator, Iterable
from contextlib import closing
from functools import partial

from quietwatch.config import Settings
from quietwatch.model import Arrival, Failure
from quietwatch.pipeline.compact import compact
from quietwatch.pipeline.memory.recall import Days
from quietwatch.pipeline.onepass import Pass
from quietwatch.pipeline.runners.base import Progress, Runner, Task
from quietwatch.pipeline.runners.inline import InlineRunner
from quietwatch.pipeline.runners.local import LocalRunner
from quietwatch.pipeline.runresult import Processed, Round, RunResult
from quietwatch.pipeline.work import Workplace, make_work
from quietwatch.store.place import Place

_COMPACT_S = 900.0
"""While it keeps up, events are written to their repo no more often than this, seconds."""


def run(
    arrivals: Iterable[Arrival | Failure],
    place: Place,
    settings: Settings,
    runner: Runner,
    progress: Progress,
) -> RunResult:
    """Bring in what has arrived, and the results of these clips up to date.

    Raises:
        StorageError, SetupError, ConfigError: the run can't go on; what is done is kept.
    """
    with place.exclusive():
        this = Pass(place, settings, author="run")
        this.drive(runner, progress, arrivals)
        compact(place, settings.source.tenant)
        return this.result()


def process(place: Place, settings: Settings, runner: Runner, progress: Progress) -> Processed:
    """Bring all results of the tenant up to date.

    Raises:
        StorageError, SetupError, ConfigError: see `run`.
    """
    with place.exclusive():
        this = Pass(place, settings, author="process")
        this.drive(runner, progress, None)
        compact(place, settings.source.tenant)
        return Processed(this.job, this.waiting)


def watch(
    rounds: Iterable[Iterable[Arrival | Failure]],
    place: Place,
    settings: Settings,
    runner: Runner,
    progress: Progress,
    told: Callable[[Round], None],
) -> None:
    """Keep up: bring in what arrives, round after round, and everything up to date each time.

    Workers live from the first round to the last; what the repos say holds from the next round on.

    Args:
        rounds: what has arrived since the round before; may take its time, and may be empty.
        place: the store.
        settings: of this machine.
        runner: does the tasks.
        progress: told of tasks under way.
        told: what each round did.

    Raises:
        StorageError, SetupError, ConfigError: see `run`.
    """
    passes: list[Pass] = []
    days = Days()

    def moved(key: str, done: float, total: float | None) -> None:
        passes[0].keeping(progress)(key, done, total)

    def tasks() -> Generator[Task | None, None, None]:
        compacted = -_COMPACT_S
        for arrivals in rounds:
            this = Pass(place, settings, "watch", days)
            passes[:] = [this]
            yield from this.tasks(arrivals, everything=True)
            this.set_aside()
            if time.monotonic() - compacted > _COMPACT_S:
                compact(place, settings.source.tenant)
                compacted = time.monotonic()
            told(this.round())

    with place.exclusive():
        with closing(tasks()) as wanted, closing(runner.run(wanted, moved)) as outcomes:
            for outcome in outcomes:
                passes[0].settle(outcome)
        compact(place, settings.source.tenant)


def runner_for(settings: Settings, place: Place) -> Runner:
    """Supervised worker processes that each load the model once.

    A store in the memory of this process can be read by no other: then all is done here.
    """
    vision = settings.vision
    workplace = Workplace(place.store_url, place.spool, vision.model, vision.inference_threads)
    factory = partial(make_work, workplace)
    if place.store_url.startswith("memory:"):
        return InlineRunner(factory)
    return LocalRunner(factory, settings.run)
