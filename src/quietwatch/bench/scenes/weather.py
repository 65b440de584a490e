"""Rain, snow and fog between the camera and the scene."""

import cv2
import numpy as np

from quietwatch.bench.scenes.camera import wander
from quietwatch.bench.scenes.compose import RATE
from quietwatch.bench.scenes.cutout import Map, moved, sized, soft
from quietwatch.bench.scenes.stage import Stage
from quietwatch.model.pictures import Picture


def rain(stage: Stage) -> None:
    """Streaks of rain, nearer ones longer and fainter, a few drops lit close to the lens."""
    bright = 215 if stage.mood == "infrared" else 185
    slant = stage.between(-0.25, 0.25)
    heavy = int(stage.rng.integers(120, 420))
    picks = stage.rng.integers(0, 2**32, round(stage.seconds * RATE) + 1)

    def layer(picture: Picture, moment: float) -> None:
        chance = np.random.default_rng(picks[round(moment * RATE)])
        mask = np.zeros(picture.shape[:2], np.uint8)
        near = chance.random(heavy) ** 3
        x, y = chance.random(heavy) * picture.shape[1], chance.random(heavy) * picture.shape[0]
        length = 8 + 55 * near
        ends = np.stack([x, y, x + slant * length, y + length], axis=1) * 8
        for (x1, y1, x2, y2), close in zip(ends.astype(int), near, strict=True):
            width = 1 if close < 0.5 else 2
            shade = int(110 - 50 * close)
            cv2.line(mask, (int(x1), int(y1)), (int(x2), int(y2)), shade, width, cv2.LINE_AA, 3)
        _lay(picture, np.asarray(cv2.blur(mask, (1, 5)), np.uint8), bright)

    stage.everywhere("rain", layer)


def snow(stage: Stage) -> None:
    """Flakes that drift, the near ones large and blurred."""
    bright = 250 if stage.mood == "infrared" else 235
    count = int(stage.rng.integers(120, 350))
    wide, high = stage.size
    near = stage.rng.random(count) ** 4
    x0, y0 = stage.rng.uniform(0, wide, count), stage.rng.uniform(0, high, count)
    falling = (55 + 330 * near) * stage.between(0.7, 1.2)
    wind = wander(stage.rng, 0.15) * 40 + stage.between(-60, 60)
    drift = np.cumsum(wind) / RATE
    phase = stage.rng.uniform(0, 6.28, count)
    radius = 1 + 11 * near

    def layer(picture: Picture, moment: float) -> None:
        carried = drift[round(moment * RATE)]
        x = np.mod(x0 + carried * (0.5 + near) + 6 * np.sin(2 * moment + phase), wide + 40) - 20
        y = np.mod(y0 + falling * moment, high + 40) - 20
        sharp, near_ones = (
            np.zeros((high, wide), np.uint8),
            np.zeros((high // 4, wide // 4), np.uint8),
        )
        for cx, cy, r in zip(x, y, radius, strict=True):
            if r < 3:
                cv2.circle(sharp, (int(cx * 8), int(cy * 8)), int(r * 8), 190, -1, cv2.LINE_AA, 3)
            else:
                spot, size = (int(cx * 2), int(cy * 2)), int(r * 2)
                cv2.circle(near_ones, spot, size, int(230 - 10 * r), -1, cv2.LINE_AA, 3)
        near_ones = sized(soft(near_ones, 1.0), (wide, high))
        _lay(picture, np.maximum(soft(sharp, 0.8), near_ones), bright)

    stage.everywhere("snow", layer)


def fog(stage: Stage) -> None:
    """Banks of fog that drift before the scene, thicker in the distance."""
    wide, high = stage.size
    bank = _cloud(stage, (high // 8 + 2, wide // 8 * 4))
    speed = stage.between(-22, 22) / 8
    thick = stage.between(0.35, 0.7)
    bright = stage.between(165, 205) if stage.mood == "day" else stage.between(120, 170)
    depth = np.linspace(1.15, 0.55, high, dtype=np.float32)[:, None]
    swell = 1 + 0.15 * wander(stage.rng, 0.08)

    def layer(picture: Picture, moment: float) -> None:
        at = (speed * moment) % (bank.shape[1] // 2)
        columns = np.mod(np.arange(wide // 8 + 2) + int(at), bank.shape[1])
        small = bank[:, columns]
        move = np.array([[8, 0, -8 * (at - int(at)) - 4], [0, 8, -4]], np.float64)
        mist = moved(small, move, (wide, high))
        alpha = np.clip(mist * depth * (thick * swell[round(moment * RATE)]), 0, 0.95)
        _lay(picture, (alpha * 255).astype(np.uint8), bright)

    stage.everywhere("fog", layer)


def _cloud(stage: Stage, size: tuple[int, int]) -> Map:
    """Cloudy shares around 0.7, of several grain sizes, (height, width)."""
    total = np.zeros(size, np.float32)
    for grain, weight in ((24, 1.0), (10, 0.5), (4, 0.22)):
        small = stage.rng.random((size[0] // grain + 2, size[1] // grain + 2), np.float32)
        total += weight * sized(small, size[::-1], cv2.INTER_CUBIC)
    return np.asarray(0.3 + 0.8 * (total - total.min()) / np.ptp(total), np.float32)


def _lay(picture: Picture, mask: Picture, bright: float) -> None:
    """Lay a grey of a brightness over a picture, by a mask of 0 to 255."""
    grey = cv2.convertScaleAbs(mask, None, bright / 255)
    thick = cv2.merge([mask, mask, mask])
    kept = cv2.multiply(picture, cv2.bitwise_not(thick), scale=1 / 255)
    cv2.add(kept, cv2.merge([grey, grey, grey]), picture)
