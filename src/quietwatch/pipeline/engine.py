"""The engine: what is new is analyzed, what was analyzed is judged, what was judged is kept.

One pass: footage that arrives gets the key of its datum; a datum without a result becomes a task of
the runner; each result is judged at once and its record written whole, so that a killed run goes on
where it stopped.
"""

from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import cv2

from quietwatch.config import Settings
from quietwatch.errors import InputError, QuietwatchError, RecordDamaged, SourceChanged
from quietwatch.model import Arrival, Camera, Event, Failure, Note, NoteCode
from quietwatch.names import printable
from quietwatch.pipeline import stages
from quietwatch.pipeline.identity import Recipe
from quietwatch.pipeline.intake import Taken, take
from quietwatch.pipeline.naming import Names
from quietwatch.pipeline.results import joined, pictured
from quietwatch.pipeline.runners.base import Progress, Runner, Task, Tick, Work
from quietwatch.pipeline.runners.local import LocalRunner
from quietwatch.store.home import Home
from quietwatch.store.records import ClipRecord
from quietwatch.vision import zoo


@dataclass(frozen=True, slots=True)
class RunResult:
    """What one pass did.

    Attributes:
        clips: clips analyzed in this pass.
        skipped: clips of the named sources that had been analyzed before.
        failed: inputs that could not be used, by source.
        notes: (source, note) for inputs that were odd and analyzed all the same, and for records
            that are damaged (the source is the home), by source.
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
    home: Home,
    settings: Settings,
    runner: Runner,
    progress: Progress,
) -> RunResult:
    """Bring the results of a home up to date with what has arrived.

    Raises:
        StorageError, SetupError: the run can't go on; what is done is kept.
    """
    with home.exclusive():
        this = _Pass(home, settings)
        with closing(runner.run(this.tasks(arrivals), progress)) as outcomes:
            for outcome in outcomes:
                this.settle(outcome.task.key, outcome.error)
        return this.result()


def local_runner(settings: Settings, home: Home) -> Runner:
    """Supervised worker processes that each load the model once."""
    return LocalRunner(partial(make_work, settings, home.path), settings.run)


def make_work(settings: Settings, folder: Path) -> Work:
    """What a worker does: analyze one clip. Loads the model.

    Raises:
        SetupError: the model can't be loaded. StorageError: the home can't be opened.
    """
    media, vision = settings.media, settings.vision
    cv2.setNumThreads(vision.inference_threads)  # else each worker takes every core
    detector = zoo.load(vision.model, vision.inference_threads)
    home = Home(folder)

    def work(payload: object, tick: Tick) -> None:
        if not isinstance(payload, _Datum):
            raise TypeError(f"expected a datum of this module, got {type(payload).__name__}")
        if home.has_analysis(payload.key):  # a worker that died after its last step left it there
            return
        with home.writing_analysis(payload.key) as pack:
            piece = stages.Piece(payload.files, payload.footage)
            stages.analyze(piece, detector, media, vision, pack, tick)

    return work


_Clip = tuple[Camera, str]  # and the hash of its bytes: the same bytes on one camera are one clip


@dataclass(frozen=True, slots=True)
class _Datum:
    key: str
    files: tuple[Path, ...]
    footage: str


class _Pass:
    """The book-keeping of one pass."""

    def __init__(self, home: Home, settings: Settings) -> None:
        self._home = home
        self._gap = settings.judge.incident_gap
        self._judge = settings.judge
        self._stall_s = settings.run.stall_s
        self._recipe = Recipe(settings)
        self._waiting: dict[str, list[Taken]] = {}
        self._failed: list[Failure] = []
        self._arrivals: dict[_Clip, list[Arrival]] = {}  # of each clip the one taken, then copies
        self._records: dict[_Clip, ClipRecord] = {}
        self._names = Names(home)
        self._errors: dict[_Clip, QuietwatchError] = {}
        self._made: set[str] = set()

    def tasks(self, arrivals: Iterable[Arrival | Failure]) -> Iterator[Task]:
        """What has to be analyzed; what has a result is settled on the way."""
        for arrival in arrivals:
            if isinstance(arrival, Failure):
                self._failed.append(arrival)
                continue
            taken = self._take(arrival)
            if taken is None:
                continue
            key = self._recipe.analyze_key(taken.sha256)
            if key in self._waiting:
                self._waiting[key].append(taken)
                continue
            if not self._is_known(taken, key):
                self._waiting[key] = [taken]
                yield Task(key, _Datum(key, taken.files, taken.sha256))
        yield from self._spoiled()

    def settle(self, key: str, error: QuietwatchError | None) -> None:
        """Judge and keep what a task has made, for every clip of these bytes; or note its error."""
        waiting = self._waiting.pop(key)
        if error is None and waiting[0].has_changed:
            self._home.forget_analysis(key)
            error = _changed()
        if error is not None:
            for taken in waiting:
                self._fail(taken.arrival, error)
                taken.release(self._home.spool)
                self._errors[taken.arrival.camera, taken.sha256] = error
            return
        self._made.add(key)
        for taken in waiting:
            self._keep(taken, key)

    def result(self) -> RunResult:
        """What the pass did; with the same home and sources always the same."""
        records = sorted(
            self._records.values(), key=lambda r: (r.clip.camera, r.clip.start, r.clip.sha256)
        )
        for clip, error in self._errors.items():  # each copy of bad bytes is named
            for copy in self._arrivals[clip][1:]:
                self._fail(copy, error)
        made = sum(record.analysis in self._made for record in records)
        damaged: list[RecordDamaged] = []
        events = tuple(joined(self._home, records, self._gap, damaged.append))
        notes = [(record.source, note) for record in records for note in record.notes]
        home = printable(self._home.path)
        notes += [(home, Note(NoteCode.RECORD_DAMAGED, error.detail)) for error in damaged]
        return RunResult(
            clips=made,
            skipped=len(records) - made,
            failed=tuple(sorted(self._failed, key=lambda f: (f.source, f.error))),
            notes=tuple(sorted(notes, key=lambda n: (n[0], n[1].code, n[1].detail))),
            events=events,
            records=tuple(records),
        )

    def _take(self, arrival: Arrival) -> Taken | None:
        """Fetch and hash; None for what can't be used or was taken already in this pass."""
        try:
            self._names.require(arrival)
            taken = take(arrival, self._home.spool, self._stall_s)
        except InputError as error:
            self._fail(arrival, error)
            return None
        clip = (arrival.camera, taken.sha256)
        known = self._arrivals.setdefault(clip, [])
        known.append(arrival)
        if len(known) > 1:
            taken.release(self._home.spool)
            return None
        return taken

    def _is_known(self, taken: Taken, key: str) -> bool:
        """Keep a clip that an earlier pass has analyzed; False if it must be analyzed.

        Of the analysis no more is read than is needed: nothing at all if the clip is judged, too.
        """
        if not self._home.has_analysis(key):
            return False
        try:
            self._keep(taken, key)
        except RecordDamaged:  # made anew: the footage is at hand
            self._home.forget_analysis(key)
            return False
        return True

    def _spoiled(self) -> Iterator[Task]:
        """Known clips with damage in a picture that the report shows: they are analyzed again."""
        known = {
            clip: record.analysis
            for clip, record in self._records.items()
            if record.analysis not in self._made
        }
        events = (event for clip in known for event in self._records[clip].events)
        for key, shown in pictured(events, known).items():
            try:
                self._home.read_pictures(key, {event.track for event in shown})
            except RecordDamaged:
                self._home.forget_analysis(key)
                again = [self._take_again(clip) for clip in known if known[clip] == key]
                if taken := [one for one in again if one is not None]:
                    self._waiting[key] = taken
                    yield Task(key, _Datum(key, taken[0].files, taken[0].sha256))

    def _take_again(self, clip: _Clip) -> Taken | None:
        """Fetch and hash what was taken before; None when it is no longer the same."""
        arrival = self._arrivals[clip][0]
        try:
            taken = take(arrival, self._home.spool, self._stall_s)
        except InputError as error:
            self._fail(arrival, error)
            return None
        if taken.sha256 != clip[1]:
            taken.release(self._home.spool)
            self._fail(arrival, _changed())
            return None
        return taken

    def _keep(self, taken: Taken, key: str) -> None:
        """Judge a clip, unless that was done, and write its record.

        Raises:
            RecordDamaged: it has to be judged, and its analysis is damaged.
        """
        camera, source = taken.arrival.camera, taken.arrival.source
        record: ClipRecord | None = None
        with suppress(RecordDamaged):  # made anew
            record = self._home.get_record(camera, taken.sha256)
        decided = (key, self._recipe.decide_key)
        judged = record is not None and (record.analysis, record.decided_with) == decided
        if record is None or not judged or key in self._made:
            analysis = self._home.read_analysis(key)
            clip = taken.clip(analysis.summary) if record is None else record.clip
            first = source if record is None else record.source
            events = stages.decide(clip, analysis, first, self._judge).events
            notes, noise = analysis.summary.notes, analysis.summary.noise
            record = ClipRecord(clip, first, *decided, notes, events, noise)
            self._home.put_record(record)
        self._names.keep(taken.arrival)
        notes = (*record.notes, *taken.notes)
        self._records[camera, taken.sha256] = replace(record, source=source, notes=notes)
        taken.release(self._home.spool)

    def _fail(self, arrival: Arrival, error: QuietwatchError) -> None:
        self._failed.append(Failure(arrival.source, error.code, error.detail))


def _changed() -> SourceChanged:
    return SourceChanged("the file changed while it was read; run again when it is whole")
