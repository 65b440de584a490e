"""Events missed against false alarms as the threshold moves, and the threshold to choose."""

from bisect import bisect_left
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
    thresholds = _thresholds(outcomes)
    sums = np.zeros((len(thresholds), 3), int)
    for outcome in outcomes:
        sums += np.array(_counts(outcome, threats, thresholds), int).reshape(sums.shape)
    hours = sum(outcome.truth.labelled_s for outcome in outcomes) / 3600
    return tuple(
        Point(
            threshold=threshold,
            miss_rate=1 - float(caught / events),
            false_alarms=int(false),
            false_alarms_hour=float(false / hours) if hours else 0.0,
        )
        for threshold, (events, caught, false) in zip(thresholds, sums, strict=True)
        if events
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


def _counts(
    outcome: Outcome, threats: Collection[Kind], thresholds: Sequence[float]
) -> list[tuple[int, int, int]]:
    """Events, events caught and false alarms of a clip at each threshold."""
    own = sorted({score for candidate in outcome.candidates for _, score in candidate.rises})
    known: dict[int, tuple[int, int, int]] = {}
    told = []
    for threshold in thresholds:
        between = bisect_left(own, threshold)  # between two of its own scores nothing changes
        if between not in known:
            score = outcome.score(threshold, threats)
            known[between] = len(score.comings), score.caught, len(score.false_alarms)
        told.append(known[between])
    return told
