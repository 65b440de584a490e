"""People that a detector misses: small, dim, low, hidden, quick."""

import cv2
import numpy as np
from numpy.typing import NDArray

from quietwatch.bench.scenes.camera import illuminate, vignette
from quietwatch.bench.scenes.compose import Box, Happening
from quietwatch.bench.scenes.cutout import Sprite, put, sized, soft, stamp
from quietwatch.bench.scenes.foliage import foreground
from quietwatch.bench.scenes.people import walks
from quietwatch.bench.scenes.stage import Stage
from quietwatch.bench.scenes.walking import WALKING, Manner, Person, crossing
from quietwatch.model.pictures import Picture


def walker(stage: Stage, hard: str | None = None, manner: Manner = WALKING) -> Person:
    """Someone who crosses the picture, told of as a true event."""
    person = Person(stage, crossing(stage), manner)
    _tell(stage, person, hard)
    return person


def small(stage: Stage) -> None:
    """Someone far away, 40 pixels tall."""
    row = max(stage.ground.top, stage.size[1] * 0.12)
    row = stage.between(row, row + 40)
    manner = Manner(height=stage.between(34, 46))
    person = Person(stage, crossing(stage, row), manner)
    _tell(stage, person, "small")


def dim(stage: Stage) -> None:
    """Someone at the edge of what the lamp reaches, hardly lighter than the night."""
    walker(stage, "dim")
    dark = vignette(stage.size, 0.35) * np.float32(stage.between(0.35, 0.55))
    stage.scene.light.append(illuminate(dark))


