"""A track against what is known: the same place and the same look, as long as both hold."""

from collections.abc import Callable
from typing import Any

import pytest

from quietwatch.judge.recall import NOTHING, Recall, portrait_of, recalls
from quietwatch.model import Familiar, Kind, Reason, Track

STAY = [(0.5, 0.5)] * 10
BOX = (0.475, 0.425, 0.525, 0.575)
REPEAT, DISMISSED = Reason.STATIC_REPEAT, Reason.KNOWN_FALSE_ALARM

Last = Callable[..., Recall]


@pytest.fixture
def statue(portrait: Any) -> Familiar:
    return Familiar("0" * 12, REPEAT, BOX, portrait(1))


@pytest.fixture
def found(make_track: Any, seen_as: Any, portrait: Any) -> Callable[..., Track]:
    """A track that the detector found, along a path, with the look of `seed`, so surely."""

    def make(path: Any = STAY, seed: int = 1, score: float = 0.8) -> Track:
        track: Track = seen_as(make_track(path, Kind.PERSON, score), portrait(seed))
        return track

    return make


def last(track: Track, *familiar: Familiar) -> Recall:
    return list(recalls(track, familiar))[-1]


def test_what_stands_there_and_looks_so_is_known_from_the_first_find(
    found: Any, statue: Familiar
) -> None:
    assert [recall.sure(REPEAT) for recall in recalls(found(), [statue])] == [1.0] * 10


def test_it_is_known_for_the_reason_it_is_known_for(found: Any, statue: Familiar) -> None:
    dismissed = Familiar("1" * 12, DISMISSED, statue.box, statue.portrait)
    assert last(found(), statue).sure(DISMISSED) == 0.0
    assert last(found(), dismissed).sure(REPEAT) == 0.0
    both = last(found(), statue, dismissed)
    assert (both.sure(REPEAT), both.sure(DISMISSED)) == (1.0, 1.0)


def test_who_stands_there_and_looks_otherwise_is_not_it(found: Any, statue: Familiar) -> None:
    assert all(recall.sure(REPEAT) == 0.0 for recall in recalls(found(seed=2), [statue]))


def test_what_looks_so_elsewhere_is_not_it(found: Any, statue: Familiar) -> None:
    assert last(found([(0.6, 0.5)] * 10), statue).sure(REPEAT) == 0.0


def test_whoever_comes_from_elsewhere_is_not_it_though_they_stop_there(
    found: Any, statue: Familiar
) -> None:
    coming = [(0.4 + 0.02 * step, 0.5) for step in range(6)]
    assert last(found(coming + STAY), statue).sure(REPEAT) == 0.0


def test_what_leaves_is_something_else_and_stays_so(found: Any, statue: Familiar) -> None:
    away = [(0.5 + 0.02 * step, 0.5) for step in range(6)]
    sure = [recall.sure(REPEAT) for recall in recalls(found(STAY + away + STAY), [statue])]
    assert sure[9] == 1.0
    assert sure[13:] == [0.0] * (len(sure) - 13)


def test_boxes_that_jitter_are_still_there(found: Any, statue: Familiar) -> None:
    jitter = [(0.5 + 0.004 * (-1) ** step, 0.5 + 0.008 * (step % 3 - 1)) for step in range(20)]
    assert last(found(jitter), statue).sure(REPEAT) == 1.0


def test_somebody_else_before_it_is_noticed_within_a_few_finds(
    found: Any, statue: Familiar
) -> None:
    first, second = found(STAY), found(STAY, seed=2)
    before = last(first, statue)
    assert before.sure(REPEAT) == 1.0
    sure = [recall.sure(REPEAT) for recall in recalls(second, [statue], before)]
    assert sure[2] < 0.5
    assert sure[4:] == [0.0] * 6


def test_what_is_never_found_is_not_known(make_track: Any, statue: Familiar) -> None:
    track = make_track(STAY, looks=False)
    assert portrait_of(track, 0) is None
    assert last(track, statue).sure(REPEAT) == 0.0


def test_in_parts_it_is_what_it_is_as_a_whole(found: Any, statue: Familiar, between: Any) -> None:
    away = [(0.5 + 0.01 * step, 0.5) for step in range(8)]
    track = found(STAY + away)
    whole = list(recalls(track, [statue]))
    for cut in range(1, len(track)):
        [*_, before] = recalls(between(track, 0, cut), [statue])
        parts = list(recalls(between(track, cut, len(track)), [statue], before))
        assert parts == whole[cut:]


def test_a_moment_is_judged_from_earlier_ones_only(
    found: Any, statue: Familiar, between: Any
) -> None:
    away = [(0.5 + 0.02 * step, 0.5) for step in range(8)]
    track = found(STAY + away)
    whole = list(recalls(track, [statue]))
    for count in range(1, len(track)):
        assert list(recalls(between(track, 0, count), [statue])) == whole[:count]


def test_what_is_forgotten_meanwhile_says_nothing_more(found: Any, statue: Familiar) -> None:
    before = last(found(), statue)
    assert {recall.sure(REPEAT) for recall in recalls(found(), [], before)} == {0.0}
    assert {recall.matches for recall in recalls(found(), [], before)} == {NOTHING.matches}


@pytest.mark.parametrize("score", [0.9, 0.3])
def test_who_was_surely_seen_there_is_not_silenced_by_the_look_of_what_stands_there(
    found: Any, statue: Familiar, score: float
) -> None:
    """An intruder in the statue's very box, whose track then goes on with the statue's look."""
    intruder = last(found(STAY + STAY[:5], 2, score), statue)
    sure = [recall.sure(REPEAT) for recall in recalls(found(), [statue], intruder)]
    assert sure == [0.0] * 10


def test_another_look_for_a_moment_or_of_a_doubtful_find_is_no_other_thing(
    found: Any, statue: Familiar
) -> None:
    for before in (last(found(STAY[:2], 2), statue), last(found(STAY, 2, 0.2), statue)):
        sure = [recall.sure(REPEAT) for recall in recalls(found(), [statue], before)]
        assert sure[-1] == 1.0


def test_who_came_from_elsewhere_before_it_became_known_is_not_it(
    found: Any, statue: Familiar
) -> None:
    coming = [(0.4 + 0.02 * step, 0.5) for step in range(6)]
    before = last(found(coming))
    assert {recall.sure(REPEAT) for recall in recalls(found(), [statue], before)} == {0.0}
    roaming = last(found([(0.02 + 0.001 * step, 0.5) for step in range(900)]))
    assert len(roaming.ways.places) <= 8
    assert {recall.sure(REPEAT) for recall in recalls(found(), [statue], roaming)} == {0.0}


def test_who_looked_otherwise_until_it_became_known_is_not_it(found: Any, statue: Familiar) -> None:
    before = last(found(seed=2))
    assert {recall.sure(REPEAT) for recall in recalls(found(), [statue], before)} == {0.0}


def test_what_stood_there_before_it_became_known_is_it(found: Any, statue: Familiar) -> None:
    before = last(found([(0.5 + 0.002 * (-1) ** step, 0.5) for step in range(50)]))
    assert {recall.sure(REPEAT) for recall in recalls(found(), [statue], before)} == {1.0}
