"""Policy on tracks made by hand: what the same evidence is worth here and now."""

import math
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as checks
from hypothesis import strategies as st

from quietwatch.config import JudgeSettings
from quietwatch.judge.decide import decide, revisions
from quietwatch.judge.policy import OPEN, Surroundings, sensitive
from quietwatch.model import Judgement, Kind, Reason, Track, Verdict

DEFAULTS = JudgeSettings()
RIGHT = ((0.45, 0.0), (1.0, 0.0), (1.0, 1.0), (0.45, 1.0))
LEFT = ((0.0, 0.0), (0.45, 0.0), (0.45, 1.0), (0.0, 1.0))
ALL = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))
UP = {"points": [[0.4, 1.0], [0.4, 0.0]]}
STANDING = [(0.5, 0.5)] * 50


def judged(track: Track, around: Surroundings = OPEN, /, **rules: Any) -> Judgement:
    return decide(track, 4 / 3, JudgeSettings(**rules), None, around).judgement


@pytest.fixture
def person(make_track: Any, walk: Any) -> Track:
    """Four seconds from left to right, 0.2 to 0.58, foot at 0.575."""
    track: Track = make_track(walk, Kind.PERSON, 0.7)
    return track


def test_who_stays_outside_the_zones_is_held_back_with_the_same_score(
    make_track: Any, walk: Any
) -> None:
    track = make_track(walk[:10], Kind.PERSON, 0.7)  # up to 0.38
    everywhere, outside = judged(track), judged(track, zones=(RIGHT,))
    assert everywhere.verdict is Verdict.ALARM
    assert outside.verdict is Verdict.SUPPRESSED
    assert outside.reasons == (Reason.OUTSIDE_ZONE, *everywhere.reasons)
    assert (outside.score, outside.kind) == (everywhere.score, everywhere.kind)


def test_what_is_shown_or_held_back_outside_keeps_its_reasons_behind(
    make_track: Any, walk: Any
) -> None:
    glimpse = judged(make_track(walk[:2], Kind.PERSON, 0.95), zones=(RIGHT,))
    assert glimpse.reasons == (Reason.OUTSIDE_ZONE, Reason.TOO_BRIEF, Reason.PERSON)
    nothing = judged(make_track([(0.2, 0.5)] * 9), zones=(RIGHT,))
    assert nothing.verdict is Verdict.SUPPRESSED
    assert nothing.reasons[0] is Reason.OUTSIDE_ZONE


def test_the_foot_counts_not_the_head(make_track: Any, walk: Any) -> None:
    lower = ((0.0, 0.6), (1.0, 0.6), (1.0, 1.0), (0.0, 1.0))
    tall = make_track(walk, Kind.PERSON, 0.7, size=(0.1, 0.3))
    short = make_track(walk, Kind.PERSON, 0.7, size=(0.1, 0.1))
    assert judged(tall, zones=(lower,)).verdict is Verdict.ALARM
    assert judged(short, zones=(lower,)).reasons == (Reason.OUTSIDE_ZONE, Reason.PERSON)


def test_a_hand_on_the_lens_is_no_matter_of_policy(make_track: Any) -> None:
    hand = make_track([(0.5, 0.5)] * 20, Kind.ANIMAL, 0.5, size=(0.7, 0.9))
    far = ((0.0, 0.0), (0.1, 0.0), (0.1, 0.1))
    found = judged(hand, Surroundings(armed=()), zones=(far,), largest=0.5)
    assert (found.verdict, found.reasons) == (Verdict.REVIEW, (Reason.TAMPER,))
    assert judged(hand, tamper="off").verdict is Verdict.SUPPRESSED
    assert judged(hand, tamper="review").verdict is Verdict.REVIEW


def test_what_is_ignored_counts_as_outside_also_within_a_zone(person: Track) -> None:
    ignored = {"corners": ALL, "kind": "ignore"}
    assert judged(person, zones=(ignored,)).reasons[0] is Reason.OUTSIDE_ZONE
    assert judged(person, zones=(RIGHT, ignored)).reasons[0] is Reason.OUTSIDE_ZONE
    street = {"corners": LEFT, "kind": "ignore"}
    assert judged(person, zones=(street,)).verdict is Verdict.ALARM  # it came out of it


def test_who_comes_while_the_camera_is_disarmed_does_not_ring(person: Track) -> None:
    by_night = judged(person)
    by_day = judged(person, Surroundings(armed=((10.0, 20.0),)))
    assert by_day.verdict is Verdict.SUPPRESSED
    assert by_day.reasons == (Reason.DISARMED, Reason.PERSON)
    assert by_day.score == by_night.score


