"""A person who walks through a scene, and what the camera sees of the person."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from quietwatch.bench.scenes.compose import RATE, Box
from quietwatch.bench.scenes.cutout import Matrix, Sprite, flat_shadow, put, stamp, tinted
from quietwatch.bench.scenes.people import Walk, walks
from quietwatch.bench.scenes.stage import Stage
from quietwatch.model.pictures import Picture

_ACROSS = 0.035  # own heights a step, of those who go across the picture rather than to and fro


@dataclass(frozen=True, slots=True)
class Manner:
    """How a person goes.

    Attributes:
        pace: speed, 1 for walking as in the footage.
        squash: width and height of the body to what they are upright.
        lean: degrees clockwise of one who goes right.
        height: pixels instead of what the ground says, None for that.
        bob: up and down with each step, in own heights.
        top_heavy: how much wider the head end is than the feet, as seen from above; 0 for not.
    """

    pace: float = 1.0
    squash: tuple[float, float] = (1.0, 1.0)
    lean: float = 0.0
    height: float | None = None
    bob: float = 0.0
    top_heavy: float = 0.0


WALKING = Manner()


class Person:
    """Someone who crosses the picture; a layer.

    Args:
        stage: where.
        crossing: column and row of the feet in the middle of the way, and when.
        manner: how.
        walk: whose steps; by chance without.
        gain: brightness of clothes and skin.
    """

    def __init__(
        self,
        stage: Stage,
        crossing: tuple[float, float, float],
        manner: Manner = WALKING,
        walk: Walk | None = None,
        gain: float = 1.0,
    ) -> None:
        self.walk = walk or someone(stage)
        self.manner = manner
        mirrored = stage.coin()
        self.right = (self.walk.going[0] > 0) != mirrored
        # Under infrared cloth is brighter than by day, and its colour says nothing of it.
        shine = stage.between(10, 75) if stage.mood == "infrared" else 0.0
        self._steps = [
            _dressed(np.ascontiguousarray(step[:, ::-1]) if mirrored else step, gain, shine)
            for step in self.walk.steps
        ]
        if manner.top_heavy:
            self._steps = [_top_heavy(step, manner.top_heavy) for step in self._steps]
        self._shadow = flat_shadow()
        self._boxes = [_extent(step) for step in self._steps]
        self._path = self._way(stage, crossing, -1.0 if mirrored else 1.0)
        self.aside = 0.0
        self._phase = int(stage.rng.integers(len(self.walk.steps)))

    def __call__(self, picture: Picture, moment: float) -> None:
        """Draw the person and the shadow under the feet."""
        x, y, high = self.at(moment)
        width = high * max(self.manner.squash[0] * 0.42, abs(np.sin(self._angle)) * 0.9)
        ground = put(
            x, y - 0.02 * high, width / self._shadow.shape[1], anchor=_middle(self._shadow)
        )
        stamp(picture, self._shadow, ground, 0.5)
        stamp(picture, self._steps[self._step(moment)], self.matrix(moment))

    def box(self, moment: float) -> Box:
        """Round the person, pixels."""
        x1, y1, x2, y2 = self._boxes[self._step(moment)]
        corners = np.array([[x1, x2, x2, x1], [y1, y1, y2, y2], [1, 1, 1, 1]])
        spots = self.matrix(moment) @ corners
        (left, top), (right, bottom) = spots.min(axis=1), spots.max(axis=1)
        return float(left), float(top), float(right), float(bottom)

    def at(self, moment: float) -> tuple[float, float, float]:
        """Column and row of the feet and height upright, pixels."""
        x, y, high = self._path[min(round(moment * RATE), len(self._path) - 1)]
        return float(x) + self.aside, float(y), float(high)

    def level(self) -> None:
        """Let the person stay at the row of the crossing."""
        self._path[:, 1:] = self._path[len(self._path) // 2, 1:]

    def keep_column(self, column: float) -> None:
        """Let the person come on or go away, but not aside."""
        self._path[:, 0] = column

    def matrix(self, moment: float) -> Matrix:
        """From the cut-out to the picture."""
        x, y, high = self.at(moment)
        step = self._steps[self._step(moment)]
        scale = high / self.walk.height
        degrees = np.rad2deg(self._angle)
        sway = self.manner.bob * high * abs(np.sin(moment * self.manner.pace * 5.5))
        forward = 0.5 * high * np.sin(self._angle)  # so that a leaning body has its middle at x
        matrix = put(0, 0, scale, anchor=(0, 0), degrees=degrees)
        matrix[:, :2] = matrix[:, :2] @ np.diag(self.manner.squash)
        feet = np.array([step.shape[1] / 2, step.shape[0] - 2.0])
        matrix[:, 2] = np.array([x - forward, y - sway]) - matrix[:, :2] @ feet
        return matrix

    @property
    def _angle(self) -> float:
        return float(np.deg2rad(self.manner.lean * (1 if self.right else -1)))

    def _step(self, moment: float) -> int:
        first, last = self.walk.loop
        number = self._phase + int(moment * RATE * self.manner.pace)
        return first + number % max(1, last - first)

    def _way(
        self, stage: Stage, crossing: tuple[float, float, float], side: float
    ) -> NDArray[np.float64]:
        """Column, row and height for each picture."""
        count = round(stage.seconds * RATE) + 1
        way = np.zeros((count, 3))
        middle = min(count - 1, max(0, round(crossing[2] * RATE)))
        gx, gy = self.walk.going[0] * side * self.manner.pace, self.walk.going[1] * self.manner.pace
        bottom = stage.size[1] + 400.0
        for numbers, sign in ((range(middle, count), 1.0), (range(middle - 1, -1, -1), -1.0)):
            x, y = crossing[0], crossing[1]
            for number in numbers:
                high = self.manner.height or stage.ground.height(y)
                if number != middle:
                    x, y = x + sign * gx * high, y + sign * gy * high
                    y = min(max(y, stage.ground.top), bottom)
                way[number] = x, y, high
        return way


def someone(stage: Stage, *, across: bool = True) -> Walk:
    """Someone of the stage's half, by chance: first the person, then one of the walks."""
    there = [walk for walk in walks()[stage.half] if not across or abs(walk.going[0]) > _ACROSS]
    who = str(stage.rng.choice(sorted({walk.who for walk in there})))
    own = [walk for walk in there if walk.who == who]
    return own[int(stage.rng.integers(len(own)))]


