"""Running figures: of values that come one by one, some of them NaN."""

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Running:
    """Count, mean and spread of the values so far, NaN left out (Welford, 1962).

    Attributes:
        count: of the values.
        mean: of the values; 0 as long as there are none.
        squares: sum of the squared deviations from the mean.
        most: largest value; 0 as long as there are none.
    """

    count: int = 0
    mean: float = 0.0
    squares: float = 0.0
    most: float = 0.0

    def after(self, value: float) -> "Running":
        """With one value more."""
        if math.isnan(value):
            return self
        count = self.count + 1
        mean = self.mean + (value - self.mean) / count
        squares = self.squares + (value - self.mean) * (value - mean)
        return Running(count, mean, squares, max(self.most, value) if self.count else value)

    @property
    def value(self) -> float | None:
        """The mean; None as long as there is no value."""
        return self.mean if self.count else None

    @property
    def deviation(self) -> float:
        """Standard deviation; 0 of fewer than two values."""
        return math.sqrt(self.squares / self.count) if self.count else 0.0


NO_VALUES = Running()
"""Before the first value."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike two changes are that come pair by pair: the cosine between their histories."""

    product: float = 0.0
    one: float = 0.0
    other: float = 0.0

    def after(self, one: tuple[float, ...], other: tuple[float, ...]) -> "Likeness":
        """With one pair more, each of as many numbers; one with a NaN is left out."""
        if any(math.isnan(part) for part in (*one, *other)):
            return self
        return Likeness(
            self.product + sum(a * b for a, b in zip(one, other, strict=True)),
            self.one + sum(a * a for a in one),
            self.other + sum(b * b for b in other),
        )

    @property
    def value(self) -> float:
        """-1 (opposite) to 1 (the same); 0 as long as one of them did not change at all."""
        norm = math.sqrt(self.one * self.other)
        return max(-1.0, min(1.0, self.product / norm)) if norm > 0 else 0.0


NO_CHANGES = Likeness()
"""Before the first pair."""
