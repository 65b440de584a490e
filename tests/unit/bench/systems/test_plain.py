import pickle
from typing import Any

import pytest

from quietwatch.bench.alarms import raised
from quietwatch.bench.systems.glimpses import Glimpses
from quietwatch.bench.systems.plain import EveryFrame, Motion, Nvr
from quietwatch.model import Kind

BIG, SMALL = (0.0, 0.0, 0.2, 0.2), (0.5, 0.5, 0.55, 0.52)
PERSON, CAR = (Kind.PERSON, 0.8, BIG), (Kind.VEHICLE, 0.7, SMALL)


def alarms(system: Motion | EveryFrame | Nvr, seen: Glimpses, threshold: float) -> list[float]:
    """When it rings."""
    told = system.join(raised(system.over(seen), threshold))
    return [round(alarm.alarm_s, 3) for alarm in told]


def test_motion_must_last_and_be_large_enough(glimpses: Any) -> None:
    motion = Motion()
    assert alarms(motion, glimpses([[BIG], [BIG], []] * 3), 0.005) == []
    assert alarms(motion, glimpses([[BIG, SMALL], [SMALL], [SMALL]]), 0.005) == []
    assert alarms(motion, glimpses([[SMALL]] * 3), 0.0009) == [0.4]
    assert alarms(motion, glimpses([[], [BIG], [BIG], [BIG]]), 0.005) == [0.6]


def test_motion_that_goes_on_rings_every_ten_seconds(glimpses: Any) -> None:
    seen = glimpses([[BIG]] * 110)
    assert alarms(Motion(), seen, 0.005) == [0.4, 10.4, 20.4]
    told = Motion().join(raised(Motion().over(seen), 0.005))
    assert [round(alarm.end_s, 1) for alarm in told] == [10.2, 20.2, 21.8]
    assert told[0].box == BIG


def test_every_frame_rings_once_while_it_lasts(glimpses: Any) -> None:
    every = EveryFrame()
    assert alarms(every, glimpses(whole=[[PERSON]] * 200), 0.5) == [0.0]
    gap = [[PERSON]] + [[]] * 49 + [[PERSON]]
    assert alarms(every, glimpses(whole=gap), 0.5) == [0.0]
    gap = [[PERSON]] + [[]] * 50 + [[PERSON]]
    assert alarms(every, glimpses(whole=gap), 0.5) == [0.0, 10.2]


def test_what_is_between_two_weak_finds_depends_on_the_threshold(glimpses: Any) -> None:
    """One long alarm at a low threshold is two at a high one."""
    weak = [[(Kind.PERSON, 0.3, BIG)]] * 60
    seen = glimpses(whole=[[PERSON], *weak, [PERSON]])
    assert alarms(EveryFrame(), seen, 0.2) == [0.0]
    assert alarms(EveryFrame(), seen, 0.5) == [0.0, 12.2]


def test_every_frame_rings_for_each_kind_that_is_watched(glimpses: Any) -> None:
    cat = (Kind.ANIMAL, 0.9, SMALL)
    seen = glimpses(whole=[[CAR, cat], [], [PERSON, CAR]])
    told = EveryFrame().join(raised(EveryFrame().over(seen), 0.5))
    assert [(alarm.kind, alarm.alarm_s) for alarm in told] == [
        (Kind.VEHICLE, 0.0),
        (Kind.PERSON, 0.4),
    ]


def test_every_frame_takes_the_best_find(glimpses: Any) -> None:
    seen = glimpses(whole=[[(Kind.PERSON, 0.4, SMALL), PERSON]])
    (candidate,) = EveryFrame().over(seen)
    assert (candidate.score, candidate.box) == (0.8, BIG)


def test_nvr_gives_the_tracks_that_are_watched(glimpses: Any) -> None:
    def step(kind: Kind, i: int) -> Any:
        return (kind, 0.8, (0.1 + i / 50, 0.4, 0.2 + i / 50, 0.7))

    near = [[step(Kind.PERSON, i), step(Kind.ANIMAL, i)] for i in range(10)]
    seen = glimpses(near=near)
    (candidate,) = Nvr().over(seen)
    assert candidate.kind is Kind.PERSON
    assert candidate.score == pytest.approx(0.8)
    assert 0 < alarms(Nvr(), seen, 0.7)[0] < 1
    assert alarms(Nvr(), seen, 0.81) == []


@pytest.mark.parametrize("system", [Motion(), EveryFrame(), Nvr()], ids=lambda one: one.name)
def test_nothing_seen_is_no_alarm_and_a_system_can_travel(system: Any, glimpses: Any) -> None:
    travelled = pickle.loads(pickle.dumps(system))  # noqa: S301
    assert alarms(travelled, glimpses([[]] * 20), 0.0) == []
