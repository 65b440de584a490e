"""All kinds of scenes there are, and how one of them is set up."""

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.random import Generator

from quietwatch.bench.scenes import (
    animals,
    backgrounds,
    camera,
    decoys,
    effects,
    foliage,
    hard,
    images,
    insects,
    light,
    objects,
    tampering,
    weather,
)
from quietwatch.bench.scenes.compose import Layer, Scene
from quietwatch.bench.scenes.stage import Stage
from quietwatch.bench.truth import Half

_MOODS: dict[str, Callable[[Generator, tuple[int, int]], list[Layer]]] = {
    "day": camera.day,
    "dusk": camera.dusk,
    "infrared": camera.infrared,
}

_PERSON_EVERY = 3  # clips of a kind: that many show a person as well

_DAY, _DUSK, _NIGHT = ("day",), ("day", "dusk"), ("infrared",)
_ALL = ("day", "day", "dusk", "infrared")


class Family(StrEnum):
    """What a kind is there to show."""

    PEOPLE = "people"
    NUISANCE = "nuisance"
    DECOY = "decoy"
    HARD = "hard"
    TAMPERING = "tampering"


@dataclass(frozen=True, slots=True)
class SceneKind:
    """A kind of scenes.

    Attributes:
        name: slug; clips are named after it.
        family: what it is there to show.
        build: sets what belongs to the kind on a stage.
        moods: the light there may be, by chance.
        indoors: whether it takes place in a room: always, never, or by chance.
    """

    name: str
    family: Family
    build: Callable[[Stage], object]
    moods: tuple[str, ...] = _ALL
    indoors: float = 0.0


def _nothing(stage: Stage) -> None:
    """An empty scene: only the camera's noise."""
    stage.everywhere("nothing-happens")


_N, _D, _H, _T = Family.NUISANCE, Family.DECOY, Family.HARD, Family.TAMPERING

KINDS = {
    kind.name: kind
    for kind in (
        SceneKind("walking", Family.PEOPLE, hard.walker),
        SceneKind("empty", _N, _nothing),
        SceneKind("moth", _N, insects.moths, _NIGHT),
        SceneKind("midges", _N, insects.midges, _NIGHT),
        SceneKind("large-moth", _N, insects.large_moth, _NIGHT),
        SceneKind("crawling-insect", _N, insects.crawler),
        SceneKind("spider-thread", _N, insects.thread, ("infrared", "infrared", "day")),
        SceneKind("rain", _N, weather.rain),
        SceneKind("snow", _N, weather.snow),
        SceneKind("fog", _N, weather.fog),
        SceneKind("headlights", _N, light.headlights, ("dusk", "infrared")),
        SceneKind("cloud-shadow", _N, light.cloud_shadow, _DAY),
        SceneKind("infrared-switch", _N, light.infrared_switch, _DAY),
        SceneKind("exposure", _N, light.exposure),
        SceneKind("lights-out", _N, light.lights_out, _DAY, indoors=0.7),
        SceneKind("bush", _N, foliage.bush),
        SceneKind("branch", _N, foliage.branch),
        SceneKind("hedge", _N, foliage.hedge),
        SceneKind("flag", _N, objects.flag, _DUSK),
        SceneKind("drifting-bag", _N, objects.bag),
        SceneKind("camera-shake", _N, effects.shaking),
        SceneKind("compression", _N, effects.pulsing),
        SceneKind("cat", _N, animals.cat),
        SceneKind("dog", _N, animals.dog),
        SceneKind("bird", _N, animals.bird, _DAY),
        SceneKind("parked-car", _N, objects.parked_van),
        SceneKind("coat", _D, decoys.coat, indoors=1.0),
        SceneKind("mannequin", _D, decoys.mannequin, indoors=0.6),
        SceneKind("poster", _D, decoys.poster, indoors=0.5),
        SceneKind("scarecrow", _D, decoys.scarecrow),
        SceneKind("statue", _D, decoys.statue),
        SceneKind("balloons", _D, decoys.balloons, indoors=0.5),
        SceneKind("spider-close", _D, insects.spider_close, ("infrared", "infrared", "day")),
        SceneKind("reflection", _D, images.reflection, indoors=1.0),
        SceneKind("television", _D, images.television, indoors=1.0),
        SceneKind("bus-picture", _D, images.bus, _DUSK),
        SceneKind("small", _H, hard.small),
        SceneKind("dim", _H, hard.dim, ("dusk", "infrared")),
        SceneKind("silhouette", _H, hard.silhouette, _DAY),
        SceneKind("edge", _H, hard.at_the_edge),
        SceneKind("crawling", _H, hard.crawling),
        SceneKind("crouching", _H, hard.crouching),
        SceneKind("running", _H, hard.running),
        SceneKind("from-above", _H, hard.from_above),
        SceneKind("with-ladder", _H, hard.with_ladder),
        SceneKind("with-umbrella", _H, hard.with_umbrella),
        SceneKind("half-hidden", _H, hard.half_hidden),
        SceneKind("covered", _T, tampering.covered, indoors=0.3),
        SceneKind("sprayed", _T, tampering.sprayed, indoors=0.3),
        SceneKind("defocused", _T, tampering.defocused, indoors=0.3),
        SceneKind("moved", _T, tampering.moved, indoors=0.3),
        SceneKind("frozen", _T, tampering.frozen, indoors=0.3),
        SceneKind("black", _T, tampering.black, indoors=0.3),
    )
}
"""By name, in the order in which they are made."""


def scene(kind: SceneKind, half: Half, seed: int, number: int, seconds: float) -> Scene:
    """One scene: the same for the same arguments, whatever else is made.

    Of nuisances and decoys every third shows a person as well.
    """
    origin = (seed, zlib.crc32(kind.name.encode()), zlib.crc32(half.value.encode()), number)
    rng = np.random.default_rng(origin)
    mood = str(rng.choice(kind.moods))
    place = backgrounds.room if rng.random() < kind.indoors else backgrounds.outdoors
    ground = place(half, rng)
    made = Scene(ground.picture.copy(), seconds, f"{ground.name}-{mood}")
    made.quality = int(rng.integers(24, 31))
    stage = Stage(rng, half, ground, mood, made)
    kind.build(stage)
    if has_person(kind, number):
        hard.walker(stage)
    if kind.name != "infrared-switch":
        *lights, sensor = _MOODS[mood](rng, made.size)
        made.light[:0] = lights
    else:  # brings its own light
        sensor = camera.noise(rng, made.size, 4.0)
    made.camera.append(sensor)
    return made


def has_person(kind: SceneKind, number: int) -> bool:
    """Whether a person is added to the scene of a number among those of its kind."""
    return kind.family in {_N, _D} and number % _PERSON_EVERY == _PERSON_EVERY - 1
