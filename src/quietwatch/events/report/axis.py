"""A time axis on which long gaps are folded, so that what was filmed has room."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from typing import Final

MAX_FOLDS: Final = 5
_FOLD_WIDTH: Final = 3.0  # percent of the axis
_LEAST_WIDTH: Final = 7.0  # of a span, percent: a clip of 10 s beside one of 10 h can be seen
_FOLD_SHARE: Final = 0.12  # a gap is folded when it takes more than this of what is shown
_STEPS: Final = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200)
_DAY: Final = 86400


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time that is drawn to scale.

    Attributes:
        start, end: seconds since 1970, UTC.
        left, right: where it lies on the axis, percent of its width.
    """

    start: float
    end: float
    left: float
    right: float

    def x(self, time: float) -> float:
        """Place of a time, clamped to the span."""
        if self.end <= self.start:
            return (self.left + self.right) / 2
        part = (time - self.start) / (self.end - self.start)
        return self.left + min(max(part, 0), 1) * (self.right - self.left)

    def ticks(self) -> list[datetime]:
        """Round times about 12 percent of the axis apart."""
        wanted = (self.end - self.start) * 12 / max(self.right - self.left, 1e-9)
        if wanted <= 0:
            return []
        whole_days = -(-int(wanted) // _DAY) * _DAY
        step = next((step for step in _STEPS if step >= wanted), whole_days or _DAY)
        first = -(-self.start // step) * step
        many = int((self.end - first) // step) + 1 if first <= self.end else 0
        return [datetime.fromtimestamp(first + step * at, UTC) for at in range(many)]


@dataclass(frozen=True, slots=True)
class Axis:
    """Spans from left to right; what lies between two of them is folded away."""

    spans: tuple[Span, ...]

    def x(self, time: datetime) -> float:
        """Place of a time on the axis, percent of its width."""
        seconds = time.timestamp()
        at = bisect_right(self.spans, seconds, key=lambda span: span.start) - 1
        return self.spans[max(at, 0)].x(seconds)

    def folds(self) -> list[tuple[float, float]]:
        """Of each folded gap: its middle in percent, and the seconds that it takes."""
        return [((a.right + b.left) / 2, b.start - a.end) for a, b in pairwise(self.spans)]


def fold(intervals: Iterable[tuple[datetime, datetime]]) -> Axis:
    """The axis for some intervals of time, at least one; at most `MAX_FOLDS` gaps are folded."""
    stretches = _union([(start.timestamp(), end.timestamp()) for start, end in intervals])
    cuts = _cuts(stretches)
    spans: list[tuple[float, float]] = []
    start = stretches[0][0]
    for at, (_, end) in enumerate(stretches):
        if at in cuts or at == len(stretches) - 1:
            spans.append((start, end))
            start = stretches[at + 1][0] if at + 1 < len(stretches) else end
    return Axis(tuple(_place(spans)))


def _union(intervals: list[tuple[float, float]]) -> list[tuple[float, float]]:
    merged: list[tuple[float, float]] = []
    for start, end in sorted(intervals):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, max(start, end)))
    return merged


def _cuts(stretches: list[tuple[float, float]]) -> set[int]:
    """After which stretches the axis is folded: the widest gaps, while they take much of it."""
    shown = stretches[-1][1] - stretches[0][0]
    gaps = sorted(
        ((b[0] - a[1], at) for at, (a, b) in enumerate(pairwise(stretches))),
        key=lambda gap: (-gap[0], gap[1]),
    )
    cuts: set[int] = set()
    for gap, at in gaps[:MAX_FOLDS]:
        if gap <= shown * _FOLD_SHARE:
            break
        cuts.add(at)
        shown -= gap
    return cuts


def _place(spans: list[tuple[float, float]]) -> list[Span]:
    room = 100 - _FOLD_WIDTH * (len(spans) - 1)
    free = room - _LEAST_WIDTH * len(spans)
    whole = sum(end - start for start, end in spans)
    placed = []
    left = 0.0
    for start, end in spans:
        part = (end - start) / whole if whole > 0 else 1 / len(spans)
        right = left + _LEAST_WIDTH + free * part
        placed.append(Span(start, end, left, right))
        left = right + _FOLD_WIDTH
    return placed
