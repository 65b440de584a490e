"""A lone still: nothing moves in it, so it is looked at whole and in overlapping tiles."""

import math

import numpy as np

from quietwatch.model import CLASSES, Frame
from quietwatch.vision import regions
from quietwatch.vision.analyze import Observation
from quietwatch.vision.look import Looker


def look_at_still(frame: Frame, looker: Looker) -> tuple[Observation, ...]:
    """One observation for each thing that is found, the surest first.

    Motion has no meaning here and is NaN; the rest is measured in the picture.
    """
    height, width = frame.luma.shape
    finds = looker.look(frame, regions.everywhere(width, height, looker.size))
    order = np.argsort(-finds.scores, kind="stable")
    return tuple(
        Observation(
            ordinal=ordinal,
            seconds=0.0,
            box=finds.boxes[index],
            scores=np.where(np.arange(len(CLASSES)) == finds.kinds[index], finds.scores[index], 0),
            motion=math.nan,
            changed=0.0,
            contrast=0.0,
        )
        for ordinal, index in enumerate(order)
    )
