"""One pass over a tenant: arrivals in, what is concerned found, analyzed, judged and kept."""

from collections.abc import Generator, Iterable, Iterator
from contextlib import closing, suppress

from quietwatch.config import Settings
from quietwatch.errors import StorageError
from quietwatch.model import Arrival, Failure, Origin, Repo
from quietwatch.pipeline.adopt import FOOTAGE, Adopt
from quietwatch.pipeline.advance import Advance
from quietwatch.pipeline.batch import Batch
from quietwatch.pipeline.identity import Recipe
from quietwatch.pipeline.ingest import Ingest
from quietwatch.pipeline.memory import again
from quietwatch.pipeline.memory.files import MEMORY
from quietwatch.pipeline.memory.recall import Days, Memories
from quietwatch.pipeline.memory.remember import remember
from quietwatch.pipeline.memory.shelf import Stored
from quietwatch.pipeline.recipes import Recipes
from quietwatch.pipeline.rejected import keep_rejected
from quietwatch.pipeline.runners.base import Outcome, Progress, Runner, Task
from quietwatch.pipeline.runresult import Round, RunResult, round_of, run_result
from quietwatch.pipeline.scope import (
    TUNING,
    Heads,
    Scope,
    concerned,
    count,
    groups,
    hours_of,
    mark,
    marked,
    newest,
)
from quietwatch.pipeline.setbacks import PASSING
from quietwatch.pipeline.sync import sync, tuning_of
from quietwatch.pipeline.waiting import Waiting
from quietwatch.store.catalog import clips, datums, jobs
from quietwatch.store.catalog.clips import ClipRecord
from quietwatch.store.place import Place


