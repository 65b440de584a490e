"""A lone still: nothing moves in it, so it is looked at whole and in overlapping tiles."""

import math

import numpy as np

from quietwatch.model import CLASSES, Frame
from quietwatch.vision import regions
from quietwatch.vision.analyze import Observation
from quietwatch.vision.look import Looker
from quietwatch.vision.measure import measure


def look_at_still(frame: Frame, looker: Looker) -> tuple[Observation, ...]:
    """One observation for each thing that is found, the surest first.

    Motion has no meaning here and is NaN; the rest is measured in the picture.
    """
    height, width = frame.luma.shape
    finds = looker.look(frame, regions.everywhere(width, height, looker.size))
    order = np.argsort(-finds.scores, kind="stable")
    boxes = finds.boxes[order]
    scores = np.zeros((len(order), len(CLASSES)))
    scores[np.arange(len(order)), finds.kinds[order]] = finds.scores[order]
    measures = measure(frame, None, boxes, scores, np.full_like(scores, np.nan))
    return tuple(
        Observation(
            ordinal=ordinal,
            seconds=0.0,
            box=boxes[ordinal],
            scores=scores[ordinal],
            motion=math.nan,
            changed=0.0,
            contrast=0.0,
            measures=measures[ordinal],
        )
        for ordinal in range(len(order))
    )
