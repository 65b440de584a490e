"""The worst mistakes come first, of each kind in turn."""

from collections.abc import Callable

import pytest

from quietwatch.bench.alarms import Candidate
from quietwatch.bench.mistakes import Sort, worst
from quietwatch.bench.scoring import Outcome
from quietwatch.bench.truth import TrueEvent, Truth
from quietwatch.model import Kind

THREATS = (Kind.PERSON,)


def test_each_kind_in_turn_the_worst_first(
    truth: Callable[..., Truth], candidate: Callable[..., Candidate]
) -> None:
    moths = tuple(candidate((at, 0.7 + at / 100)) for at in (1.0, 10.0, 20.0))
    outcomes = [
        Outcome("moths", truth(nuisances=(("insect", 0, 60),)), moths),
        Outcome("rain", truth(nuisances=(("rain", 0, 60),)), (candidate((5, 0.75)),)),
        Outcome("dim", truth((20, 40, "dim"), (45, 50)), (candidate((25, 0.4)),)),
        Outcome("late", truth((20, 40)), (candidate((35, 0.8), start=20),)),
    ]
    found = worst(outcomes, 0.7, THREATS, most=24)
    assert [(one.sort, one.kind, one.clip) for one in found] == [
        (Sort.FALSE, "insect", "moths"),
        (Sort.FALSE, "rain", "rain"),
        (Sort.LATE, "late", "late"),
        (Sort.MISSED, "dim", "dim"),
        (Sort.MISSED, "person", "dim"),
        (Sort.FALSE, "insect", "moths"),
        (Sort.MISSED, "person", "late"),
        (Sort.FALSE, "insect", "moths"),
    ]
    insects = [one.score for one in found if one.kind == "insect"]
    assert insects == pytest.approx([0.9, 0.8, 0.71])
    assert worst(outcomes, 0.7, THREATS, most=3) == found[:3]
    assert found[3].words == (
        "person (dim) from 20.0 to 40.0 s was missed; the highest score meanwhile was 0.40"
    )
    assert found[4].words.endswith("nothing was seen")
    assert found[0].words == "person with 0.90 at 20.0 s (person): really insect"


def test_a_miss_is_looked_at_where_it_was_in_the_middle() -> None:
    track = ((20.0, 0.0, 0.5, 0.1, 0.9), (31.0, 0.4, 0.5, 0.5, 0.9), (40.0, 0.8, 0.5, 0.9, 0.9))
    person = TrueEvent(kind=Kind.PERSON, start_s=20, end_s=40, track=track)
    (miss,) = worst([Outcome("a", Truth(duration_s=60, events=(person,)), ())], 0.5, THREATS, 9)
    assert (miss.seconds, miss.box) == (31.0, (0.4, 0.5, 0.5, 0.9))
