"""What counts as what: constructed clips with figures told by hand, and what always holds."""

import itertools
import random
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quietwatch.bench.alarms import Raised
from quietwatch.bench.scoring import LATE, NOTHING, ClipScore, Outcome, score_clip
from quietwatch.bench.truth import TAMPER, Nuisance, TrueEvent, Truth, Unlabelled
from quietwatch.model import Kind

MakeTruth = Callable[..., Truth]
MakeAlarm = Callable[..., Raised]

THREATS = (Kind.PERSON, Kind.VEHICLE)


def scored(truth: Truth, *alarms: Raised) -> ClipScore:
    return score_clip("clip", truth, alarms, THREATS)


@pytest.mark.parametrize(
    ("at", "caught"),
    [(17.9, 0), (18.0, 1), (20.0, 1), (30.0, 1), (30.1, 0), (39.0, 0)],
)
def test_an_alarm_is_true_from_2_s_before_to_10_s_after(
    truth: MakeTruth, alarm: MakeAlarm, at: float, caught: int
) -> None:
    score = scored(truth((20, 40)), alarm(at, start=15, end=41))
    assert score.caught == caught
    assert len(score.false_alarms) == 1 - caught
    assert score.events[0].latency_s == (pytest.approx(at - 20) if caught else None)


def test_tampering_is_always_to_be_alarmed_of(alarm: MakeAlarm) -> None:
    covered = TrueEvent(kind=TAMPER, start_s=20, end_s=40, hard="covered")
    film = Truth(duration_s=60, events=(covered,))
    caught = score_clip("clip", film, (alarm(25, kind=Kind.UNKNOWN),), ())
    assert caught.events[0].latency_s == 5
    assert (caught.false_alarms, caught.nuisances) == ((), {})
    assert (caught.comings, caught.caught) == ((), 0)  # nobody came
    assert score_clip("clip", film, (), ()).events[0].alarm is None


def test_an_alarm_must_overlap_its_event(truth: MakeTruth, alarm: MakeAlarm) -> None:
    score = scored(truth((20, 22)), alarm(24, start=23, end=25), alarm(19, start=18, end=19.5))
    assert (score.caught, len(score.false_alarms)) == (0, 2)
    assert [one.causes for one in score.false_alarms] == [(NOTHING,), (NOTHING,)]


def test_a_late_alarm_is_a_miss_and_a_false_alarm(truth: MakeTruth, alarm: MakeAlarm) -> None:
    person = truth((20, 50), nuisances=(("rain", 0, 60),))
    score = scored(person, alarm(31, start=20, end=50))
    assert score.events[0].alarm is None
    assert [one.causes for one in score.false_alarms] == [(LATE,)]


def test_further_alarms_of_a_caught_event_are_duplicates(
    truth: MakeTruth, alarm: MakeAlarm
) -> None:
    alarms = [alarm(22), alarm(29), alarm(39.5), alarm(55)]
    score = scored(truth((20, 40)), *alarms)
    assert score.events[0].alarm == alarms[0]
    assert score.duplicates == (alarms[1], alarms[2])
    assert [one.alarm for one in score.false_alarms] == [alarms[3]]


def test_an_incident_rings_once(truth: MakeTruth, alarm: MakeAlarm) -> None:
    one, two = "visit", "visitor"
    alarms = [
        *(alarm(22, incident=one), alarm(25, incident=one), alarm(27, incident=two)),
        *(alarm(28), alarm(50, incident=two), alarm(52, incident="moth"), alarm(54)),
    ]
    score = scored(truth((20, 40)), *alarms)
    assert (len(score.duplicates), score.duplicate_rings) == (3, 2)
    assert (len(score.false_alarms), score.false_rings) == (3, 2)


def test_one_alarm_goes_to_one_event(truth: MakeTruth, alarm: MakeAlarm) -> None:
    """Two people come at once and one alarm is raised: one of them is caught."""
    score = scored(truth((20, 40), (21, 41)), alarm(23, end=40))
    assert [one.alarm is not None for one in score.events] == [True, False]
    assert score.false_alarms == ()


