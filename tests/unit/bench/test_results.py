"""All that a bench found: who is held against whom, and what proves nothing."""

import json
from dataclasses import replace
from typing import Any

import pytest

from quietwatch.bench.results import Bench, Results, Role, Run
from quietwatch.bench.truth import Half
from quietwatch.model import Kind

Runs = tuple[tuple[Run, ...], tuple[Run, ...]]


def test_every_system_is_told_of(results: Results) -> None:
    product, detector, motion = results.systems
    assert [one.role for one in results.systems] == [Role.PRODUCT, Role.BASELINE, Role.FLOOR]
    assert (product.counts.events, product.counts.caught, product.counts.clips) == (20, 18, 40)
    assert (detector.counts.caught, detector.counts.false_alarms) == (10, 20)
    assert motion.counts.caught == 20
    assert product.counts.hours == pytest.approx(40 * 300 / 3600)
    assert {row.kind: row.caught for row in product.hard} == {"crawling": 8, "plain": 10}
    assert {row.kind: row.clips for row in product.nuisances} == {
        "insect": 20,
        "rain": 10,
    }


def test_the_floor_is_what_false_alarms_are_held_against(results: Results) -> None:
    product, _, motion = results.systems
    assert motion.figures.reduction is None
    assert product.figures.reduction is not None
    gone = 1 - product.counts.false_alarms / motion.counts.false_alarms
    assert product.figures.reduction.value == pytest.approx(gone)


def test_what_every_baseline_solves_proves_nothing(results: Results) -> None:
    assert results.solved_nuisances == ("rain",)
    assert results.solved_hard == ("plain",)


def test_without_baselines_nothing_is_solved(runs: Runs) -> None:
    told = Bench("b").results(runs[0][:1])
    assert (told.solved_nuisances, told.solved_hard) == ((), ())
    assert told.systems[0].figures.reduction is None


def test_a_rule_that_was_taken_out(results: Results) -> None:
    (memory,) = results.ablation
    assert memory.name == "memory"
    assert memory.counts.false_alarms > results.systems[0].counts.false_alarms
    assert memory.figures.reduction is not None


def test_other_clips_are_refused(runs: Runs) -> None:
    product, detector, _ = runs[0]
    for outcomes in (detector.outcomes[1:], detector.outcomes[::-1]):
        with pytest.raises(ValueError, match="the same clips as quietwatch"):
            Bench("b").results((product, replace(detector, outcomes=outcomes)))


def test_told_as_json_and_read_again(results: Results) -> None:
    text = results.model_dump_json()
    assert Results.model_validate_json(text) == results
    told: dict[str, Any] = json.loads(text)
    assert told["format"] == 1
    assert told["half"] == "held-out"
    assert told["systems"][0]["figures"]["recall"]["value"] == 0.9
    plain = results.without_pictures()
    assert all(one.jpeg is None for one in plain.mistakes)
    assert len(plain.mistakes) == len(results.mistakes)


def test_equal_runs_give_equal_results(runs: Runs, results: Results) -> None:
    again = Bench("constructed clips", Half.HELD_OUT, (Kind.PERSON,), seed=1).results(*runs)
    assert again == results.without_pictures()
