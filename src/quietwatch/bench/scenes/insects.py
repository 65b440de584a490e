"""Insects and spiders right before the lens, lit by the camera's own lamp."""

import cv2
import numpy as np
from numpy.typing import NDArray

from quietwatch.bench.scenes.camera import wander
from quietwatch.bench.scenes.compose import RATE, Box, Happening, Layer
from quietwatch.bench.scenes.cutout import Sprite, blend, put, sized, soft, stamp
from quietwatch.bench.scenes.stage import Stage, around
from quietwatch.model.pictures import Picture

_WING_BEATS = 7  # drawn wing positions
_PX = 96  # half the side of a drawn insect, pixels

_Path = NDArray[np.float64]  # a coordinate for each picture


def moths(stage: Stage) -> None:
    """One to three moths that fly erratically through the lamp's light, out of focus."""
    for _ in range(int(stage.rng.integers(1, 4))):
        _fly(stage, size=stage.between(14, 60), blur=stage.between(2, 6), speed=1.0)


def midges(stage: Stage) -> None:
    """A swarm of small bright specks."""
    for _ in range(int(stage.rng.integers(12, 30))):
        _fly(stage, size=stage.between(4, 10), blur=1.2, speed=1.6, told=False)
    stage.everywhere("insect")


def large_moth(stage: Stage) -> None:
    """A moth so near that it fills a fifth of the picture for moments."""
    _fly(stage, size=stage.between(230, 330), blur=stage.between(11, 17), speed=0.8)


def crawler(stage: Stage) -> None:
    """An insect that crawls over the glass, with stops; sharp legs are out of focus."""
    rng, (wide, high) = stage.rng, stage.size
    frames = [_beetle(phase, stage.between(2.0, 3.0)) for phase in range(4)]
    count = round(stage.seconds * RATE) + 1
    heading = np.cumsum(wander(rng, 0.4)[:count] * 0.12) + stage.between(0, 6.28)
    going = (wander(rng, 0.25)[:count] > -0.5) * stage.between(3, 8)
    x = _bounced(wide * stage.between(0.3, 0.7) + np.cumsum(np.cos(heading) * going), wide)
    y = _bounced(high * stage.between(0.3, 0.7) + np.cumsum(np.sin(heading) * going), high)
    scale = stage.between(0.35, 0.9)
    travelled = np.cumsum(going)

    def layer(picture: Picture, moment: float) -> None:
        n = round(moment * RATE)
        sprite = frames[int(travelled[n] / 6) % 4]
        angle = float(np.rad2deg(heading[n])) + 90
        stamp(picture, sprite, put(x[n], y[n], scale, anchor=(_PX, _PX), degrees=angle), 0.92)

    def box(moment: float) -> Box:
        n = round(moment * RATE)
        return around(float(x[n]), float(y[n]), 110 * scale, 110 * scale)

    stage.scene.lens.append(layer)
    stage.scene.nuisances.append(Happening("insect", box))


def spider_close(stage: Stage) -> None:
    """A spider close to the lens, legs spread, letting itself down a thread and climbing again."""
    wide, high = stage.size
    scale = stage.between(0.9, 1.9)
    x0, sway = wide * stage.between(0.25, 0.75), wander(stage.rng, 0.5) * 5
    depth = high * stage.between(0.3, 0.7)
    start, period = stage.between(1, 4), stage.between(9, 16)
    dark = stage.mood != "infrared"
    frames = [_spider(phase, dark=dark) for phase in range(4)]
    tone = (60, 60, 60) if dark else (190, 190, 190)

    def place(moment: float) -> tuple[float, float]:
        wave = np.clip((moment - start) / period, 0, 1)
        drop = np.sin(np.pi * wave) ** 0.6 if wave > 0 else 0.0
        number = round(moment * RATE)
        return float(x0 + sway[number]), float(-100 * scale + (depth + 100 * scale) * drop)

    def layer(picture: Picture, moment: float) -> None:
        x, y = place(moment)
        top = (round(x0 * 8), 0)
        cv2.line(picture, top, (round(x * 8), round(y * 8)), tone, 1, cv2.LINE_AA, 3)
        sprite = frames[int(moment * 5) % 4]
        turn = float(sway[round(moment * RATE)]) * 2
        stamp(picture, sprite, put(x, y, scale, anchor=(_PX, _PX), degrees=turn), 0.95)

    def box(moment: float) -> Box:
        return around(*place(moment), 130 * scale, 130 * scale)

    stage.scene.lens.append(layer)
    stage.scene.nuisances.append(Happening("spider-close", box))


