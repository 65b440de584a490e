"""What a home knows, put together for people and programs: events with incidents, the report."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from quietwatch.events.report import Report, ReportClip
from quietwatch.judge.incidents import join
from quietwatch.model import Camera, Event, Failure, Verdict
from quietwatch.store.home import Home
from quietwatch.store.records import ClipRecord

_TITLE = "What the cameras saw"
_MOST_PICTURES = 400  # in a report; alarms first


def all_records(home: Home, camera: Camera | None = None) -> list[ClipRecord]:
    """Every clip of a home, or of one camera, by camera and start.

    Raises:
        RecordDamaged: a record can't be read.
    """
    return sorted(home.records(camera), key=lambda r: (r.clip.camera, r.clip.start, r.clip.sha256))


def joined(home: Home, records: Sequence[ClipRecord], gap: float) -> Iterator[Event]:
    """The events of some clips, by camera, start and id; `source` as these records have it.

    Incidents are joined over all that the home knows of the cameras concerned, so that an event's
    incident doesn't depend on which clips were asked for.

    Args:
        home: where the records are.
        records: the clips asked for.
        gap: seconds without an event after which an incident is over.
    """
    sources = {(r.clip.camera, r.clip.sha256): r.source for r in records}
    for camera in sorted({r.clip.camera for r in records}):
        known = all_records(home, camera)
        for event in join((event for record in known for event in record.events), gap):
            source = sources.get((camera, event.footage))
            if source is not None:
                yield replace(event, source=source)


def pictured(
    events: Iterable[Event], analyses: Mapping[tuple[Camera, str], str]
) -> dict[str, list[Event]]:
    """The events that a report may show with a picture, by the key of the analysis that has it.

    Args:
        events: all of the report.
        analyses: key of the analysis of each clip, by camera and footage.
    """
    order = [Verdict.ALARM, Verdict.REVIEW, Verdict.SUPPRESSED]
    weighty = sorted(
        events, key=lambda e: (order.index(e.judgement.verdict), -e.judgement.score, e.event_id)
    )
    found: dict[str, list[Event]] = {}
    for event in weighty[:_MOST_PICTURES]:
        found.setdefault(analyses[event.camera, event.footage], []).append(event)
    return found


def make_report(
    home: Home,
    records: Iterable[ClipRecord],
    events: Sequence[Event],
    failed: Sequence[Failure] = (),
) -> Report:
    """What the report of some clips shows, with pictures for the weightiest events."""
    records = list(records)
    analyses = {(r.clip.camera, r.clip.sha256): r.analysis for r in records}
    pictures: dict[str, bytes] = {}
    for key, shown in pictured(events, analyses).items():
        if home.has_analysis(key):
            jpegs = home.read_pictures(key, {event.track for event in shown})
            pictures |= {e.event_id: jpegs[e.track] for e in shown if e.track in jpegs}
    clips = tuple(
        ReportClip(
            r.clip.camera, r.source, r.clip.start, r.clip.duration, r.notes, r.clip.start_from
        )
        for r in records
    )
    return Report(_TITLE, clips, tuple(events), pictures, tuple(failed))
