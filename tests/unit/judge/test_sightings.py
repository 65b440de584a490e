"""What was found and kept its place, of a track and of an hour."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest

from quietwatch.judge.sightings import MOST_OF_HOUR, of_hour, sighting
from quietwatch.model import Kind, Sighting

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
STAY = [(0.5, 0.5)] * 6


def test_what_stays_is_seen_where_it_stands(make_track: Any, seen_as: Any, portrait: Any) -> None:
    found = sighting(seen_as(make_track(STAY, Kind.ANIMAL, 0.7), portrait(3)), NOON)
    assert found == Sighting(
        kind=Kind.ANIMAL,
        box=(0.475, 0.425, 0.525, 0.575),
        portrait=portrait(3),
        finds=6,
        first=NOON,
        last=NOON + timedelta(seconds=1),
    )


def test_what_goes_its_way_is_not_remembered(
    make_track: Any, walk: Any, seen_as: Any, portrait: Any
) -> None:
    assert sighting(seen_as(make_track(walk, Kind.PERSON, 0.8), portrait()), NOON) is None


@pytest.mark.parametrize(
    "changes", [{"looks": False}, {"kind": Kind.PERSON, "score": 0.2}, {"kind": Kind.UNKNOWN}]
)
def test_what_no_look_surely_finds_is_not(
    make_track: Any, seen_as: Any, portrait: Any, changes: Any
) -> None:
    assert sighting(seen_as(make_track(STAY, **changes), portrait()), NOON) is None


def test_what_has_nothing_to_know_it_by_is_not(make_track: Any, seen_as: Any) -> None:
    assert sighting(seen_as(make_track(STAY, Kind.PERSON, 0.8), (50,) * 24), NOON) is None
    assert sighting(make_track(STAY, Kind.PERSON, 0.8), NOON) is None  # of an older analysis


@pytest.fixture
def thing(portrait: Any) -> Any:
    """`thing(number)`: one that is found so many seconds after noon, each in its own place."""

    def make(number: int, finds: int = 1, seed: int = 0) -> Sighting:
        left = 0.03 * number
        at = NOON + timedelta(seconds=number)
        return Sighting(Kind.PERSON, (left, 0.1, left + 0.02, 0.3), portrait(seed), finds, at, at)

    return make


def test_an_hour_has_each_thing_once_in_whatever_order(thing: Any) -> None:
    one, later = thing(1), replace(thing(1, finds=3), last=NOON + timedelta(seconds=50))
    other = thing(1, seed=7)
    for order in permutations([one, later, other, thing(2)]):
        hour = of_hour(order)
        assert [each.finds for each in hour] in ([4, 1, 1], [1, 4, 1])
        assert hour == of_hour([one, later, other, thing(2)])
    merged = next(each for each in hour if each.finds == 4)
    assert (merged.first, merged.last) == (one.first, later.last)


def test_an_hour_of_an_hour_is_the_same_hour(thing: Any) -> None:
    hour = of_hour([thing(number % 7, seed=number % 3) for number in range(40)])
    assert of_hour(hour) == hour
    assert len(hour) > 7


def test_an_hour_keeps_what_was_found_most_often(thing: Any) -> None:
    hour = of_hour(thing(number, finds=1 + number) for number in range(MOST_OF_HOUR + 5))
    assert [each.finds for each in hour] == list(range(6, MOST_OF_HOUR + 6))
