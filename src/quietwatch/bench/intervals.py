"""A figure and how sure it is: 95 % intervals by drawing the clips again (bootstrap).

Clips are drawn, not events or alarms, because those of one clip are not independent (Efron and
Tibshirani, An Introduction to the Bootstrap, 1993). Drawing again can't tell how rare something is
that was never seen; there the rule of three holds: with nothing in N hours, less than 3/N an hour
is likely by 95 % (Hanley and Lippman-Hand, JAMA 1983).
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from quietwatch.bench.rows import Row
from quietwatch.model.checks import require

Floats = NDArray[np.float64]

DRAWS = 1000
"""How often the clips are drawn again."""

_LEVEL = (2.5, 97.5)  # percent


class Estimate(Row):
    """A figure with its 95 % interval.

    Attributes:
        value: as measured on all clips.
        low: end of the interval; `high` the other.
        high: see above.
    """

    value: float
    low: float
    high: float


class Drawn:
    """The clips, drawn again many times.

    Args:
        clips: how many there are, at least one.
        seed: equal seeds draw the same, whatever is estimated: so figures can be compared.
    """

    def __init__(self, clips: int, seed: int) -> None:
        rng = np.random.default_rng(seed)
        require(clips > 0, "at least one clip", clips)
        shares = np.full(clips, 1 / clips)
        self._times: Floats = rng.multinomial(clips, shares, size=DRAWS).astype(np.float64)

    def ratio(self, part: Sequence[float], whole: Sequence[float]) -> Estimate | None:
        """A rate: the sum of one over the sum of the other; None where the other is 0.

        Args:
            part: of each clip, a count.
            whole: of each clip, what it is held against: hours, events.
        """
        return self._ratio(np.asarray(part, float), np.asarray(whole, float), most=None)

    def share(self, part: Sequence[float], whole: Sequence[float]) -> Estimate | None:
        """The same for a part of the whole: its interval stays within 0 and 1."""
        return self._ratio(np.asarray(part, float), np.asarray(whole, float), most=1.0)

    def less(self, here: Sequence[float], there: Sequence[float]) -> Estimate | None:
        """By what share one sum is less than another; None where the other is 0."""
        told = self.ratio(here, there)
        if told is None:
            return None
        return Estimate(value=1 - told.value, low=1 - told.high, high=1 - told.low)

    def quantile(self, values: Sequence[Sequence[float]], q: float) -> Estimate | None:
        """A quantile of all values; None when there is none.

        Args:
            values: those of each clip.
            q: 0 to 1; the lowest value that as large a share is no greater than.
        """
        flat = np.array([value for clip in values for value in clip], float)
        if not flat.size:
            return None
        clip = np.repeat(np.arange(len(values)), [len(one) for one in values])
        order = np.argsort(flat, kind="stable")
        flat, clip = flat[order], clip[order]
        value = float(_at(flat, np.ones((1, flat.size)), q)[0])
        times = self._times[:, clip]
        again = _at(flat, times[times.any(axis=1)], q)
        return _estimate(value, again)

    def _ratio(self, part: Floats, whole: Floats, most: float | None) -> Estimate | None:
        total = whole.sum()
        if total <= 0:
            return None
        wholes = self._times @ whole
        drawn = wholes > 0
        again = (self._times @ part)[drawn] / wholes[drawn]
        told = _estimate(part.sum() / total, again)
        bound = 3 / total  # the rule of three
        if part.sum() == 0:
            high = max(told.high, bound if most is None else min(most, bound))
            return told.model_copy(update={"high": high})
        if most is not None and part.sum() == most * total:
            return told.model_copy(update={"low": min(told.low, max(0.0, most - bound))})
        return told


def _at(values: Floats, times: Floats, q: float) -> Floats:
    """The quantile of sorted values, each taken as often as a row says."""
    sums = np.cumsum(times, axis=1)
    # The least of rounding in q times the sum must not go to the next value.
    wanted = q * sums[:, -1:] - 1e-9
    picked: Floats = values[np.argmax(sums >= wanted, axis=1)]
    return picked


def _estimate(value: float, again: Floats) -> Estimate:
    low, high = np.percentile(again, _LEVEL) if again.size else (value, value)
    # What was measured lies within, also where few clips were drawn again unluckily.
    return Estimate(value=float(value), low=min(float(low), value), high=max(float(high), value))