def silhouette(stage: Stage) -> None:
    """Someone who is only a black shape before a lamp."""
    person = Person(stage, crossing(stage), gain=0.12)
    wide, high = stage.size
    x, y = wide * stage.between(0.3, 0.7), high * stage.between(0.15, 0.4)
    columns = np.linspace(0, wide, wide // 4, dtype=np.float32)[None, :]
    rows = np.linspace(0, high, high // 4, dtype=np.float32)[:, None]
    away = ((columns - x) / wide) ** 2 + ((rows - y) / wide) ** 2
    glow = 0.22 + 1.0 * np.exp(-away / 0.03) + 0.45 * np.exp(-away / 0.16)
    lit = sized(glow.astype(np.float32), (wide, high))
    stage.scene.picture[:] = np.clip(
        stage.scene.picture * lit[..., None] * (1.0, 0.93, 0.78), 0, 255
    )
    cv2.circle(stage.scene.picture, (int(x), int(y)), 9, (255, 250, 225), -1, cv2.LINE_AA)
    _tell(stage, person, "silhouette")


def at_the_edge(stage: Stage) -> None:
    """Someone of whom the picture's edge shows a half, along the side or the bottom."""
    wide, high = stage.size
    to_and_fro = [w for w in walks()[stage.half] if abs(w.going[0]) < 0.03]
    if stage.coin() and to_and_fro:
        walk = to_and_fro[int(stage.rng.integers(len(to_and_fro)))]
        side = float(stage.rng.choice([0.0, wide]))
        row = stage.row(110, 220)
        start = stage.seconds * stage.between(0.3, 0.5)
        person = Person(stage, (side, row, start), Manner(pace=0.9), walk)
        person.keep_column(side)
        _between(stage, person, start, start + stage.between(3, 6), hard="edge")
        return
    row = high + stage.ground.height(high) * stage.between(0.4, 0.55)
    person = Person(stage, (wide * stage.between(0.4, 0.6), row, stage.seconds * 0.5), WALKING)
    person.level()
    _tell(stage, person, "edge")


def crawling(stage: Stage) -> None:
    """Someone on hands and knees or flat on the ground."""
    manner = Manner(pace=0.45, squash=(0.95, 0.82), lean=stage.between(68, 84), bob=0.02)
    walker(stage, "crawling", manner)


def crouching(stage: Stage) -> None:
    """Someone who sneaks along bent down."""
    squash = (stage.between(1.1, 1.25), stage.between(0.5, 0.62))
    walker(stage, "crouching", Manner(0.7, squash, stage.between(8, 20)))


def running(stage: Stage) -> None:
    """Someone who runs past in about a second."""
    pace = stage.between(4.0, 5.5)
    walker(stage, "running", Manner(pace, lean=9, bob=0.05))


def from_above(stage: Stage) -> None:
    """Someone right below the camera: head and shoulders large, legs short."""
    walker(stage, "from-above", Manner(0.8, (1.1, stage.between(0.5, 0.62)), top_heavy=0.45))


def with_ladder(stage: Stage) -> None:
    """Someone who carries a ladder on the shoulder, which is longer than the person is tall."""
    person = walker(stage, "with-ladder")
    _carried(
        stage,
        person,
        _ladder(),
        length=stage.between(1.5, 2.0),
        at=0.8,
        tilt=stage.between(-12, 12),
    )


def with_umbrella(stage: Stage) -> None:
    """Someone whose head and shoulders are under an umbrella."""
    person = walker(stage, "with-umbrella")
    colour = stage.rng.choice([(28, 28, 32), (150, 26, 34), (34, 60, 120)])
    _carried(stage, person, _umbrella(colour), length=stage.between(0.62, 0.8), at=0.98, tilt=0)


def half_hidden(stage: Stage) -> None:
    """Someone of whom a hedge or a wall in the foreground hides all but the upper part."""
    row = stage.size[1] * stage.between(0.85, 1.1)
    person = Person(stage, crossing(stage, row))
    person.level()
    high = stage.ground.height(row)
    shown = stage.between(0.4, 0.55)
    top = row - high * (1 - shown)
    piece = _piece(stage, round(stage.size[1] - top + 20))
    corner = (-10, round(top))
    stage.scene.things += [
        person,
        lambda picture, _: stamp(picture, piece, put(*corner, 1, anchor=(0, 0))),
    ]

    def box(moment: float) -> Box | None:
        left, above, right, below = person.box(moment)
        if above >= top - 0.2 * high:
            return None
        return left, above, right, min(below, float(top))

    stage.scene.events.append(Happening("person", box, "half-hidden"))


def _tell(stage: Stage, person: Person, hard: str | None) -> None:
    stage.scene.things.append(person)
    stage.scene.events.append(Happening("person", person.box, hard))


def _between(stage: Stage, person: Person, start: float, end: float, hard: str) -> None:
    """Add someone who leans into the picture from beside it, and out again."""
    wide = stage.size[0]

    def shift(moment: float) -> float | None:
        """How far beside the place, pixels: far out before and after."""
        if not start - 1.2 <= moment <= end + 1.2:
            return None
        away = max(0.0, start - moment, moment - end) / 1.2
        side = -1 if person.at(0)[0] < wide / 2 else 1
        return side * away * person.at(moment)[2] * 0.45

    def layer(picture: Picture, moment: float) -> None:
        if (aside := shift(moment)) is not None:
            person.aside = aside
            person(picture, moment)

    def box(moment: float) -> Box | None:
        aside = shift(moment)
        if aside is None:
            return None
        person.aside = aside
        return person.box(moment)

    stage.scene.things.append(layer)
    stage.scene.events.append(Happening("person", box, hard))


def _carried(
    stage: Stage, person: Person, thing: Sprite, *, length: float, at: float, tilt: float
) -> None:
    """Let someone carry a thing of a length, at a height, both in the person's own heights."""

    def layer(picture: Picture, moment: float) -> None:
        x, y, high = person.at(moment)
        spot = (x, y - at * high + 0.012 * high * np.sin(11 * moment))
        degrees = tilt + 2.0 * np.sin(5.5 * moment)
        middle = (thing.shape[1] / 2, thing.shape[0] / 2)
        matrix = put(*spot, length * high / thing.shape[1], anchor=middle, degrees=degrees)
        stamp(picture, thing, matrix)

    stage.scene.things.append(layer)


def _ladder() -> Sprite:
    made = np.zeros((46, 400, 4), np.uint8)
    for row, shade in ((8, 178), (36, 150)):
        cv2.line(made, (6, row), (394, row), (shade, shade, shade + 4, 255), 6, cv2.LINE_AA)
    for x in range(24, 390, 32):
        cv2.line(made, (x, 8), (x, 36), (160, 160, 164, 255), 4, cv2.LINE_AA)
    return soft(made, 0.8)


def _umbrella(colour: NDArray[np.int64]) -> Sprite:
    mask = np.zeros((150, 240), np.float32)
    cv2.ellipse(mask, (120, 92), (112, 78), 0, 180, 360, 1, -1, cv2.LINE_AA)
    for x in range(24, 240, 48):  # scalloped rim
        cv2.ellipse(mask, (x, 95), (23, 9), 0, 180, 360, 0, -1, cv2.LINE_AA)
    columns = np.linspace(-1, 1, 240, dtype=np.float32)[None, :]
    panels = 0.85 + 0.2 * np.abs(np.sin(columns * 7.5))
    rows = np.linspace(1.25, 0.75, 150, dtype=np.float32)[:, None]
    rgb = (mask * panels * rows)[..., None] * colour.astype(np.float32)
    made = np.dstack([rgb, mask * 255]).clip(0, 255).astype(np.uint8)
    cv2.line(made, (120, 60), (120, 148), (60, 60, 62, 255), 3, cv2.LINE_AA)
    return soft(made, 0.8)


def _piece(stage: Stage, high: int) -> Sprite:
    """A hedge or a wall right before the camera, wider than the picture."""
    wide = stage.size[0] + 20
    if stage.coin():
        return foreground(stage, wide, high)
    wall = np.zeros((high, wide, 4), np.uint8)
    wall[..., :3] = stage.rng.choice([(150, 92, 70), (132, 128, 120), (168, 160, 148)])
    course, brick = 24, 56
    for row in range(0, high, course):
        cv2.line(wall, (0, row), (wide, row), (118, 112, 104, 255), 1)
        for x in range((row // course % 2) * brick // 2, wide, brick):
            cv2.line(wall, (x, row), (x, row + course), (118, 112, 104, 255), 1)
    grain = stage.rng.normal(1, 0.06, (high, wide, 1)).astype(np.float32)
    bricks = stage.rng.normal(1, 0.035, (high // course + 1, wide // brick + 1))
    blotch = sized(bricks.astype(np.float32), (wide, high), cv2.INTER_NEAREST)
    wall[..., :3] = np.clip(wall[..., :3] * grain * blotch[..., None], 0, 255)
    wall[:7, :, :3] = np.clip(wall[:7, :, :3] * 1.25, 0, 255)
    wall[..., 3] = 255
    return wall
