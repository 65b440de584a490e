"""Streams of clips on their way through both stages: what has a result is not done again."""

from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace

from quietwatch import names
from quietwatch.config import Settings
from quietwatch.errors import AnalysisDamaged, BlobDamaged, ObjectMissing
from quietwatch.model import Analysis, Clip, Familiar
from quietwatch.pipeline import stages
from quietwatch.pipeline.batch import Batch, Judged
from quietwatch.pipeline.chain import offset, streams
from quietwatch.pipeline.identity import Recipe
from quietwatch.pipeline.memory.files import shown
from quietwatch.pipeline.memory.recall import Memories
from quietwatch.pipeline.recipes import Recipes
from quietwatch.pipeline.runners.base import Outcome, Task
from quietwatch.pipeline.setbacks import failed
from quietwatch.pipeline.stream import Link, Stream
from quietwatch.pipeline.tuning import Tuning
from quietwatch.pipeline.work import Look, PackAt, StateLost, made_in
from quietwatch.store.catalog import datums
from quietwatch.store.catalog.clips import ClipRecord
from quietwatch.store.catalog.datums import Datum
from quietwatch.store.pack import PackReader
from quietwatch.store.place import Place

_WIDTH = 64
"""Streams that are looked at side by side: cameras run in parallel, a stream clip by clip."""


