"""What a detector believes to be a person and is none: figures that stand, hang and sway."""

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from quietwatch.bench.scenes import figures, light
from quietwatch.bench.scenes.camera import wander
from quietwatch.bench.scenes.compose import RATE, Box, Happening
from quietwatch.bench.scenes.cutout import Matrix, Sprite, flat_shadow, put, soft, stamp
from quietwatch.bench.scenes.stage import Stage
from quietwatch.bench.scenes.walking import someone
from quietwatch.model.pictures import Picture


def coat(stage: Stage) -> None:
    """A coat on a hook that swings in a draught: real clothes, without the person."""
    cloth = figures.clothes(someone(stage), stage.between(0.6, 0.95))
    if stage.coin(0.6):
        cloth = figures.under_a_hat(cloth)
    high = stage.between(150, 230)
    x, y = stage.size[0] * stage.between(0.2, 0.8), stage.between(40, 100)
    _rail(stage.scene.picture, x, y)
    swing = wander(stage.rng, 0.45) * stage.between(2, 6)
    anchor = (cloth.shape[1] / 2, 2.0)

    def matrix(moment: float) -> Matrix:
        degrees = float(swing[round(moment * RATE)])
        return put(x, y, high / cloth.shape[0], anchor=anchor, degrees=degrees)

    _figure(stage, "coat", cloth, matrix)


def scarecrow(stage: Stage) -> None:
    """A scarecrow in real clothes that the wind moves."""
    walk = someone(stage)
    figure = figures.scarecrow(figures.clothes(walk, 0.97), stage)
    row = stage.row(100, 220, room=1.2)
    high = stage.ground.height(row) * stage.between(1.0, 1.15)
    x = stage.size[0] * stage.between(0.2, 0.8)
    swing = wander(stage.rng, 0.6) * stage.between(0.8, 3.0)
    anchor = (figure.shape[1] / 2, figure.shape[0] - 2.0)

    def matrix(moment: float) -> Matrix:
        degrees = float(swing[round(moment * RATE)])
        return put(x, row, high / figure.shape[0], anchor=anchor, degrees=degrees)

    _figure(stage, "scarecrow", figure, matrix)