def test_who_is_still_there_when_the_camera_is_armed_rings_then(person: Track) -> None:
    found = decide(person, 4 / 3, DEFAULTS, None, Surroundings(armed=((2.4, 90.0),)))
    assert found.judgement.verdict is Verdict.ALARM
    assert found.alarm_s == pytest.approx(2.4)


def test_a_span_ends_before_its_end(person: Track) -> None:
    armed = Surroundings(armed=((-5.0, 0.0), (3.8 + 1e-9, 9.0)))
    assert judged(person, armed).reasons[0] is Reason.DISARMED


def test_all_of_it_must_hold_at_one_moment(person: Track) -> None:
    """In the zone at the end, armed at the beginning: never both."""
    early = Surroundings(armed=((0.0, 1.0),))
    assert judged(person, early).verdict is Verdict.ALARM
    assert judged(person, zones=(RIGHT,)).verdict is Verdict.ALARM
    found = judged(person, early, zones=(RIGHT,))
    assert (found.verdict, found.reasons[0]) == (Verdict.SUPPRESSED, Reason.OUTSIDE_ZONE)


def test_what_is_too_small_or_too_large_does_not_count(person: Track) -> None:
    """It is 0.15 high."""
    assert judged(person, smallest=0.16).reasons == (Reason.WRONG_SIZE, Reason.PERSON)
    assert judged(person, largest=0.14).reasons == (Reason.WRONG_SIZE, Reason.PERSON)
    assert judged(person, smallest=0.1, largest=0.2).verdict is Verdict.ALARM


def test_what_was_never_seen_but_under_a_mask_is_masked(person: Track) -> None:
    whole = Surroundings(masks=(ALL,))
    assert judged(person, whole).reasons == (Reason.MASKED, Reason.PERSON)
    legs = Surroundings(masks=(((0.0, 0.5), (1.0, 0.5), (1.0, 1.0), (0.0, 1.0)),))
    assert judged(person, legs).verdict is Verdict.ALARM  # who stands behind it is seen


@pytest.mark.parametrize(
    ("direction", "crossed"), [("right", True), ("left", False), ("both", True)]
)
def test_a_line_is_crossed_in_its_direction(
    person: Track,
    direction: str,
    crossed: bool,  # noqa: FBT001
) -> None:
    line = {**UP, "direction": direction}
    found = judged(person, lines=(line,))
    told = (Reason.LINE_CROSSING,) if crossed else ()
    assert (found.verdict, found.reasons) == (Verdict.ALARM, (Reason.PERSON, *told))
    alone = judged(person, lines=(line,), only=("line-crossing",))
    assert alone.verdict is (Verdict.ALARM if crossed else Verdict.SUPPRESSED)
    if not crossed:
        assert alone.reasons == (Reason.NO_TRIGGER, Reason.PERSON)


def test_who_crosses_rings_at_the_crossing(person: Track) -> None:
    """At 0.4 plus a tenth of the height: 0.2 + 0.02 n >= 0.4 + 0.015 / aspect."""
    rules = JudgeSettings(lines=(UP,), only=("line-crossing",))
    assert decide(person, 4 / 3, rules).alarm_s == pytest.approx(11 * 0.2)


def test_who_goes_round_a_line_or_only_up_to_it_does_not_cross(person: Track) -> None:
    above = {"points": [[0.4, 0.5], [0.4, 0.0]]}  # the foot goes by below
    beyond = {"points": [[0.58, 1.0], [0.58, 0.0]]}
    for line in (above, beyond):
        assert judged(person, lines=(line,)).reasons == (Reason.PERSON,)


def test_jitter_on_a_line_is_no_crossing(make_track: Any) -> None:
    path = [(0.4 + 0.008 * math.sin(n), 0.5) for n in range(50)]
    track = make_track(path, Kind.PERSON, 0.7)
    assert Reason.LINE_CROSSING not in judged(track, lines=(UP,)).reasons


def test_a_crossing_counts_while_armed_and_wherever_the_zones_are(person: Track) -> None:
    late = Surroundings(armed=((3.0, 9.0),))
    rules: dict[str, Any] = {"lines": (UP,), "only": ("line-crossing",)}
    assert judged(person, late, **rules).verdict is Verdict.SUPPRESSED
    far = ((0.5, 0.0), (1.0, 0.0), (1.0, 1.0), (0.5, 1.0))
    assert judged(person, zones=(far,), **rules).verdict is Verdict.ALARM


