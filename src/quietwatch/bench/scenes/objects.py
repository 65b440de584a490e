"""Things that move or stand and are nobody: a flag, a drifting bag, a parked van."""

from functools import lru_cache

import cv2
import numpy as np

from quietwatch.bench.scenes.camera import wander
from quietwatch.bench.scenes.compose import RATE, Box, Happening
from quietwatch.bench.scenes.cutout import Sprite, blend, put, sampled, sized, soft, stamp, tinted
from quietwatch.bench.scenes.footage import pavement
from quietwatch.bench.scenes.stage import Stage, around
from quietwatch.model.pictures import Picture

# Outline of the white van in the empty pavement, pixels.
_VAN = (
    *((655.8, 48.3), (665.0, 45.3), (678.3, 44.7), (707.5, 45.8), (712.8, 50.0), (715.0, 60.8)),
    *((718.3, 63.3), (724.2, 64.2), (723.3, 67.0), (722.5, 78.3), (722.8, 88.3), (720.0, 93.0)),
    *((717.0, 92.0), (703.3, 94.2), (700.8, 99.2), (696.7, 100.0), (694.2, 96.7), (658.3, 94.2)),
    *((653.0, 87.5), (652.0, 74.2), (654.2, 61.7)),
)
_CLOTHS = (((200, 30, 40), (240, 240, 240)), ((20, 60, 150), (240, 200, 40)), ((20, 110, 60),) * 2)


def flag(stage: Stage) -> None:
    """A flag at a pole that the wind waves."""
    wide, high = int(stage.between(80, 170)), int(stage.between(55, 110))
    x, y = int(stage.between(40, stage.size[0] - wide - 30)), int(stage.between(25, 130))
    foot = max(int(stage.row(80, 220)), y + high + 90)
    cloth = _cloth(stage, wide, high)
    gust = np.clip(1 + 0.4 * wander(stage.rng, 0.2), 0.3, 1.8)
    speed = stage.between(7, 11)
    columns, rows = np.meshgrid(np.arange(wide), np.arange(high + 40))
    share = (columns / wide).astype(np.float32)

    def layer(picture: Picture, moment: float) -> None:
        cv2.line(picture, (x, y - 12), (x, foot), (120, 122, 125), 3, cv2.LINE_AA)
        cv2.line(picture, (x + 1, y - 12), (x + 1, foot), (170, 172, 175), 1, cv2.LINE_AA)
        number = round(moment * RATE)
        wave = 2 * np.pi * 1.3 * share - speed * moment
        lift = 13 * share * gust[number] * np.sin(wave)
        sag = 16 * share**2 * (1.4 - gust[number])
        source = (rows - 20 - lift - sag).astype(np.float32)
        squeeze = columns * (1 + 0.08 * share * np.cos(wave))
        moved = sampled(cloth, squeeze.astype(np.float32), source)
        shade = 1 - 0.32 * share * np.cos(wave + 0.6)
        moved[..., :3] = np.minimum(moved[..., :3] * shade[..., None], moved[..., 3:])
        top = max(0, y - 20)
        region = picture[top : y + high + 20, x : x + wide]
        blend(region, moved[top - y + 20 :, : region.shape[1]][: region.shape[0]])

    stage.scene.things.append(layer)
    box: Box = (x, y - 12, x + wide, y + high + 12)
    stage.scene.nuisances.append(Happening("flag", lambda _: box))