def mannequin(stage: Stage) -> None:
    """A dressed mannequin with a blank head on a round foot; half of them turn slowly."""
    figure = figures.blank_head(figures.standing(someone(stage)))
    high = figure.shape[0]
    plate = np.zeros_like(figure)
    cv2.ellipse(
        plate, (figure.shape[1] // 2, high - 5), (15, 4), 0, 0, 360, (150, 150, 152, 255), -1
    )
    figure = np.where(figure[..., 3:] > 40, figure, plate)
    _standing_still(stage, "mannequin", figure, turns=stage.coin())
    _something_changes(stage)


def statue(stage: Stage) -> None:
    """A statue of stone on its plinth."""
    figure = figures.standing(someone(stage))
    grey = figure[..., :3].mean(axis=2, keepdims=True)
    alpha = figure[..., 3:].astype(np.float32)
    relief = grey - soft(grey, 4)[..., None]
    stone = np.clip((0.55 + 0.2 * grey / 255 + 0.012 * relief) * alpha, 0, alpha)
    figure = np.dstack([stone * (0.98, 0.96, 0.9), alpha]).astype(np.uint8)
    wide, high = figure.shape[1], figure.shape[0]
    plinth = np.zeros((round(high * 0.3), wide, 4), np.uint8)
    left, right = round(wide * 0.22), round(wide * 0.78)
    plinth[:, left:right] = (128, 124, 116, 255)
    plinth[:4, left - 4 : right + 4] = (160, 156, 146, 255)
    plinth[:, right - 6 : right, :3] = (92, 90, 84)
    whole = np.vstack([figure, np.zeros_like(plinth)])
    sunk = round(high * 0.05)  # the feet stand in the block
    figures.lay_over(whole, plinth, (0, high - sunk))
    _standing_still(stage, "statue", whole[:-sunk], turns=False, scale=1.3)
    _something_changes(stage)


def poster(stage: Stage) -> None:
    """A framed picture of a person, as large as life, that the wind lifts at its edge."""
    figure = figures.standing(someone(stage))
    high, wide = figure.shape[0] + 40, figure.shape[1] + 36
    sheet = np.zeros((high, wide, 4), np.uint8)
    tone = stage.rng.integers(150, 235, 3)
    fall = np.linspace(1.05, 0.8, high, dtype=np.float32)[:, None, None]
    sheet[..., :3] = np.clip(fall * tone.astype(np.float32), 0, 255)
    sheet[..., 3] = 255
    stamp(sheet[..., :3], figure, put(18, 26, 1, anchor=(0, 0)))
    for line, end in ((7, wide - 21), (14, wide - 12)):  # lettering
        cv2.line(sheet, (12, line), (end, line), (40, 40, 46, 255), 3)
    cv2.rectangle(sheet, (0, 0), (wide - 1, high - 1), (30, 30, 32, 255), 2)
    row = stage.row(110, 220)
    tall = stage.ground.height(row)
    x, top = stage.size[0] * stage.between(0.15, 0.85), row - 1.25 * tall
    flutter = np.abs(wander(stage.rng, 1.1)) * stage.between(0.0, 0.045)

    def matrix(moment: float) -> Matrix:
        scale = 1.1 * tall / high
        bent = float(flutter[round(moment * RATE)])
        slant = np.array([[scale * (1 - bent), 0], [scale * bent * 1.4, scale]])
        return np.hstack([slant, (np.array([x, max(4.0, top)]) - slant @ (wide / 2, 0))[:, None]])

    _figure(stage, "poster", sheet, matrix)
    _something_changes(stage)


def balloons(stage: Stage) -> None:
    """A bunch of balloons on strings, together about as large as a person, bobbing."""
    row = stage.row(100, 220)
    high = stage.ground.height(row)
    x0 = stage.size[0] * stage.between(0.2, 0.8)
    count = int(stage.rng.integers(3, 8))
    spots = stage.rng.normal(0, 1, (count, 2)).clip(-1.5, 1.5) * (0.16, 0.17) * high
    colours = stage.rng.choice(
        [
            (205, 35, 45),
            (235, 190, 30),
            (40, 90, 190),
            (60, 150, 70),
            (240, 240, 245),
            (30, 30, 34),
        ],
        count,
    )
    drift = np.stack([wander(stage.rng, 0.35), wander(stage.rng, 0.5)]) * 0.05 * high
    own = np.stack([wander(stage.rng, 0.8) for _ in range(count)]) * 0.025 * high
    sprites = [figures.balloon(colour) for colour in colours]

    def places(moment: float) -> NDArray[np.float64]:
        n = round(moment * RATE)
        each = spots + drift[:, n] + np.stack([own[:, n], own[:, n + 11]], axis=1)
        return np.asarray(each + np.array([x0, row - 0.72 * high]), np.float64)

    def layer(picture: Picture, moment: float) -> None:
        for (x, y), sprite in zip(places(moment), sprites, strict=True):
            ends = ((round(x * 8), round(y * 8)), (round(x0 * 8), round(row * 8)))
            cv2.line(picture, *ends, (175, 175, 175), 1, cv2.LINE_AA, 3)
            stamp(picture, sprite, put(x, y, 0.3 * high / 100, anchor=(40, 50)))

    def box(moment: float) -> Box:
        each = places(moment)
        (left, top), (right, _) = each.min(axis=0), each.max(axis=0)
        return float(left - 0.13 * high), float(top - 0.16 * high), float(right + 0.13 * high), row

    stage.scene.things.append(layer)
    stage.scene.nuisances.append(Happening("balloons", box))


def _figure(stage: Stage, kind: str, sprite: Sprite, matrix: Callable[[float], Matrix]) -> None:
    """Add a figure that is there all the time, where a matrix sets it."""
    high, wide = sprite.shape[:2]
    corners = np.array([[0, wide, wide, 0], [0, 0, high, high], [1, 1, 1, 1]], np.float64)

    def box(moment: float) -> Box:
        spots = matrix(moment) @ corners
        (left, top), (right, bottom) = spots.min(axis=1), spots.max(axis=1)
        return float(left), float(top), float(right), float(bottom)

    stage.scene.things.append(lambda picture, moment: stamp(picture, sprite, matrix(moment)))
    stage.scene.nuisances.append(Happening(kind, box))


def _standing_still(
    stage: Stage, kind: str, sprite: Sprite, *, turns: bool, scale: float = 1.0
) -> None:
    row = stage.row(90, 210, room=scale * 1.06)
    size = scale * stage.ground.height(row) / sprite.shape[0]
    x = stage.size[0] * stage.between(0.2, 0.8)
    foot = np.array([sprite.shape[1] / 2, sprite.shape[0] - 2.0])
    speed, phase = stage.between(0.25, 0.6), stage.between(0, 6.28)
    width = size * sprite.shape[1] * 0.9
    shadow = put(x, row, width / 80, anchor=(40, 12))
    stamp(stage.scene.picture, flat_shadow(), shadow, 0.5)

    def matrix(moment: float) -> Matrix:
        # Seen from the side, what turns grows narrower and wider; it never shows its edge.
        squeeze = 0.82 + 0.18 * np.cos(speed * moment + phase) if turns else 1.0
        own = np.diag([size * squeeze, size])
        return np.hstack([own, (np.array([x, row]) - own @ foot)[:, None]])

    _figure(stage, kind, sprite, matrix)


def _something_changes(stage: Stage) -> None:
    """Most clips of a thing that stands still get a change of light, for else nothing moves."""
    if stage.coin(0.65):
        changes = (light.exposure, light.headlights if stage.mood != "day" else light.cloud_shadow)
        changes[int(stage.coin())](stage)


def _rail(picture: Picture, x: float, y: float) -> None:
    """A rail with hooks on a wall."""
    left, right, row = int(x - 70), int(x + 70), int(y - 8)
    cv2.rectangle(picture, (left, row - 6), (right, row + 5), (112, 84, 58), -1)
    cv2.line(picture, (left, row + 6), (right, row + 6), (70, 52, 38), 1)
    for hook in (left + 18, int(x), right - 18):
        cv2.line(picture, (hook, row), (hook, row + 12), (60, 60, 62), 3, cv2.LINE_AA)
