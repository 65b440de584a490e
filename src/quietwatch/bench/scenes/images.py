"""Pictures of people that are no people: on a television, on a passing bus, in a window pane."""

from typing import NamedTuple

import cv2
import numpy as np

from quietwatch.bench.scenes.backgrounds import outdoors
from quietwatch.bench.scenes.camera import wander
from quietwatch.bench.scenes.compose import RATE, Box, Happening
from quietwatch.bench.scenes.cutout import Sprite, put, sized, soft, stamp
from quietwatch.bench.scenes.people import Walk
from quietwatch.bench.scenes.stage import Stage
from quietwatch.bench.scenes.walking import someone
from quietwatch.model.pictures import Picture


class _Pane(NamedTuple):
    """A rectangle of the picture, pixels."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def box(self) -> Box:
        return (float(self.left), float(self.top), float(self.right), float(self.bottom))


def television(stage: Stage) -> None:
    """A television that shows people walking, with cuts from one to the next."""
    wide = int(stage.between(170, 280))
    high = wide * 9 // 16
    left = int(stage.between(30, stage.size[0] - wide - 30))
    top = int(stage.between(60, 60 + max(20, 250 - high)))
    pane = _Pane(left, top, left + wide, top + high)
    walks = [someone(stage) for _ in range(3)]
    backs = [_studio(stage, wide, high) for _ in walks]
    cuts = np.sort(stage.rng.uniform(0, stage.seconds, 4))
    sides = stage.rng.choice([-1.0, 1.0], 5)
    scenery = stage.scene.picture
    cv2.rectangle(scenery, (left - 7, top - 7), (pane.right + 6, pane.bottom + 6), (22, 22, 24), -1)
    cv2.rectangle(
        scenery,
        (left + wide // 2 - 40, pane.bottom + 6),
        (left + wide // 2 + 40, pane.bottom + 12),
        (26, 26, 28),
        -1,
    )

    def layer(picture: Picture, moment: float) -> None:
        take = int(np.searchsorted(cuts, moment))
        shown = backs[take % 3].copy()
        walk, since = walks[take % 3], moment - (cuts[take - 1] if take else 0.0)
        step = _step(walk, moment)
        scale = 0.88 * high / walk.height
        going = abs(walk.going[0]) * walk.height * scale * RATE
        x = (since * going + 0.2 * wide) % (1.4 * wide) - 0.2 * wide
        x = x if (walk.going[0] > 0) == (sides[take] > 0) else wide - x
        if sides[take] < 0:
            step = np.ascontiguousarray(step[:, ::-1])
        stamp(shown, step, put(x, high * 0.99, scale, anchor=(step.shape[1] / 2, step.shape[0])))
        tone = np.array((0.86, 0.98, 1.18), np.float32)
        picture[pane.top : pane.bottom, pane.left : pane.right] = np.clip(shown * tone + 8, 0, 255)

    stage.scene.things.append(layer)
    stage.scene.nuisances.append(Happening("television", lambda _: pane.box))


def bus(stage: Stage) -> None:
    """A bus that drives past, with a person on the advertisement on its side."""
    vehicle = _bus(stage)
    row = stage.row(90, 200, room=1.8)
    scale = min(stage.ground.height(row) * 1.75, 0.6 * stage.size[1]) / vehicle.shape[0]
    length = vehicle.shape[1] * scale
    wide, lasts = stage.size[0], stage.between(3.0, 6.5)
    start = stage.seconds * stage.between(0.2, 0.5)
    right = stage.coin()

    def left_end(moment: float) -> float | None:
        share = (moment - start) / lasts
        if not 0 <= share <= 1:
            return None
        return float((share if right else 1 - share) * (wide + length + 40) - length - 20)

    def layer(picture: Picture, moment: float) -> None:
        if (x := left_end(moment)) is not None:
            bounce = 0.6 * np.sin(9 * moment)
            foot = (0.0, vehicle.shape[0] - 2.0)
            stamp(picture, vehicle, put(x, row + bounce, scale, anchor=foot))

    def box(moment: float) -> Box | None:
        x = left_end(moment)
        return None if x is None else (x, row - vehicle.shape[0] * scale, x + length, row)

    stage.scene.things.append(layer)
    stage.scene.events.append(Happening("vehicle", box))
    stage.scene.nuisances.append(Happening("bus-picture", box))


def reflection(stage: Stage) -> None:
    """Someone outside the picture, faint in a large window pane, turned left to right."""
    wide, high = int(stage.between(170, 330)), int(stage.between(180, 225))
    left = int(stage.between(20, stage.size[0] - wide - 20))
    top = max(12, int(stage.ground.top) - 30 - high)
    pane = _Pane(left, top, left + wide, top + high)
    scenery = stage.scene.picture
    glass = scenery[pane.top : pane.bottom, pane.left : pane.right]
    slope = np.linspace(0.62, 0.85, wide, dtype=np.float32)[None, :, None]
    glass[:] = np.clip(glass * 0.35 * slope + np.array((52, 60, 66), np.float32) * slope, 0, 255)
    frame = (98, 100, 102)
    cv2.rectangle(scenery, (left - 4, top - 4), (pane.right + 3, pane.bottom + 3), frame, 6)
    cv2.line(scenery, (left + wide // 2, top), (left + wide // 2, pane.bottom), frame, 5)
    walk = someone(stage)
    tall = high * stage.between(0.7, 0.95)
    scale = tall / walk.height
    speed = abs(walk.going[0]) * tall * RATE
    start = stage.seconds * stage.between(0.1, 0.3)
    strength = stage.between(0.3, 0.5)
    double = wander(stage.rng, 0.3)

    def place(moment: float) -> float:
        x = (moment - start) * speed % (2.2 * wide + 2 * tall) - 0.3 * tall
        return x if walk.going[0] < 0 else wide - x

    def layer(picture: Picture, moment: float) -> None:
        region = picture[pane.top : pane.bottom, pane.left : pane.right]
        if moment < start:
            return
        # The glass mirrors twice, at its front and at its back.
        step = np.ascontiguousarray(_step(walk, moment)[:, ::-1])
        anchor = (step.shape[1] / 2, step.shape[0])
        for shift, share in ((0.0, strength), (4.0 + double[round(moment * RATE)], strength * 0.4)):
            spot = put(place(moment) + shift, high * 1.0, scale, anchor=anchor)
            stamp(region, step, spot, share)
        middle = wide // 2
        region[:, middle - 2 : middle + 3] = frame

    def box(moment: float) -> Box | None:
        x = place(moment)
        if moment < start or not 0 < x < wide:
            return None
        return (left + x - 0.2 * tall, pane.bottom - tall, left + x + 0.2 * tall, pane.bottom)

    stage.scene.things.append(layer)
    stage.scene.nuisances.append(Happening("reflection", box))


def _step(walk: Walk, moment: float) -> Sprite:
    first, last = walk.loop
    return walk.steps[first + int(moment * RATE) % max(1, last - first)]


def _studio(stage: Stage, wide: int, high: int) -> Picture:
    """Another place of the same half, out of focus, as behind people in films."""
    place = sized(outdoors(stage.half, stage.rng).picture, (wide, high))
    return np.asarray(soft(place, stage.between(1.5, 4.0)) * stage.between(0.6, 1.0), np.uint8)


def _bus(stage: Stage) -> Sprite:
    """A bus from the side, with a picture of a person between its axles."""
    wide, high = 640, 200
    colour = [
        int(v)
        for v in stage.rng.choice([(176, 28, 34), (36, 84, 150), (228, 226, 218), (38, 120, 70)])
    ]
    made = np.zeros((high, wide, 3), np.uint8)
    mask = np.zeros((high, wide), np.uint8)
    cv2.rectangle(mask, (8, 10), (wide - 8, 178), 255, -1)
    for corner in ((8, 10), (wide - 8, 10)):
        cv2.circle(mask, corner, 9, 0, -1)
    made[:] = np.linspace(1.12, 0.72, high, dtype=np.float32)[:, None, None].clip(
        0, 1.1
    ) * np.minimum(colour, 230)
    for left in range(26, wide - 70, 74):  # windows, with what they mirror
        top, bottom = 28, 84
        made[top:bottom, left : left + 66] = np.linspace(70, 34, bottom - top)[:, None, None]
        cv2.line(made, (left + 8, bottom - 4), (left + 40, top + 4), (96, 104, 110), 3, cv2.LINE_AA)
    figure = _portrait(someone(stage))
    left = int(stage.between(190, 330))
    made[90:168, left : left + 150] = stage.rng.integers(120, 240, 3)
    size = 74 / figure.shape[0]
    panel = made[92:168, left : left + 150]
    stamp(panel, figure, put(40, 76, size, anchor=(figure.shape[1] / 2, figure.shape[0])))
    for row in (106, 122, 138):
        cv2.line(made, (left + 84, row), (left + 138, row), (30, 30, 34), 4)
    for x in (120, 500):
        cv2.circle(made, (x, 174), 24, (24, 24, 26), -1, cv2.LINE_AA)
        cv2.circle(made, (x, 174), 11, (120, 120, 124), -1, cv2.LINE_AA)
        cv2.circle(mask, (x, 174), 24, 255, -1, cv2.LINE_AA)
    alpha = soft(mask, 0.8)[..., None].astype(np.float32)
    return np.dstack([made * (alpha / 255), alpha]).astype(np.uint8)


def _portrait(walk: Walk) -> Sprite:
    """Head and shoulders to the knees."""
    step = _step(walk, 0.0)
    rows = np.nonzero((step[..., 3] > 60).any(axis=1))[0]
    return np.ascontiguousarray(step[rows[0] : rows[0] + round(0.75 * (rows[-1] - rows[0]))])
