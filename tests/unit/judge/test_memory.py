"""What is known of a camera at a time: how often, where, since when, and for how long."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quietwatch.config import JudgeSettings
from quietwatch.judge.memory import MOST, Dismissal, Forgetting, Past, familiar, known_at
from quietwatch.judge.sightings import Hour
from quietwatch.model import Kind, Portrait, Reason, Sighting

START = datetime(2026, 11, 1, tzinfo=UTC)
BOX = (0.1, 0.2, 0.2, 0.6)
ELSEWHERE = (0.6, 0.2, 0.7, 0.6)
RULES = JudgeSettings(memory_days=2, memory_times=3, memory_spread_h=6, dismissed_days=5)


def at(hours: float) -> datetime:
    return START + timedelta(hours=hours)


def look(seed: int = 1) -> Portrait:
    light = np.random.default_rng(seed).normal(0, 1, 16)
    cells = np.clip(50 + 25 * (light - light.mean()) / light.std(), 0, 100).round()
    return (*(int(cell) for cell in cells), *[50] * 8)


def seen(hour: float, box: Any = BOX, seed: int = 1) -> Sighting:
    return Sighting(Kind.PERSON, box, look(seed), 4, at(hour), at(hour + 0.1))


def past(*hours: int, **changes: Any) -> Past:
    return replace(Past({at(hour): Hour((seen(hour),)) for hour in hours}), **changes)


def names(past: Past, hour: float, rules: JudgeSettings = RULES) -> list[str]:
    return [one.familiar.name for one in known_at(past, at(hour), rules)]


def test_what_was_found_again_and_again_is_known() -> None:
    [one] = known_at(past(0, 3, 7), at(8), RULES)
    assert one.familiar.why is Reason.STATIC_REPEAT
    assert (one.familiar.box, one.familiar.portrait) == (BOX, look())
    assert (one.kind, one.hours, one.first, one.last) == (Kind.PERSON, 3, at(0), at(7.1))
    assert familiar([one]) == (one.familiar,)


@pytest.mark.parametrize("hours", [(0, 7), (0, 1, 2), (0, 3, 3)])
def test_twice_is_not_again_and_again_and_an_afternoon_is_one_visit(hours: Any) -> None:
    assert known_at(past(*hours), at(12), RULES) == ()


def test_many_finds_in_one_hour_are_one_occasion() -> None:
    crowded = of([(0, BOX, 1)] * 9 + [(7, BOX, 1)])
    assert known_at(crowded, at(12), RULES) == ()


def test_another_look_or_place_is_another_thing() -> None:
    mixed = of([(0, BOX, 1), (4, BOX, 2), (8, ELSEWHERE, 1)])
    assert known_at(mixed, at(9), RULES) == ()


def test_only_what_was_there_by_then_is_known() -> None:
    whole = past(0, 3, 7, 9)
    assert names(whole, 7.99) == []  # the hour under way does not count
    assert len(names(whole, 8)) == 1


def test_what_a_long_clip_showed_later_than_its_hour_counts_from_then_on() -> None:
    """A recorder's file of two hours, filed under the hour in which it starts."""
    long = replace(seen(7.5), last=at(9.5))
    whole = past(0, 3, 7)
    whole = replace(whole, hours={**whole.hours, at(7): Hour((long,))})
    assert [len(names(whole, hour)) for hour in (8.05, 9.6, 10)] == [0, 0, 1]


def test_it_is_forgotten_in_time() -> None:
    whole = past(0, 3, 7)
    assert len(names(whole, 48)) == 1
    assert names(whole, 49) == []
    assert names(whole, 8, RULES.model_copy(update={"memory_days": 0})) == []


def test_what_somebody_forgets_is_not_known_from_then_on_until_it_is_found_anew() -> None:
    box_and_look = Forgetting(at(8.5), (0.1, 0.2, 0.2, 0.61), look())
    whole = past(0, 3, 7, 9, 12, 16, forgotten=(box_and_look,))
    assert len(names(whole, 8)) == 1  # what began before is judged as it was
    assert names(whole, 9) == []
    assert names(whole, 16) == []
    assert len(names(whole, 17)) == 1


def test_forgetting_one_thing_leaves_the_others() -> None:
    two = of([(h, *what) for h in (0, 3, 7) for what in ((BOX, 1), (ELSEWHERE, 2))])
    assert len(names(two, 9)) == 2
    one = replace(two, forgotten=(Forgetting(at(8), ELSEWHERE, look(2)),))
    assert [each.familiar.box for each in known_at(one, at(9), RULES)] == [BOX]
    assert names(replace(two, forgotten=(Forgetting(at(8)),)), 9) == []


