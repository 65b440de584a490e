"""What a track looks like: how sharp, how bright, how solid, and whether it flickers."""

import math
from dataclasses import dataclass, replace

from quietwatch.judge.features.running import NO_VALUES, Running
from quietwatch.model import Track

_MEANS = (
    *("sharpness", "sharpness_around", "edges", "edges_around", "see_through"),
    *("brightness", "burnt", "colour"),
)
"""Of which measures the mean is kept, under the same name."""

_FLOOR = 0.02  # sharpness of a place in which nothing is sharp


@dataclass(frozen=True, slots=True)
class Appearance:
    """Means over the observations so far, each in the range of `model.measures`.

    Attributes:
        sharpness: of the thing; `sharpness_around` of the ring around it.
        sharpness_around: see `sharpness`.
        edges: share of its pixels that are edges; `edges_around` of the ring.
        edges_around: see `edges`.
        see_through: likeness of its texture to the background's.
        brightness: mean level, and its spread over time.
        burnt: share of its pixels that are burnt out.
        colour: largest less smallest channel.
        flicker: change of the brightness from one observation to the next.
        last: brightness at the last observation; None before the first.
    """

    sharpness: Running = NO_VALUES
    sharpness_around: Running = NO_VALUES
    edges: Running = NO_VALUES
    edges_around: Running = NO_VALUES
    see_through: Running = NO_VALUES
    brightness: Running = NO_VALUES
    burnt: Running = NO_VALUES
    colour: Running = NO_VALUES
    flicker: Running = NO_VALUES
    last: float | None = None

    def after(self, track: Track, index: int) -> "Appearance":
        """With one observation more."""
        brightness = track.measured(index, "brightness")
        dark = math.isnan(brightness)
        change = math.nan if self.last is None else abs(brightness - self.last)
        means: dict[str, Running] = {
            name: getattr(self, name).after(track.measured(index, name)) for name in _MEANS
        }
        return replace(
            self,
            **means,
            flicker=self.flicker.after(change),
            last=self.last if dark else brightness,
        )

    @property
    def focus(self) -> float | None:
        """Sharpness of the thing by that of what is around it; below 1: it is out of focus.

        None as long as one of them is unknown.
        """
        one, other = self.sharpness.value, self.sharpness_around.value
        return None if one is None or other is None else (one + _FLOOR) / (other + _FLOOR)