def test_as_many_events_are_caught_as_can_be(truth: MakeTruth, alarm: MakeAlarm) -> None:
    """The first alarm could take either event, the second only the earlier one."""
    both, first = alarm(24, end=40), alarm(25, end=26)
    score = scored(truth((20, 27), (26.5, 50)), alarm(24.6, end=40), first)
    assert [one.alarm and one.alarm.alarm_s for one in score.events] == [25, 24.6]
    score = scored(truth((20, 27), (26.5, 50)), both, first)  # too early for the second event
    assert [one.alarm for one in score.events] == [both, None]
    assert score.duplicates == (first,)


def test_the_earliest_alarm_is_taken(truth: MakeTruth, alarm: MakeAlarm) -> None:
    alarms = [alarm(28), alarm(21), alarm(25)]
    score = scored(truth((20, 40)), *alarms)
    assert score.events[0].latency_s == 1
    assert score.duplicates == (alarms[2], alarms[0])


def test_the_kind_of_an_alarm_makes_no_difference(truth: MakeTruth, alarm: MakeAlarm) -> None:
    assert scored(truth((20, 40)), alarm(21, kind=Kind.VEHICLE)).caught == 1


def test_what_is_no_threat_is_a_nuisance(truth: MakeTruth, alarm: MakeAlarm) -> None:
    score = scored(truth((20, 40), kind=Kind.ANIMAL), alarm(21), alarm(50))
    assert score.events == ()
    assert score.nuisances == {"animal": 20}
    assert [one.causes for one in score.false_alarms] == [("animal",), (NOTHING,)]
    animals = truth((20, 40), kind=Kind.ANIMAL)
    assert score_clip("clip", animals, [alarm(21)], (Kind.ANIMAL,)).caught == 1


def test_a_false_alarm_has_the_causes_that_it_overlaps(truth: MakeTruth, alarm: MakeAlarm) -> None:
    weather = truth(nuisances=(("rain", 0, 30), ("insect", 10, 20), ("rain", 25, 45)))
    score = scored(weather, alarm(15), alarm(28), alarm(50))
    assert [one.causes for one in score.false_alarms] == [
        ("insect", "rain"),
        ("rain",),
        (NOTHING,),
    ]
    assert score.nuisances == {"insect": 10, "rain": 45}  # two rains at once rain once


def test_a_still_has_one_moment(alarm: MakeAlarm) -> None:
    still = Truth(duration_s=0, events=(TrueEvent(kind=Kind.PERSON, start_s=0, end_s=0),))
    score = scored(still, alarm(0, end=0))
    assert (score.caught, score.duration_s) == (1, 0)


def test_what_nobody_labelled_counts_neither_way(alarm: MakeAlarm) -> None:
    truth = Truth(
        duration_s=60,
        events=(TrueEvent(kind=Kind.PERSON, start_s=30, end_s=50),),
        unlabelled=(Unlabelled(start_s=0, end_s=10), Unlabelled(start_s=20, end_s=25)),
    )
    score = scored(truth, alarm(5), alarm(22), alarm(12), alarm(31))
    assert (score.caught, len(score.false_alarms), score.duration_s) == (1, 1, 45)


def test_a_crowd_takes_no_deep_calls(alarm: MakeAlarm) -> None:
    """Each alarm may take its event or the next; the last can only have what the first holds."""
    many = 3000
    crowd = Truth(
        duration_s=6001,
        events=tuple(
            TrueEvent(kind=Kind.PERSON, start_s=2.0 * i, end_s=2.0 * i + 0.5) for i in range(many)
        ),
    )
    alarms = [alarm(2.0 * i, start=2.0 * i, end=2.0 * i + 2) for i in range(many)]
    last = alarm(2.0 * many, start=0, end=2.0 * many)
    score = scored(crowd, *alarms, last)
    assert score.caught == many
    assert len(score.duplicates) == 1


def test_an_outcome_is_scored_at_a_threshold(
    truth: MakeTruth, candidate: Callable[..., object]
) -> None:
    outcome = Outcome("c", truth((20, 40)), (candidate((21, 0.4), (35, 0.8), start=20, end=40),))  # type: ignore[arg-type]
    assert outcome.score(0.4, THREATS).caught == 1
    assert outcome.score(0.5, THREATS).caught == 0
    assert len(outcome.score(0.5, THREATS).false_alarms) == 1
    assert outcome.score(0.9, THREATS).false_alarms == ()


