"""What speaks for and against a track: named, bounded, and without a veto."""

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quietwatch.judge.contributions import (
    LOOKS,
    REMEMBERED,
    RULES,
    contributions,
    probability,
    seen,
)
from quietwatch.judge.features import Features, history
from quietwatch.judge.features.appearance import Appearance
from quietwatch.judge.features.running import Running
from quietwatch.judge.features.scores import Scores
from quietwatch.judge.recall import Match, Recall
from quietwatch.model import CLASSES, Kind, Reason, Track

STANDING = [(0.5, 0.5)] * 30


def last(track: Track) -> Features:
    return list(history(track, 4 / 3))[-1].features


def by_name(features: Features, kind: Kind = Kind.PERSON) -> dict[str, float]:
    return {part.name: part.value for part in contributions(features, kind)}


def test_who_walks_has_nothing_against_them(make_track: Any, walk: Any) -> None:
    (looks,) = contributions(last(make_track(walk, Kind.PERSON, 0.8)), Kind.PERSON)
    assert (looks.name, looks.reason) == (LOOKS, Reason.PERSON)
    assert probability((looks,)) == pytest.approx(1 / (1 + math.exp(-looks.value)))


def test_a_statue_is_doubted_and_who_came_and_stays_is_not(make_track: Any) -> None:
    statue = last(make_track(STANDING, Kind.PERSON, 0.8, motion=0.02))
    visitor = last(make_track(STANDING, Kind.PERSON, 0.8, motion=0.5))
    assert by_name(statue)["unmoved"] == -5.5
    assert "unmoved" not in by_name(visitor)


def test_a_shadow_that_crosses_a_statue_does_not_make_it_come(make_track: Any) -> None:
    covered = last(make_track(STANDING, Kind.PERSON, 0.8, motion=0.6))
    through = Appearance(see_through=Running(count=9, mean=0.95))
    assert "unmoved" not in by_name(covered)
    assert by_name(replace(covered, appearance=through))["unmoved"] == -5.5


def test_a_flake_that_passes_a_statue_does_not_make_it_go(make_track: Any) -> None:
    path = [*STANDING[:15], *((0.5 + 0.01 * step, 0.5) for step in range(15))]
    track = make_track(path, Kind.PERSON, 0.8, motion=0.02)
    assert "unmoved" not in by_name(last(track)), "it was found on the way"
    track.scores[15:] = np.nan
    assert by_name(last(track))["unmoved"] == -5.5


def test_who_was_found_for_a_moment_goes_by_their_movement(make_track: Any, walk: Any) -> None:
    track = make_track(walk, Kind.PERSON, 0.8, motion=0.02)
    track.scores[3:] = np.nan
    assert "unmoved" not in by_name(last(track))


def test_a_close_look_that_does_not_see_it_speaks_against(make_track: Any, walk: Any) -> None:
    features = last(make_track(walk, Kind.PERSON, 0.5))

    def looked(*scores: float) -> dict[str, float]:
        person = features.said.of(Kind.PERSON)
        for score in scores:
            person = person.after(math.nan, score, leads=False)
        said = replace(features.said, kinds=(person, *features.said.kinds[1:]))
        return by_name(replace(features, said=said))

    assert looked(0.0)["second-look"] == pytest.approx(-1.2)  # it may have come at a bad moment
    assert looked(0.0, 0.45)["second-look"] == pytest.approx(-1.35)
    assert looked(*[0.0] * 9)["second-look"] == -4.5
    assert "second-look" not in looked(0.6)
    assert "second-look" not in looked(0.9, 0.9, 0.0)


def test_who_keeps_within_a_frame_is_doubted_until_they_leave_it(
    make_track: Any, walk: Any
) -> None:
    features = last(make_track(walk, Kind.PERSON, 0.8))

    def framed(closed: float) -> dict[str, float]:
        return by_name(replace(features, standing=replace(features.standing, framed=closed)))

    assert framed(0.95)["framed"] == -5.5
    assert "framed" not in framed(0.7)
    assert "framed" not in by_name(last(make_track(walk, Kind.VEHICLE, 0.8)), Kind.VEHICLE)


def test_what_shows_the_ground_through_it_is_a_shadow(make_track: Any, walk: Any) -> None:
    features = last(make_track(walk, Kind.PERSON, 0.8))

    def through(mean: float, count: int = 9) -> dict[str, float]:
        seen = Appearance(see_through=Running(count=count, mean=mean))
        return by_name(replace(features, appearance=seen))

    assert through(0.9)["see-through"] == -4.5
    assert "see-through" not in through(0.5)
    assert "see-through" not in through(0.9, count=2)  # too little was measured


def test_bright_and_blurred_under_infrared_is_an_insect(make_track: Any, walk: Any) -> None:
    features = last(make_track(walk, Kind.PERSON, 0.6, contrast=0.3))

    def near(
        sharp: float, colour: float, contrast: float = 0.3, through: float = 0.0
    ) -> dict[str, float]:
        blurred = Appearance(
            sharpness=Running(count=9, mean=sharp),
            sharpness_around=Running(count=9, mean=0.3),
            see_through=Running(count=9, mean=through),
        )
        scene = replace(features.scene, colour=Running(count=9, mean=colour))
        found = replace(features, appearance=blurred, scene=scene, contrast=contrast)
        return by_name(found)

    assert near(0.1, 0.0)["insect"] == -4.0
    assert near(0.1, 0.0, contrast=-0.1, through=0.4)["insect"] == -4.0  # its wings are a smear
    assert near(0.24, 0.0)["insect"] == -4.0  # hardly blurred, but in the full light of the lamp
    assert "insect" not in near(0.24, 0.0, contrast=0.15)
    assert "insect" not in near(0.3, 0.0)  # as sharp as what is around it: somebody walks there
    assert "insect" not in near(0.1, 0.1)  # by day
    assert "insect" not in near(0.1, 0.0, contrast=-0.3)  # a dark coat that is out of focus


