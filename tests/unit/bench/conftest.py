"""Truths and alarms, made by hand."""

from collections.abc import Callable

import pytest

from quietwatch.bench.alarms import Candidate, Raised
from quietwatch.bench.truth import Nuisance, TrueEvent, Truth
from quietwatch.model import Box, Kind

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
