"""Scenes painted pixel by pixel, and a detector that finds what they hold."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

import cv2
import numpy as np
import pytest

from quietwatch.model import Detections, Frame, Picture

RATE = 10
RED = (130, 0, 0)  # darker than anything of the scene


@dataclass
class RedFinder:
    """A detector of the port whose model is a colour: what is red is a person."""

    model_id: str = "red@00000000"
    size: int = 96
    calls: int = 0

    def detect(self, picture: Picture) -> Detections:
        self.calls += 1
        red = ((picture[..., 0] > 120) & (picture[..., 1] < 90)).astype(np.uint8)
        count, _, stats, _ = cv2.connectedComponentsWithStats(red)
        height, width = red.shape
        boxes = [
            (x / width, y / height, (x + w) / width, (y + h) / height)
            for x, y, w, h, area in stats[1:count]
            if area >= 12
        ]
        return Detections(
            np.array(boxes, np.float64).reshape(-1, 4),
            np.full(len(boxes), 0.8),
            np.zeros(len(boxes), np.int64),
        )


@pytest.fixture
def red_finder() -> RedFinder:
    return RedFinder()


@dataclass
class Stage:
    """A noisy grey scene of a fixed size; things are painted onto it."""

    width: int = 320
    height: int = 240

    def picture(
        self, index: int, *things: tuple[int, int, int, int, tuple[int, int, int]]
    ) -> Picture:
        noise = np.random.default_rng(index).normal(0, 1.5, (self.height, self.width, 1))
        across = np.linspace(70, 130, self.width)[None, :, None]
        checks = 10 * ((np.indices((self.height, self.width)).sum(0) // 16) % 2)[..., None]
        picture = np.repeat(np.clip(across + checks + noise, 0, 255), 3, axis=2).astype(np.uint8)
        for x, y, w, h, colour in things:
            picture[max(y, 0) : max(y + h, 0), max(x, 0) : max(x + w, 0)] = colour
        return picture

    def frame(self, index: int, picture: Picture, rate: int = RATE) -> Frame:
        luma = np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), np.uint8)
        return Frame(index, Fraction(1, rate), luma, lambda: picture)


@pytest.fixture
def scene() -> Stage:
    return Stage()


@pytest.fixture
def walker(scene: Stage) -> Callable[[int], Frame]:
    """From 2 s on something red walks from left to right, 40 pixels a second."""

    def frame(index: int) -> Frame:
        x = -20 + 4 * (index - 20)
        things = [(x, 120, 16, 40, RED)] if index >= 20 else []
        return scene.frame(index, scene.picture(index, *things))

    return frame