def test_who_is_never_surely_seen_and_goes_straight_on_is_believed(make_track: Any) -> None:
    far = [(0.1 + 0.02 * n, 0.5) for n in range(40)]
    sways = [(0.5 + 0.05 * (-1) ** n, 0.5) for n in range(40)]
    walker = last(make_track(far, Kind.PERSON, 0.32, size=(0.03, 0.08)))
    assert by_name(walker)["travels"] == pytest.approx(3.0)
    assert "travels" not in by_name(last(make_track(sways, Kind.PERSON, 0.32, size=(0.03, 0.08))))
    assert "travels" not in by_name(last(make_track(far, Kind.UNKNOWN, size=(0.03, 0.08))))
    assert "travels" not in by_name(last(make_track(far, Kind.ANIMAL, 0.32)), Kind.ANIMAL)


def test_in_a_snowfall_more_evidence_is_asked_for(make_track: Any, walk: Any) -> None:
    features = last(make_track(walk, Kind.PERSON, 0.8))

    def among(tracks: float) -> dict[str, float]:
        scene = replace(features.scene, company=Running(count=9, mean=tracks))
        return by_name(replace(features, scene=scene))

    assert among(60.0)["precipitation"] == -2.0
    assert "precipitation" not in among(8.0)  # a busy street
    assert probability(contributions(features, Kind.PERSON)) > 0.95
    snowed = replace(features.scene, company=Running(count=9, mean=60.0))
    assert probability(contributions(replace(features, scene=snowed), Kind.PERSON)) > 0.9


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_that_is_not_asked_says_nothing(rule: str, make_track: Any) -> None:
    for kind in CLASSES:
        for still in (False, True):
            motion = math.nan if still else 0.01
            places = STANDING[:1] if still else STANDING[:2]
            features = last(make_track(places, kind, 0.8, motion=motion, still=still))
            asked = contributions(features, kind)
            without = contributions(features, kind, frozenset({rule}))
            assert without == tuple(part for part in asked if part.name != rule)


@given(
    motion=st.floats(0, 1),
    through=st.floats(-1, 1),
    net=st.floats(0, 50),
    second=st.floats(0, 1),
    count=st.integers(0, 20),
)
def test_all_that_is_said_of_a_person_is_bounded_and_travel_takes_doubt_away(
    motion: float, through: float, net: float, second: float, count: int
) -> None:
    steps = 10
    track = Track(
        ordinal=0,
        times=np.linspace(0.0, 1.8, steps),
        boxes=np.tile([0.4, 0.4, 0.5, 0.7], (steps, 1)),
        scores=np.tile([0.8, 0.0, 0.0], (steps, 1)),
        motion=np.full(steps, motion),
        changed=np.zeros(steps),
        contrast=np.zeros(steps),
    )
    features = last(track)
    scores = Scores(second=Running(count=count, mean=second))
    features = replace(
        features,
        net=net,
        appearance=Appearance(see_through=Running(count=count, mean=through)),
        said=replace(features.said, kinds=(scores, *features.said.kinds[1:])),
    )
    parts = contributions(features, Kind.PERSON)
    against = sum(part.value for part in parts if part.name != LOOKS)
    assert -13.0 <= against <= 3.0
    farther = contributions(replace(features, net=net + 1), Kind.PERSON)
    assert probability(farther) >= probability(parts)


def known(sure: float, why: Reason) -> Recall:
    """A track that is something known, so surely (0 to 1)."""
    return Recall((Match("0" * 12, why, 5, 5, 0.4 + 0.2 * sure, 1.0),))


@pytest.mark.parametrize("why", [Reason.STATIC_REPEAT, Reason.KNOWN_FALSE_ALARM])
@pytest.mark.parametrize("kind", CLASSES)
def test_what_is_known_speaks_against_by_how_surely_it_is(
    make_track: Any, why: Reason, kind: Kind
) -> None:
    features = last(make_track(STANDING, kind, 0.8))

    def told(sure: float, without: frozenset[str] = frozenset()) -> dict[str, float]:
        parts = contributions(features, kind, without, known(sure, why))
        return {part.name: part.value for part in parts if part.reason is why}

    assert told(0.0) == {}
    assert told(0.5) == {why.value: pytest.approx(-4.5)}
    assert told(1.0) == {why.value: pytest.approx(-9.0)}
    assert told(1.0, frozenset({why.value})) == {}
    assert why.value in REMEMBERED


def test_memory_outweighs_looks_and_other_rules_are_no_part_of_what_was_seen(
    make_track: Any,
) -> None:
    statue = last(make_track(STANDING, Kind.PERSON, 0.9, motion=0.02))
    plain = contributions(statue, Kind.PERSON)
    assert seen(plain) == pytest.approx(statue.of(Kind.PERSON).probability)
    repeat = contributions(statue, Kind.PERSON, recall=known(1.0, Reason.STATIC_REPEAT))
    assert seen(repeat) < 0.1
