"""Results that are kept together: one commit and one transaction for many clips."""

import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy import Connection

from quietwatch.judge.incidents import join
from quietwatch.model import Blob, Camera, Commit, Entry, Event, Failure, Origin, Repo
from quietwatch.pipeline.compact import note_days
from quietwatch.store.catalog import clips, datums, happenings, jobs
from quietwatch.store.catalog.clips import ClipRecord
from quietwatch.store.catalog.datums import Datum
from quietwatch.store.home import made_in
from quietwatch.store.place import Place

ANALYSIS = "analysis"
"""The repo of what was seen in each clip, at the clip's own path."""

_MOST = 128  # clips of one batch
_LONGEST_S = 3.0  # and how long the first of them waits for the others


@dataclass(frozen=True, slots=True)
class Judged:
    """A clip with its newest results.

    Attributes:
        record: what is known of it.
        datum: of its judgement; None where only its analysis is kept.
        events: that began in it, and later states of those that began before it.
        gap: seconds without an event after which an incident is over.
    """

    record: ClipRecord
    datum: Datum
    events: tuple[Event, ...]
    gap: float


class Batch:
    """Gathers results and keeps them together.

    Args:
        place: the store.
        tenant: whose results.
        job: that makes them.
        provenance: commits from which they are made.
    """

    def __init__(self, place: Place, tenant: str, job: int, provenance: tuple[Origin, ...]) -> None:
        self._place = place
        self._tenant = tenant
        self._job = job
        self._provenance = provenance
        self._new: dict[str, Datum] = {}
        self._judged: list[Judged] = []
        self._failed: list[tuple[Datum, ClipRecord]] = []
        self._since = 0.0
        self.counts = {"analyzed": 0, "judged": 0, "failed": 0}
        self.rejected: list[tuple[Camera, Failure]] = []

    def add_analysis(self, datum: Datum) -> None:
        """A pack that lies in the spool."""
        self._touch()
        self._new[datum.key] = datum

    def add_judged(self, judged: Judged) -> None:
        """A clip that was judged, its pack new or not."""
        self._touch()
        self._judged.append(judged)

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
        if not (self._new or self._judged or self._failed):
            return {}
        made = {key: made_in(self._place.spool, key) for key in self._new}
        stored = dict(
            zip(made, self._place.blobs(self._tenant).put_files(list(made.values())), strict=True)
        )
        kept = {
            key: replace(datum, pack=stored[key].sha256, size=stored[key].size)
            for key, datum in self._new.items()
        }
        with self._place.leasing(self._tenant, [blob.sha256 for blob in stored.values()]):
            self._commit(kept, stored)
        self._new, self._judged, self._failed = {}, [], []
        return kept

    def _commit(self, kept: Mapping[str, Datum], stored: Mapping[str, Blob]) -> None:
        records = [self._placed(one.record, stored) for one in self._judged]
        entries = [
            Entry(record.path, stored[record.analysis], {"key": record.analysis})
            for record in records
            if record.analysis is not None and record.analysis in stored
        ]
        self.counts["analyzed"] += len(entries)
        self.counts["judged"] += len(self._judged)
        self.counts["failed"] += len(self._failed)

        def within(connection: Connection, _: Commit | None) -> None:
            datums.put(connection, self._tenant, kept.values())
            datums.put(connection, self._tenant, _last(datum for datum, _ in self._failed))
            datums.put(connection, self._tenant, _last(one.datum for one in self._judged))
            clips.put(connection, [*records, *(record for _, record in self._failed)])
            self._keep_events(connection)
            jobs.progress(connection, self._job, **self.counts)

        if entries:
            self._place.repos.commit(
                Repo(self._tenant, ANALYSIS),
                entries,
                author="engine",
                message=f"analyze {len(entries)} clip{'s' if len(entries) > 1 else ''}",
                provenance=self._provenance,
                within=within,
            )
        else:
            with self._place.catalog.begin() as connection:
                within(connection, None)

    @staticmethod
    def _placed(record: ClipRecord, stored: Mapping[str, Blob]) -> ClipRecord:
        blob = stored.get(record.analysis or "")
        return record if blob is None else replace(record, pack=blob.sha256)

    def _keep_events(self, connection: Connection) -> None:
        latest = {event.event_id: event for one in self._judged for event in one.events}
        changed = happenings.put(connection, latest.values(), self._job)
        for one in self._judged:
            began = {e.event_id for e in one.events if e.footage_path == one.record.path}
            changed += happenings.withdraw(
                connection, self._tenant, one.record.path, began, self._job
            )
        note_days(connection, self._tenant, {event.start.date() for event in changed})
        gaps = {one.record.clip.camera: one.gap for one in self._judged}
        for camera in sorted({event.camera for event in changed}):
            own = [event for event in changed if event.camera == camera]
            rejoin(connection, camera, own, gaps[camera])

    def _touch(self) -> None:
        if not (self._judged or self._failed):
            self._since = time.monotonic()


def rejoin(connection: Connection, camera: Camera, changed: list[Event], gap: float) -> None:
    """Say anew which incident events belong to, as far as a change can reach.

    Args:
        connection: in a transaction.
        camera: whose events.
        changed: events of it that are new, changed or gone.
        gap: seconds without an event after which an incident is over.
    """
    first = min(event.start for event in changed)
    last = max(event.end for event in changed) + timedelta(seconds=gap)
    wrong: dict[str, str] = {}
    stored = {}

    def told() -> Iterator[Event]:
        for event in happenings.visits_since(connection, camera, first):
            stored[event.event_id] = event.incident_id
            yield event

    for event in join(told(), gap):
        if event.incident_id != stored[event.event_id]:
            wrong[event.event_id] = event.incident_id
        elif event.start > last and event.incident_id == event.event_id:
            break  # a visit of its own before and after: from here on nothing has changed
    happenings.set_incidents(connection, camera.tenant, wrong)


def _last(found: Iterable[Datum]) -> list[Datum]:
    """Of each key the last: two cameras may share the same bytes."""
    return list({datum.key: datum for datum in found}.values())
