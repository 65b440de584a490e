"""The stage on which the families of scenes set what they make."""

from dataclasses import dataclass

from numpy.random import Generator

from quietwatch.bench.scenes.backgrounds import Ground
from quietwatch.bench.scenes.compose import Box, Happening, Layer, Scene
from quietwatch.bench.truth import Half


@dataclass
class Stage:
    """A scene in the making.

    Attributes:
        rng: where all chance of this scene comes from.
        half: of the bench.
        ground: where it takes place.
        mood: `day`, `dusk` or `infrared`.
        scene: what is made.
    """

    rng: Generator
    half: Half
    ground: Ground
    mood: str
    scene: Scene

    @property
    def size(self) -> tuple[int, int]:
        """Width and height, pixels."""
        return self.scene.size

    @property
    def seconds(self) -> float:
        """Length of the clip."""
        return self.scene.seconds

    @property
    def whole(self) -> Box:
        """The box of the picture."""
        return (0.0, 0.0, float(self.size[0]), float(self.size[1]))

    def between(self, low: float, high: float) -> float:
        """A number by chance."""
        return float(self.rng.uniform(low, high))

    def coin(self, chance: float = 0.5) -> bool:
        """Whether a chance came true."""
        return bool(self.rng.random() < chance)

    def row(self, smallest: float = 70.0, largest: float = 230.0, room: float = 1.08) -> float:
        """A row for feet, so that a person there has a height between two, as far as can be.

        Above it there is room for a number of such heights.
        """
        ground, bottom = self.ground, self.size[1] * 0.97
        headroom = room * ground.tall / max(0.1, 1 - room * ground.taller)
        low = max(ground.top, headroom, (smallest - ground.tall) / ground.taller)
        high = min(bottom, (largest - ground.tall) / ground.taller)
        return self.between(min(low, bottom), min(max(low, high), bottom))

    def everywhere(self, kind: str, layer: Layer | None = None) -> None:
        """Tell of a nuisance of the whole picture and the whole clip."""
        if layer is not None:
            self.scene.lens.append(layer)
        self.scene.nuisances.append(Happening(kind, lambda _: self.whole))

    def during(self, kind: str, start: float, end: float) -> None:
        """Tell of a nuisance of the whole picture from one time to another."""
        self.scene.nuisances.append(
            Happening(kind, lambda moment: self.whole if start <= moment < end else None)
        )


def around(x: float, y: float, width: float, height: float) -> Box:
    """The box of a size around a middle."""
    return (x - width / 2, y - height / 2, x + width / 2, y + height / 2)
