"""Events as the pipeline makes them, made by hand."""

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from quietwatch.model import Camera, Event, Judgement, Kind, Reason, Verdict

DAY = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)

JUDGEMENTS = {
    Verdict.ALARM: Judgement(Verdict.ALARM, Kind.PERSON, (Reason.PERSON,), 0.93456789),
    Verdict.REVIEW: Judgement(Verdict.REVIEW, Kind.UNKNOWN, (Reason.LOW_EVIDENCE,), 0.4),
    Verdict.SUPPRESSED: Judgement(
        Verdict.SUPPRESSED, Kind.UNKNOWN, (Reason.FOLIAGE, Reason.NO_TRAVEL), 0.02
    ),
}

MakeEvent = Callable[..., Event]


@pytest.fixture(scope="session")
def make_event() -> MakeEvent:
    """`make_event(7, Verdict.ALARM, camera="gate", source=...)`: an event 7 s into the day."""

    def make(
        number: int = 0, verdict: Verdict = Verdict.ALARM, camera: str = "door", **changes: Any
    ) -> Event:
        identity = str(uuid.uuid5(uuid.NAMESPACE_OID, f"{camera} {number}"))
        event = Event(
            event_id=identity,
            incident_id=identity,
            revision=1,
            camera=Camera("home", "main", camera),
            source=f"clips/{camera}.mp4",
            start=DAY + timedelta(seconds=number),
            end=DAY + timedelta(seconds=number + 5.25),
            start_s=float(number),
            end_s=number + 5.25,
            alarm_s=number + 1.4 if verdict is Verdict.ALARM else None,
            judgement=JUDGEMENTS[verdict],
            box=(0.25, 0.5, 0.375, 0.75),
            path=((0.2, 0.6), (0.3, 0.62), (0.3125, 0.625)),
            footage="ab" * 32,
            footage_path=f"main/{camera}/2026/11/23/20261123T160000.000Z-abababab.mp4",
            track=number,
            model="efficientdet-lite0@01234567",
            analyze_version=1,
            decide_version=1,
        )
        return replace(event, **changes)

    return make


@pytest.fixture(scope="session")
def events(make_event: MakeEvent) -> list[Event]:
    """Three cameras, two tenants, two days, all verdicts, out of order."""
    verdicts = list(Verdict)
    made = [
        make_event(number * 7, verdicts[number % 3], ("door", "gate", "yard")[number % 2])
        for number in range(12)
    ]
    tomorrow = make_event(100, start=DAY + timedelta(days=1), end=DAY + timedelta(days=1, hours=1))
    other = make_event(200, Verdict.REVIEW, camera="yard")
    made += [tomorrow, replace(other, camera=Camera("acme", "hq", "yard"))]
    return made[::-1]
