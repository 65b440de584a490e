"""All that a bench found, as one value that is told as JSON, as text and as a page."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, TypeVar

from quietwatch.bench.calibration import Calibration, calibration
from quietwatch.bench.curves import Point, curve
from quietwatch.bench.intervals import Drawn
from quietwatch.bench.measures import (
    Confusion,
    Counts,
    EventRow,
    Figures,
    NuisanceRow,
    by_hardness,
    by_kind,
    by_nuisance,
    confusion,
    counts,
    figures,
)
from quietwatch.bench.mistakes import Mistake, worst
from quietwatch.bench.rows import Row
from quietwatch.bench.scoring import ClipScore, Outcome
from quietwatch.bench.truth import Half
from quietwatch.model import Kind
from quietwatch.model.checks import require

T = TypeVar("T", NuisanceRow, EventRow)

SOLVED_SHARE = 0.05
"""A system solves a kind of nuisance when it rings falsely in no larger share of its clips."""

SOLVED_RECALL = 0.98
"""A system solves a kind of event when it catches at least this share of them."""


class Role(StrEnum):
    """What a system is in the comparison."""

    PRODUCT = "product"
    BASELINE = "baseline"
    FLOOR = "floor"


@dataclass(frozen=True, slots=True)
class Run:
    """One system over all clips.

    Attributes:
        name: of the system; of an ablation, the rule that was taken out.
        role: what it is in the comparison.
        words: what it does, a sentence for people.
        threshold: score from which it alarms.
        outcomes: what it said of each clip, in the same order for all systems.
        cost: processor seconds that it takes an hour of footage; None where nobody knows.
    """

    name: str
    role: Role
    words: str
    threshold: float
    outcomes: tuple[Outcome, ...]
    cost: float | None = None


class SystemResult(Row):
    """One system.

    Attributes:
        name: of the system; `role`, `words`, `threshold` and `cost` as those of its run.
        role: see above.
        words: see above.
        threshold: see above.
        cost: see above.
        counts: what was counted.
        figures: what it is worth.
        nuisances: by kind of nuisance.
        hard: by what makes events hard to see.
        kinds: by what events are.
        confusion: what caught events were taken for.
        curve: as the threshold moves.
        calibration: of its scores; None when it gave none.
    """

    name: str
    role: Role
    words: str
    threshold: float
    cost: float | None = None
    counts: Counts
    figures: Figures
    nuisances: tuple[NuisanceRow, ...]
    hard: tuple[EventRow, ...]
    kinds: tuple[EventRow, ...]
    confusion: tuple[Confusion, ...]
    curve: tuple[Point, ...]
    calibration: Calibration | None


class Ablation(Row):
    """The product with one rule taken out.

    Attributes:
        name: of the rule; `words` what it does.
        words: see above.
        counts: what was counted without it; `figures` likewise.
        figures: see above.
    """

    name: str
    words: str
    counts: Counts
    figures: Figures


class Results(Row):
    """All that a bench found; docs/bench.md is its published format.

    Attributes:
        format: of this value.
        bench: what the clips are, for people.
        half: which half they are, None where they are not divided.
        seed: that the clips were drawn again with.
        threats: kinds of events that were to be alarmed of.
        systems: in the order of their runs.
        ablation: the product without each of its rules; empty where none was taken out.
        solved_nuisances: kinds of nuisance that every baseline solves: they prove nothing.
        solved_hard: what makes events hard, but for no baseline.
        mistakes: the worst of the product.
    """

    format: Literal[1] = 1
    bench: str
    half: Half | None
    seed: int
    threats: tuple[Kind, ...]
    systems: tuple[SystemResult, ...]
    ablation: tuple[Ablation, ...]
    solved_nuisances: tuple[str, ...]
    solved_hard: tuple[str, ...]
    mistakes: tuple[Mistake, ...]

    def nuisance_rows(self) -> dict[str, list[NuisanceRow | None]]:
        """By kind of nuisance the row of each system; None where it has none."""
        return _side_by_side([one.nuisances for one in self.systems])

    def hard_rows(self) -> dict[str, list[EventRow | None]]:
        """By what makes events hard the row of each system."""
        return _side_by_side([one.hard for one in self.systems])

    def without_pictures(self) -> "Results":
        """The same, small enough to be kept and compared."""
        plain = tuple(one.model_copy(update={"jpeg": None}) for one in self.mistakes)
        return self.model_copy(update={"mistakes": plain})


@dataclass(frozen=True, slots=True)
class Bench:
    """What all systems are held against.

    Attributes:
        words: what the clips are, for people.
        half: which half they are, None where they are not divided.
        threats: kinds of events that are to be alarmed of.
        seed: for drawing the clips again.
        mistakes: how many of the product's are shown.
    """

    words: str
    half: Half | None = None
    threats: tuple[Kind, ...] = (Kind.PERSON, Kind.VEHICLE)
    seed: int = 0
    mistakes: int = 24

    def results(self, runs: Sequence[Run], ablation: Sequence[Run] = ()) -> Results:
        """Score all systems.

        Args:
            runs: the systems, at least one, all over the same clips in the same order.
            ablation: the product without each of its rules, over these clips too.

        Raises:
            ValueError: the clips are not the same.
        """
        clips = [outcome.name for outcome in runs[0].outcomes]
        for run in (*runs, *ablation):
            same = [outcome.name for outcome in run.outcomes] == clips
            require(same, f"{run.name} ran over the same clips as {runs[0].name}", len(clips))
        drawn = Drawn(len(clips), self.seed)
        floor = next((run for run in runs if run.role is Role.FLOOR), None)
        below = _scores(floor, self.threats) if floor else None
        systems = tuple(
            _system(run, self.threats, drawn, None if run is floor else below) for run in runs
        )
        product = next((run for run in runs if run.role is Role.PRODUCT), None)
        return Results(
            bench=self.words,
            half=self.half,
            seed=self.seed,
            threats=self.threats,
            systems=systems,
            ablation=tuple(_ablation(run, self.threats, drawn, below) for run in ablation),
            solved_nuisances=_solved_by_all(systems, _solved_nuisances),
            solved_hard=_solved_by_all(systems, _solved_hard),
            mistakes=worst(product.outcomes, product.threshold, self.threats, self.mistakes)
            if product
            else (),
        )


def _side_by_side(systems: Sequence[Sequence[T]]) -> dict[str, list[T | None]]:
    told = [{row.kind: row for row in rows} for rows in systems]
    kinds = dict.fromkeys(kind for rows in told for kind in rows)
    return {kind: [rows.get(kind) for rows in told] for kind in kinds}


def _scores(run: Run, threats: Collection[Kind]) -> list[ClipScore]:
    return [outcome.score(run.threshold, threats) for outcome in run.outcomes]


def _system(
    run: Run, threats: Collection[Kind], drawn: Drawn, floor: Sequence[ClipScore] | None
) -> SystemResult:
    scores = _scores(run, threats)
    return SystemResult(
        name=run.name,
        role=run.role,
        words=run.words,
        threshold=run.threshold,
        cost=run.cost,
        counts=counts(scores),
        figures=figures(scores, drawn, floor),
        nuisances=by_nuisance(scores, drawn),
        hard=by_hardness(scores, drawn),
        kinds=by_kind(scores, drawn),
        confusion=confusion(scores),
        curve=curve(run.outcomes, threats),
        calibration=calibration(run.outcomes, threats),
    )


def _ablation(
    run: Run, threats: Collection[Kind], drawn: Drawn, floor: Sequence[ClipScore] | None
) -> Ablation:
    scores = _scores(run, threats)
    return Ablation(
        name=run.name,
        words=run.words,
        counts=counts(scores),
        figures=figures(scores, drawn, floor),
    )


def _solved_by_all(
    systems: Sequence[SystemResult], solved: Callable[[SystemResult], set[str]]
) -> tuple[str, ...]:
    """What every baseline solves; the floor is not asked, it is there to fail."""
    baselines = [solved(system) for system in systems if system.role is Role.BASELINE]
    return tuple(sorted(set.intersection(*baselines))) if baselines else ()


def _solved_nuisances(system: SystemResult) -> set[str]:
    return {
        row.kind
        for row in system.nuisances
        if row.share is not None and row.share.value <= SOLVED_SHARE
    }


def _solved_hard(system: SystemResult) -> set[str]:
    return {
        row.kind
        for row in system.hard
        if row.recall is not None and row.recall.value >= SOLVED_RECALL
    }
