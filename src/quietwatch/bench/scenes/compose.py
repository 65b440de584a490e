"""How a scene is put together: cut-outs set into pictures, layers in their order, and the truth."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np

from quietwatch.model.pictures import Picture

RATE = 10
"""Pictures a second; that of the footage the people are cut out of."""

Layer = Callable[[Picture, float], None]
"""Changes a picture (height, width, 3), RGB, in place, for a time in seconds."""

Box = tuple[float, float, float, float]
"""Left, top, right, bottom in pixels; may reach out of the picture."""

_LEAST_SEEN = 0.25  # share of its box that is in the picture when something has come into it
_PAUSE_S = 1.0  # out of sight for less than this: whoever steps aside has not been here twice
_TRACK_EVERY = 2  # pictures, from one box of the truth to the next
_OUT_OF_SIGHT: Box = (0.0, 0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Happening:
    """Something in a scene that the truth tells of.

    Attributes:
        kind: of the event or the nuisance.
        box: where it is at a time, None while it is not there. A nuisance of the whole picture
            has the box of the picture.
        hard: what makes a true event hard to see, and of tampering what was done; None for none,
            and for nuisances.
    """

    kind: str
    box: Callable[[float], Box | None]
    hard: str | None = None


@dataclass
class Scene:
    """A clip that can be made picture by picture.

    Attributes:
        picture: the background, (height, width, 3) RGB; it is not changed.
        seconds: length of the clip.
        name: of the background.
        things: what stands and moves before the camera, the farthest first.
        light: what falls on it.
        lens: what is between the scene and the sensor, or right before the lens.
        camera: what the camera does to the picture, in order.
        stream: what becomes of the picture behind the sensor.
        events: what is real.
        nuisances: what is not.
        quality: x264's constant rate factor.
        keyframe_s: seconds from one keyframe to the next.
    """

    picture: Picture
    seconds: float
    name: str
    things: list[Layer] = field(default_factory=list)
    light: list[Layer] = field(default_factory=list)
    lens: list[Layer] = field(default_factory=list)
    camera: list[Layer] = field(default_factory=list)
    stream: list[Layer] = field(default_factory=list)
    events: list[Happening] = field(default_factory=list)
    nuisances: list[Happening] = field(default_factory=list)
    quality: int = 24
    keyframe_s: float = 2.0

    @property
    def size(self) -> tuple[int, int]:
        """Width and height, pixels."""
        return self.picture.shape[1], self.picture.shape[0]

    @property
    def times(self) -> list[float]:
        """Of the pictures, seconds."""
        return [number / RATE for number in range(round(self.seconds * RATE))]

    def pictures(self) -> Iterator[Picture]:
        """The pictures in order, each a new array; the same every time they are asked for."""
        layers = (*self.things, *self.light, *self.lens, *self.camera, *self.stream)
        for moment in self.times:
            picture = self.picture.copy()
            for layer in layers:
                layer(picture, moment)
            yield picture


@dataclass(frozen=True, slots=True)
class Span:
    """When and where a happening is to be seen.

    Attributes:
        start_s: of the first picture that shows at least a quarter of it.
        end_s: of the last one, and the length of a picture more.
        track: (seconds, x1, y1, x2, y2) as fractions of the picture.
    """

    start_s: float
    end_s: float
    track: tuple[tuple[float, float, float, float, float], ...]


def spans(scene: Scene, happening: Happening) -> Iterator[Span]:
    """The stretches of the clip in which a happening is to be seen, short pauses within them."""
    width, height = scene.size
    seen: list[tuple[float, float, float, float, float]] = []
    for moment in [*scene.times, scene.seconds]:
        box = happening.box(moment) if moment < scene.seconds else None
        x1, y1, x2, y2 = box or _OUT_OF_SIGHT
        inside = (max(0.0, x1), max(0.0, y1), min(float(width), x2), min(float(height), y2))
        whole = (x2 - x1) * (y2 - y1)
        part = max(0.0, inside[2] - inside[0]) * max(0.0, inside[3] - inside[1])
        if whole > 0 and part >= _LEAST_SEEN * whole:
            shares = np.array(inside) / (width, height, width, height)
            seen.append((moment, *(round(float(share), 4) for share in shares)))  # type: ignore[arg-type]
        elif seen and (moment >= scene.seconds or moment - seen[-1][0] > _PAUSE_S):
            end = min(round(seen[-1][0] + 1 / RATE, 3), scene.seconds)
            yield Span(seen[0][0], end, tuple(seen[::_TRACK_EVERY]))
            seen = []
