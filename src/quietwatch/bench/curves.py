"""Events missed against false alarms as the threshold moves, and the threshold to choose."""

from collections.abc import Collection, Sequence

import numpy as np

from quietwatch.bench.rows import Row
from quietwatch.bench.scoring import Outcome
from quietwatch.model import Kind

MOST_POINTS = 60
"""Thresholds of a curve; of more scores than that, as many are taken at even ranks."""


class Point(Row):
    """One threshold.

    Attributes:
        threshold: score from which an alarm is raised.
        miss_rate: share of events that are missed.
        false_alarms: how many there are; `false_alarms_hour` a camera-hour.
        false_alarms_hour: see above; 0 where the clips have no length.
    """

    threshold: float
    miss_rate: float
    false_alarms: int
    false_alarms_hour: float


def curve(outcomes: Sequence[Outcome], threats: Collection[Kind]) -> tuple[Point, ...]:
    """What each threshold gives, the highest first; nothing where no event is to be alarmed of.

    It is near to a detection error tradeoff curve (Martin and others, Eurospeech 1997), but counts
    false alarms by the hour: nobody can say how many chances for one there were.
    """
    return tuple(
        point
        for threshold in _thresholds(outcomes)
        if (point := _point(outcomes, threats, threshold)) is not None
    )


def threshold_for(points: Sequence[Point], recall: float) -> float:
    """The highest threshold of a curve that catches as large a share of events.

    Where none does, the one that catches the most with the fewest false alarms.

    Raises:
        ValueError: the curve has no point.
    """
    good = [point for point in points if point.miss_rate <= 1 - recall + 1e-9]
    if good:
        return max(point.threshold for point in good)
    return min(points, key=lambda point: (point.miss_rate, point.false_alarms)).threshold


def _thresholds(outcomes: Sequence[Outcome]) -> list[float]:
    scores = {
        score
        for outcome in outcomes
        for candidate in outcome.candidates
        for _, score in candidate.rises
    }
    ordered = sorted(scores, reverse=True)
    if len(ordered) <= MOST_POINTS:
        return ordered
    return [ordered[round(rank)] for rank in np.linspace(0, len(ordered) - 1, MOST_POINTS)]


def _point(
    outcomes: Sequence[Outcome], threats: Collection[Kind], threshold: float
) -> Point | None:
    scores = [outcome.score(threshold, threats) for outcome in outcomes]
    events = sum(len(score.events) for score in scores)
    if events == 0:
        return None
    false = sum(len(score.false_alarms) for score in scores)
    hours = sum(score.duration_s for score in scores) / 3600
    return Point(
        threshold=threshold,
        miss_rate=1 - sum(score.caught for score in scores) / events,
        false_alarms=false,
        false_alarms_hour=false / hours if hours else 0.0,
    )