def thread(stage: Stage) -> None:
    """A spider's thread or two that the wind moves, bright under the lamp, wholly out of focus."""
    bright = 235 if stage.mood == "infrared" else 170
    for _ in range(int(stage.rng.integers(1, 3))):
        stage.scene.lens.append(_thread(stage, bright))
    stage.everywhere("spider-thread")


def _thread(stage: Stage, bright: int) -> Layer:
    """One thread from the top of the picture to its bottom."""
    wide, high = stage.size
    first, last = stage.rng.uniform(0, wide, 2)
    sway = wander(stage.rng, stage.between(0.4, 1.0)) * stage.between(10, 28)
    width, strength = int(stage.rng.integers(3, 9)), stage.between(0.35, 0.7)
    glint = wander(stage.rng, 0.6)
    down = np.linspace(0, 1, 24)

    def layer(picture: Picture, moment: float) -> None:
        n = round(moment * RATE)
        belly = np.sin(np.pi * down) * sway[n] + np.sin(2 * np.pi * down) * sway[n + 7] * 0.4
        x = first + (last - first) * down + belly
        line = np.stack([x, down * high], axis=1).round().astype(np.int32)
        left, right = max(0, int(x.min()) - 20), min(wide, int(x.max()) + 20)
        if left >= right:
            return
        mask = np.zeros((high, right - left), np.uint8)
        cv2.polylines(mask, [line - (left, 0)], False, 255, width, cv2.LINE_AA)
        light = np.clip(0.6 + 0.5 * np.sin(down * 9 + glint[n] * 2), 0, 1)
        rows = sized(light.astype(np.float32)[:, None], (1, high))
        alpha = (soft(mask, width * 0.8) * rows).astype(np.uint8)
        grey = (alpha * (bright / 255)).astype(np.uint8)
        blend(picture[:, left:right], np.dstack([grey, grey, grey, alpha]), strength)

    return layer


def _fly(stage: Stage, *, size: float, blur: float, speed: float, told: bool = True) -> None:
    """Add one flying insect of a size and blur in pixels, there for some seconds."""
    rng, (wide, high) = stage.rng, stage.size
    bright = 250 if stage.mood == "infrared" else 95
    wings = [_moth(n / _WING_BEATS, blur * _PX / size, bright) for n in range(_WING_BEATS)]
    x = wide / 2 + np.cumsum(wander(rng, 0.7)) * 9 * speed + wander(rng, 2.5) * 14
    y = high / 2 + np.cumsum(wander(rng, 0.7)) * 7 * speed + wander(rng, 2.5) * 12
    beat = rng.integers(0, _WING_BEATS, len(x))
    turn = np.cumsum(wander(rng, 1.0) * 14)
    nearness = size * np.exp(0.25 * wander(rng, 0.3))
    start = stage.between(0, stage.seconds * 0.3)
    end = stage.seconds * stage.between(0.7, 1.0) if told else stage.seconds
    middle = round((start + end) / 2 * RATE)
    x = _bounced(x - x[middle] + wide * stage.between(0.2, 0.8), wide * 1.3, wide * 0.15)
    y = _bounced(y - y[middle] + high * stage.between(0.2, 0.8), high * 1.3, high * 0.15)

    def layer(picture: Picture, moment: float) -> None:
        n = round(moment * RATE)
        if start <= moment < end:
            before = np.array([x[max(0, n - 1)], y[max(0, n - 1)]])
            scale = nearness[n] / (2 * _PX)
            for number in range(3):  # its wings beat, and it flies on, while the shutter is open
                place = np.array([x[n], y[n]]) * (1 - 0.22 * number) + before * 0.22 * number
                wing = wings[(beat[n] + 2 * number) % _WING_BEATS]
                matrix = put(place[0], place[1], scale, anchor=(_PX, _PX), degrees=float(turn[n]))
                stamp(picture, wing, matrix, 0.45)

    def box(moment: float) -> Box | None:
        n = round(moment * RATE)
        if not start <= moment < end:
            return None
        return around(float(x[n]), float(y[n]), float(nearness[n]), float(nearness[n]))

    stage.scene.lens.append(layer)
    if told:
        stage.scene.nuisances.append(Happening("insect", box))


