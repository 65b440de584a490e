"""Where the box of a track stands and how its size changes.

Lengths are in heights of the picture, so that a wide picture does not stretch them.
"""

import math
from dataclasses import dataclass

from quietwatch.judge.features.running import NO_VALUES, Running
from quietwatch.model import Track

_LEAP = 0.3  # log of a change of size from one find to the next that is no approach
_STEADY_S = 1.0  # seconds over which a size is smoothed: boxes jitter
_EDGE = 0.005  # of the picture: a box so near its edge is cut off by it


@dataclass(frozen=True, slots=True)
class Standing:
    """Where it stood so far.

    Attributes:
        foot: lower edge of the box, 0 (top) to 1, heights of the picture. What walks keeps to the
            ground, and its foot tells how far away it is; what flies has none.
        at_edge: 1 for each observation in which the picture's edge cut it off, 0 for each other.
        entered: the edge of the picture cut it off when it was seen first.
        framed: how closed the frame is that holds all places in which it was found, 0 (none) to 1.
    """

    foot: Running = NO_VALUES
    at_edge: Running = NO_VALUES
    entered: bool = False
    framed: float = 0.0

    def after(self, track: Track, index: int) -> "Standing":
        """With one observation more."""
        box = track.boxes[index]
        cut = bool(box.min() <= _EDGE or box.max() >= 1 - _EDGE)
        framed = track.measured(index, "framed")
        return Standing(
            self.foot.after(float(box[3])),
            self.at_edge.after(float(cut)),
            cut if not self.foot.count else self.entered,
            self.framed if math.isnan(framed) else framed,
        )


@dataclass(frozen=True, slots=True)
class Approach:
    """How what was found has grown or shrunk: sizes in heights of the picture, changes as logs."""

    first: float
    last: float
    seconds: float
    gradual: float = 0.0
    steady: float = 0.0

    def step(self, size: float, now: float) -> "Approach":
        """With one find more, of this size at this stream time."""
        change = math.log(size / self.last)
        gradual = self.gradual + (change if abs(change) < _LEAP else 0.0)
        whole = math.log(size / self.first)  # leaps one way and back by steps are no growth
        true = math.copysign(min(abs(gradual), abs(whole)), whole) if gradual * whole > 0 else 0.0
        share = min(1.0, (now - self.seconds) / _STEADY_S)
        steady = self.steady + (true - self.steady) * share
        return Approach(self.first, size, now, gradual, steady)

    @property
    def ratio(self) -> float:
        """Of the sizes, at least 1, whether it has grown or shrunk."""
        return math.exp(abs(self.steady))


def place(track: Track, index: int, aspect: float) -> tuple[tuple[float, float], float, float]:
    """Middle and longer side in heights of the picture, and the share of it that is covered."""
    x1, y1, x2, y2 = (float(part) for part in track.boxes[index])
    size = max((x2 - x1) * aspect, y2 - y1, 1e-6)
    return ((x1 + x2) / 2 * aspect, (y1 + y2) / 2), size, (x2 - x1) * (y2 - y1)
