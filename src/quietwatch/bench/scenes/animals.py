"""Cats, dogs and birds: drawn, with joints, fur and the gait of the animal.

The sample footage has no animals, so these are the one thing in a scene that is not real.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from quietwatch.bench.scenes.camera import wander
from quietwatch.bench.scenes.compose import RATE, Box, Happening
from quietwatch.bench.scenes.cutout import Sprite, flat_shadow, grown, put, soft, stamp
from quietwatch.bench.scenes.stage import Stage, around
from quietwatch.model.pictures import Picture

_SIDE = 192  # of a drawn animal, pixels
_GAIT = 8  # drawn moments of a stride
_COATS = ((64, 52, 42), (120, 88, 54), (42, 40, 40), (150, 140, 128), (96, 92, 88))


@dataclass(frozen=True, slots=True)
class _Build:
    """Proportions of a four-legged animal; lengths in shares of the body's length.

    Attributes:
        leg: length of the legs.
        trunk: thickness of the body.
        head: radius of the head.
        neck: how high the head is carried.
        muzzle: length of the muzzle.
        tail: length of the tail.
        upright: degrees at which the tail is carried.
        size: length of the body in heights of a person.
        speed: body lengths a second.
    """

    leg: float
    trunk: float
    head: float
    neck: float
    muzzle: float
    tail: float
    upright: float
    size: float
    speed: float


_CAT = _Build(0.40, 0.30, 0.175, 0.14, 0.05, 0.62, 35, 0.27, 1.5)
_DOG = _Build(0.62, 0.36, 0.17, 0.36, 0.20, 0.42, 50, 0.43, 1.6)


def cat(stage: Stage) -> None:
    """A cat that walks through the picture."""
    _walker(stage, "cat", _CAT)


def dog(stage: Stage) -> None:
    """A dog that trots through the picture, now and then faster."""
    _walker(stage, "dog", _DOG)


def bird(stage: Stage) -> None:
    """A bird that flies past, now near and now far, once or more."""
    wide, high = stage.size
    coat = _COATS[int(stage.rng.integers(len(_COATS)))]
    wings = [_bird(2 * np.pi * n / _GAIT, coat) for n in range(_GAIT)]
    start = stage.between(1, 4)
    while start < stage.seconds - 2:
        _flight(stage, wings, start, (wide, high))
        start += stage.between(4, 9)


def _flight(stage: Stage, wings: list[Sprite], start: float, size: tuple[int, int]) -> None:
    wide, high = size
    lasts, side = stage.between(1.2, 3.5), stage.coin()
    y0, y1 = stage.between(0.05, 0.7) * high, stage.between(0.05, 0.6) * high
    scale = stage.between(40, 120) / 130
    beat = stage.between(3.3, 4.6)
    sprites = wings if side else [np.ascontiguousarray(one[:, ::-1]) for one in wings]

    def place(moment: float) -> tuple[float, float] | None:
        share = (moment - start) / lasts
        if not 0 <= share <= 1:
            return None
        x = (share if side else 1 - share) * (wide + 160) - 80
        bounce = 7 * scale * np.sin(2 * np.pi * beat * moment)
        return x, float(y0 + (y1 - y0) * share + 40 * np.sin(np.pi * share) + bounce)

    def layer(picture: Picture, moment: float) -> None:
        if (spot := place(moment)) is not None:
            number = int(beat * _GAIT * moment) % _GAIT
            stamp(picture, sprites[number], put(*spot, scale, anchor=(_SIDE / 2, _SIDE / 2)))

    def box(moment: float) -> Box | None:
        spot = place(moment)
        return around(*spot, 130 * scale, 100 * scale) if spot else None

    stage.scene.things.append(layer)
    stage.scene.events.append(Happening("animal", box))
    stage.scene.nuisances.append(Happening("bird", box))


def _walker(stage: Stage, kind: str, build: _Build) -> None:
    coat = _COATS[int(stage.rng.integers(len(_COATS)))]
    patches = _fur(stage)
    strides = [_beast(build, 2 * np.pi * n / _GAIT, coat, patches) for n in range(_GAIT)]
    right = stage.coin()
    if not right:
        strides = [np.ascontiguousarray(one[:, ::-1]) for one in strides]
    row = stage.row(90, 230)
    length = stage.ground.height(row) * build.size * stage.between(0.85, 1.15)
    scale = length / _LENGTH
    count = round(stage.seconds * RATE) + 1
    eager = np.clip(1 + 0.35 * wander(stage.rng, 0.2), 0.45, 2.2)[:count]
    steps = eager * build.speed * length / RATE
    middle = round(count * stage.between(0.4, 0.6))
    way = np.cumsum(steps) - np.cumsum(steps)[middle]
    x = stage.size[0] * stage.between(0.4, 0.6) + way * (1 if right else -1)
    y = row + 0.08 * length * wander(stage.rng, 0.1)[:count]
    stride = np.cumsum(steps) / (length * 1.05) * _GAIT

    def layer(picture: Picture, moment: float) -> None:
        n = round(moment * RATE)
        sprite = strides[int(stride[n]) % _GAIT]
        stamp(picture, _SHADOW, put(x[n], y[n], length / 60, anchor=(40, 12)), 0.45)
        stamp(picture, sprite, put(x[n], y[n], scale, anchor=(_SIDE / 2, _GROUND)))

    high = length * (build.leg + build.trunk + build.neck + build.head)

    def box(moment: float) -> Box:
        n = round(moment * RATE)
        return (x[n] - 0.75 * length, y[n] - high, x[n] + 0.75 * length, y[n] + 2.0)

    stage.scene.things.append(layer)
    stage.scene.events.append(Happening("animal", box))
    stage.scene.nuisances.append(Happening(kind, box))


_LENGTH = 88.0  # of a drawn body, pixels
_GROUND = 150.0  # row of the feet
_SHADOW = flat_shadow()


def _fur(stage: Stage) -> NDArray[np.float32]:
    """Light and dark of a coat, (side, side) around 1."""
    patches = grown(stage.rng.normal(1, 0.13, (8, 8)), (_SIDE, _SIDE))
    hairs = soft(stage.rng.normal(0, 0.3, (_SIDE, _SIDE)).astype(np.float32), 1.0)
    return patches + hairs


def _beast(
    build: _Build, phase: float, coat: tuple[int, int, int], fur: NDArray[np.float32]
) -> Sprite:
    """A four-legged animal that goes right, at a phase of its stride."""
    long = _LENGTH
    bob = 1.5 * np.sin(2 * phase)
    back = np.array(
        [_SIDE / 2 - 0.42 * long, _GROUND - (build.leg + build.trunk * 0.4) * long + bob]
    )
    chest = np.array([_SIDE / 2 + 0.40 * long, back[1] - 0.02 * long])
    far, near = np.zeros((_SIDE, _SIDE), np.float32), np.zeros((_SIDE, _SIDE), np.float32)
    for mask, shift in ((far, np.pi), (near, 0.0)):
        _leg(mask, back, build, phase + shift, hind=True)
        _leg(mask, chest, build, phase + shift + np.pi * 0.55, hind=False)
    thick = build.trunk * long
    _limb(near, [back, (back + chest) / 2 + (0, 0.05 * thick), chest], round(thick))
    _limb(near, [chest], round(thick * 1.08))
    _limb(near, [back], round(thick * 0.98))
    head = chest + np.array([0.26 + 0.3 * build.neck, -build.neck - 0.06]) * long
    _limb(near, [_off(chest, 2, -3), head], round(thick * 0.6))
    radius = build.head * long
    _limb(near, [head], round(2 * radius))
    muzzle = _off(head, radius + build.muzzle * long * 0.8, radius * 0.3)
    _limb(near, [_off(head, radius * 0.4, radius * 0.25), muzzle], max(3, round(radius * 0.85)))
    for lean in (-0.55, 0.35):  # ears
        tip = _off(head, radius * lean, -radius * 1.25)
        ear = np.array(
            [
                _off(head, radius * (lean - 0.4), -radius * 0.5),
                tip,
                _off(head, radius * (lean + 0.45), -radius * 0.6),
            ]
        )
        cv2.fillPoly(near, [ear.round().astype(np.int32)], 1, cv2.LINE_AA)
    _tail(near, back, build, phase)
    return _coated(near, far, coat, fur)


def _leg(
    mask: NDArray[np.float32], hip: NDArray[np.float64], build: _Build, phase: float, *, hind: bool
) -> None:
    """One leg: the foot swings to and fro, and is lifted on its way forward."""
    leg, long = build.leg * _LENGTH, _LENGTH
    top = _off(hip, 0, build.trunk * long * 0.2)
    foot = np.array(
        [hip[0] + 0.24 * long * np.cos(phase), _GROUND - 0.16 * leg * max(0.0, -np.sin(phase))]
    )
    bend = (0.14 if hind else -0.05) * leg * (-1 if hind else 1)
    knee = (top + foot) / 2 + (-bend if hind else bend, 0)
    width = max(4, round(0.095 * long))
    _limb(mask, [top, knee], round(width * 1.7))
    _limb(mask, [knee, foot], width)
    _limb(mask, [foot, _off(foot, 0.05 * long, 0)], width)


def _off(spot: NDArray[np.float64], right: float, down: float) -> NDArray[np.float64]:
    """The place that lies some pixels from another."""
    moved: NDArray[np.float64] = spot + np.array([right, down])
    return moved


def _tail(
    mask: NDArray[np.float32], back: NDArray[np.float64], build: _Build, phase: float
) -> None:
    start = _off(back, -build.trunk * _LENGTH * 0.4, -build.trunk * _LENGTH * 0.2)
    angle = np.deg2rad(180 + build.upright + 10 * np.sin(phase))
    reach = build.tail * _LENGTH
    middle = start + np.array([np.cos(angle), np.sin(angle)]) * reach * 0.55
    curl = angle + 0.7
    end = middle + np.array([np.cos(curl), np.sin(curl)]) * reach * 0.45
    _limb(mask, [start, middle, end], max(4, round(0.07 * _LENGTH)))


def _limb(mask: NDArray[np.float32], points: list[NDArray[np.float64]], width: int) -> None:
    """A line of round ends through points."""
    spots = [tuple(int(v) for v in (np.asarray(point) * 8).round()) for point in points]
    for first, second in zip(spots, spots[1:] or spots, strict=False):
        whole = [tuple(v // 8 for v in spot) for spot in (first, second)]
        cv2.line(mask, whole[0], whole[1], 1, max(1, width), cv2.LINE_AA)
    for spot in spots:
        cv2.circle(mask, spot, max(8, width * 4), 1, -1, cv2.LINE_AA, 3)


def _coated(
    near: NDArray[np.float32],
    far: NDArray[np.float32],
    coat: tuple[int, int, int],
    fur: NDArray[np.float32],
) -> Sprite:
    """Fur and light from above on a silhouette; the far legs are darker."""
    near, far = (soft(mask, 0.9) for mask in (near, far))
    inside = cv2.distanceTransform((near > 0.5).astype(np.uint8), cv2.DIST_L2, 3)
    above = cv2.blur(inside, (1, 9)) - np.roll(cv2.blur(inside, (1, 9)), 7, axis=0)
    light = np.clip(1 - 0.035 * above, 0.62, 1.35) * fur
    alpha = np.maximum(near, far)[..., None]
    shade = (near * light + (1 - near) * 0.6)[..., None]
    colour = np.clip(np.array(coat, np.float32) * shade, 0, 255)
    return np.dstack([colour * alpha, alpha * 255]).astype(np.uint8)


def _bird(phase: float, coat: tuple[int, int, int]) -> Sprite:
    """A bird from the side, that flies right, at a phase of its wings' beat."""
    near, far = np.zeros((_SIDE, _SIDE), np.float32), np.zeros((_SIDE, _SIDE), np.float32)
    middle = np.array([_SIDE / 2, _SIDE / 2 + 4 * np.sin(phase + 2)])
    spot = tuple(int(v) for v in middle)
    cv2.ellipse(near, spot, (34, 11), -4, 0, 360, 1, -1, cv2.LINE_AA)
    cv2.circle(near, (spot[0] + 33, spot[1] - 5), 9, 1, -1, cv2.LINE_AA)
    beak = np.array([(40, -8), (52, -4), (40, -1)]) + middle
    tail = np.array([(-26, -5), (-58, -4), (-56, 7), (-24, 7)]) + middle
    for shape in (beak, tail):
        cv2.fillPoly(near, [shape.round().astype(np.int32)], 1, cv2.LINE_AA)
    lift = np.sin(phase)
    for mask, lag, length in ((near, 0.0, 60), (far, 0.25, 52)):
        up = np.sin(phase - lag)
        tip = _off(middle, -14 - 6 * abs(up), -up * length - 4)
        elbow = _off(middle, 12, -up * length * 0.55 - 4 * (1 - lift))
        wing = np.array([_off(middle, 20, -4), elbow, tip, _off(middle, -18, 1)])
        cv2.fillPoly(mask, [wing.round().astype(np.int32)], 1, cv2.LINE_AA)
    return _coated(near, far, coat, np.ones((_SIDE, _SIDE), np.float32))
