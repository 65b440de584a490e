"""Events of one camera that belong together are one incident: a visit rings once."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from quietwatch.model import Event, Verdict


def join(events: Iterable[Event], gap: float) -> Iterator[Event]:
    """The events with their `incident_id` set, ordered by camera, start and id.

    An alarm or review that begins while an incident of its camera is open, or within `gap` seconds
    after it, belongs to it; an alarm keeps it open, so that thin evidence can't hide a next visit.
    The incident has the id of its first event. What was held back is no part of a visit and stands
    alone.

    Args:
        events: of any cameras, in any order, each once.
        gap: seconds without an event after which an incident is over.
    """
    return join_ordered(sorted(events, key=lambda e: (e.camera, e.start, e.event_id)), gap)


def join_ordered(events: Iterable[Event], gap: float) -> Iterator[Event]:
    """As `join`, of events that come by camera, start and id; takes one after the other."""
    incident, until, camera = "", 0.0, None
    for event in events:
        if event.judgement.verdict is Verdict.SUPPRESSED:
            yield replace(event, incident_id=event.event_id)
            continue
        begins, ends = event.start.timestamp(), event.end.timestamp()
        if event.camera != camera or begins > until + gap:
            incident, until, camera = event.event_id, ends, event.camera
        if event.judgement.verdict is Verdict.ALARM or incident == event.event_id:
            until = max(until, ends)
        yield replace(event, incident_id=incident)
