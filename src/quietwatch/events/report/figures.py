"""The numbers of the report: what each camera gave, and which of them stand out."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from quietwatch.events.report.value import Report, ReportClip
from quietwatch.model import Camera, Event, Verdict

_MANY_TIMES: Final = 4  # as many events an hour as the other cameras' median: far too many
_MANY_EVENTS: Final = 12  # fewer are never far too many
STEADY_S: Final = 600.0
"""From less footage than this, seconds, a rate an hour is mostly chance."""


class Oddity(StrEnum):
    """How a camera stands out from the others."""

    NONE = ""
    MANY = "far more than the others"
    SILENT = "no event at all"


@dataclass(frozen=True, slots=True)
class CameraFigures:
    """One camera's part.

    Attributes:
        camera: which.
        clips: in order of time.
        events: in order of time.
        seconds: of footage.
        oddity: how it stands out.
    """

    camera: Camera
    clips: tuple[ReportClip, ...]
    events: tuple[Event, ...]
    seconds: float
    oddity: Oddity = Oddity.NONE

    @property
    def rate(self) -> float | None:
        """Events an hour of footage; None without footage that lasts."""
        return len(self.events) * 3600 / self.seconds if self.seconds else None

    @property
    def noise(self) -> int:
        """Movers that were seen too seldom to be events."""
        return sum(clip.noise for clip in self.clips)

    @property
    def steady(self) -> bool:
        """There is footage enough for a rate to mean something."""
        return self.seconds >= STEADY_S

    def count(self, verdict: Verdict) -> int:
        """How many of its events have this verdict."""
        return sum(event.judgement.verdict is verdict for event in self.events)


def by_time(events: Iterable[Event]) -> list[Event]:
    """In the order in which things happened; a fixed one where they happened at once."""
    return sorted(
        events, key=lambda event: (event.start, event.camera, event.event_id, event.revision)
    )


def verdicts(events: Iterable[Event]) -> Counter[Verdict]:
    """How many events have each verdict."""
    return Counter(event.judgement.verdict for event in events)


def cameras(report: Report) -> list[CameraFigures]:
    """All cameras that a clip or an event names, by name."""
    clips: dict[Camera, list[ReportClip]] = {}
    events: dict[Camera, list[Event]] = {}
    for clip in sorted(report.made_from, key=lambda clip: (clip.start, clip.source)):
        clips.setdefault(clip.camera, []).append(clip)
    for event in by_time(report.events):
        events.setdefault(event.camera, []).append(event)
    figures = []
    for name in sorted(clips.keys() | events.keys()):
        seconds = sum(clip.duration for clip in clips.get(name, ()))
        figures.append(
            CameraFigures(name, tuple(clips.get(name, ())), tuple(events.get(name, ())), seconds)
        )
    rates = sorted(one.rate or 0 for one in figures if one.steady)
    return [replace(one, oddity=_oddity(one, rates)) for one in figures]


def _oddity(one: CameraFigures, rates: Sequence[float]) -> Oddity:
    """How a camera stands out, given the rates of all that are steady, rising."""
    if not one.events:
        return Oddity.SILENT
    if not one.steady or len(rates) < 2 or len(one.events) < _MANY_EVENTS:
        return Oddity.NONE
    rate = one.rate or 0
    many = rate > _MANY_TIMES * _median_of_others(rates, rate)
    return Oddity.MANY if many else Oddity.NONE


def _median_of_others(rising: Sequence[float], one: float) -> float:
    """The median of at least two numbers without one of them, looked up and not sorted anew."""
    own = bisect_left(rising, one)
    at, odd = divmod(len(rising) - 1, 2)
    upper = rising[at + (at >= own)]
    return upper if odd else (rising[at - 1 + (at - 1 >= own)] + upper) / 2
