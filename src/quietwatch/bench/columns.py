"""What is told of each system, in which words: the same on the page and on the terminal."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from quietwatch.bench.intervals import Estimate
from quietwatch.bench.measures import Figures

DASH = "\u2013"
"""Stands where the clips can't tell."""


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
    """

    name: str
    words: str
    cell: Callable[[Figures], Cell]


def share(told: Estimate | None) -> Cell:
    """A part of a whole, in percent."""
    return _cell(told, lambda value: f"{100 * value:.1f}", " %")


def rate(told: Estimate | None) -> Cell:
    """So many an hour, a day, an event."""
    return _cell(told, _short)


def seconds(told: Estimate | None) -> Cell:
    """A time, in seconds."""
    return _cell(told, lambda value: f"{value:.1f}", " s")


COLUMNS = (
    Column("Recall", "Share of events alarmed of within 10 s.", lambda f: share(f.recall)),
    Column(
        "False alarms/h",
        "False alarms a camera-hour, over all clips.",
        lambda f: rate(f.false_alarms_hour),
    ),
    Column("a day", "The same a camera-day.", lambda f: rate(f.false_alarms_day)),
    Column(
        "where nothing happens",
        "False alarms a camera-hour, over the clips without an event.",
        lambda f: rate(f.false_alarms_quiet),
    ),
    Column(
        "Fewer", "Share of the floor's false alarms that are gone.", lambda f: share(f.reduction)
    ),
    Column("Latency p50", "Median time to the alarm.", lambda f: seconds(f.latency_p50_s)),
    Column("p95", "Time within which 95 % of alarms came.", lambda f: seconds(f.latency_p95_s)),
    Column(
        "Duplicates", "Further alarms of an event that was caught.", lambda f: rate(f.duplicates)
    ),
    Column(
        "that ring",
        "Those of them that are not of an incident that rang before.",
        lambda f: rate(f.duplicate_rings),
    ),
    Column(
        "Recall, clear",
        "Recall in clips without a nuisance.",
        lambda f: share(f.recall_clear),
    ),
    Column(
        "with nuisance",
        "Recall in clips with one.",
        lambda f: share(f.recall_nuisance),
    ),
)
"""In the order in which they are told."""


def _short(value: float) -> str:
    """Three digits that matter, or none behind the point from 100 on."""
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _cell(told: Estimate | None, write: Callable[[float], str], unit: str = "") -> Cell:
    if told is None:
        return Cell(DASH, "")
    return Cell(f"{write(told.value)}{unit}", f"{write(told.low)} to {write(told.high)}")
