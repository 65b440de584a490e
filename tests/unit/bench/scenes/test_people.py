"""The people that are cut out of the footage, and how they are divided."""

from itertools import combinations

import numpy as np
import pytest

from quietwatch.bench.scenes.people import SIGHTINGS, Walk, walks
from quietwatch.bench.truth import Half

ALL = [walk for half in Half for walk in walks()[half]]
ACROSS = [walk for walk in ALL if abs(walk.going[0]) > 0.02]


def test_no_person_is_in_both_halves() -> None:
    people = {half: {s.who for s in SIGHTINGS if s.half is half} for half in Half}
    assert people[Half.TUNE].isdisjoint(people[Half.HELD_OUT])
    assert min(len(who) for who in people.values()) >= 4


def test_the_halves_share_no_second_of_the_footage() -> None:
    last = max(s.last for s in SIGHTINGS if s.half is Half.TUNE)
    first = min(s.first for s in SIGHTINGS if s.half is Half.HELD_OUT)
    assert last < first


def test_walks_are_those_of_their_half() -> None:
    for half in Half:
        wanted = {s.who for s in SIGHTINGS if s.half is half}
        assert {walk.who for walk in walks()[half]} == wanted


def test_a_person_is_not_counted_twice() -> None:
    for one, other in combinations(SIGHTINGS, 2):
        if one.who == other.who:
            assert one.last < other.first or other.last < one.first


@pytest.mark.parametrize("walk", ALL, ids=lambda walk: walk.who)
def test_a_cut_out_is_a_whole_person(walk: Walk) -> None:
    for step in walk.steps:
        alpha = step[..., 3]
        rows = np.nonzero((alpha > 128).any(axis=1))[0]
        assert 0.8 * walk.height < rows[-1] - rows[0] < 1.25 * walk.height
        share = (alpha > 128).sum() / walk.height**2  # of a square as high as the person
        assert 0.1 < share < 0.5
        assert not (step[..., :3] > alpha[..., None]).any()


@pytest.mark.parametrize("walk", ACROSS, ids=lambda walk: walk.who)
def test_the_legs_move(walk: Walk) -> None:
    first, last = walk.loop
    assert last - first >= 8
    legs = [step[int(0.6 * step.shape[0]) :, :, 3] > 128 for step in walk.steps[first:last]]
    changed = [float((one ^ other).sum() / one.sum()) for one, other in combinations(legs, 2)]
    assert max(changed) > 0.15
