"""The bench as a whole: look at clips that were not looked at, judge, choose thresholds, compare.

A threshold is chosen on one set of clips, the half to tune on, and told of another, the half held
out: the highest that catches `RECALL` of the events, or if none does, the one that catches the
most. Quietwatch is told of as it comes, too, because nobody tunes it at home.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from quietwatch.bench.alarms import Candidate
from quietwatch.bench.curves import curve, threshold_for
from quietwatch.bench.pictures import picture
from quietwatch.bench.results import Bench, Results, Role, Run
from quietwatch.bench.scoring import Outcome
from quietwatch.bench.systems.base import System
from quietwatch.bench.systems.product import Product
from quietwatch.bench.systems.work import Cache, Raw, Sight, Told, costs, fill, judged
from quietwatch.bench.truth import Labelled
from quietwatch.config import Settings
from quietwatch.judge.contributions import RULES
from quietwatch.model import Kind
from quietwatch.pipeline.runners.base import Runner

RECALL: Final = 0.98
"""Share of the events that a threshold is chosen to catch."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is to be compared, and on what.

    Attributes:
        words: what the clips are, for people.
        clips: that figures are told of.
        tune: that thresholds are chosen on; systems are taken as they come where there are none.
        systems: in the order in which they are told.
        ablation: whether Quietwatch is run without each of its rules, too.
        seed: for drawing the clips again.
    """

    words: str
    clips: tuple[Labelled, ...]
    tune: tuple[Labelled, ...]
    systems: tuple[System, ...]
    ablation: bool = False
    seed: int = 0


def compare(
    wanted: Comparison, settings: Settings, folder: Path, runner: Runner, told: Told
) -> Results:
    """Run systems over clips and score them.

    Args:
        wanted: what is compared.
        settings: how closely is looked.
        folder: the cache; what was seen before is not looked at again.
        runner: of `work.make_work`.
        told: of progress.

    Raises:
        ConfigError: a clip can't be used. StorageError, SetupError: as the work raised them.
    """
    cache = Cache(folder, settings)
    ablated = _ablated(wanted)
    clips = (*wanted.clips, *wanted.tune)
    sights = {
        (one.clip, raw): cache.sight(one.name, one.clip, raw)
        for raw in sorted({system.raw for system in wanted.systems})
        for one in clips
    }
    fill(sights.values(), runner, told)
    systems = (*wanted.systems, *ablated.values())
    said = judged(
        [(one, sights[clip.clip, one.raw]) for one in systems for clip in clips], runner, told
    )
    found = _Said(said, sights)
    threats = settings.judge.threats
    runs = [run for system in wanted.systems for run in _runs(system, wanted, found, threats)]
    without = [found.run(one, wanted.clips, name) for name, one in ablated.items()]
    halves = {one.truth.half for one in wanted.clips}
    half = halves.pop() if len(halves) == 1 else None
    results = Bench(wanted.words, half, threats, wanted.seed).results(runs, without)
    return _pictured(results, {one.name: one.clip for one in wanted.clips}, settings)


def _ablated(wanted: Comparison) -> dict[str, Product]:
    """The product without each of its rules, by the rule's name."""
    products = (
        [one for one in wanted.systems if isinstance(one, Product)] if wanted.ablation else []
    )
    return {
        rule: replace(product, without=frozenset({rule})) for product in products for rule in RULES
    }


@dataclass(frozen=True)
class _Said:
    """What systems said of clips, and what it took to look at them."""

    candidates: Mapping[tuple[System, Sight], tuple[Candidate, ...]]
    sights: Mapping[tuple[Path, Raw], Sight]

    def outcomes(self, system: System, clips: Sequence[Labelled]) -> tuple[Outcome, ...]:
        return tuple(
            Outcome(one.name, one.truth, self.candidates[system, sight], system.join)
            for one, sight in zip(clips, self._sights(system, clips), strict=True)
        )

    def run(self, system: System, clips: Sequence[Labelled], name: str) -> Run:
        """The system as it comes."""
        return Run(
            name=name,
            role=system.role,
            words=system.words,
            threshold=system.shipped,
            outcomes=self.outcomes(system, clips),
            cost=self._cost(system, clips),
        )

    def _sights(self, system: System, clips: Sequence[Labelled]) -> list[Sight]:
        return [self.sights[one.clip, system.raw] for one in clips]

    def _cost(self, system: System, clips: Sequence[Labelled]) -> float | None:
        """Seconds of processor time an hour of footage; None where nobody knows."""
        spent = [costs(sight) for sight in self._sights(system, clips)]
        hours = sum(one.truth.duration_s for one in clips) / 3600
        if not hours or not all(spent):
            return None
        return sum(one[part] for one in spent for part in system.spends) / hours


def _runs(
    system: System, wanted: Comparison, said: _Said, threats: Sequence[Kind]
) -> Iterator[Run]:
    """The system as it comes, or at its chosen threshold; the product both ways."""
    run = said.run(system, wanted.clips, system.name)
    if system.role is Role.PRODUCT or not wanted.tune:
        yield run
    if wanted.tune:
        points = curve(said.outcomes(system, wanted.tune), threats)
        chosen = threshold_for(points, RECALL) if points else system.shipped
        name = f"{system.name}-tuned" if system.role is Role.PRODUCT else system.name
        yield replace(run, name=name, threshold=chosen)


def _pictured(results: Results, clips: dict[str, Path], settings: Settings) -> Results:
    """The results with a picture of each mistake."""
    mistakes = tuple(
        one.model_copy(
            update={"jpeg": picture(clips[one.clip], one.seconds, one.box, settings.media)}
        )
        for one in results.mistakes
    )
    return results.model_copy(update={"mistakes": mistakes})
