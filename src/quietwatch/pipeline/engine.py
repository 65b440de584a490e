"""The engine: what is new is analyzed, what was analyzed is judged, what was judged is kept.

One pass: footage that arrives gets the key of its datum; a datum without a result becomes a task of
the runner; each result is judged at once and its record written whole, so that a killed run goes on
where it stopped.
"""

from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from quietwatch.config import Settings
from quietwatch.errors import InputError, QuietwatchError, RecordDamaged, SourceChanged
from quietwatch.model import (
    Analysis,
    Arrival,
    Camera,
    Clip,
    Event,
    Failure,
    Note,
    StartFrom,
    Summary,
)
from quietwatch.names import printable
from quietwatch.pipeline import stages
from quietwatch.pipeline.identity import Recipe, footage_key
from quietwatch.pipeline.results import joined
from quietwatch.pipeline.runners.base import Progress, Runner, Task, Tick, Work
from quietwatch.pipeline.runners.local import LocalRunner
from quietwatch.store.home import Home
from quietwatch.store.records import ClipRecord
from quietwatch.vision import zoo

NAME_ESCAPED = "name-escaped"
"""Note: the path of a file can't be shown as it is."""


@dataclass(frozen=True, slots=True)
class RunResult:
    """What one pass did.

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
    detector = zoo.load(vision.model, vision.inference_threads)
    home = Home(folder)

    def work(payload: object, tick: Tick) -> None:
        if not isinstance(payload, _Datum):
            raise TypeError(f"expected a datum of this module, got {type(payload).__name__}")
        if home.has_analysis(payload.key):  # a worker that died after its last step left it there
            return
        with home.writing_analysis(payload.key) as pack:
            stages.analyze(payload.files, detector, media, vision, pack, tick)

    return work


@dataclass(frozen=True, slots=True)
class _Datum:
    key: str
    files: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class _Taken:
    """Footage that was taken in: its files are here and hashed."""

    arrival: Arrival
    files: tuple[Path, ...]
    sha256: str
    size: int
    stamp: tuple[tuple[int, int], ...]

    def release(self, spool: Path) -> None:
        """Remove files that were only fetched for this pass, and the folder they had there."""
        if self.arrival.fetch is not None:
            for path in self.files:
                path.unlink(missing_ok=True)
            for folder in {path.parent for path in self.files} - {spool}:
                folder.rmdir()


class _Pass:
    """The book-keeping of one pass."""

    def __init__(self, home: Home, settings: Settings) -> None:
        self._home = home
        self._gap = settings.judge.incident_gap
        self._judge = settings.judge
        self._recipe = Recipe(settings)
        self._waiting: dict[str, list[_Taken]] = {}
        self._failed: list[Failure] = []
        self._records: dict[tuple[Camera, str], ClipRecord] = {}
        self._taken: set[tuple[Camera, str]] = set()
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
            analysis = self._known(key)
            if analysis is not None:
                self._keep(taken, key, analysis)
                continue
            self._waiting[key] = [taken]
            yield Task(key, _Datum(key, taken.files))

    def settle(self, key: str, error: QuietwatchError | None) -> None:
        """Judge and keep what a task has made, for every clip of these bytes; or note its error."""
        waiting = self._waiting.pop(key)
        if error is None and _stamp(waiting[0].files) != waiting[0].stamp:
            self._home.forget_analysis(key)
            error = SourceChanged("the file changed while it was read; run again when it is whole")
        if error is not None:
            for taken in waiting:
                self._fail(taken.arrival, error)
                taken.release(self._home.spool)
            return
        analysis = self._home.read_analysis(key)
        self._made.add(key)
        for taken in waiting:
            self._keep(taken, key, analysis)

    def result(self) -> RunResult:
        """What the pass did; with the same home and sources always the same."""
        records = sorted(
            self._records.values(), key=lambda r: (r.clip.camera, r.clip.start, r.clip.sha256)
        )
        made = sum(record.analysis in self._made for record in records)
        notes = [(record.source, note) for record in records for note in record.notes]
        return RunResult(
            clips=made,
            skipped=len(records) - made,
            failed=tuple(sorted(self._failed, key=lambda f: (f.source, f.error))),
            notes=tuple(sorted(notes, key=lambda n: (n[0], n[1].code, n[1].detail))),
            events=tuple(joined(self._home, records, self._gap)),
            records=tuple(records),
        )

    def _take(self, arrival: Arrival) -> _Taken | None:
        """Fetch and hash; None for what can't be used or was taken already in this pass."""
        files = arrival.files
        try:
            if arrival.fetch is not None:
                files = arrival.fetch(self._home.spool)
            stamp = _stamp(files)
            sha256, size = footage_key(files)
        except InputError as error:
            self._fail(arrival, error)
            return None
        taken = _Taken(arrival, files, sha256, size, stamp)
        if (arrival.camera, sha256) in self._taken:  # the same bytes on one camera are one clip
            taken.release(self._home.spool)
            return None
        self._taken.add((arrival.camera, sha256))
        return taken

    def _known(self, key: str) -> Analysis | None:
        """The analysis of an earlier pass, if it is there and whole."""
        if not self._home.has_analysis(key):
            return None
        try:
            return self._home.read_analysis(key)
        except RecordDamaged:  # made anew: the footage is at hand
            self._home.forget_analysis(key)
            return None

    def _keep(self, taken: _Taken, key: str, analysis: Analysis) -> None:
        """Judge a clip, unless that was done, and write its record."""
        camera, source = taken.arrival.camera, taken.arrival.source
        record: ClipRecord | None = None
        with suppress(RecordDamaged):  # made anew
            record = self._home.get_record(camera, taken.sha256)
        decided = (key, self._recipe.decide_key)
        if record is None or (record.analysis, record.decided_with) != decided:
            clip = _clip(taken, analysis.summary) if record is None else record.clip
            first = source if record is None else record.source
            events = stages.decide(clip, analysis, first, self._judge)
            record = ClipRecord(clip, first, *decided, analysis.summary.notes, events)
            self._home.put_record(record)
        notes = (*record.notes, *_name_notes(taken.arrival))
        self._records[camera, taken.sha256] = replace(record, source=source, notes=notes)
        taken.release(self._home.spool)

    def _fail(self, arrival: Arrival, error: QuietwatchError) -> None:
        self._failed.append(Failure(arrival.source, error.code, error.detail))


