"""What is measured of a track at each of its observations, beside where it is and what it is like.

One table: names, ranges and meaning. Whoever measures fills a row in this order, the pack stores
the columns by name, and the judge reads them by name. All of them are NaN where there was nothing
to be measured, or where an older analysis did not measure it.
"""

import math
from dataclasses import dataclass

import numpy as np

from quietwatch.model.kinds import CLASSES
from quietwatch.model.pictures import FloatArray


@dataclass(frozen=True, slots=True)
class Measure:
    """A number of an observation.

    Attributes:
        name: what it is called in the pack.
        lowest: of its range; `highest` likewise, which may be infinite.
        highest: see `lowest`.
        about: what it tells.
    """

    name: str
    lowest: float
    highest: float
    about: str


SECOND_LOOK = tuple(f"second_{kind}" for kind in CLASSES)
"""Per kind of `CLASSES` the score of a second look alone: 0 looked and not found; NaN not taken."""

_GRID = 4  # cells across and down of a portrait

PORTRAIT = (
    *(f"light_{row}{column}" for row in range(_GRID) for column in range(_GRID)),
    *(f"{channel}_{row}" for channel in ("red", "blue") for row in range(_GRID)),
)
"""How a thing looks, at each find: coarse, and the same in any light of one colour."""

MEASURES = (
    # The thing itself, and the ring around its box, a quarter of its size wide.
    Measure(
        "sharpness", 0, 1, "gradient of its edges a pixel, by 4 standard deviations: 0 is blurred"
    ),
    Measure("sharpness_around", 0, 1, "the same of the ring"),
    Measure("edges", 0, 1, "share of pixels in which the level steps by 16 of 255 or more"),
    Measure("edges_around", 0, 1, "the same of the ring"),
    Measure("see_through", -1, 1, "likeness of its texture to the background's: 1 lets it through"),
    Measure("brightness", 0, 1, "mean level, of the full range"),
    Measure("burnt", 0, 1, "share of pixels at the top of the range, 250 of 255 or more"),
    Measure("colour", 0, 1, "mean of the largest less the smallest channel; NaN without a look"),
    # The whole picture at that moment.
    Measure("picture_colour", 0, 1, "the same of the whole picture: about 0 under infrared"),
    Measure("exposure", -1, 1, "median of picture less background: its light has changed"),
    Measure("shift_x", -0.5, 0.5, "way from the background's place, picture widths to the right"),
    Measure("shift_y", -0.5, 0.5, "the same down, picture heights"),
    Measure("shift_sure", 0, 1, "height of the peak of the phase correlation that says so"),
    Measure("company", 1, math.inf, "tracks observed at that moment, this one counted"),
    # The picture as a whole, held against the usual view of the camera (docs/design/013).
    Measure("kept", 0, 1, "share of the view's cells with edges that are as they were"),
    Measure("blank", 0, 1, "share of them in which there are no edges any more"),
    Measure("steepness", 0, 4, "fine edges by coarse ones, as a share of the view's: 1 is sharp"),
    Measure("steady", -1, 1, "likeness to the pictures right before: 1 stands still"),
    Measure("repeats", 0, math.inf, "seconds for which the picture has been the same"),
    Measure("lapse", 0, math.inf, "seconds since the sign before in which it looked as usual"),
    *(Measure(name, 0, 1, "score of the second look; NaN if none") for name in SECOND_LOOK),
    # The scene around it.
    Measure("framed", 0, 1, "how closed a frame around all its places is; NaN not measured"),
    # Its portrait: 4 x 4 cells of light from the top left, and the colour of its four rows.
    *(Measure(name, 0, 1, "see `vision.portrait`; NaN without a find") for name in PORTRAIT),
)

COLUMN = {measure.name: column for column, measure in enumerate(MEASURES)}
"""Column of each measure by its name."""

_LOWEST = np.array([measure.lowest for measure in MEASURES])
_HIGHEST = np.array([measure.highest for measure in MEASURES])


def unmeasured(count: int) -> FloatArray:
    """(count, M) NaN: the measures of observations of which nothing was measured."""
    return np.full((count, len(MEASURES)), np.nan)


def in_range(measures: FloatArray) -> bool:
    """Whether all of (N, M) lie in their ranges or are NaN."""
    outside = (measures < _LOWEST) | (measures > _HIGHEST) | np.isinf(measures)
    return not bool(outside.any())
