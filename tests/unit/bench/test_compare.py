from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from quietwatch.bench.alarms import Candidate, each_alone
from quietwatch.bench.compare import Comparison, compare
from quietwatch.bench.results import Results, Role
from quietwatch.bench.systems.base import System
from quietwatch.bench.systems.plain import Motion
from quietwatch.bench.systems.product import Product
from quietwatch.bench.systems.work import Raw, Sight, make_work
from quietwatch.bench.truth import Half, Labelled, Nuisance, TrueEvent, Truth
from quietwatch.config import Settings
from quietwatch.judge.contributions import RULES
from quietwatch.model import Kind
from quietwatch.pipeline.runners.inline import InlineRunner

if TYPE_CHECKING:
    from tests.conftest import Footage

SETTINGS = Settings()
RUNNER = InlineRunner(partial(make_work, SETTINGS.vision.model, 1))


@dataclass(frozen=True)
class Sure:
    """Alarms of every clip at 0.5 s, as sure as it is told to be by the clip's name."""

    role: Role = Role.BASELINE
    name = "sure"
    words = "for tests"
    raw = Raw.GLIMPSES
    spends = ("decode",)
    shipped = 0.5
    join = staticmethod(each_alone)

    def candidates(self, sight: Sight) -> tuple[Candidate, ...]:
        return (Candidate(0.5, 1.0, Kind.PERSON, ((0.5, float(sight.name)),)),)


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What one test has seen, the next need not look at."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def clips(footage: "Footage") -> tuple[Labelled, ...]:
    """Named after the score they are given: events from 0.6 up, nuisances below."""
    found = []
    for i, score in enumerate((0.3, 0.55, 0.6, 0.9)):
        path = footage.video(f"{i}.mp4", size=(160, 120), frames=8 + i)
        person = (TrueEvent(kind="person", start_s=0, end_s=2),) if score >= 0.6 else ()
        moth = () if person else (Nuisance(kind="insect", start_s=0, end_s=2),)
        truth = Truth(duration_s=2.3, half=Half.HELD_OUT, events=person, nuisances=moth)
        found.append(Labelled(str(score), path, truth))
    return tuple(found)


def compared(
    folder: Path,
    clips: tuple[Labelled, ...],
    systems: tuple[System, ...],
    tune: tuple[Labelled, ...] = (),
    *,
    ablation: bool = False,
) -> Results:
    wanted = Comparison("a few", clips, tune, systems, ablation)
    return compare(wanted, SETTINGS, folder, RUNNER, lambda *_: None)


def test_without_tuning_systems_are_as_they_come(clips: tuple[Labelled, ...], cache: Path) -> None:
    results = compared(cache, clips, (Sure(),))
    (system,) = results.systems
    assert (system.name, system.threshold, system.words) == ("sure", 0.5, "for tests")
    assert (system.counts.caught, system.counts.events, system.counts.false_alarms) == (2, 2, 1)
    assert results.half is Half.HELD_OUT
    assert results.bench == "a few"
    assert system.cost is not None
    assert system.cost > 0


def test_a_threshold_is_chosen_on_the_one_half_and_told_of_the_other(
    clips: tuple[Labelled, ...], cache: Path
) -> None:
    results = compared(cache, clips[:3], (Sure(),), tune=clips)
    (system,) = results.systems
    assert system.threshold == 0.6  # the highest with every event of `tune`
    assert (system.counts.clips, system.counts.caught, system.counts.false_alarms) == (3, 1, 0)


def test_the_product_is_told_of_both_as_it_comes_and_tuned(
    clips: tuple[Labelled, ...], cache: Path
) -> None:
    results = compared(cache, clips, (Sure(Role.PRODUCT),), tune=clips[2:])
    assert [(one.name, one.threshold) for one in results.systems] == [
        ("sure", 0.5),
        ("sure-tuned", 0.6),
    ]
    assert [mistake.clip for mistake in results.mistakes] == ["0.55"]
    assert results.mistakes[0].jpeg is not None
    assert results.mistakes[0].jpeg[:2] == b"\xff\xd8"


def test_real_systems_run_and_rules_are_taken_out(clips: tuple[Labelled, ...], cache: Path) -> None:
    systems = (Product(SETTINGS.judge), Motion())
    results = compared(cache, clips[:1], systems, ablation=True)
    assert [system.name for system in results.systems] == ["quietwatch", "motion"]
    assert [ablation.name for ablation in results.ablation] == list(RULES)
    assert all(system.cost for system in results.systems)
    assert {path.suffix for path in cache.iterdir()} == {".zip", ".npz", ".json"}