def bag(stage: Stage) -> None:
    """A plastic bag that the wind drives over the ground, tumbling and rising."""
    shape = _bag(stage, dark=stage.coin(0.3))
    row = stage.row(80, 200)
    size = stage.ground.height(row) * stage.between(0.22, 0.4)
    side = float(stage.rng.choice([-1, 1]))
    wind = np.clip(1 + 0.9 * wander(stage.rng, 0.25), 0, 3)
    path = side * np.cumsum(wind) * stage.between(2.5, 5.5)
    x = path - path[round(stage.seconds * 0.5 * RATE)] + stage.size[0] * stage.between(0.4, 0.6)
    hop = np.abs(wander(stage.rng, 0.5)) * size * wind * 0.6
    turn = np.cumsum(wind * side * 16 + wander(stage.rng, 1.0) * 7)
    breath = wander(stage.rng, 1.2)

    def layer(picture: Picture, moment: float) -> None:
        n = round(moment * RATE)
        squash = np.diag([1 + 0.16 * breath[n], 1 - 0.16 * breath[n]])
        matrix = put(0, 0, size / 90, anchor=(0, 0), degrees=float(turn[n]))
        matrix[:, :2] = squash @ matrix[:, :2]
        matrix[:, 2] = np.array([x[n], row - size / 2 - hop[n]]) - matrix[:, :2] @ (64, 64)
        stamp(picture, shape, matrix, 0.93)

    def box(moment: float) -> Box:
        n = round(moment * RATE)
        return around(float(x[n]), float(row - size / 2 - hop[n]), size * 1.1, size * 1.1)

    stage.scene.things.append(layer)
    stage.scene.nuisances.append(Happening("drifting-bag", box))


def parked_van(stage: Stage) -> None:
    """A van that stands there from the beginning to the end."""
    row = stage.row(90, 190, room=1.3)
    scale = stage.ground.height(row) * 1.25 / van().shape[0]
    x = stage.size[0] * stage.between(0.2, 0.8)
    sprite = van()
    if stage.coin():
        sprite = np.ascontiguousarray(sprite[:, ::-1])
    shades = ((1, 1, 1), (0.75, 0.2, 0.18), (0.3, 0.4, 0.62), (0.42, 0.42, 0.45))
    sprite = tinted(sprite, shades[int(stage.rng.integers(4))])
    matrix = put(x, row, scale, anchor=(sprite.shape[1] / 2, sprite.shape[0] - 3))
    stamp(stage.scene.picture, sprite, matrix)
    wide, high = sprite.shape[1] * scale, sprite.shape[0] * scale
    box: Box = (x - wide / 2, row - high, x + wide / 2, row)
    stage.scene.nuisances.append(Happening("parked-car", lambda _: box))


@lru_cache(maxsize=1)
def van() -> Sprite:
    """The white van of the pavement, cut out."""
    outline = np.array(_VAN) - (648, 40)
    mask = np.zeros((64 * 4, 80 * 4), np.uint8)
    cv2.fillPoly(mask, [(outline * 4).round().astype(np.int32)], 255, cv2.LINE_AA)
    alpha = soft(mask, 2.5).astype(np.float32)[..., None] / 255
    part = sized(pavement()[40:104, 648:728], (320, 256), cv2.INTER_CUBIC)
    return np.dstack([part * alpha, alpha * 255]).astype(np.uint8)


def _cloth(stage: Stage, wide: int, high: int) -> Sprite:
    first, second = _CLOTHS[int(stage.rng.integers(len(_CLOTHS)))]
    cloth = np.zeros((high, wide, 4), np.uint8)
    cloth[..., :3], cloth[..., 3] = first, 255
    if stage.coin():
        cloth[high // 3 : 2 * high // 3, :, :3] = second
    else:
        cloth[:, wide // 3 : 2 * wide // 3, :3] = second
    return cloth


def _bag(stage: Stage, *, dark: bool) -> Sprite:
    """A crumpled bag, 128 pixels a side."""
    angles = np.linspace(0, 2 * np.pi, 13, endpoint=False)
    radius = 45 * (1 + 0.22 * stage.rng.standard_normal(13).clip(-1.5, 1.2))
    outline = 64 + np.stack([np.cos(angles), np.sin(angles)], axis=1) * radius[:, None]
    mask = np.zeros((128, 128), np.float32)
    cv2.fillPoly(mask, [outline.round().astype(np.int32)], 1, cv2.LINE_AA)
    mask = soft(mask, 1.5)
    folds = sized(stage.rng.normal(0, 1, (9, 9)).astype(np.float32), (128, 128))
    creases = np.abs(soft(folds, 3))
    shade = (35 + 45 * creases) if dark else (228 - 70 * creases)
    return np.dstack([mask * shade.clip(0, 255)] * 3 + [mask * 255]).astype(np.uint8)