@dataclass(slots=True)
class Advance:
    """Brings groups of clips up to date.

    Attributes:
        place: the store.
        tenant: whose clips.
        tuning: what holds for each camera.
        recipes: made of it.
        memories: what is known of each camera.
        batch: takes the results.
        analyzed: paths of the clips analyzed here.
    """

    place: Place
    tenant: str
    tuning: Tuning
    recipes: Recipes
    memories: Memories
    batch: Batch
    analyzed: set[str] = field(default_factory=set)
    _waiting: dict[str, list[Stream]] = field(default_factory=dict)
    _ready: deque[Stream] = field(default_factory=deque)
    _made: dict[str, Datum] = field(default_factory=dict)
    _gave_up: dict[str, Datum] = field(default_factory=dict)
    _resumed: dict[str, str] = field(default_factory=dict)
    _lingering: set[str] = field(default_factory=set)

    def tasks(self, groups: Iterator[Sequence[ClipRecord]]) -> Iterator[Task | None]:
        """The analyses that are missing; what needs none is judged on the way.

        Args:
            groups: clips of one camera and hour each, as they stand in `footage`.

        Raises:
            StorageError: the store or the catalog does not do its work.
        """
        more = True
        while more or self._ready or self._waiting:
            if more and len(self._ready) + len(self._waiting) < _WIDTH:
                group = next(groups, None)
                if group is None:
                    more = False
                else:
                    self._ready += self._opened(group)
                continue
            if not self._ready:
                yield None
                continue
            task = self._advance(self._ready.popleft())
            if task is not None:
                yield task
            self.keep_due()
        self._flush()

    def keep_due(self) -> None:
        """Keep results that have waited long enough, also while a long clip is under way."""
        if self.batch.is_due:
            self._flush()

    def keep_all(self) -> None:
        """Keep what there is, because the run ends before its time."""
        self._flush()

    def waits_for(self, key: str) -> bool:
        """Whether a task is one of ours."""
        return key in self._waiting

    def settle(self, outcome: Outcome) -> None:
        """Take up how an analysis ended."""
        key = outcome.task.key
        waiting = self._waiting.pop(key)
        self._resumed.pop(key, None)
        path = waiting[0].links[0].record.path
        if isinstance(outcome.made, StateLost):
            for stream in waiting:
                self._begin_anew(stream)
        elif outcome.error is None:
            datum = Datum(key, "analyze", path)
            self._made[key] = datum
            self.batch.add_analysis(datum)
        else:
            tries = waiting[0].known[key].tries if key in waiting[0].known else 0
            self._gave_up[key] = failed(key, path, tries + 1, outcome.error)
        for stream in waiting:
            if key in self._made:
                self.analyzed.add(stream.links[0].record.path)
        self._ready.extendleft(reversed(waiting))

    def _opened(self, group: Sequence[ClipRecord]) -> list[Stream]:
        """The streams of a group, each with the datums that it may need."""
        by_path = {names.clip_path(record.clip): record for record in group}
        chains = [
            [Link(by_path[names.clip_path(clip)], offset(first, clip)) for clip in stream]
            for stream in streams([record.clip for record in group])
            for first in stream[:1]
        ]
        keys = [key for chain in chains for key in self._expected(chain)]
        with self.place.catalog.reading() as connection:
            known = datums.get(connection, self.tenant, keys)
        records = {record.path: record for record in group}
        return [Stream(chain, records, known) for chain in chains]

    def _expected(self, chain: Sequence[Link]) -> Iterator[str]:
        """Keys of both stages if no clip of the chain fails."""
        analysis = decision = None
        for link in chain:
            recipe = self.recipes.of(link.record.clip.camera)
            analysis = recipe.analyze_key(link.record.clip.sha256, analysis, link.offset)
            known = self._known(link.record.clip)
            decision = recipe.decide_key(analysis, link.record.path, decision, known)
            yield analysis
            yield decision

    def _advance(self, stream: Stream) -> Task | None:
        """Go on to the next analysis that is missing; None at the end of the stream."""
        while stream.links:
            link = stream.links[0]
            settings = self.tuning.of(link.record.clip.camera)
            recipe = self.recipes.of(link.record.clip.camera)
            before = None if stream.before is None else stream.before.key
            if before is None:
                stream.origin = link.offset
            begins = round(link.offset - stream.origin, 3)
            key = recipe.analyze_key(link.record.clip.sha256, before, begins)
            datum = self._found(stream, key)
            if datum is None:
                if key in self._waiting:
                    self._waiting[key].append(stream)
                    return None
                self._waiting[key] = [stream]
                return Task(key, self._look(key, link, settings, stream, begins))
            if datum.error is not None:
                self._set_aside(stream, link, datum)
                stream.broken()
            elif not self._judge(stream, link, recipe, settings, datum):
                continue  # its pack was damaged and is made anew, or all begins anew
            stream.links.popleft()
        self._finish(stream)
        return None

    def _finish(self, stream: Stream) -> None:
        """All of a stream is judged: hand on what was held, and say which events are no more."""
        for one in stream.held:
            datum = self._made.get(one.record.analysis or "")
            if datum is None or datum.pack is None:
                self.batch.add_judged(one)
            else:  # it was kept meanwhile
                record = replace(one.record, pack=datum.pack)
                self.batch.add_judged(replace(one, record=record, seen=datum))
        self.batch.add_total(stream.done + len(stream.held) - len(stream.chain))
        if not stream.skipped:
            self.batch.add_whole(stream.paths, stream.told)

    def _found(self, stream: Stream, key: str) -> Datum | None:
        """The datum of a key, None when it has to be done."""
        if key in self._gave_up:
            return self._gave_up[key]
        if key in self._made:
            return self._made[key]
        if key not in stream.known:
            with self.place.catalog.reading() as connection:
                stream.known |= datums.get(connection, self.tenant, [key])
        datum = stream.known.get(key)
        if datum is not None and datum.error is not None and datum.tries < datums.TRIES:
            return None
        return datum

    def _look(
        self, key: str, link: Link, settings: Settings, stream: Stream, begins: float
    ) -> Look:
        before = stream.before
        if before is not None:
            self._resumed[key] = before.key
        return Look(
            key,
            self.tenant,
            link.record.clip.sha256,
            settings.media,
            settings.vision,
            begins,
            None if before is None else PackAt(before.key, before.pack),
            settings.privacy.polygons,
        )

    def _judge(
        self, stream: Stream, link: Link, recipe: Recipe, settings: Settings, datum: Datum
    ) -> bool:
        """Judge a clip, unless that was done; False when its analysis turns out to be damaged."""
        record = stream.records[link.record.path]
        before = None if stream.judged is None else stream.judged.key
        known = self._known(record.clip)
        key = recipe.decide_key(datum.key, record.path, before, known)
        if not stream.again and self._is_decided(stream, record, datum.key, key):
            stream.before, stream.judged, stream.skipped = datum, stream.known[key], True
            return True
        if record.decision not in {None, key} and not stream.again:
            stream.again = True
            if stream.skipped:
                stream.restart()
                return False
        state = None if stream.judged is None else stream.judged.state
        try:
            with self._analysis(datum) as seen:
                verdicts = stages.decide(
                    record.clip, seen, record.source, settings.judge, state, known
                )
        except (AnalysisDamaged, BlobDamaged, ObjectMissing):
            self._forget(stream, datum)
            return False
        summary = shown(verdicts.sightings)
        judged = Datum(key, "decide", record.path, state=verdicts.state, summary=summary)
        is_other = record.analysis != datum.key
        if is_other and datum.key in self._made:  # also by another camera, which had the same bytes
            self.analyzed.add(record.path)
        renewed = replace(
            record,
            analysis=datum.key,
            pack=datum.pack,
            decision=key,
            notes=seen.summary.notes,
            noise=seen.summary.noise,
            length=seen.summary.duration,
            error=None,
            detail=None,
        )
        gap = settings.judge.incident_gap
        new = datum if is_other else None
        one = Judged(renewed, judged, verdicts.events, gap, verdicts.pictured, new)
        if stream.again:
            stream.held.append(one)
        else:
            self.batch.add_judged(one)
            stream.done += 1
        stream.told |= verdicts.events.texts.keys()
        stream.paths.append(record.path)
        stream.before, stream.judged = datum, judged
        return True

    def _is_decided(self, stream: Stream, record: ClipRecord, analysis: str, key: str) -> bool:
        """Whether this judgement is the clip's newest, and known with its state."""
        if (record.analysis, record.decision, record.error) != (analysis, key, None):
            return False
        if key not in stream.known:  # a clip before it can't be used: it was not foreseen
            with self.place.catalog.reading() as connection:
                stream.known |= datums.get(connection, self.tenant, [key])
        return key in stream.known

    @contextmanager
    def _analysis(self, datum: Datum) -> Iterator[Analysis]:
        made, blobs = made_in(self.place.spool, datum.key), self.place.blobs(self.tenant)
        at = nullcontext(made) if datum.pack is None else blobs.at(datum.pack)
        with at as path, path.open("rb") as file, PackReader(file) as pack:
            yield pack.analysis()

    def _forget(self, stream: Stream, datum: Datum) -> None:
        """A pack is not what was written: take it away, so that it is made anew."""
        self.batch.drop_analysis(datum.key)
        made_in(self.place.spool, datum.key).unlink(missing_ok=True)
        if datum.pack is not None:
            self.place.blobs(self.tenant).delete([datum.pack])
        with self.place.catalog.begin() as connection:
            datums.forget(connection, self.tenant, datum.key)
        stream.known.pop(datum.key, None)
        self._made.pop(datum.key, None)

    def _begin_anew(self, stream: Stream) -> None:
        """What the clip before left is damaged: make that anew first."""
        if stream.before is not None:
            self._forget(stream, stream.before)
        stream.restart()

    def _set_aside(self, stream: Stream, link: Link, datum: Datum) -> None:
        record = stream.records[link.record.path]
        if datum.key in self._gave_up or record.error != datum.error:
            self.batch.add_failure(datum, replace(record, error=datum.error, detail=datum.detail))
            stream.done += 1

    def _flush(self) -> None:
        """Keep what was made; from then on it is read from the store."""
        kept = self.batch.flush()
        self._made |= kept
        self._lingering |= set(kept)
        for stream in (*self._ready, *(s for each in self._waiting.values() for s in each)):
            if stream.before is not None and stream.before.key in kept:
                stream.before = kept[stream.before.key]
        needed = set(self._resumed.values())  # a worker may be about to read them
        for key in self._lingering - needed:
            made_in(self.place.spool, key).unlink(missing_ok=True)
        self._lingering &= needed

    def _known(self, clip: Clip) -> tuple[Familiar, ...]:
        return self.memories.of(clip, self.tuning.of(clip.camera).judge)
