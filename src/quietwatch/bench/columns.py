"""What is told of each system, in which words: the same on the page and on the terminal."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from quietwatch.bench.intervals import Estimate
from quietwatch.bench.measures import Figures

DASH = "\u2013"
"""Stands where the clips can't tell."""

COST = "Processor time an hour"
"""Heading of what looking at an hour of footage takes a system, on the machine that looked."""


class Cell(NamedTuple):
    """A figure in words, and its 95 % interval."""

    value: str
    interval: str

    def __str__(self) -> str:
        return f"{self.value} ({self.interval})" if self.interval else self.value


@dataclass(frozen=True, slots=True)
class Column:
    """One measure.

    Attributes:
        name: heading, short.
        words: what it tells, a sentence.
        cell: tells it.
        brief: whether it is told where there is little room.
    """

    name: str
    words: str
    cell: Callable[[Figures], Cell]
    brief: bool = False


def share(told: Estimate | None) -> Cell:
    """A part of a whole, in percent."""
    return _cell(told, lambda value: f"{100 * value:.1f}", " %")


def rate(told: Estimate | None) -> Cell:
    """So many an hour, a day, an event."""
    return _cell(told, short)


def seconds(told: Estimate | None) -> Cell:
    """A time, in seconds."""
    return _cell(told, lambda value: f"{value:.1f}", " s")


COLUMNS = (
    Column(
        "Recall", "share of events alarmed of within 10 s", lambda f: share(f.recall), brief=True
    ),
    Column("Recall, clear", "in clips without a nuisance", lambda f: share(f.recall_clear)),
    Column("Recall, nuisance", "in clips with one", lambda f: share(f.recall_nuisance)),
    Column(
        "False alarms/h",
        "a camera-hour, over all clips",
        lambda f: rate(f.false_alarms_hour),
        brief=True,
    ),
    Column("False alarms/day", "the same a camera-day", lambda f: rate(f.false_alarms_day)),
    Column(
        "False alarms/h, quiet",
        "over the clips without an event",
        lambda f: rate(f.false_alarms_quiet),
        brief=True,
    ),
    Column("Fewer", "share of the floor's that are gone", lambda f: share(f.reduction), brief=True),
    Column("Latency p50", "median time to the alarm", lambda f: seconds(f.latency_p50_s)),
    Column(
        "Latency p95",
        "95 % of alarms came within",
        lambda f: seconds(f.latency_p95_s),
        brief=True,
    ),
    Column("Duplicates", "further alarms an event caught", lambda f: rate(f.duplicates)),
    Column(
        "Duplicates that ring",
        "those that no incident joins to an earlier alarm",
        lambda f: rate(f.duplicate_rings),
        brief=True,
    ),
)
"""In the order in which they are told."""

BRIEF = tuple(column for column in COLUMNS if column.brief)
"""The few that must not be left out."""


def short(value: float) -> str:
    """Three digits that matter, or none behind the point from 100 on."""
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _cell(told: Estimate | None, write: Callable[[float], str], unit: str = "") -> Cell:
    if told is None:
        return Cell(DASH, "")
    return Cell(f"{write(told.value)}{unit}", f"{write(told.low)} to {write(told.high)}")
