"""What a report is made from."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from quietwatch.model import Camera, Event, Failure, Note, StartFrom


@dataclass(frozen=True, slots=True)
class ReportClip:
    """A piece of footage that the report speaks of.

    Attributes:
        camera: whose picture it is.
        source: path or URL as given.
        start: UTC time of the first frame, aware.
        duration: seconds; 0 for a lone still.
        notes: what was odd and survived.
        start_from: how `start` was learned; None leaves it unsaid.
        noise: movers that were seen too seldom to be events.
    """

    camera: Camera
    source: str
    start: datetime
    duration: float
    notes: tuple[Note, ...] = ()
    start_from: StartFrom | None = None
    noise: int = 0

    @property
    def end(self) -> datetime:
        """UTC time at which it ends."""
        return self.start + timedelta(seconds=self.duration)


@dataclass(frozen=True, slots=True)
class Report:
    """All that `render` needs; the same report gives the same bytes.

    Attributes:
        title: what the report is about, a few words.
        made_from: the clips, in any order.
        events: the latest revision of each event, in any order.
        pictures: JPEG of the whole frame (at most 960 pixels wide) by event_id, where there is one.
        failed: inputs that could not be used.
    """

    title: str
    made_from: tuple[ReportClip, ...]
    events: tuple[Event, ...]
    pictures: Mapping[str, bytes]
    failed: tuple[Failure, ...] = ()
