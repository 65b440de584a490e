"""The slice that CI runs fails when accuracy is beyond its bounds."""

import runpy
from pathlib import Path

import pytest

from quietwatch.bench.alarms import Candidate
from quietwatch.bench.intervals import Drawn
from quietwatch.bench.measures import figures
from quietwatch.bench.scoring import Outcome
from quietwatch.bench.truth import TrueEvent, Truth
from quietwatch.model import Kind

SLICE = runpy.run_path(str(Path(__file__).parents[3] / "benchmarks" / "accuracy.py"))


def candidates(rung: int) -> tuple[Candidate, ...]:
    return tuple(Candidate(10 * i, 10 * i + 5, Kind.PERSON, ((10 * i, 1.0),)) for i in range(rung))


@pytest.mark.parametrize(
    ("events", "rung", "said"),
    [
        (10, 10, []),
        (10, 7, ["recall is 0.7, below"]),
        (0, 0, ["recall is None, below"]),
        (10, 40, ["false alarms an hour are 108.0, above"]),
    ],
)
def test_what_is_beyond_is_said(events: int, rung: int, said: list[str]) -> None:
    real = [TrueEvent(kind=Kind.PERSON, start_s=10 * i, end_s=10 * i + 5) for i in range(events)]
    truth = Truth(duration_s=1000, events=tuple(real))
    score = Outcome("a", truth, candidates(rung)).score(0.5, (Kind.PERSON,))
    told = SLICE["beyond"](figures([score], Drawn(1, 0)))
    assert len(told) == len(said)
    assert all(one in other for one, other in zip(said, told, strict=True))
