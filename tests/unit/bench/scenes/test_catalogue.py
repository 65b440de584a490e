"""All kinds of scenes: each can be made, shows what it says, and is the same for a seed."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from quietwatch.bench.scenes.catalogue import KINDS, Family, SceneKind, has_person, scene
from quietwatch.bench.scenes.make import Order, truth_of
from quietwatch.bench.truth import TAMPER, Half
from quietwatch.model import Kind

SECONDS = 8.0
PAGE = Path(__file__).parents[4] / "docs" / "scenes.md"


@pytest.mark.parametrize("half", Half)
@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_a_kind_shows_what_it_says(kind: SceneKind, half: Half) -> None:
    made = scene(kind, half, 5, 2, SECONDS)
    truth = truth_of(made, Order(Path(), kind.name, half, 5, 2, SECONDS))
    people = [event for event in truth.events if event.kind is Kind.PERSON]
    if kind.family in {Family.PEOPLE, Family.HARD}:
        assert len(people) >= 1
        assert not truth.nuisances
    elif kind.family is Family.TAMPERING:
        [event] = truth.events
        assert (event.kind, event.hard) == (TAMPER, kind.name)
        assert 0.33 * SECONDS <= event.start_s <= 0.46 * SECONDS
        assert not truth.nuisances
    else:
        assert truth.nuisances
        assert has_person(kind, 2)
        assert len(people) == 1
    if kind.family is Family.HARD:
        assert {event.hard for event in people} == {kind.name}


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_a_kind_changes_the_picture(kind: SceneKind) -> None:
    made = scene(kind, Half.TUNE, 5, 0, 1.0)
    if kind.family in {Family.NUISANCE, Family.DECOY}:
        assert not [event for event in made.events if event.kind is Kind.PERSON]
    for layer in (*made.things, *made.light, *made.lens, *made.camera, *made.stream):
        picture = made.picture.copy()
        layer(picture, 0.5)
        assert picture.dtype == np.uint8
        assert picture.shape == made.picture.shape
    first, *_, last = made.pictures()
    assert not np.array_equal(first, last)
    assert 2 < first.mean() < 250


def pictures(name: str) -> list[NDArray[np.int16]]:
    made = scene(KINDS[name], Half.TUNE, 5, 0, SECONDS)
    return [picture.astype(np.int16) for picture in made.pictures()]


def test_what_is_done_to_a_camera_shows() -> None:
    """From the first second to the last what is seen is another picture, as the name says."""

    def change(name: str) -> float:
        first, *_, last = pictures(name)
        return float(np.abs(first - last).mean())

    assert pictures("black")[-1].mean() < 12
    assert np.array_equal(pictures("frozen")[-1], pictures("frozen")[-20])
    assert not np.array_equal(pictures("frozen")[0], pictures("frozen")[1])
    for name in ("covered", "sprayed", "moved"):
        assert change(name) > 15
    first, *_, last = pictures("defocused")
    steep = [np.quantile(np.abs(np.diff(picture, axis=1)), 0.999) for picture in (first, last)]
    assert steep[1] < 0.6 * steep[0]
    lit = [picture.mean() for picture in pictures("lights-out")]
    assert min(lit) < 0.35 * lit[0]


@pytest.mark.parametrize("name", ["walking", "rain", "television"])
def test_a_seed_gives_the_same_pictures_and_another_others(name: str) -> None:
    def picture(seed: int, number: int = 0) -> bytes:
        *_, last = scene(KINDS[name], Half.HELD_OUT, seed, number, 0.5).pictures()
        return last.tobytes()

    assert picture(1) == picture(1)
    assert len({picture(1), picture(2), picture(1, 1)}) == 3


def test_every_kind_is_documented() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert [name for name in KINDS if f"| `{name}` |" not in text] == []
