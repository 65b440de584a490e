"""Which events get a picture, which a row, and which are only counted: a file stays small."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from quietwatch.events.report.cards import Entry
from quietwatch.events.report.figures import by_time
from quietwatch.events.report.value import Report
from quietwatch.model import Event, Verdict

MAX_HELD_PICTURES: Final = 60
"""Held-back events that are shown with a picture: those with the highest scores."""

MAX_PICTURE_BYTES: Final = 8 * 2**20
"""Most bytes of all pictures together, before base64: alarms go first, then reviews."""

MAX_ROWS: Final = 2000
"""Most held-back events that are listed without a picture; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Entries:
    """The events in the order of the page.

    Attributes:
        alarms, reviews: all of them, in order of time.
        pictured: held back, shown with a picture, in order of time.
        rows: held back, listed without one, in order of time.
        left_out: how many more were held back.
    """

    alarms: tuple[Entry, ...]
    reviews: tuple[Entry, ...]
    pictured: tuple[Entry, ...]
    rows: tuple[Entry, ...]
    left_out: int

    @property
    def on_page(self) -> tuple[Entry, ...]:
        """All that can be linked to."""
        return self.alarms + self.reviews + self.pictured + self.rows

    @property
    def held(self) -> int:
        """How many were held back."""
        return len(self.pictured) + len(self.rows) + self.left_out


def choose(report: Report) -> Entries:
    """Sort the report's events into their places on the page."""
    events = by_time(report.events)
    fits = fitting(events, {key: len(jpeg) for key, jpeg in report.pictures.items()})
    shown = {key: report.pictures[key] for key in fits}
    several = len({event.camera.name for event in events}) < len({e.camera for e in events})
    of = {verdict: [e for e in events if e.judgement.verdict is verdict] for verdict in Verdict}
    held = of[Verdict.SUPPRESSED]
    pictured = [event for event in held if event.event_id in shown]
    others = [event for event in held if event.event_id not in shown]
    number = 0

    def entries(chosen: Sequence[Event]) -> tuple[Entry, ...]:
        nonlocal number
        first, number = number + 1, number + len(chosen)
        return tuple(
            Entry(event, at, shown.get(event.event_id), several)
            for at, event in enumerate(chosen, first)
        )

    return Entries(
        alarms=entries(of[Verdict.ALARM]),
        reviews=entries(of[Verdict.REVIEW]),
        pictured=entries(pictured),
        rows=entries(others[:MAX_ROWS]),
        left_out=max(len(others) - MAX_ROWS, 0),
    )


def fitting(events: Iterable[Event], sizes: Mapping[str, int]) -> set[str]:
    """The events whose pictures are shown: by verdict, then by score, until the page is large.

    Asked about these alone it gives them all: what is left out need not be read.

    Args:
        events: all of the report.
        sizes: bytes of their pictures by event_id, where there are any.
    """
    order = list(Verdict)
    ranked = sorted(
        by_time(events),
        key=lambda event: (order.index(event.judgement.verdict), -event.judgement.score),
    )
    room, held = MAX_PICTURE_BYTES, MAX_HELD_PICTURES
    fits = set()
    for event in ranked:
        size = sizes.get(event.event_id)
        quiet = event.judgement.verdict is Verdict.SUPPRESSED
        if size is None or size > room or (quiet and held == 0):
            continue
        held -= quiet
        room -= size
        fits.add(event.event_id)
    return fits
