"""Figures over constructed clips, told by hand."""

from collections.abc import Callable

import pytest

from quietwatch.bench.alarms import Raised
from quietwatch.bench.intervals import Drawn, Estimate
from quietwatch.bench.measures import (
    by_hardness,
    by_kind,
    by_nuisance,
    confusion,
    counts,
    figures,
)
from quietwatch.bench.scoring import ClipScore, score_clip
from quietwatch.bench.truth import TAMPER, TrueEvent, Truth
from quietwatch.model import Kind

THREATS = (Kind.PERSON,)


@pytest.fixture
def scores(truth: Callable[..., Truth], alarm: Callable[..., Raised]) -> list[ClipScore]:
    """Four clips of half an hour: 4 events, 3 caught; 4 false alarms, 1 of them late."""
    hour = {"duration": 1800}
    clips = [
        # A person, plain, caught after 1 s; a duplicate that rings again.
        (truth((20, 40), **hour), [alarm(21), alarm(30)]),
        # One crawling in the rain caught after 3 s by a vehicle's alarm, another too late.
        (
            truth(
                (20, 40, "crawling"),
                (100, 140, "crawling"),
                nuisances=(("rain", 0, 1800),),
                **hour,
            ),
            [alarm(23, kind=Kind.VEHICLE), alarm(111)],
        ),
        # Insects for a quarter of an hour with two alarms, and rain without.
        (
            truth(nuisances=(("insect", 0, 900), ("rain", 1000, 1800)), **hour),
            [alarm(10), alarm(500)],
        ),
        # A plain person caught after 2 s, and an alarm of nothing.
        (truth((20, 40), **hour), [alarm(22), alarm(900)]),
    ]
    return [score_clip(f"clip-{i}", one, alarms, THREATS) for i, (one, alarms) in enumerate(clips)]


@pytest.fixture
def drawn(scores: list[ClipScore]) -> Drawn:
    return Drawn(len(scores), 0)


def value(estimate: Estimate | None) -> float:
    assert estimate is not None
    assert estimate.low <= estimate.value <= estimate.high
    return estimate.value


def test_counts(scores: list[ClipScore]) -> None:
    told = counts(scores)
    assert (told.clips, told.hours, told.events, told.caught) == (4, 2, 4, 3)
    assert (told.false_alarms, told.false_rings, told.late) == (4, 4, 1)
    assert (told.duplicates, told.duplicate_rings) == (1, 1)


def test_figures(scores: list[ClipScore], drawn: Drawn) -> None:
    told = figures(scores, drawn)
    assert value(told.recall) == 3 / 4
    assert value(told.recall_clear) == 1
    assert value(told.recall_nuisance) == 1 / 2
    assert value(told.false_alarms_hour) == 2
    assert value(told.false_alarms_day) == 48
    assert value(told.false_alarms_quiet) == 4  # two in the half hour without an event
    assert value(told.duplicates) == value(told.duplicate_rings) == pytest.approx(1 / 3)
    assert (value(told.latency_p50_s), value(told.latency_p95_s)) == (2, 3)
    assert told.reduction is None


def test_what_is_done_to_the_camera_has_its_own_row_and_is_no_part_of_recall(
    scores: list[ClipScore], alarm: Callable[..., Raised], drawn: Drawn
) -> None:
    blinded = Truth(
        duration_s=1800,
        events=(
            TrueEvent(kind=TAMPER, start_s=20, end_s=40, hard="covered"),
            TrueEvent(kind=TAMPER, start_s=100, end_s=140, hard="black"),
        ),
    )
    score = score_clip("blinded", blinded, [alarm(26, kind=Kind.UNKNOWN)], THREATS)
    with_it, drawn_with = [*scores, score], Drawn(5, 0)
    for name in ("recall", "latency_p50_s", "latency_p95_s"):
        told = getattr(figures(with_it, drawn_with), name)
        assert value(told) == value(getattr(figures(scores, drawn), name)), name
    assert counts(with_it).events == counts(scores).events
    [row] = [row for row in by_kind(with_it, drawn_with) if row.kind == TAMPER]
    assert (row.events, row.caught) == (2, 1)
    told = {row.kind: row.caught for row in by_hardness(with_it, drawn_with)}
    assert (told["covered"], told["black"]) == (1, 0)


def test_reduction_against_a_floor(
    scores: list[ClipScore],
    drawn: Drawn,
    truth: Callable[..., Truth],
    alarm: Callable[..., Raised],
) -> None:
    many = [alarm(float(at), end=at + 0.5) for at in range(25)]
    floor = [score_clip(f"clip-{i}", truth(duration=1800), many, THREATS) for i in range(4)]
    assert value(figures(scores, drawn, floor).reduction) == pytest.approx(0.96)


def test_by_nuisance(scores: list[ClipScore], drawn: Drawn) -> None:
    insect, rain, nothing = by_nuisance(scores, drawn)
    assert (insect.kind, insect.clips, insect.hours, insect.false_alarms) == ("insect", 1, 0.25, 2)
    assert (value(insect.share), value(insect.rate)) == (1, 8)
    # The late alarm in the rain is the rain's fault no more than a miss is.
    assert (rain.kind, rain.clips, rain.false_alarms, value(rain.share)) == ("rain", 2, 0, 0)
    assert rain.rate is not None
    assert rain.rate.high == pytest.approx(3 / rain.hours)
    assert (nothing.kind, nothing.clips, nothing.false_alarms) == ("nothing", 4, 1)


def test_by_hardness(scores: list[ClipScore], drawn: Drawn) -> None:
    crawling, plain = by_hardness(scores, drawn)
    assert (crawling.kind, crawling.events, crawling.caught) == ("crawling", 2, 1)
    assert (plain.kind, plain.events, plain.caught) == ("plain", 2, 2)
    assert (value(crawling.recall), value(plain.recall)) == (0.5, 1)


def test_by_kind_and_confusion(scores: list[ClipScore], drawn: Drawn) -> None:
    (person,) = by_kind(scores, drawn)
    assert (person.kind, person.events, person.caught) == ("person", 4, 3)
    assert [(one.event, one.alarm, one.count) for one in confusion(scores)] == [
        ("person", "person", 2),
        ("person", "vehicle", 1),
    ]


def test_no_false_alarm_has_the_bound_of_three(
    truth: Callable[..., Truth], alarm: Callable[..., Raised]
) -> None:
    clean = [score_clip("clip", truth((20, 40), duration=7200), [alarm(21)], THREATS)]
    told = figures(clean, Drawn(1, 0))
    assert told.false_alarms_hour == Estimate(value=0, low=0, high=1.5)
    assert told.false_alarms_day == Estimate(value=0, low=0, high=36)
    assert told.false_alarms_quiet is None
    assert told.recall_nuisance is None