def _bounced(path: _Path, length: float, before: float = 0.0) -> _Path:
    """A path that turns back at the ends of a stretch that begins `before` the picture."""
    along = np.mod(path + before, 2 * length)
    return np.where(along > length, 2 * length - along, along) - before


def _moth(beat: float, blur: float, bright: int) -> Sprite:
    """A moth from above, wings at a moment of their beat."""
    grey = np.zeros((2 * _PX, 2 * _PX), np.float32)
    spread = 0.35 + 0.65 * abs(np.sin(np.pi * beat))
    for side in (-1, 1):
        for reach, back, angle in ((34, -8, 25), (24, 20, -30)):
            middle = (round(_PX + side * reach * spread), _PX + back)
            axes = (max(3, round(reach * spread)), round(reach * 0.62))
            cv2.ellipse(grey, middle, axes, side * angle, 0, 360, 0.75, -1, cv2.LINE_AA)
    cv2.ellipse(grey, (_PX, _PX), (7, 26), 0, 0, 360, 1.0, -1, cv2.LINE_AA)
    grey = soft(grey, max(1.0, min(blur, 28.0)))
    shade = np.clip(grey * 1.1, 0, 1)
    colour = np.float32(bright) * (0.75 + 0.25 * shade)
    return np.dstack([shade * colour] * 3 + [shade * 255]).astype(np.uint8)


def _beetle(phase: int, blur: float) -> Sprite:
    mask = np.zeros((2 * _PX, 2 * _PX), np.float32)
    for number in range(3):
        for side in (-1, 1):
            swing = 9 * np.sin(np.pi / 2 * phase + number * 2.1 + (side > 0) * np.pi)
            hip = np.array([_PX + side * 8, _PX - 16 + number * 16])
            knee = hip + np.array([side * 20, -10 + number * 9 + swing])
            foot = knee + np.array([side * 14, 4 + number * 6 + swing])
            line = np.array([hip, knee, foot]).round().astype(np.int32)
            cv2.polylines(mask, [line], False, 0.85, 4, cv2.LINE_AA)
    cv2.ellipse(mask, (_PX, _PX + 8), (15, 27), 0, 0, 360, 1, -1, cv2.LINE_AA)
    cv2.circle(mask, (_PX, _PX - 26), 10, 1, -1, cv2.LINE_AA)
    mask = np.clip(soft(mask, blur), 0, 1)
    rows = np.linspace(55, 25, 2 * _PX, dtype=np.float32)[:, None]
    return np.dstack([mask * rows] * 3 + [mask * 255]).astype(np.uint8)


def _spider(phase: int, *, dark: bool) -> Sprite:
    mask = np.zeros((2 * _PX, 2 * _PX), np.float32)
    for number in range(4):
        for side in (-1, 1):
            swing = 5 * np.sin(np.pi / 2 * phase + number * 1.7 + (side > 0) * 2.0)
            angle = np.deg2rad(-62 + number * 40 + swing)
            hip = np.array([_PX + side * 9, _PX - 8 + number * 4])
            knee = hip + np.array([side * np.cos(angle), np.sin(angle)]) * 38
            foot = (
                knee + np.array([side * 0.55 * np.cos(angle), abs(np.sin(angle)) * 0.5 + 0.6]) * 30
            )
            line = np.array([hip, knee, foot]).round().astype(np.int32)
            cv2.polylines(mask, [line], False, 0.9, 4, cv2.LINE_AA)
    cv2.ellipse(mask, (_PX, _PX + 20), (17, 23), 0, 0, 360, 1, -1, cv2.LINE_AA)
    cv2.ellipse(mask, (_PX, _PX - 8), (11, 12), 0, 0, 360, 1, -1, cv2.LINE_AA)
    mask = np.clip(soft(mask, 2.4), 0, 1)
    light = soft(mask, 7)
    shade = (20 + 55 * (1 - light)) if dark else (130 + 120 * light)
    return np.dstack([mask * shade] * 3 + [mask * 255]).astype(np.uint8)
