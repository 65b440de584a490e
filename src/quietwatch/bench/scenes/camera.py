"""What light there is and what the camera makes of it: day, dusk, infrared, noise, shake."""

from collections.abc import Callable

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from quietwatch.bench.scenes.compose import RATE, Layer
from quietwatch.bench.scenes.cutout import Map
from quietwatch.model.pictures import Picture

_BANK = 2  # pictures of noise, of which every frame shows another part
_SPARE = 96  # px by which they are larger than the frame
_VIEW = 100.0  # s; longer than any clip


def day(rng: Generator, size: tuple[int, int]) -> list[Layer]:
    """Daylight: what small camera noise there is."""
    return [noise(rng, size, float(rng.uniform(1.5, 3.5)))]


def dusk(rng: Generator, size: tuple[int, int]) -> list[Layer]:
    """Little light left, bluish, with the noise of a gain turned up."""
    dim = float(rng.uniform(0.36, 0.62))
    tone = np.array((0.88, 0.96, 1.12), np.float32) * dim
    return [illuminate(tone * vignette(size, 0.25)[..., None]), noise(rng, size, rng.uniform(3, 6))]


def infrared(rng: Generator, size: tuple[int, int]) -> list[Layer]:
    """Night under the camera's own lamp: grey, bright in the middle, noisy."""
    lamp = lamplight(rng, size) * float(rng.uniform(0.7, 1.05))
    return [grey, illuminate(lamp), noise(rng, size, float(rng.uniform(3.5, 7)))]


def grey(picture: Picture, moment: float) -> None:
    """Without colour, as with the filter against infrared swung away."""
    del moment
    picture[:] = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)[..., None]


def lamplight(rng: Generator, size: tuple[int, int]) -> Map:
    """How an infrared lamp lights a scene: a hot spot, fading outwards and into the distance."""
    x, y = _grid(size)
    cx, cy = rng.uniform(0.4, 0.6), rng.uniform(0.5, 0.7)
    reach = float(rng.uniform(0.38, 0.55))
    spot = np.exp(-(((x - cx) * 1.1) ** 2 + (y - cy) ** 2) / (2 * reach**2))
    distance = 0.55 + 0.45 * y  # what is high in the picture is far away
    return (0.12 + 1.15 * spot * distance).astype(np.float32)


def vignette(size: tuple[int, int], strength: float) -> Map:
    """Corners darker than the middle by a share, (height, width) around 1."""
    x, y = _grid(size)
    away = ((x - 0.5) ** 2 + (y - 0.5) ** 2) * 2
    return (1 - strength * away).astype(np.float32)


def illuminate(
    light: Map | Callable[[float], Map | float],
) -> Layer:
    """Multiply the picture by light: a map (height, width[, 3]), or what gives it for a time."""

    def layer(picture: Picture, moment: float) -> None:
        now = light(moment) if callable(light) else light
        if isinstance(now, float):
            cv2.convertScaleAbs(picture, picture, now)
            return
        cv2.multiply(picture, coloured(now), picture, dtype=cv2.CV_8U)

    if not callable(light):
        light = coloured(light)
    return layer


def coloured(light: Map) -> Map:
    """White light, (height, width, 3), of a map (height, width); coloured light as it is."""
    return light if light.ndim == 3 else np.asarray(cv2.merge([light, light, light]), np.float32)


def noise(rng: Generator, size: tuple[int, int], sigma: float) -> Layer:
    """Read noise of a standard deviation in grey levels, mostly alike in the three colours."""
    shape = (size[1] + _SPARE, size[0] + _SPARE)
    bank = []
    for _ in range(_BANK):
        luma = cv2.GaussianBlur(rng.standard_normal((*shape, 1), np.float32), (3, 3), 0.5)
        chroma = rng.standard_normal((*shape, 3), np.float32) * 0.35
        bank.append((sigma * 1.3 * (luma.reshape(*shape, 1) + chroma)).round().astype(np.int16))
    picks = rng.integers(0, (_BANK, _SPARE, _SPARE), (round(_VIEW * RATE), 3))

    def layer(picture: Picture, moment: float) -> None:
        number, x, y = picks[round(moment * RATE) % len(picks)]
        part = bank[number][y : y + size[1], x : x + size[0]]
        cv2.add(picture, part, picture, dtype=cv2.CV_8U)

    return layer


def shake(
    rng: Generator, size: tuple[int, int], pixels: float
) -> tuple[Layer, Callable[[float], tuple[float, float]]]:
    """A camera that sways on its pole in gusts, by some pixels; and where it stands at a time."""
    sway = np.stack([wander(rng, 1.3), wander(rng, 1.7)]) * pixels
    tremble = np.stack([wander(rng, 6.0), wander(rng, 6.0)]) * pixels * 0.35
    gust = np.clip(wander(rng, 0.15) + 0.6, 0, 1.6)
    path = (sway + tremble) * gust

    def at(moment: float) -> tuple[float, float]:
        number = round(moment * RATE) % path.shape[1]
        return float(path[0, number]), float(path[1, number])

    def layer(picture: Picture, moment: float) -> None:
        x, y = at(moment)
        move = np.array([[1, 0, x], [0, 1, y]], np.float64)
        picture[:] = cv2.warpAffine(picture, move, size, borderMode=cv2.BORDER_REPLICATE)

    return layer, at


def wander(rng: Generator, hertz: float, seconds: float = _VIEW) -> NDArray[np.float64]:
    """A smooth random wandering around 0 with standard deviation 1, ten values a second.

    Args:
        rng: where chance comes from.
        hertz: how quickly it changes.
        seconds: how long it is.
    """
    count = round(seconds * RATE)
    steps = rng.standard_normal(count + 400)
    width = max(0.3, RATE / (2 * np.pi * hertz))
    reach = np.arange(-min(190, int(4 * width) + 1), min(190, int(4 * width) + 1) + 1)
    kernel = np.exp(-(reach**2) / (2 * width**2))
    smooth = np.convolve(steps, kernel / np.sqrt((kernel**2).sum()), mode="same")
    return smooth[200 : 200 + count]


def _grid(size: tuple[int, int]) -> tuple[Map, Map]:
    """Column and row of each pixel as shares of the picture."""
    x = np.linspace(0, 1, size[0], dtype=np.float32)[None, :]
    y = np.linspace(0, 1, size[1], dtype=np.float32)[:, None]
    return x, y
