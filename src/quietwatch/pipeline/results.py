"""What a home knows, put together for people and programs: events with incidents, the report."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from quietwatch.errors import RecordDamaged
from quietwatch.events.report import Report, ReportClip, fitting
from quietwatch.judge.incidents import join
from quietwatch.model import Camera, Event, Failure, Verdict
from quietwatch.store.home import Home
from quietwatch.store.records import ClipRecord

Aside = Callable[[RecordDamaged], None]
"""Told of what is damaged and left out, so that one bad file doesn't cost all the others."""

_Told = TypeVar("_Told")
_TITLE = "What the cameras saw"
_MOST_PICTURES = 400  # in a report; alarms first


@dataclass(frozen=True, slots=True)
class History:
    """All that a home knows of one camera.

    Attributes:
        records: its clips, by start.
        events: what was seen in them, by start and id, joined to incidents.
    """

    records: tuple[ClipRecord, ...]
    events: tuple[Event, ...]


def history(home: Home, camera: Camera, gap: float, aside: Aside | None = None) -> History:
    """All that a home knows of a camera.

    Args:
        home: where the records are.
        camera: whose clips.
        gap: seconds without an event after which an incident is over.
        aside: told of each record that is damaged and therefore left out.

    Raises:
        RecordDamaged: a record is damaged, and nobody wants to be told of it.
    """
    records = tuple(home.records(camera, aside))
    return History(records, tuple(join((e for record in records for e in record.events), gap)))


def joined(
    home: Home, records: Iterable[ClipRecord], gap: float, aside: Aside | None = None
) -> Iterator[Event]:
    """The events of some clips, by camera, start and id; `source` as these records have it.

    Incidents are joined over all that the home knows of the cameras concerned, so that an event's
    incident doesn't depend on which clips were asked for. Arguments are as those of `history`.
    """
    sources = {(r.clip.camera, r.clip.sha256): r.source for r in records}
    for camera in sorted({camera for camera, _ in sources}):
        for event in history(home, camera, gap, aside).events:
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


def _of_tracks(
    tell: Callable[[str, set[int]], dict[int, _Told]],
    events: Mapping[str, Sequence[Event]],
    aside: Aside,
) -> dict[str, _Told]:
    """By event_id what each analysis tells of the tracks of its events."""
    found: dict[str, _Told] = {}
    for key, members in events.items():
        if not members:
            continue
        try:
            told = tell(key, {event.track for event in members})
        except RecordDamaged as error:
            aside(error)
            continue
        found |= {event.event_id: told[event.track] for event in members if event.track in told}
    return found


def make_report(
    home: Home,
    records: Sequence[ClipRecord],
    events: Sequence[Event],
    failed: Sequence[Failure],
    aside: Aside,
) -> Report:
    """What the report of some clips shows, with pictures for the weightiest events.

    `aside` is told of each analysis that is damaged: its pictures are left out. Only the pictures
    that the page has room for are read.
    """
    analyses = {(r.clip.camera, r.clip.sha256): r.analysis for r in records}
    stored = {
        key: shown for key, shown in pictured(events, analyses).items() if home.has_analysis(key)
    }
    sizes = _of_tracks(home.picture_sizes, stored, aside)
    fits = fitting(events, sizes)
    chosen = {key: [e for e in shown if e.event_id in fits] for key, shown in stored.items()}
    pictures = _of_tracks(home.read_pictures, chosen, aside)
    clips = tuple(
        ReportClip(
            *(r.clip.camera, r.source, r.clip.start, r.clip.duration),
            *(r.notes, r.clip.start_from, r.noise),
        )
        for r in records
    )
    return Report(_TITLE, clips, tuple(events), pictures, tuple(failed))