def test_who_stays_long_enough_loiters(make_track: Any) -> None:
    track = make_track(STANDING, Kind.PERSON, 0.7, motion=0.2)  # 9.8 s
    assert judged(track, loitering_s=9.5).reasons == (Reason.PERSON, Reason.LOITERING)
    assert judged(track, loitering_s=10).reasons == (Reason.PERSON,)
    alone = decide(track, 4 / 3, JudgeSettings(loitering_s=5, only=("loitering",)))
    assert alone.judgement.verdict is Verdict.ALARM
    assert alone.alarm_s == pytest.approx(5)
    passing = judged(track, loitering_s=10, only=("loitering",))
    assert (passing.verdict, passing.reasons) == (
        Verdict.SUPPRESSED,
        (Reason.NO_TRIGGER, Reason.PERSON),
    )


def test_a_zone_has_a_time_of_its_own_and_only_there_it_counts(make_track: Any) -> None:
    track = make_track(STANDING, Kind.PERSON, 0.7, motion=0.2)
    here = {"corners": RIGHT, "loitering_s": 4}
    there = {"corners": LEFT, "loitering_s": 4}
    assert Reason.LOITERING in judged(track, zones=(here,)).reasons
    assert Reason.LOITERING not in judged(track, zones=(there, ALL)).reasons
    assert Reason.LOITERING in judged(track, zones=(there, ALL), loitering_s=9).reasons


def test_who_goes_away_begins_to_stay_anew(make_track: Any) -> None:
    here, away = [(0.6, 0.5)] * 20, [(0.2, 0.5)]
    near = make_track([*here, *away * 10, *here], Kind.PERSON, 0.7)  # 2 s: a step aside
    gone = make_track([*here, *away * 20, *here], Kind.PERSON, 0.7)
    zone = {"corners": RIGHT, "loitering_s": 6}
    assert Reason.LOITERING in judged(near, zones=(zone,)).reasons
    assert Reason.LOITERING not in judged(gone, zones=(zone,)).reasons


def test_a_car_does_not_loiter(make_track: Any, walk: Any) -> None:
    car = make_track(walk, Kind.VEHICLE, 0.8)
    assert judged(car, loitering_s=2).reasons == (Reason.VEHICLE,)


def test_sensitivity_moves_what_is_asked_for_and_not_the_score(make_track: Any, walk: Any) -> None:
    low, high = (sensitive(JudgeSettings(sensitivity=word)) for word in ("low", "high"))
    assert low.alarm_score == pytest.approx(0.8386, abs=1e-3)
    assert high.alarm_score == pytest.approx(0.5118, abs=1e-3)
    assert high.review_score < DEFAULTS.review_score < low.review_score
    assert sensitive(DEFAULTS) == DEFAULTS
    track = make_track(walk, Kind.PERSON, 0.36)
    found = [judged(track, sensitivity=word) for word in ("low", "normal", "high")]
    assert len({one.score for one in found}) == 1
    rank = [Verdict.SUPPRESSED, Verdict.REVIEW, Verdict.ALARM]
    order = [rank.index(one.verdict) for one in found]
    assert order == sorted(order)
    assert order[0] < order[2]


@given(
    st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=25),
    st.floats(0.2, 0.9),
    st.lists(st.tuples(st.floats(0, 5), st.floats(0, 5)), max_size=3),
    st.booleans(),
)
@checks(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_policy_never_changes_kind_or_score_nor_makes_an_alarm(
    make_track: Any,
    path: list[tuple[float, float]],
    score: float,
    armed: list[tuple[float, float]],
    ask: bool,  # noqa: FBT001
) -> None:
    track = make_track(path, Kind.PERSON, score)
    rules = JudgeSettings(
        zones=(RIGHT,), lines=(UP,), loitering_s=1, only=("line-crossing",) if ask else ()
    )
    around = Surroundings(armed=tuple(armed), masks=(LEFT,))
    for bare, held in zip(
        revisions(track, 4 / 3, DEFAULTS),
        revisions(track, 4 / 3, rules, None, around),
        strict=True,
    ):
        assert held.judgement.score == bare.judgement.score
        assert held.judgement.kind == bare.judgement.kind
        if held.judgement.verdict is not bare.judgement.verdict:
            assert held.judgement.verdict is Verdict.SUPPRESSED
        assert set(bare.judgement.reasons) <= set(held.judgement.reasons)
