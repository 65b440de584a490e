"""The engine: footage that arrives is committed, what is new of it is analyzed and judged.

One pass: arrivals are probed and put into the repo `footage`; changed inputs tell which clips are
concerned; what has no result yet becomes tasks of the runner; results are committed in batches. A
pass that is killed leaves whole batches, and the next one goes on from there.
"""

import time
from collections.abc import Callable, Generator, Iterable
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from functools import partial

from quietwatch.config import Settings
from quietwatch.errors import StorageError
from quietwatch.model import Arrival, Event, Failure, Note, Origin, Repo
from quietwatch.names import clip_hour
from quietwatch.pipeline.adopt import Adopt
from quietwatch.pipeline.advance import PASSING, Advance
from quietwatch.pipeline.batch import Batch
from quietwatch.pipeline.compact import compact
from quietwatch.pipeline.identity import Recipe
from quietwatch.pipeline.ingest import FOOTAGE, Ingest, Named
from quietwatch.pipeline.rejected import keep_rejected
from quietwatch.pipeline.runners.base import Outcome, Progress, Runner, Task
from quietwatch.pipeline.runners.inline import InlineRunner
from quietwatch.pipeline.runners.local import LocalRunner
from quietwatch.pipeline.scope import Heads, Scope, concerned, groups, heads, mark, marked
from quietwatch.pipeline.sync import sync, tuning_of
from quietwatch.pipeline.work import Workplace, make_work
from quietwatch.store.catalog import clips, datums, happenings, jobs
from quietwatch.store.catalog.clips import ClipRecord
from quietwatch.store.place import Place

_COMPACT_S = 900.0
"""While it keeps up, events are written to their repo no more often than this, seconds."""


@dataclass(frozen=True, slots=True)
class RunResult:
    """What one pass did for the sources that were named.

    Attributes:
        clips: clips analyzed in this pass.
        skipped: clips of the named sources that had been analyzed before.
        failed: inputs that could not be used, by source.
        notes: (source, note) for inputs that were odd and analyzed all the same, by source.
        events: all events of the named sources, by camera, start and id.
        records: the clips of the named sources, by camera and start.
    """

    clips: int
    skipped: int
    failed: tuple[Failure, ...]
    notes: tuple[tuple[str, Note], ...]
    events: tuple[Event, ...]
    records: tuple[ClipRecord, ...]


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
        this = _Pass(place, settings, author="run")
        this.drive(runner, progress, arrivals)
        compact(place, settings.source.tenant)
        return this.result()


def process(place: Place, settings: Settings, runner: Runner, progress: Progress) -> int:
    """Bring all results of the tenant up to date; gives how many clips were analyzed.

    Raises:
        StorageError, SetupError, ConfigError: see `run`.
    """
    with place.exclusive():
        this = _Pass(place, settings, author="process")
        this.drive(runner, progress, None)
        compact(place, settings.source.tenant)
        return this.analyzed