class Pass:
    """One pass over a tenant.

    Args:
        place: the store, held exclusively.
        settings: of this machine; they name the tenant.
        author: who brings footage in.
        days: of memory that passes before have read.
    """

    def __init__(
        self, place: Place, settings: Settings, author: str, days: Days | None = None
    ) -> None:
        self._place = place
        self._days = Days() if days is None else days
        self._tenant = settings.source.tenant
        sync(place, self._tenant, settings)
        # As of one moment: what is committed meanwhile holds from the next pass on.
        self._inputs = newest(place, self._tenant, TUNING)
        self._tuning = tuning_of(place, self._tenant, settings, self._inputs)
        self._recipe = Recipe(self._tuning.default).signature
        self._ingest = Ingest(place, self._tenant, self._tuning, settings.run.stall_s, author)
        self._adopt = Adopt(place, self._tenant, self._tuning)
        self._recipes = Recipes(place, self._tenant, self._tuning)
        self._waiting = Waiting(place, self._tenant, self._recipes.of)
        self._advance: Advance | None = None
        self._batch: Batch | None = None

    @property
    def job(self) -> jobs.Job | None:
        """The job of this pass, None if nothing was to do."""
        if self._batch is None:
            return None
        with self._place.catalog.reading() as connection:
            return jobs.get(connection, self._tenant, self._batch.job)

    @property
    def analyzed(self) -> int:
        """How many clips were analyzed in this pass."""
        return len(self._advance.analyzed) if self._advance else 0

    @property
    def waiting(self) -> tuple[Failure, ...]:
        """Cameras (`site/camera`) whose footage waits, and what is wrong with their settings."""
        return tuple(failure for _, failure in sorted(self._waiting.cameras.items()))

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
        analyzed = self._advance.analyzed if self._advance else set[str]()
        waiting = self._waiting.cameras
        return run_result(self._place, self._tenant, self._ingest, analyzed, waiting)

    def round(self) -> Round:
        """What the pass changed."""
        told = self._ingest, self._batch, self.analyzed, self.waiting
        return round_of(self._place, self._tenant, *told)

    def tasks(
        self, arrivals: Iterable[Arrival | Failure], *, everything: bool
    ) -> Generator[Task | None, None, None]:
        """What has to be done; what needs no work is settled on the way.

        Args:
            arrivals: taken in first.
            everything: whether all that is concerned is brought up to date, or only what arrived.
        """
        self._sweep()
        yield from self._ingest.tasks(arrivals)
        while not self._ingest.idle:
            yield None
        self._ingest.flush()
        if not everything:
            self._retry()
        remember(self._place, self._tenant)
        before, now = marked(self._place, self._tenant), self._heads()
        scope, covered = self._concerned(before, now), True
        if not everything:
            hours = set() if scope.is_empty else hours_of(self._ingest.named)
            covered = self._is_covered(scope, hours, now)
            failed = hours_of(self._failed())
            scope = scope.within(hours).with_hours(failed)
        if not scope.is_empty:
            yield from self._bring_up(scope, now, everything=everything)
        if covered and (before is None or before.dump() != now.dump()):
            mark(self._place, self._tenant, now)

    def _sweep(self) -> None:
        """Remove analyses from the spool that a killed run had committed already."""
        made = self._place.home.made()
        with self._place.catalog.reading() as connection:
            known = datums.get(connection, self._tenant, made)
        self._place.home.forget_made(key for key, datum in known.items() if datum.pack)

    def _failed(self) -> set[str]:
        """Which of the clips that were named failed: one may have been tried for another since."""
        with self._place.catalog.reading() as connection:
            return clips.failed(connection, self._tenant) & self._ingest.named.keys()

    def mark_whole(self) -> None:
        """Note that all results are whole as of now: for who knows it otherwise."""
        mark(self._place, self._tenant, self._heads())

    def _heads(self) -> Heads:
        found = newest(self._place, self._tenant, [FOOTAGE, MEMORY])
        return Heads(found | self._inputs, self._recipe)

    def _retry(self) -> None:
        """Who names footage again wants it tried again, if the machine was at fault."""
        passing = {error.code for error in PASSING}
        with self._place.catalog.reading() as connection:
            failed = datums.failed(connection, self._tenant)
        again = {d.path for d in failed if d.error in passing} & self._ingest.named.keys()
        if again:
            with self._place.catalog.begin() as connection:
                for path in sorted(again):
                    datums.retry(connection, self._tenant, path)

    def _bring_up(
        self, scope: Scope, now: Heads, *, everything: bool
    ) -> Generator[Task | None, None, None]:
        footage = now.commits[FOOTAGE]
        total = count(self._place, self._tenant, scope, footage)
        with self._place.catalog.begin() as connection:
            job = jobs.begin(connection, self._tenant, now.commits, total)
        commits = dict(now.commits)
        model = self._place.repos.head(Repo(self._tenant, "models"))
        commits["models"] = None if model is None else model.id
        provenance = tuple(
            Origin(name, commit)
            for name, commit in sorted(commits.items())
            if commit and name != MEMORY  # what was seen does not hang on it
        )
        batch = self._batch = Batch(self._place, self._tenant, job, provenance, total)
        memories = self._memories(now.commits[MEMORY])
        tuned = self._tuning, self._recipes
        advance = Advance(self._place, self._tenant, *tuned, memories, batch)
        self._advance = advance
        state = "broken-off"
        try:
            self._waiting.again()
            yield from advance.tasks(self._known(scope, footage, batch))
            yield from self._adopt.tasks()
            yield from advance.tasks(self._adopt.adopted())
            again.judged(self._place, self._tenant, scope.takes)
            yield from self._judge_again(advance, footage, everything=everything)
            self._waiting.keep()
            state = "done"
        except (GeneratorExit, KeyboardInterrupt):  # stopped, or ended by an error elsewhere
            with suppress(StorageError):  # that error is told
                advance.keep_all()
            raise
        finally:
            with self._place.catalog.begin() as connection:
                jobs.end(connection, job, state)

    def _judge_again(
        self, advance: Advance, footage: str | None, *, everything: bool
    ) -> Generator[Task | None, None, None]:
        """Judge what comes after footage that was looked at just now, as far as it rests on it.

        What clips show follows from their tracks alone: so this is done once, not over and over.
        """
        if not remember(self._place, self._tenant):
            return
        found = set[str]().union(*again.unjudged(self._place, self._tenant).values())
        hours = found if everything else found & hours_of(self._ingest.named)
        scope = Scope(hours=frozenset(hours))
        if hours:
            advance.batch.add_total(count(self._place, self._tenant, scope, footage))
            advance.memories = self._memories(newest(self._place, self._tenant, [MEMORY])[MEMORY])
            yield from advance.tasks(self._known(scope, footage, advance.batch))
        again.judged(self._place, self._tenant, scope.takes)

    def _known(self, scope: Scope, footage: str | None, batch: Batch) -> Iterator[list[ClipRecord]]:
        """The clips that a scope takes, but for those that wait."""
        found = groups(self._place, self._tenant, scope, footage)
        return self._adopt.known(
            self._waiting.without(found, left_out=lambda count: batch.add_total(-count))
        )

    def _concerned(self, before: Heads | None, now: Heads) -> Scope:
        return concerned(self._place, self._tenant, before, now, self._waiting.cameras)

    def _memories(self, commit: str | None) -> Memories:
        return Memories(Stored(self._place, self._tenant, commit), self._days)

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
        return all(
            hour in hours for e in entries for hour in hours_of([e.path]) if scope.takes(hour)
        )
