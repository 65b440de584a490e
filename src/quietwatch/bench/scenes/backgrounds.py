"""Where a scene takes place: parts of the real pavement, and rooms; the halves share none.

The left part of the pavement is of the half for tuning, the right part of the half held out.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from quietwatch.bench.scenes.cutout import Map, grown, sized, soft
from quietwatch.bench.scenes.footage import pavement
from quietwatch.bench.truth import Half
from quietwatch.model.pictures import Picture

SIZE = (640, 480)
"""Width and height of the pictures, pixels."""

# Height of people in vtest.mp4 by the row of their feet, pixels: fitted to 2,900 of them.
_TALL = 19.8
_TALLER = 0.2417

_PARTS = {  # left, top, width, first row on which people can stand; 4:3
    Half.TUNE: ((0, 120, 400, 190), (0, 40, 400, 190), (70, 170, 330, 190), (0, 276, 400, 276)),
    Half.HELD_OUT: (
        *((404, 60, 364, 175), (404, 150, 364, 175), (440, 120, 328, 180)),
        (404, 303, 364, 303),
    ),
}

_WALLS = {  # colour of plaster, in RGB
    Half.TUNE: ((196, 188, 170), (170, 178, 182)),
    Half.HELD_OUT: ((205, 199, 194), (178, 160, 140)),
}


@dataclass(frozen=True)
class Ground:
    """A place.

    Attributes:
        name: of the place, the same for each clip that is made there.
        picture: (480, 640, 3) RGB, without anybody.
        tall: height of a person whose feet are in the first row, pixels.
        taller: by how much it grows from row to row.
        top: first row on which people can stand.
    """

    name: str
    picture: Picture
    tall: float
    taller: float
    top: float

    def height(self, row: float) -> float:
        """Height of a person whose feet are in a row, pixels."""
        return self.tall + self.taller * row


def outdoors(half: Half, rng: Generator) -> Ground:
    """A part of the pavement, as one of many cameras would show it."""
    number = int(rng.integers(len(_PARTS[half])))
    left, top, wide, standing = _PARTS[half][number]
    shrink = float(rng.uniform(0.86, 1.0))
    width = round(wide * shrink)
    high = width * SIZE[1] // SIZE[0]
    x = left + int(rng.integers(wide - width + 1))
    y = top + int(rng.integers(wide * SIZE[1] // SIZE[0] - high + 1))
    zoom = SIZE[0] / width
    picture = sized(pavement()[y : y + high, x : x + width], SIZE, cv2.INTER_CUBIC)
    picture = _crisp(picture)
    if rng.random() < 0.5:
        picture = np.ascontiguousarray(picture[:, ::-1])
    picture = _graded(picture, rng)
    lowest = max(0.0, (standing - y) * zoom)
    return Ground(
        f"pavement-{half.value}-{number}", picture, zoom * (_TALL + _TALLER * y), _TALLER, lowest
    )


def room(half: Half, rng: Generator) -> Ground:
    """A plain room: plastered wall, door, skirting and a floor with the grain of real asphalt."""
    number = int(rng.integers(len(_WALLS[half])))
    wide, high = SIZE
    meet = int(rng.integers(250, 300))  # row where wall and floor meet
    wall = np.full((high, wide, 3), _WALLS[half][number], np.float32)
    wall *= grown(rng.normal(1, 0.025, (7, 8)), SIZE)[..., None]
    left = int(rng.integers(30, 150)) + (320 if rng.random() < 0.5 else 0)
    _door(wall, left, meet, rng)
    wall[meet - 9 : meet] *= 0.72
    floor = _grain(half, (high - meet, wide)) * np.array(
        rng.choice([(0.95, 0.75, 0.55), (0.8, 0.8, 0.82), (0.75, 0.62, 0.5)]), np.float32
    )
    wall[meet:] = floor * np.linspace(0.75, 1.05, high - meet, dtype=np.float32)[:, None, None]
    side = np.linspace(-1, 1, wide, dtype=np.float32) * float(rng.choice([-1, 1]))
    wall *= (1 + 0.18 * side)[None, :, None]
    picture = _graded(np.clip(wall, 0, 255).astype(np.uint8), rng)
    return Ground(f"room-{half.value}-{number}", picture, 40.0, 0.62, meet + 24.0)


def _door(wall: NDArray[np.float32], left: int, meet: int, rng: Generator) -> None:
    right, top = left + 95, meet - 210
    shade = float(rng.uniform(0.5, 0.8))
    wall[top - 7 : meet, left - 7 : right + 7] *= 1.08
    wall[top:meet, left:right] *= np.array((shade, shade * 0.92, shade * 0.8), np.float32)
    for rows in ((top + 14, top + 92), (top + 108, meet - 16)):  # panels
        cv2.rectangle(
            wall, (left + 16, rows[0]), (right - 16, rows[1]), (70 * shade,) * 3, 1, cv2.LINE_AA
        )
    cv2.circle(wall, (right - 9, meet - 98), 3, (200.0, 190.0, 150.0), -1, cv2.LINE_AA)


def _grain(half: Half, size: tuple[int, int]) -> Map:
    """Asphalt of one half's part of the pavement, without its colour, (height, width, 3)."""
    at = (
        (slice(210, 228), slice(40, 150))
        if half is Half.TUNE
        else (slice(250, 290), slice(560, 680))
    )
    grey = pavement()[at].mean(axis=2, dtype=np.float32)
    large = sized(grey, size[::-1], cv2.INTER_CUBIC)
    return np.repeat(150 + 1.4 * (large - large.mean())[..., None], 3, axis=2)


def _crisp(picture: Picture) -> Picture:
    """Some of the sharpness back that enlarging took."""
    return np.asarray(cv2.addWeighted(picture, 1.6, soft(picture, 1.6), -0.6, 0), np.uint8)


def _graded(picture: Picture, rng: Generator) -> Picture:
    """As another camera would show it: white balance, contrast, brightness."""
    balance = rng.uniform(0.94, 1.06, 3).astype(np.float32)
    contrast, lift = float(rng.uniform(0.85, 1.08)), float(rng.uniform(-6, 12))
    made = (picture * balance - 110) * contrast + 110 + lift
    return np.asarray(np.clip(made, 0, 255), np.uint8)