def watch(
    rounds: Iterable[Iterable[Arrival | Failure]],
    place: Place,
    settings: Settings,
    runner: Runner,
    progress: Progress,
    told: Callable[[RunResult], None],
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
    passes: list[_Pass] = []

    def moved(key: str, done: float, total: float | None) -> None:
        passes[0].keeping(progress)(key, done, total)

    def tasks() -> Generator[Task | None, None, None]:
        compacted = -_COMPACT_S
        for arrivals in rounds:
            this = _Pass(place, settings, author="watch")
            passes[:] = [this]
            yield from this.tasks(arrivals, everything=True)
            this.set_aside()
            if time.monotonic() - compacted > _COMPACT_S:
                compact(place, settings.source.tenant)
                compacted = time.monotonic()
            told(this.result())

    with (
        place.exclusive(),
        closing(tasks()) as wanted,
        closing(runner.run(wanted, moved)) as outcomes,
    ):
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


class _Pass:
    """One pass over a tenant."""

    def __init__(self, place: Place, settings: Settings, author: str) -> None:
        self._place = place
        self._tenant = settings.source.tenant
        sync(place, self._tenant, settings)
        self._tuning = tuning_of(place, self._tenant, settings)
        self._recipe = Recipe(self._tuning.default).signature
        self._ingest = Ingest(place, self._tenant, self._tuning, settings.run.stall_s, author)
        self._adopt = Adopt(place, self._tenant, self._tuning)
        self._advance: Advance | None = None
        self._batch: Batch | None = None

    @property
    def analyzed(self) -> int:
        """How many clips were analyzed in this pass."""
        return len(self._advance.analyzed) if self._advance else 0

    def drive(
        self, runner: Runner, progress: Progress, arrivals: Iterable[Arrival | Failure] | None
    ) -> None:
        """Do all of it; without arrivals, everything that is not up to date."""
        with (
            closing(self.tasks(arrivals or (), everything=arrivals is None)) as tasks,
            closing(runner.run(tasks, self.keeping(progress))) as outcomes,
        ):
            for outcome in outcomes:
                self.settle(outcome)
        self.set_aside()

    def keeping(self, progress: Progress) -> Progress:
        """Progress that keeps results which have waited long enough, however long a clip takes."""

        def told(key: str, done: float, total: float | None) -> None:
            progress(key, done, total)
            if self._advance is not None:
                self._advance.keep_due()

        return told

    def set_aside(self) -> None:
        """Put what could not be used on record."""
        aside = [*self._ingest.rejected, *(self._batch.rejected if self._batch else ())]
        keep_rejected(self._place, self._tenant, aside)

    def result(self) -> RunResult:
        """What the pass did; with the same store and sources always the same."""
        named = self._ingest.named
        analyzed = self._advance.analyzed if self._advance else set()
        with self._place.catalog.reading() as connection:
            found = list(clips.by_paths(connection, self._tenant, named))
            events = list(happenings.of_clips(connection, self._tenant, named))
        failed = [
            Failure(source, record.error, record.detail or "")
            for record in found
            if record.error is not None
            for source in named[record.path].sources
        ]
        records = sorted(
            (_as_named(record, named[record.path]) for record in found if record.error is None),
            key=lambda r: (r.clip.camera, r.clip.start, r.clip.sha256),
        )
        done = {record.path: record.source for record in records}
        shown = [replace(e, source=done[e.footage_path]) for e in events if e.footage_path in done]
        notes = [(record.source, note) for record in records for note in record.notes]
        made = sum(record.path in analyzed for record in records)
        return RunResult(
            clips=made,
            skipped=len(records) - made,
            failed=tuple(
                sorted([*self._ingest.failed, *failed], key=lambda f: (f.source, f.error))
            ),
            notes=tuple(sorted(notes, key=lambda n: (n[0], n[1].code, n[1].detail))),
            events=tuple(sorted(shown, key=lambda e: (e.camera, e.start, e.event_id))),
            records=tuple(records),
        )

    def tasks(
        self, arrivals: Iterable[Arrival | Failure], *, everything: bool
    ) -> Generator[Task | None, None, None]:
        """What has to be done; what needs no work is settled on the way.

        Args:
            arrivals: taken in first.
            everything: whether all that is concerned is brought up to date, or only what arrived.
        """
        yield from self._ingest.tasks(arrivals)
        while not self._ingest.idle:
            yield None
        self._ingest.flush()
        if not everything:
            self._retry()
        before = marked(self._place, self._tenant)
        now = heads(self._place, self._tenant, self._recipe)
        scope, covered = concerned(self._place, self._tenant, before, now), True
        if not everything:
            hours = {clip_hour(path) for path in self._ingest.named}
            covered = self._is_covered(scope, hours, now)
            scope = scope.within(hours)
        if not scope.is_empty:
            yield from self._bring_up(scope, now)
        if covered and (before is None or before.dump() != now.dump()):
            mark(self._place, self._tenant, now)

    def _retry(self) -> None:
        """Who names footage again wants it tried again, however often it was the machine's fault."""
        passing = {error.code for error in PASSING}
        with self._place.catalog.reading() as connection:
            failed = datums.failed(connection, self._tenant)
        again = {d.path for d in failed if d.error in passing} & self._ingest.named.keys()
        if again:
            with self._place.catalog.begin() as connection:
                for path in sorted(again):
                    datums.retry(connection, self._tenant, path)

    def _bring_up(self, scope: Scope, now: Heads) -> Generator[Task | None, None, None]:
        with self._place.catalog.begin() as connection:
            job = jobs.begin(connection, self._tenant, now.commits)
        commits = dict(now.commits)
        model = self._place.repos.head(Repo(self._tenant, "models"))
        commits["models"] = None if model is None else model.id
        provenance = tuple(
            Origin(name, commit) for name, commit in sorted(commits.items()) if commit
        )
        batch = self._batch = Batch(self._place, self._tenant, job, provenance)
        advance = self._advance = Advance(self._place, self._tenant, self._tuning, batch)
        footage = now.commits[FOOTAGE]
        state = "broken-off"
        try:
            known = self._adopt.known(groups(self._place, self._tenant, scope, footage))
            yield from advance.tasks(known)
            yield from self._adopt.tasks()
            yield from advance.tasks(self._adopt.adopted())
            state = "done"
        except GeneratorExit:  # the run was stopped, or ended by an error
            with suppress(StorageError):  # that error is told
                advance.keep_all()
            raise
        finally:
            with self._place.catalog.begin() as connection:
                jobs.end(connection, job, state)

    def settle(self, outcome: Outcome) -> None:
        """Take up how a task ended."""
        for part in (self._ingest, self._adopt, self._advance):
            if part is not None and part.waits_for(outcome.task.key):
                part.settle(outcome)
                return
        raise ValueError(f"expected: the outcome of a task; got {outcome.task.key}")

    def _is_covered(self, scope: Scope, hours: set[str], now: Heads) -> bool:
        """Whether all that is concerned lies in these hours."""
        if not (scope.whole or scope.cameras):
            return scope.hours <= hours
        footage = now.commits[FOOTAGE]
        if footage is None:
            return True
        entries = self._place.repos.entries(Repo(self._tenant, FOOTAGE), footage)
        return all(clip_hour(e.path) in hours for e in entries if scope.takes(clip_hour(e.path)))


def _as_named(record: ClipRecord, named: Named) -> ClipRecord:
    """The record as the clip was named this time."""
    return replace(record, source=named.source, notes=(*record.notes, *named.notes))
