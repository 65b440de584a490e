"""What a pass did, as it is told: for the sources that were named, or as what has changed."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from quietwatch.model import Event, Failure, Note
from quietwatch.pipeline.batch import Batch
from quietwatch.pipeline.ingest import Ingest, Named
from quietwatch.store.catalog import clips, happenings
from quietwatch.store.catalog.clips import ClipRecord
from quietwatch.store.catalog.jobs import Job
from quietwatch.store.place import Place


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


@dataclass(frozen=True, slots=True)
class Round:
    """What one round of watching did.

    Attributes:
        clips: clips analyzed.
        failed: inputs that could not be used, by source.
        events: that are new or not what they were, by camera, start and id.
        waiting: cameras (`site/camera`) whose footage waits, as their settings can't be used.
    """

    clips: int
    failed: tuple[Failure, ...]
    events: tuple[Event, ...]
    waiting: tuple[Failure, ...] = ()


@dataclass(frozen=True, slots=True)
class Processed:
    """What bringing everything up to date did.

    Attributes:
        job: that did it, None if nothing was to do.
        waiting: cameras (`site/camera`) whose footage waits, as their settings can't be used.
    """

    job: Job | None
    waiting: tuple[Failure, ...] = ()


def run_result(
    place: Place, tenant: str, ingest: Ingest, analyzed: set[str], waiting: Mapping[str, Failure]
) -> RunResult:
    """What a pass did for the sources that were named.

    Args:
        place: the store.
        tenant: whose footage it is.
        ingest: has taken it in.
        analyzed: paths of the clips that were analyzed.
        waiting: by `site/camera`, why footage of it waits.
    """
    named = ingest.named
    with place.catalog.reading() as connection:
        found = list(clips.by_paths(connection, tenant, named))
        events = list(happenings.of_clips(connection, tenant, named))
    failed: list[Failure] = []
    done: list[ClipRecord] = []
    for record in found:
        why = _why(record, waiting)
        if why is None:
            done.append(_as_named(record, named[record.path]))
        else:
            failed += [replace(why, source=source) for source in named[record.path].sources]
    records = sorted(done, key=_clip_place)
    sources = {record.path: record.source for record in records}
    shown = [_of_source(e, sources[e.footage_path]) for e in events if e.footage_path in sources]
    notes = [(record.source, note) for record in records for note in record.notes]
    made = sum(record.path in analyzed for record in records)
    return RunResult(
        clips=made,
        skipped=len(records) - made,
        failed=_sorted([*ingest.failed, *failed]),
        notes=tuple(sorted(notes, key=lambda n: (n[0], n[1].code, n[1].detail))),
        events=tuple(sorted(shown, key=_event_place)),
        records=tuple(records),
    )


def round_of(
    place: Place,
    tenant: str,
    ingest: Ingest,
    batch: Batch | None,
    analyzed: int,
    waiting: tuple[Failure, ...],
) -> Round:
    """What a pass changed.

    Args:
        place: the store.
        tenant: whose.
        ingest: has taken in what arrived.
        batch: has kept the results; None: there was nothing to do.
        analyzed: how many clips were.
        waiting: cameras whose footage waits.
    """
    with place.catalog.reading() as connection:
        events = list(happenings.by_ids(connection, tenant, batch.changed if batch else ()))
    failed = [*ingest.failed, *(f for _, f in (batch.rejected if batch else ()))]
    return Round(
        analyzed,
        _sorted(failed),
        tuple(sorted(events, key=lambda e: (e.camera, e.start, e.event_id))),
        waiting,
    )


def _why(record: ClipRecord, waiting: Mapping[str, Failure]) -> Failure | None:
    """Why nothing is told of a clip; None if something is."""
    if record.error is not None:
        return Failure(record.source, record.error, record.detail or "")
    if not waiting:  # nearly always, and there may be very many records
        return None
    camera = record.clip.camera
    return waiting.get(f"{camera.site}/{camera.name}")


def _sorted(failed: list[Failure]) -> tuple[Failure, ...]:
    return tuple(sorted(failed, key=lambda one: (one.source, one.error)))


def _clip_place(record: ClipRecord) -> tuple[str, str, datetime, str]:
    """By what the records of a tenant are sorted; plain values, as there may be very many."""
    clip = record.clip
    return clip.camera.site, clip.camera.name, clip.start, clip.sha256


def _event_place(event: Event) -> tuple[str, str, datetime, str]:
    """The same of events."""
    return event.camera.site, event.camera.name, event.start, event.event_id


def _of_source(event: Event, source: str) -> Event:
    """The event as its clip was named this time."""
    return event if event.source == source else replace(event, source=source)


def _as_named(record: ClipRecord, named: Named) -> ClipRecord:
    """The record as the clip was named this time."""
    if named.source == record.source and not named.notes:
        return record
    return replace(record, source=named.source, notes=(*record.notes, *named.notes))
