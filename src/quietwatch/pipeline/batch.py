"""Results that are kept together: one commit and one transaction for many clips."""

import hashlib
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection

from quietwatch.judge.incidents import join_ordered
from quietwatch.model import Blob, Camera, Commit, Entry, Event, Failure, Origin, Repo
from quietwatch.names import ENGINE
from quietwatch.pipeline.compact import note_days
from quietwatch.pipeline.event_texts import EventTexts
from quietwatch.pipeline.work import made_in
from quietwatch.store.catalog import clips, datums, happenings, jobs, sighted
from quietwatch.store.catalog.clips import ClipRecord
from quietwatch.store.catalog.datums import Datum
from quietwatch.store.files import storage_errors
from quietwatch.store.place import Place

ANALYSIS = "analysis"
"""The repo of what was seen in each clip, at the clip's own path."""

_MOST = 128  # clips of one batch
_LONGEST_S = 3.0  # and how long the first of them waits for the others
_AT_ONCE = 100  # events held as values while they are kept

Span = tuple[datetime, datetime]
"""From the first start of some events to their last end."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A clip with its newest results.

    Attributes:
        record: what is known of it.
        datum: of its judgement.
        events: that began in it, and later states of those that began before it.
        gap: seconds without an event after which an incident is over.
        pictured: ids of the events whose best picture is in its analysis.
        seen: its analysis, where that is another one than before.
    """

    record: ClipRecord
    datum: Datum
    events: EventTexts
    gap: float
    pictured: frozenset[str] = frozenset()
    seen: Datum | None = None


class Batch:
    """Gathers results and keeps them together.

    Attributes:
        job: that makes them.
        counts: clips analyzed, judged and failed so far, and how many there are to do (`total`).
        rejected: camera and failure of each clip that can't be used.
        changed: ids of the events that are new or not what they were.

    Args:
        place: the store.
        tenant: whose results.
        job: that makes them.
        provenance: commits from which they are made.
        total: clips that may have to be done, see `jobs.Job`.
    """

    def __init__(
        self, place: Place, tenant: str, job: int, provenance: tuple[Origin, ...], total: int = 0
    ) -> None:
        self._place = place
        self._tenant = tenant
        self.job = job
        self._provenance = provenance
        self._new: dict[str, Datum] = {}
        self._judged: list[Judged] = []
        self._failed: list[tuple[Datum, ClipRecord]] = []
        self._whole: list[tuple[Sequence[str], set[str]]] = []
        self._since = 0.0
        self.counts = {"total": total, "analyzed": 0, "judged": 0, "failed": 0}
        self.rejected: list[tuple[Camera, Failure]] = []
        self.changed: set[str] = set()
        self._now_changed: set[str] = set()

    def add_total(self, more: int) -> None:
        """So many more clips may have to be done; fewer, where some turn out to be up to date."""
        self.counts["total"] += more

    def add_analysis(self, datum: Datum) -> None:
        """A pack that lies in the spool."""
        self._touch()
        self._new[datum.key] = datum

    def drop_analysis(self, key: str) -> None:
        """A pack that turned out to be damaged."""
        self._new.pop(key, None)

    def add_judged(self, judged: Judged) -> None:
        """A clip that was judged, its pack new or not."""
        self._touch()
        self._judged.append(judged)

    def add_whole(self, paths: Sequence[str], told: set[str]) -> None:
        """All clips of a stream were judged: of the events that began in them, these there are."""
        if paths:
            self._touch()
            self._whole.append((paths, told))

    def add_failure(self, datum: Datum, record: ClipRecord) -> None:
        """A datum that failed, and the clip that it cost."""
        self._touch()
        self._failed.append((datum, record))
        failure = Failure(record.source, datum.error or "", datum.detail or "")
        self.rejected.append((record.clip.camera, failure))

    @property
    def is_due(self) -> bool:
        """Whether enough has come together, or it has waited long enough."""
        count = len(self._judged) + len(self._failed)
        return count >= _MOST or (count > 0 and time.monotonic() - self._since > _LONGEST_S)

    def flush(self) -> dict[str, Datum]:
        """Keep all of it; gives the new analyses with the blobs in which they lie from now on.

        Their packs stay in the spool, for those who are about to read them.

        Raises:
            StorageError: it can't be kept; nothing of this batch is, and all is made again.
        """
        if not (self._new or self._judged or self._failed or self._whole):
            return {}
        made = {key: made_in(self._place.spool, key) for key in self._new}
        blobs = self._place.blobs(self._tenant)
        reused = [one.seen.pack for one in self._judged if one.seen and one.seen.pack]
        with self._place.leasing(self._tenant, [*map(_hash, made.values()), *reused]):
            stored = dict(zip(made, blobs.put_files(list(made.values())), strict=True))
            kept = {
                key: replace(datum, pack=stored[key].sha256, size=stored[key].size)
                for key, datum in self._new.items()
            }
            self._commit(kept, stored)
        self.changed |= self._now_changed
        self._new, self._judged, self._failed, self._whole = {}, [], [], []
        return kept

    def _commit(self, kept: Mapping[str, Datum], stored: Mapping[str, Blob]) -> None:
        records = [self._placed(one.record, stored) for one in self._judged]
        entries = [
            Entry(one.record.path, blob, {"key": one.record.analysis})
            for one in self._judged
            if (blob := self._new_blob(one, stored)) is not None
        ]
        self.counts["analyzed"] += len(kept)
        self.counts["judged"] += len(self._judged)
        self.counts["failed"] += len(self._failed)

        paths = [*(record.path for record in records), *(r.path for _, r in self._failed)]

        def within(connection: Connection, _: Commit | None) -> None:
            showed = sighted.of_clips(connection, self._tenant, paths)
            datums.put(connection, self._tenant, kept.values())
            datums.put(connection, self._tenant, _last(datum for datum, _ in self._failed))
            datums.put(connection, self._tenant, _last(one.datum for one in self._judged))
            clips.put(connection, [*records, *(record for _, record in self._failed)])
            shows = sighted.of_clips(connection, self._tenant, paths)
            sighted.note_changed(connection, self._tenant, showed, shows)
            self._keep_events(connection)
            jobs.progress(connection, self.job, **self.counts)

        if entries:
            self._place.repos.commit(
                Repo(self._tenant, ANALYSIS),
                entries,
                author=ENGINE,
                message=f"analyze {len(entries)} clip{'s' if len(entries) > 1 else ''}",
                provenance=self._provenance,
                within=within,
            )
        else:
            with self._place.catalog.begin() as connection:
                within(connection, None)

    @staticmethod
    def _new_blob(one: Judged, stored: Mapping[str, Blob]) -> Blob | None:
        """The blob of a clip's analysis, None where the repo has it already."""
        blob = stored.get(one.record.analysis or "")
        if blob is None and one.seen and one.seen.pack:
            blob = Blob(one.seen.pack, one.seen.size or 0)
        return blob

    @staticmethod
    def _placed(record: ClipRecord, stored: Mapping[str, Blob]) -> ClipRecord:
        blob = stored.get(record.analysis or "")
        return record if blob is None else replace(record, pack=blob.sha256)

    def _keep_events(self, connection: Connection) -> None:
        latest = EventTexts()
        for one in self._judged:
            latest.update(one.events)
        pictures = {i: one.record.path for one in self._judged for i in one.pictured}
        now_changed, days, spans = set[str](), set[date](), dict[Camera, Span]()
        for some in clips.chunks(latest, _AT_ONCE):
            changed = happenings.put(connection, some, self.job, pictures)
            now_changed |= {event.event_id for event in changed}
            days |= {event.start.date() for event in changed}
            _widen(spans, some)  # also by one that is as it was: the gap may be another
        for paths, told in self._whole:
            gone = happenings.withdraw(connection, self._tenant, paths, told, self.job)
            days |= {event.start.date() for event in gone}
            _widen(spans, gone)
        gaps = {one.record.clip.camera: one.gap for one in self._judged}
        for camera, span in sorted(spans.items()):
            days |= rejoin(connection, camera, span, gaps[camera])
        note_days(connection, self._tenant, days)
        self._now_changed = now_changed

    def _touch(self) -> None:
        if not (self._judged or self._failed):
            self._since = time.monotonic()


