"""How a track goes: the way since it last turned.

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
