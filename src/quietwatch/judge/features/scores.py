"""What the detectors said of a track over time: not the sum of it, which is `evidence`."""

import math
from dataclasses import dataclass

from quietwatch.judge.alike import ramp
from quietwatch.judge.features.running import NO_VALUES, Running
from quietwatch.model import CLASSES, Kind, Track
from quietwatch.model.measures import SECOND_LOOK

_IN_VAIN, _FOUND = -1.2, 0.9  # log-odds of a second look without a find, and with a clear one
_VAGUE = (0.3, 0.6)  # scores between them
_BINS = 20  # of the scores, each 0.05 wide; that of a score of 1 comes on top


@dataclass(frozen=True, slots=True)
class Scores:
    """Scores of one kind.

    Attributes:
        counts: (21,) looks by score, each bin 0.05 wide; those that found nothing are in the first.
        leading: looks in which this kind had the best score of all.
        second: scores of the second looks alone.
        closely: log-odds that these add up to, by how often such a score is that of a thing of
            this kind, and how often it is not; each look stands for itself.
    """

    counts: tuple[int, ...] = (0,) * (_BINS + 1)
    leading: int = 0
    second: Running = NO_VALUES
    closely: float = 0.0

    def after(self, score: float, second: float, *, leads: bool) -> "Scores":
        """With one observation more; NaN for a look that did not take place."""
        counts = self.counts
        if not math.isnan(score):
            bin_ = int(score * _BINS)
            counts = (*counts[:bin_], counts[bin_] + 1, *counts[bin_ + 1 :])
        closely = self.closely
        if not math.isnan(second):
            closely += _IN_VAIN + (_FOUND - _IN_VAIN) * ramp(second, *_VAGUE)
        return Scores(counts, self.leading + leads, self.second.after(second), closely)

    def quantile(self, share: float) -> float:
        """Score that this share of the looks do not exceed, to 0.05; 0 before the first look."""
        wanted, seen = share * sum(self.counts), 0
        if not wanted:
            return 0.0
        for number, count in enumerate(self.counts):
            seen += count
            if seen >= wanted:
                return number / _BINS
        return 1.0

    @property
    def median(self) -> float:
        """Of the scores, looks in vain counted as 0."""
        return self.quantile(0.5)

    @property
    def upper(self) -> float:
        """The score that one look in ten exceeds."""
        return self.quantile(0.9)


@dataclass(frozen=True, slots=True)
class Said:
    """The scores of each kind of `CLASSES`."""

    kinds: tuple[Scores, ...] = (Scores(),) * len(CLASSES)

    def after(self, track: Track, index: int) -> "Said":
        """With one observation more."""
        scores = [float(score) for score in track.scores[index]]
        leader = scores.index(max(scores)) if max(scores) > 0 else -1  # NaN is above nothing
        seconds = [track.measured(index, name) for name in SECOND_LOOK]
        return Said(
            tuple(
                kind.after(score, second, leads=number == leader)
                for number, (kind, score, second) in enumerate(
                    zip(self.kinds, scores, seconds, strict=True)
                )
            )
        )

    def of(self, kind: Kind) -> Scores:
        """Those of one kind."""
        return self.kinds[CLASSES.index(kind)]

    @property
    def finds(self) -> int:
        """Looks that found something of any kind."""
        return sum(kind.leading for kind in self.kinds)

    @property
    def agreement(self) -> float:
        """Share of the looks that found something in which it was the same kind, 0 to 1.

        0 if none did; a track that is a person in one look and a dog in the next has about 0.5.
        """
        return max(kind.leading for kind in self.kinds) / self.finds if self.finds else 0.0