def crossing(stage: Stage, row: float | None = None) -> tuple[float, float, float]:
    """A place near the middle of the picture and a time near the middle of the clip."""
    x = stage.size[0] * stage.between(0.35, 0.65)
    return x, stage.row() if row is None else row, stage.seconds * stage.between(0.35, 0.6)


def _dressed(step: Sprite, gain: float, shine: float) -> Sprite:
    """A step in clothes that are brighter by a factor and some grey levels more."""
    made = tinted(step, gain)
    more = made[..., :3] * (1 - shine / 255) + step[..., 3:] * np.float32(shine / 255)
    made[..., :3] = np.minimum(more, made[..., 3:])
    return made


def _top_heavy(step: Sprite, share: float) -> Sprite:
    """A step as seen from above: what is nearer to the camera is larger."""
    high, wide = step.shape[:2]
    near, far = wide * share * 0.25, wide * share * 0.5
    before = np.array([(0, 0), (wide, 0), (wide, high), (0, high)], np.float32)
    after = np.array([(-near, 0), (wide + near, 0), (wide - far, high), (far, high)], np.float32)
    tilt = cv2.getPerspectiveTransform(before, after)
    return np.asarray(cv2.warpPerspective(step, tilt, (wide, high)), np.uint8)


def _extent(step: Sprite) -> Box:
    """Left, top, right, bottom of what is opaque."""
    rows, columns = np.nonzero(step[..., 3] > 100)
    return float(columns.min()), float(rows.min()), columns.max() + 1.0, rows.max() + 1.0


def _middle(sprite: Sprite) -> tuple[float, float]:
    return sprite.shape[1] / 2, sprite.shape[0] / 2
