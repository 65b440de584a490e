"""Figures that look like people and are none, as cut-outs made from the clothes of real ones."""

import cv2
import numpy as np
from numpy.typing import NDArray

from quietwatch.bench.scenes.cutout import Sprite, sized, soft
from quietwatch.bench.scenes.people import Walk
from quietwatch.bench.scenes.stage import Stage


def standing(walk: Walk) -> Sprite:
    """The step in which the legs are closest, cut to the person."""
    steps = walk.steps[walk.loop[0] : walk.loop[1]]
    low = [int((step[int(0.7 * step.shape[0]) :, :, 3] > 90).any(axis=0).sum()) for step in steps]
    return cropped(steps[int(np.argmin(low))])


def cropped(sprite: Sprite) -> Sprite:
    """A cut-out without empty rows and columns."""
    rows, columns = np.nonzero(sprite[..., 3] > 60)
    return np.ascontiguousarray(
        sprite[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    )


def clothes(walk: Walk, down_to: float) -> Sprite:
    """Clothes without a head, hanging: from the shoulders down to a share of the height."""
    whole = standing(walk)
    high = whole.shape[0]
    part = whole[round(0.15 * high) : round(down_to * high)].astype(np.float32)
    rows = np.linspace(0, 1, part.shape[0], dtype=np.float32)[:, None, None]
    ends = np.clip(rows * 14, 0, 1) * np.clip((1 - rows) * 16, 0, 1)
    size = (part.shape[1] * 3, round(part.shape[0] * 3.9))
    large = sized((part * ends).astype(np.uint8), size, cv2.INTER_CUBIC)
    return np.minimum(large, large[..., 3:])


def under_a_hat(cloth: Sprite) -> Sprite:
    """Clothes with a hat on the same hook."""
    brim, wide = round(0.07 * cloth.shape[0]), cloth.shape[1]
    made = np.vstack([np.zeros((2 * brim, wide, 4), np.uint8), cloth])
    middle, reach = wide // 2, round(0.24 * wide)
    crown = (middle - round(0.6 * reach), 4, middle + round(0.6 * reach), 2 * brim)
    cv2.rectangle(made, crown[:2], crown[2:], (46, 40, 36, 255), -1)
    cv2.ellipse(made, (middle, 2 * brim), (reach, brim // 2), 0, 0, 360, (56, 49, 44, 255), -1)
    return soft(made, 1.6)


def blank_head(figure: Sprite) -> Sprite:
    """A figure whose head has no face and no hair."""
    head = round(0.145 * figure.shape[0])
    made = figure.copy()
    alpha = made[:head, :, 3:].astype(np.float32)
    light_from = np.linspace(1.0, 0.82, figure.shape[1], dtype=np.float32)[None, :, None]
    made[:head, :, :3] = alpha / 255 * np.array((226, 208, 190), np.float32) * light_from
    return made


def scarecrow(cloth: Sprite, stage: Stage) -> Sprite:
    """Clothes on a cross of poles, with sleeves, straw hands, a sack for a head and a hat."""
    wide, high = cloth.shape[1] + 160, cloth.shape[0] + 240
    made = np.zeros((high, wide, 4), np.uint8)
    middle, shoulder = wide // 2, 105
    cv2.line(made, (middle, 60), (middle, high), (94, 72, 48, 255), 9, cv2.LINE_AA)
    cv2.line(
        made, (14, shoulder + 16), (wide - 14, shoulder + 24), (94, 72, 48, 255), 8, cv2.LINE_AA
    )
    body = cloth[..., :3][cloth[..., 3] > 200]
    tone = [int(v) for v in (np.median(body, axis=0) if len(body) else np.array((70, 60, 50)))]
    for side in (-1, 1):  # sleeves along the cross-bar
        sleeve = np.array(
            [
                (middle, shoulder - 2),
                (middle + side * 132, shoulder + 4),
                (middle + side * 136, shoulder + 40),
                (middle, shoulder + 62),
            ]
        )
        cv2.fillPoly(made, [sleeve.astype(np.int32)], (*tone, 255), cv2.LINE_AA)
        straw = np.array(
            [
                (middle + side * 132, shoulder + 8),
                (middle + side * 156, shoulder + 20),
                (middle + side * 134, shoulder + 36),
            ]
        )
        cv2.fillPoly(made, [straw.astype(np.int32)], (196, 168, 96, 255), cv2.LINE_AA)
    lay_over(made, cloth, (middle - cloth.shape[1] // 2, shoulder - 8))
    cv2.ellipse(made, (middle, 66), (27, 34), 0, 0, 360, (190, 164, 112, 255), -1, cv2.LINE_AA)
    hat = np.array(
        [
            (middle - 56, 46),
            (middle - 24, 40),
            (middle - 14, 8),
            (middle + 16, 8),
            (middle + 24, 40),
            (middle + 56, 46),
        ]
    )
    cv2.fillPoly(made, [hat.astype(np.int32)], (110, 88, 50, 255), cv2.LINE_AA)
    grain = stage.rng.normal(1, 0.07, (high, wide, 1)).astype(np.float32)
    made[..., :3] = np.minimum(made[..., :3] * grain, made[..., 3:])
    return soft(made, 1.4)


def lay_over(under: Sprite, over: Sprite, corner: tuple[int, int]) -> None:
    """Lay a cut-out over another at a corner, in place."""
    x, y = corner
    region = under[y : y + over.shape[0], x : x + over.shape[1]]
    part = over[: region.shape[0], : region.shape[1]]
    region[:] = part + region * (1 - part[..., 3:] / 255)


def balloon(colour: NDArray[np.int64]) -> Sprite:
    """A balloon of a colour, 80 x 100 pixels, with the shine of a window."""
    mask = np.zeros((100, 80), np.float32)
    cv2.ellipse(mask, (40, 46), (32, 40), 0, 0, 360, 1, -1, cv2.LINE_AA)
    cv2.fillPoly(mask, [np.array([(35, 84), (45, 84), (40, 92)])], 1, cv2.LINE_AA)
    x, y = np.meshgrid(np.linspace(-1, 1, 80), np.linspace(-1, 1, 100))
    shade = 1.08 - 0.45 * np.clip((x + 0.35) ** 2 + (y + 0.45) ** 2, 0, 1.4)
    shine = 130 * np.exp(-((x + 0.33) ** 2 + (y + 0.5) ** 2) / 0.02)
    rgb = np.clip(shade[..., None] * colour + shine[..., None], 0, 255) * mask[..., None]
    return np.dstack([rgb, mask * 235]).clip(0, 255).astype(np.uint8)
