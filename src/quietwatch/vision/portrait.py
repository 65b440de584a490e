"""How a thing looks, as few numbers: enough to know it again where it stood, not to know anybody.

4 x 4 cells of light and the colour of four rows. Which cells are light and which are dark stays
when it gets brighter or dimmer; a jacket keeps its colour. A face is one cell.
"""

import cv2
import numpy as np

from quietwatch.model import FloatArray, Picture

_CELLS = 4  # across and down
_SPARSE = 64  # pixels of the longer side that are looked at, at most
_LEAST_SPREAD = 6.0  # levels: cells that differ less are taken for alike
_DEVIATIONS = 4.0  # standard deviations that fill the range
_DARK = 16.0  # levels that are added to the light of a row: in the dark colours are but noise


def portrait(picture: Picture) -> FloatArray:
    """Look at what is in a box.

    Args:
        picture: (height, width, 3) RGB, at least one pixel.

    Returns:
        (24,) 0 to 1 in whole hundredths: 16 cells of light from the top left, row by row, 0.5 being
        the mean and a standard deviation 0.25 (less where there is hardly any); then of each row
        from the top how red it is, then how blue, as shares of its light, 0.5 being grey.
    """
    stride = max(1, max(picture.shape[:2]) // _SPARSE)
    sparse = np.ascontiguousarray(picture[::stride, ::stride])
    small = cv2.resize(sparse, (_CELLS, _CELLS), interpolation=cv2.INTER_AREA).astype(np.float64)
    red, green, blue = small[..., 0], small[..., 1], small[..., 2]
    light = 0.299 * red + 0.587 * green + 0.114 * blue
    spread = max(float(light.std()), _LEAST_SPREAD)
    cells = 0.5 + (light - light.mean()) / (_DEVIATIONS * spread)
    colours = [_colour(part, light) for part in (red, blue)]
    numbers = np.clip(np.concatenate([cells.ravel(), *colours]), 0.0, 1.0)
    return np.asarray(np.round(numbers, 2), np.float64)


def _colour(channel: FloatArray, light: FloatArray) -> FloatArray:
    """Of each row, in its middle where the thing itself is: how much more of a channel than light.

    As a share of the light, so that it is the same in the shade.
    """
    middle = slice(1, -1)
    more = (channel - light)[:, middle].mean(axis=1)
    return np.asarray(0.5 + more / (light[:, middle].mean(axis=1) + _DARK), np.float64)
