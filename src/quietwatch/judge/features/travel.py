"""How a track goes: the way since it last turned, and the way of what the detector finds.

Lengths are in heights of the picture, so that a wide picture does not stretch them.
"""

import math
from dataclasses import dataclass

_STRAIGHT = 0.6  # of a stretch: its ends lie so far apart by the way between them
_STRETCH_S = 1.0  # seconds that a stretch must have lasted to count


@dataclass(frozen=True, slots=True)
class Pivot:
    """Where and when it last turned, and the way gone since, heights of the picture."""

    place: tuple[float, float]
    seconds: float
    way: float

    def stretch(self, middle: tuple[float, float], now: float) -> float:
        """Distance from here, if it was gone nearly straight and not in a moment."""
        distance = math.dist(self.place, middle)
        straight = distance >= _STRAIGHT * self.way
        return distance if straight and now - self.seconds >= _STRETCH_S else 0.0


@dataclass(frozen=True, slots=True)
class Found:
    """Where the detector found it: what merely moves about it may be its shadow, or a flake.

    Attributes:
        first: middle of the box in which it was found first, None before; `last` where it is found
            by now, half by the newest find and half by those before: a box may leap once.
        last: see `first`.
        since: stream time of the first find.
        lasts: seconds from the first find to the last.
    """

    first: tuple[float, float] | None = None
    last: tuple[float, float] = (0.0, 0.0)
    since: float = 0.0
    lasts: float = 0.0

    def after(self, middle: tuple[float, float], now: float) -> "Found":
        """With one find more, at this stream time."""
        if self.first is None:
            return Found(middle, middle, now)
        last = (self.last[0] + middle[0]) / 2, (self.last[1] + middle[1]) / 2
        return Found(self.first, last, self.since, now - self.since)

    @property
    def way(self) -> float:
        """Distance from where it was found first to where it is found by now."""
        return 0.0 if self.first is None else math.dist(self.first, self.last)