def _name_notes(arrival: Arrival) -> tuple[Note, ...]:
    if all(printable(path) == str(path) for path in arrival.files):
        return ()
    why = "the name holds characters that can't be shown and stand as escapes here; rename the file"
    return (Note(NAME_ESCAPED, why),)


def _stamp(files: tuple[Path, ...]) -> tuple[tuple[int, int], ...]:
    """Size and time of change of each file; (-1, -1) for one that can't be asked."""
    stamps = []
    for path in files:
        try:
            status = path.stat()
            stamps.append((status.st_size, status.st_mtime_ns))
        except OSError:
            stamps.append((-1, -1))
    return tuple(stamps)


def _clip(taken: _Taken, summary: Summary) -> Clip:
    start, start_from = _start(taken, summary)
    return Clip(
        camera=taken.arrival.camera,
        sha256=taken.sha256,
        size=taken.size,
        start=start,
        start_from=start_from,
        duration=summary.duration,
        width=summary.width,
        height=summary.height,
        codec=summary.codec,
        extension=_extension(taken.files[0]),
    )


def _start(taken: _Taken, summary: Summary) -> tuple[datetime, StartFrom]:
    """When the clip starts, to the millisecond: see "Identity" in docs/operations.md."""
    arrival = taken.arrival
    if arrival.start is not None and arrival.start_from == "recorder":
        return _whole_ms(arrival.start), "recorder"
    if summary.recorded is not None:
        return _whole_ms(summary.recorded), "metadata"
    if arrival.start is not None:
        return _whole_ms(arrival.start), "name"
    changed = max(mtime for _, mtime in taken.stamp) / 1e9
    ended = datetime.fromtimestamp(max(changed, summary.duration), UTC)
    return _whole_ms(ended - timedelta(seconds=summary.duration)), "mtime"


def _whole_ms(time: datetime) -> datetime:
    time = time.astimezone(UTC)
    return time.replace(microsecond=time.microsecond // 1000 * 1000)


def _extension(path: Path) -> str:
    """Of a file, lower case, letters and digits only; `bin` where it has none."""
    plain = "".join(char for char in path.suffix.lower() if char.isascii() and char.isalnum())
    return plain[:8] or "bin"
