"""Truths and alarms, made by hand."""

from collections.abc import Callable

import pytest

from quietwatch.bench.alarms import Candidate, Raised
from quietwatch.bench.results import Bench, Results, Role, Run
from quietwatch.bench.scoring import Outcome
from quietwatch.bench.truth import Half, Nuisance, TrueEvent, Truth
from quietwatch.model import Box, Kind
from tests.pages import HOSTILE

MakeTruth = Callable[..., Truth]
MakeAlarm = Callable[..., Raised]
MakeCandidate = Callable[..., Candidate]


@pytest.fixture(scope="session")
def truth() -> MakeTruth:
    """A truth of (start, end) or (start, end, hard) of persons and (kind, start, end) of others."""

    def make(
        *persons: tuple[float, float] | tuple[float, float, str],
        duration: float = 60,
        nuisances: tuple[tuple[str, float, float], ...] = (),
        kind: Kind = Kind.PERSON,
    ) -> Truth:
        return Truth(
            duration_s=duration,
            events=tuple(
                TrueEvent(
                    kind=kind,
                    start_s=one[0],
                    end_s=one[1],
                    hard=one[2] if len(one) == 3 else None,
                )
                for one in persons
            ),
            nuisances=tuple(Nuisance(kind=k, start_s=a, end_s=b) for k, a, b in nuisances),
        )

    return make


@pytest.fixture(scope="session")
def alarm() -> MakeAlarm:
    """An alarm raised at a moment; it lasts from then on for a second."""

    def make(
        at: float,
        start: float | None = None,
        end: float | None = None,
        *,
        kind: Kind = Kind.PERSON,
        score: float = 0.9,
        incident: str | None = None,
    ) -> Raised:
        return Raised(
            start_s=at if start is None else start,
            end_s=at + 1 if end is None else end,
            alarm_s=at,
            kind=kind,
            score=score,
            incident=incident,
        )

    return make


@pytest.fixture(scope="session")
def candidate() -> MakeCandidate:
    """A candidate with rises."""

    def make(
        *rises: tuple[float, float],
        start: float | None = None,
        end: float | None = None,
        kind: Kind = Kind.PERSON,
        box: Box | None = None,
        incident: str | None = None,
    ) -> Candidate:
        return Candidate(
            start_s=rises[0][0] if start is None else start,
            end_s=rises[-1][0] + 1 if end is None else end,
            kind=kind,
            rises=rises,
            reasons=("person",),
            box=box,
            incident=incident,
        )

    return make


@pytest.fixture(scope="session")
def runs(truth: MakeTruth, candidate: MakeCandidate) -> tuple[tuple[Run, ...], tuple[Run, ...]]:
    """Three systems over 40 clips of 5 minutes, and the product without a rule.

    The product misses one in five of those crawling and rings for one moth in ten; the detector
    misses all that crawl and rings for every second moth; what moves rings always. It rains now
    and then, and nobody but motion minds.
    """
    minutes = {"duration": 300.0}
    truths = [
        *(truth((20, 40), nuisances=(("rain", 0, 300),), **minutes) for _ in range(10)),
        *(truth((20, 40, "crawling"), **minutes) for _ in range(10)),
        *(truth(nuisances=(("insect", 0, 300),), **minutes) for _ in range(20)),
    ]

    def outcomes(crawling: int, moths: int, level: float) -> tuple[Outcome, ...]:
        said = []
        for i, one in enumerate(truths):
            some = [candidate((float(100 + i), 0.1 + 0.02 * i), box=(0.1, 0.1, 0.3, 0.4))]
            if i < 10 or (i < 20 and i % 10 < crawling):
                some.append(candidate((21.0 + i / 10, 0.5), (23.0 + i / 10, level)))
            if i >= 20 and i % 20 < moths:
                some.append(candidate((50.0, 0.75), box=(0.6, 0.2, 0.7, 0.5)))
            said.append(Outcome(f"clip-{i:02d}" if i else HOSTILE, one, tuple(some)))
        return tuple(said)

    floor = tuple(
        Outcome(one.name, one.truth, tuple(candidate((float(at), 1.0)) for at in range(0, 300, 20)))
        for one in outcomes(0, 0, 0.9)
    )
    product = Run("quietwatch", Role.PRODUCT, "Judges tracks.", 0.7, outcomes(8, 2, 0.95))
    return (
        (
            product,
            Run("detector", Role.BASELINE, "Looks at each frame.", 0.7, outcomes(0, 10, 0.8)),
            Run("motion", Role.FLOOR, f"Whatever moves {HOSTILE}", 0.5, floor),
        ),
        (Run("memory", Role.PRODUCT, "Forgets at once.", 0.7, outcomes(8, 6, 0.95)),),
    )


@pytest.fixture(scope="session")
def results(runs: tuple[tuple[Run, ...], tuple[Run, ...]], jpeg: bytes) -> Results:
    """All that a page shows, with pictures."""
    told = Bench("constructed clips", Half.HELD_OUT, (Kind.PERSON,), seed=1).results(*runs)
    pictured = [one.model_copy(update={"jpeg": jpeg}) for one in told.mistakes[1:]]
    return told.model_copy(update={"mistakes": (told.mistakes[0], *pictured)})
