"""How the detector's looks at one track add up to a probability, kind by kind.

Each look is worth a log-likelihood ratio; the sum is held between bounds, so that a track that was
looked at in vain for minutes can still be believed within seconds, and the other way round. This is
Page's cumulative sum (1954) on Wald's ratio (1947). What counts is the highest sum that was
reached: a person who was surely there was there.
"""

import math
from dataclasses import dataclass

_PRIOR = -2.0  # log-odds before any look: most of what moves is nothing
_STILL_PRIOR = -0.85  # a lone still has no movers that are nothing: only finds become tracks
_NEUTRAL_SCORE = 0.3  # a find of this score says nothing either way
_WEIGHT = 5.0  # log-odds a unit of score above that
_EMPTY = -0.3  # log-odds of a look that finds nothing of the kind
_LOWEST, _HIGHEST = -4.0, 5.0
_INDEPENDENT_S = 0.4  # looks closer together see nearly the same picture, and weigh less
_SECOND_WEIGHT = 1.5  # a second look is closer and by a better detector (docs/design/011)
_STILL_WEIGHT = 1.2  # with its start, the share of such finds that are right (docs/design/005)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is believed of one kind after some looks.

    Attributes:
        sum: log-odds now.
        peak: highest log-odds so far.
        looks: looks so far; `finds` of them found the kind.
        finds: see `looks`.
        best: highest score so far, 0 to 1.
    """

    sum: float
    peak: float
    looks: int = 0
    finds: int = 0
    best: float = 0.0

    @staticmethod
    def start(*, still: bool) -> "Evidence":
        """What is believed before any look; `still`: of a find in a lone still."""
        prior = _STILL_PRIOR if still else _PRIOR
        return Evidence(sum=prior, peak=prior)

    @property
    def probability(self) -> float:
        """That something of the kind was really there, 0 to 1."""
        return 1.0 / (1.0 + math.exp(-self.peak))

    def after(
        self, score: float, gap: float, *, still: bool = False, second: bool = False
    ) -> "Evidence":
        """Take one look into account.

        Args:
            score: what it found of the kind, 0 for nothing.
            gap: seconds since the look before.
            still: it is the only look at a lone still.
            second: it was also a second look, closer and by a better detector.
        """
        # A weak find is no stronger a sign of absence than no find at all.
        ratio = max(_WEIGHT * (score - _NEUTRAL_SCORE), _EMPTY)
        weight = min(1.0, gap / _INDEPENDENT_S)
        if still or second:
            weight = _STILL_WEIGHT if still else _SECOND_WEIGHT
        total = min(max(self.sum + weight * ratio, _LOWEST), _HIGHEST)
        return Evidence(
            sum=total,
            peak=max(self.peak, total),
            looks=self.looks + 1,
            finds=self.finds + (score > 0),
            best=max(self.best, score),
        )
