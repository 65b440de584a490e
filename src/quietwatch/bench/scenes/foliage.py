"""Leaves in the wind, at several scales: real leaves of tree.mp4, warped as gusts move them."""

from functools import lru_cache

import cv2
import numpy as np

from quietwatch.bench.scenes.camera import wander
from quietwatch.bench.scenes.compose import RATE, Box, Happening, Layer
from quietwatch.bench.scenes.cutout import Sprite, blend, grown, sampled, sized
from quietwatch.bench.scenes.footage import tree
from quietwatch.bench.scenes.stage import Stage
from quietwatch.bench.truth import Half
from quietwatch.model.pictures import Picture

_PARTS = {Half.TUNE: (44, 150), Half.HELD_OUT: (150, 256)}  # columns of the tree
_SKY = 215.0  # grey level of its darkest channel above which a pixel is sky


def bush(stage: Stage) -> None:
    """A bush on the ground."""
    wide, high = int(stage.between(120, 260)), int(stage.between(110, 220))
    x = int(stage.between(0, stage.size[0] - wide))
    y = int(stage.row(60, 260)) - high
    sprite = _shaped(_leaves(stage.half, int(stage.rng.integers(12))), (wide, high), "bush", stage)
    _waving(stage, sprite, (x, y), strength=stage.between(3, 7))


def branch(stage: Stage) -> None:
    """A branch that hangs into the picture from above, near the camera."""
    wide, high = int(stage.between(220, 380)), int(stage.between(150, 280))
    x = int(stage.rng.choice([-60, stage.size[0] - wide + 60]))
    sprite = _shaped(
        _leaves(stage.half, int(stage.rng.integers(12))), (wide, high), "branch", stage
    )
    _waving(stage, sprite, (x, -30), strength=stage.between(6, 16))


def hedge(stage: Stage) -> None:
    """A hedge of small leaves along the whole picture."""
    wide, high = stage.size[0] + 80, int(stage.between(70, 130))
    y = int(stage.row(50, 120)) - high
    leaves = _leaves(stage.half, int(stage.rng.integers(12)))
    leaves = np.hstack([leaves, leaves[:, ::-1], leaves])
    sprite = _shaped(leaves, (wide, high), "hedge", stage)
    _waving(stage, sprite, (-40, max(-20, y)), strength=stage.between(1.5, 4))


def foreground(stage: Stage, width: int, height: int) -> Sprite:
    """A cut-out of leaves to hide something behind, of a size in pixels."""
    leaves = _leaves(stage.half, int(stage.rng.integers(12)))
    return _shaped(leaves, (width, height), "bush", stage)


def sway(stage: Stage, sprite: Sprite, corner: tuple[int, int], strength: float) -> Layer:
    """A layer that moves a cut-out of leaves at a place by some pixels, in gusts."""
    high, wide = sprite.shape[:2]
    cells = (high // 36 + 3, wide // 36 + 3)
    phase = stage.rng.uniform(0, 2 * np.pi, (2, *cells))
    speed = stage.rng.uniform(2.0, 6.5, (2, *cells))
    gust = np.clip(0.75 + 0.55 * wander(stage.rng, 0.2), 0.05, 2.2)
    lean = wander(stage.rng, 0.5) * 0.8
    x0, y0 = np.meshgrid(np.arange(wide, dtype=np.float32), np.arange(high, dtype=np.float32))

    def layer(picture: Picture, moment: float) -> None:
        number = round(moment * RATE)
        amount = strength * gust[number]
        field = np.sin(speed * moment + phase) + lean[number]
        dx, dy = (grown(amount * part, (wide, high)) for part in field)
        moved = sampled(sprite, x0 + dx, y0 + np.float32(0.6) * dy)
        left, top = max(0, corner[0]), max(0, corner[1])
        right = min(picture.shape[1], corner[0] + wide)
        bottom = min(picture.shape[0], corner[1] + high)
        part = moved[top - corner[1] : bottom - corner[1], left - corner[0] : right - corner[0]]
        blend(picture[top:bottom, left:right], part)

    return layer


def _waving(stage: Stage, sprite: Sprite, corner: tuple[int, int], strength: float) -> None:
    high, wide = sprite.shape[:2]
    box: Box = (corner[0], corner[1], corner[0] + wide, corner[1] + high)
    stage.scene.things.append(sway(stage, sprite, corner, strength))
    stage.scene.nuisances.append(Happening("foliage", lambda _: box))


@lru_cache(maxsize=32)
def _leaves(half: Half, number: int) -> Sprite:
    """The leaves of one half's part of the tree, without the sky."""
    left, right = _PARTS[half]
    part = tree()[number][70:236, left:right]
    part = sized(part, (part.shape[1] * 3, part.shape[0] * 3), cv2.INTER_CUBIC)
    sky = part.min(axis=2).astype(np.float32)
    alpha = np.clip((_SKY - sky) / 45, 0, 1)
    colour = np.clip(part * np.array([0.62, 0.68, 0.5], np.float32), 0, 255)
    return np.dstack([colour * alpha[..., None], alpha * 255]).astype(np.uint8)


def _shaped(leaves: Sprite, size: tuple[int, int], shape: str, stage: Stage) -> Sprite:
    """Leaves cut to the ragged outline of a shape, (width, height) in pixels."""
    wide, high = size
    if stage.coin():
        leaves = np.ascontiguousarray(leaves[:, ::-1])
    leaves = sized(leaves, size, cv2.INTER_AREA)
    x = np.linspace(-1, 1, wide, dtype=np.float32)[None, :]
    y = np.linspace(-1, 1, high, dtype=np.float32)[:, None]
    distance = {
        "bush": (np.abs(x) ** 2.6 + np.abs(y) ** np.where(y < 0, 2.2, 5.0)) * 1.05,
        "branch": (x * 0.9) ** 2 + ((y + 1) * 0.52) ** 2,
        "hedge": np.abs(np.minimum(y, 0)) + 0 * x,
    }[shape]
    ragged = stage.rng.normal(0, 0.28, (high // 14 + 2, wide // 14 + 2)).astype(np.float32)
    distance = distance + sized(ragged, size, cv2.INTER_CUBIC)
    keep = np.clip((0.85 - distance) * 6, 0, 1)
    # Between the leaves of a bush it is dark, not empty.
    inner = np.clip((0.7 - distance) * 6, 0, 1)[..., None]
    filled = leaves[..., :3] + (255.0 - leaves[..., 3:]) / 255 * inner * (34, 42, 26)
    alpha = np.maximum(leaves[..., 3:] / 255.0, inner)
    keep = keep[..., None]
    return np.dstack([filled * keep, alpha * keep * 255]).clip(0, 255).astype(np.uint8)
