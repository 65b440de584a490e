"""Whether a score is a probability: of what was scored 0.7, seven of ten should be real."""

from collections.abc import Collection, Sequence

import numpy as np

from quietwatch.bench.alarms import Candidate
from quietwatch.bench.rows import Row
from quietwatch.bench.scoring import Outcome, overlaps
from quietwatch.bench.truth import TrueEvent, Truth
from quietwatch.model import Box, Kind

BINS = 10
"""Bins of equal width between 0 and 1."""

_NEAR_S = 1.0  # boxes of a track may be that far apart in time


class Bin(Row):
    """Candidates with scores from `low` to `high`; an upper bound lies in the bin above.

    Attributes:
        low: see above; `high` likewise.
        high: see above.
        count: how many candidates.
        mean_score: what they were scored; None when there is none.
        share_true: what share was real; None when there is none.
    """

    low: float
    high: float
    count: int
    mean_score: float | None
    share_true: float | None


class Calibration(Row):
    """How far scores are from probabilities; 0 is perfect.

    Attributes:
        count: candidates that have a score.
        ece: expected calibration error: the mean distance of a bin's mean score from its share of
            what is real, weighted by its count (Naeini and others, AAAI 2015).
        brier: mean square of score less truth (Brier, Monthly Weather Review 1950).
        bins: from the lowest scores to the highest.
    """

    count: int
    ece: float
    brier: float
    bins: tuple[Bin, ...]


def calibration(outcomes: Sequence[Outcome], threats: Collection[Kind]) -> Calibration | None:
    """Hold the last score of each candidate against whether it is of a true event.

    It is when it overlaps one in time and, where both say where they are, in the picture too.
    Candidates that can never alarm have no score and are left out; None when there are no others.
    """
    scored = [
        (candidate.score, _real(candidate, outcome.truth, threats))
        for outcome in outcomes
        for candidate in outcome.candidates
        if candidate.rises
    ]
    if not scored:
        return None
    score = np.array([one for one, _ in scored])
    real = np.array([float(one) for _, one in scored])
    place = np.minimum((score * BINS).astype(int), BINS - 1)
    bins = tuple(_bin(i, score[place == i], real[place == i]) for i in range(BINS))
    apart = sum(
        one.count * abs(one.mean_score - one.share_true)
        for one in bins
        if one.mean_score is not None and one.share_true is not None
    )
    return Calibration(
        count=len(scored),
        ece=apart / len(scored),
        brier=float(np.mean((score - real) ** 2)),
        bins=bins,
    )


def _bin(i: int, score: np.ndarray, real: np.ndarray) -> Bin:
    return Bin(
        low=i / BINS,
        high=(i + 1) / BINS,
        count=score.size,
        mean_score=float(score.mean()) if score.size else None,
        share_true=float(real.mean()) if real.size else None,
    )


def _real(candidate: Candidate, truth: Truth, threats: Collection[Kind]) -> bool:
    return any(
        event.is_threat(threats)
        and overlaps(candidate.start_s, candidate.end_s, event)
        and _meets(candidate, event)
        for event in truth.events
    )


def _meets(candidate: Candidate, event: TrueEvent) -> bool:
    """Whether they share a place, as far as both tell where they are."""
    if candidate.box is None or not event.track:
        return True
    begin, end = candidate.start_s - _NEAR_S, candidate.end_s + _NEAR_S
    meanwhile = [spot[1:] for spot in event.track if begin <= spot[0] <= end]
    return not meanwhile or any(_touch(candidate.box, box) for box in meanwhile)


def _touch(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