# What always holds.

moments = st.integers(0, 60)
spans = st.tuples(moments, moments).map(lambda pair: (float(min(pair)), float(max(pair))))
truths = st.builds(
    lambda events, nuisances: Truth(
        duration_s=60,
        events=tuple(TrueEvent(kind=kind, start_s=a, end_s=b) for kind, (a, b) in events),
        nuisances=tuple(Nuisance(kind=kind, start_s=a, end_s=b) for kind, (a, b) in nuisances),
    ),
    st.lists(st.tuples(st.sampled_from([Kind.PERSON, Kind.ANIMAL]), spans), max_size=5),
    st.lists(st.tuples(st.sampled_from(["rain", "insect"]), spans), max_size=3),
)
alarms_of = st.lists(
    st.builds(
        lambda span, share, incident: Raised(
            start_s=span[0],
            end_s=span[1],
            alarm_s=span[0] + share * (span[1] - span[0]),
            kind=Kind.PERSON,
            score=0.9,
            incident=incident,
        ),
        spans,
        st.sampled_from([0.0, 0.5, 1.0]),
        st.sampled_from([None, "a", "b"]),
    ),
    max_size=6,
)


@given(truths, alarms_of, st.randoms(use_true_random=False))
def test_order_makes_no_difference(truth: Truth, alarms: list[Raised], rng: random.Random) -> None:
    before = scored(truth, *alarms)
    events, nuisances = list(truth.events), list(truth.nuisances)
    for some in (alarms, events, nuisances):
        rng.shuffle(some)
    after = truth.model_copy(update={"events": tuple(events), "nuisances": tuple(nuisances)})
    assert scored(after, *alarms) == before


@given(truths, alarms_of)
def test_every_alarm_counts_once(truth: Truth, alarms: list[Raised]) -> None:
    score = scored(truth, *alarms)
    caught = [one.alarm for one in score.events if one.alarm is not None]
    told = [*caught, *score.duplicates, *(one.alarm for one in score.false_alarms)]
    key = repr
    assert sorted(told, key=key) == sorted(alarms, key=key)
    assert all(-2 <= one.latency_s <= 10 for one in score.events if one.latency_s is not None)
    assert score.false_rings <= len(score.false_alarms)
    assert score.duplicate_rings <= len(score.duplicates)


@given(truths, alarms_of)
def test_a_far_alarm_is_one_more_false_alarm(truth: Truth, alarms: list[Raised]) -> None:
    far = Raised(1000, 1001, 1000, Kind.PERSON, 0.9)
    before, after = scored(truth, *alarms), scored(truth, *alarms, far)
    assert len(after.false_alarms) == len(before.false_alarms) + 1
    assert after.events == before.events
    assert after.duplicates == before.duplicates


@given(truths, alarms_of, alarms_of)
def test_more_alarms_never_catch_less(truth: Truth, some: list[Raised], more: list[Raised]) -> None:
    assert scored(truth, *some, *more).caught >= scored(truth, *some).caught


@settings(max_examples=60)
@given(truths, alarms_of)
def test_no_assignment_catches_more_or_has_earlier_alarms(
    truth: Truth, alarms: list[Raised]
) -> None:
    """Held against all assignments there are."""
    events = [event for event in truth.events if event.kind in THREATS]
    best = (0, 0.0)
    for chosen in itertools.product([None, *range(len(alarms))], repeat=len(events)):
        used = [i for i in chosen if i is not None]
        if len(set(used)) == len(used) and all(
            _may(alarms[i], event) for i, event in zip(chosen, events, strict=True) if i is not None
        ):
            best = max(best, (len(used), -sum(alarms[i].alarm_s for i in used)))
    caught = [one.alarm for one in scored(truth, *alarms).events if one.alarm is not None]
    assert len(caught) == best[0]
    assert -sum(alarm.alarm_s for alarm in caught) == pytest.approx(best[1])


def _may(alarm: Raised, event: TrueEvent) -> bool:
    """The rule as docs/bench.md has it."""
    meets = alarm.start_s <= event.end_s and event.start_s <= alarm.end_s
    return meets and event.start_s - 2 <= alarm.alarm_s <= event.start_s + 10