def rejoin(connection: Connection, camera: Camera, touched: Span, gap: float) -> set[date]:
    """Say anew which incident events belong to, as far as a change can reach.

    Args:
        connection: in a transaction.
        camera: whose events.
        touched: when those of its events were that are new, changed or gone, or were judged by
            another gap.
        gap: seconds without an event after which an incident is over.

    Returns:
        the days (UTC) on which events began that belong to another incident now.
    """
    first, last = touched[0], touched[1] + timedelta(seconds=gap)
    moved, days = dict[str, str](), set[date]()
    before: dict[str, str] = {}

    def told() -> Iterator[Event]:
        for event in happenings.visits_since(connection, camera, first):
            before[event.event_id] = event.incident_id
            yield event

    for event in join_ordered(told(), gap):
        if event.incident_id != before.pop(event.event_id):
            moved[event.event_id] = event.incident_id
            days.add(event.start.date())
        elif event.start > last and event.incident_id == event.event_id:
            break  # a visit of its own before and after: from here on nothing has changed
    happenings.set_incidents(connection, camera.tenant, moved)
    return days


def _widen(spans: dict[Camera, Span], events: Iterable[Event]) -> None:
    """Make the spans of their cameras reach over these events, too."""
    for event in events:
        first, last = spans.get(event.camera, (event.start, event.end))
        spans[event.camera] = min(first, event.start), max(last, event.end)


def _hash(file: Path) -> str:
    with storage_errors(file, "read"), file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _last(found: Iterable[Datum]) -> list[Datum]:
    """Of each key the last: two cameras may share the same bytes."""
    return list({datum.key: datum for datum in found}.values())