def dismissal(hour: float, **changes: Any) -> Dismissal:
    return replace(Dismissal("event", Kind.PERSON, BOX, look(), at(hour)), **changes)


def test_what_was_dismissed_is_known_from_then_on() -> None:
    one = Past(dismissed=(dismissal(1.5),))
    assert names(one, 1.49) == []
    [known] = known_at(one, at(1.5), RULES)
    assert (known.familiar.why, known.event_id) == (Reason.KNOWN_FALSE_ALARM, "event")
    assert len(names(one, 1.4 + 5 * 24)) == 1
    assert names(one, 1.5 + 5 * 24) == []


def test_a_dismissal_that_was_taken_back_held_until_then() -> None:
    one = Past(dismissed=(dismissal(1, undone=at(4)),))
    assert [len(names(one, hour)) for hour in (0.9, 1, 3.9, 4)] == [0, 1, 1, 0]


def test_a_dismissal_can_be_forgotten() -> None:
    one = Past(dismissed=(dismissal(1),), forgotten=(Forgetting(at(2), BOX, look()),))
    assert [len(names(one, hour)) for hour in (1, 1.9, 2)] == [1, 1, 0]
    again = replace(one, dismissed=(*one.dismissed, dismissal(3)))
    assert len(names(again, 3)) == 1


def test_of_too_many_things_the_most_useful_are_known() -> None:
    rows = [(0.04 * (n % 20), 0.04 * (n // 20)) for n in range(300)]
    things = {
        hour: tuple(
            seen(hour, (x, y, x + 0.03, y + 0.03))
            for n, (x, y) in enumerate(rows)
            if hour < 9 or n >= 250
        )
        for hour in (0, 3, 7, 9)
    }
    crowd = Past({at(hour): Hour(found) for hour, found in things.items()}, (dismissal(1),))
    known = known_at(crowd, at(10), RULES)
    assert len(known) == MOST
    assert known[0].familiar.why is Reason.KNOWN_FALSE_ALARM
    assert [one.hours for one in known[1:51]] == [4] * 50
    assert {one.hours for one in known[51:]} == {3}


HOURS = st.lists(
    st.tuples(st.integers(0, 80), st.sampled_from([BOX, ELSEWHERE]), st.integers(1, 3)),
    max_size=25,
)


QUARTERS = st.integers(0, 4 * 90).map(lambda quarter: quarter / 4)


def of(found: list[tuple[int, Any, int]]) -> Past:
    hours: dict[datetime, list[Sighting]] = {}
    for hour, box, seed in found:
        hours.setdefault(at(hour), []).append(seen(hour, box, seed))
    return Past({hour: Hour(tuple(things)) for hour, things in hours.items()})


@settings(max_examples=60)
@given(HOURS, HOURS, QUARTERS, st.lists(QUARTERS, max_size=3))
def test_what_comes_later_never_changes_what_was_known(
    found: Any, more: Any, time: float, deeds: list[float]
) -> None:
    later = [one for one in more if at(one[0]) >= at(int(time))]
    longer = [
        replace(seen(*one), last=at(int(time) + 0.5)) for one in more if at(one[0]) < at(int(time))
    ]
    earlier = [one for one in found if at(one[0]) < at(int(time))]
    said = [hour for hour in deeds if hour > time]
    whole = replace(
        of(earlier + later),
        dismissed=tuple(dismissal(hour) for hour in said),
        forgotten=tuple(Forgetting(at(hour)) for hour in said),
    )
    filed = dict(whole.hours)
    for one in longer:
        before = filed.get(one.first, Hour(()))
        filed[one.first] = Hour((*before.things, one))
    whole = replace(whole, hours=filed)
    assert known_at(whole, at(time), RULES) == known_at(of(earlier), at(time), RULES)


@settings(max_examples=60)
@given(HOURS, QUARTERS, st.randoms())
def test_the_order_in_which_hours_are_kept_says_nothing(
    found: Any, time: float, random: Any
) -> None:
    one = of(found)
    hours = list(one.hours.items())
    random.shuffle(hours)
    known = known_at(one, at(time), RULES)
    assert known_at(Past(dict(hours)), at(time), RULES) == known
    assert len({each.familiar.name for each in known}) == len(known) <= 6
