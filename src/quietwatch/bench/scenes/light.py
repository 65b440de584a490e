"""Light that changes while nothing happens: headlights, clouds, lamps, infrared, exposure."""

import cv2
import numpy as np

from quietwatch.bench.scenes.camera import grey, illuminate, lamplight, vignette, wander
from quietwatch.bench.scenes.compose import RATE
from quietwatch.bench.scenes.cutout import Map, grown, sized
from quietwatch.bench.scenes.stage import Stage
from quietwatch.model.pictures import Picture


def headlights(stage: Stage) -> None:
    """Cones of light that sweep over the scene, once or twice, as of cars that turn outside it."""
    start = stage.between(2, 5)
    first = start
    while start < stage.seconds - 3:
        _sweep(stage, start, stage.between(1.5, 3.5), to_right=stage.coin())
        start += stage.between(6, 12)
    stage.during("headlights", first, stage.seconds)


def _sweep(stage: Stage, start: float, lasts: float, *, to_right: bool) -> None:
    wide, high = stage.size
    row, strength = high * stage.between(0.45, 0.8), stage.between(90, 190)
    reach = wide * stage.between(0.1, 0.22)
    tone = np.array((1.0, 0.97, 0.85) if stage.mood != "infrared" else (1, 1, 1), np.float32)
    x, y = np.arange(wide // 4, dtype=np.float32) * 4, np.arange(high // 4, dtype=np.float32) * 4

    def layer(picture: Picture, moment: float) -> None:
        share = (moment - start) / lasts
        if not 0 <= share <= 1:
            return
        middle = (share if to_right else 1 - share) * 1.6 * wide - 0.3 * wide
        swell = np.sin(np.pi * share)
        light = np.zeros((high // 4, wide // 4), np.float32)
        for apart in (-0.35, 0.35):
            across = np.exp(-(((x - middle - apart * reach) / reach) ** 2))
            down = np.exp(-(((y - row) / (high * 0.28)) ** 2))
            light += down[:, None] * across[None, :]
        glow = sized(light * np.float32(strength * swell), (wide, high))
        # Light shows what it falls on: bright walls more than dark grass.
        lit = picture.astype(np.float32)
        lit += glow[..., None] * tone * (0.25 + lit / 160)
        picture[:] = np.clip(lit, 0, 255)

    stage.scene.light.append(layer)


def cloud_shadow(stage: Stage) -> None:
    """The shadow of a cloud that moves over the scene."""
    wide, high = stage.size
    start, lasts = stage.between(2, 5), stage.between(3, 7)
    deep, angle = stage.between(0.3, 0.5), stage.between(-0.5, 0.5)
    edge = stage.between(60, 160)
    x = np.arange(wide // 4, dtype=np.float32)[None, :] * 4
    y = np.arange(high // 4, dtype=np.float32)[:, None] * 4
    ragged = grown(stage.rng.normal(0, 45, (7, 9)), (wide // 4, high // 4))
    along = x + angle * y + ragged
    back = stage.seconds - stage.between(1, 4)

    def shade(moment: float) -> Map:
        front = -1.2 * edge + (moment - start) / lasts * (wide * 1.6)
        rear = -1.2 * edge + (moment - back) / lasts * (wide * 1.6)
        dark = 1 / (1 + np.exp(np.clip((along - front) / edge * 4, -30, 30)))
        lit = 1 / (1 + np.exp(np.clip((along - rear) / edge * 4, -30, 30)))
        return sized((1 - deep * (dark - lit)).astype(np.float32), (wide, high))

    stage.scene.light.append(illuminate(shade))
    stage.during("cloud-shadow", start, stage.seconds)


def infrared_switch(stage: Stage) -> None:
    """The camera swings from colour to infrared, or back, with a jump of its exposure."""
    wide, high = stage.size
    when = stage.seconds * stage.between(0.35, 0.65)
    to_night = stage.coin()
    lamp = cv2.merge([lamplight(stage.rng, (wide, high))] * 3)
    dim = cv2.merge([vignette((wide, high), 0.2) * np.float32(stage.between(0.3, 0.5))] * 3)

    def layer(picture: Picture, moment: float) -> None:
        since = moment - when
        night = (since >= 0) == to_night
        if night:
            grey(picture, moment)
        # The exposure is wrong at first and settles within a second or two.
        jump = 1 + (1.6 if night else -0.7) * np.exp(-since / 0.5) if since >= 0 else 1.0
        cv2.multiply(picture, (lamp if night else dim) * np.float32(jump), picture, dtype=cv2.CV_8U)

    stage.scene.light.append(layer)
    stage.during("infrared-switch", when, min(stage.seconds, when + 3))


def exposure(stage: Stage) -> None:
    """An exposure control that hunts: the whole picture pumps brighter and darker."""
    deep = stage.between(0.12, 0.35)
    hertz = stage.between(0.15, 0.6)
    steps = np.sign(wander(stage.rng, hertz)) * 0.6 + wander(stage.rng, hertz) * 0.5
    settle = np.exp(-np.arange(12) / 4.0)
    path = np.convolve(steps, settle / settle.sum())[: len(steps)]
    gain = np.clip(1 + deep * path, 0.4, 1.9)
    stage.scene.light.append(illuminate(lambda moment: float(gain[round(moment * RATE)])))
    stage.everywhere("exposure")


def lights_out(stage: Stage) -> None:
    """The lamp of a room is switched off, and half of the times on again: what is left is dim."""
    when = stage.seconds * stage.between(0.33, 0.45)
    back = when + stage.between(7, 10) if stage.coin() else stage.seconds
    left = stage.between(0.06, 0.2)
    fades = stage.between(0.05, 0.4)  # s; the gain of the camera makes up for some of it

    def light(moment: float) -> float:
        if not when <= moment < back:
            return 1.0
        return float(left + (1 - left) * np.exp(-(moment - when) / fades))

    stage.scene.light.append(illuminate(light))
    stage.during("lights-out", when, stage.seconds)
