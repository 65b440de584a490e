"""A catalog for the tests of its parts, on every database; what they keep, made by hand."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Connection

from quietwatch.model import Camera, Clip, Event, Judgement, Kind, Reason, Verdict
from quietwatch.names import clip_path
from quietwatch.store.catalog.clips import ClipRecord
from quietwatch.store.catalog.connect import Catalog
from tests.contracts.conftest import catalog, database_sqlite

__all__ = ["catalog", "database_sqlite"]  # fixtures

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)

_TENANTS = count()


@pytest.fixture
def tenant() -> str:
    """A tenant that nobody else has: the catalog is one for all tests of a file."""
    return f"tenant-{next(_TENANTS)}"


@pytest.fixture
def writing(catalog: Catalog) -> Iterator[Connection]:
    """A transaction that writes."""
    with catalog.begin() as connection:
        yield connection


def make_record(
    tenant: str, minute: float = 0, camera: str = "door", digit: str = "0", **changes: Any
) -> ClipRecord:
    """A clip of ten seconds, some minutes after noon."""
    owner, start = Camera(tenant, "main", camera), NOON + timedelta(minutes=minute)
    clip = Clip(owner, digit * 64, 9, start, "name", 10.0, 640, 480, "h264", "mp4")
    return ClipRecord(clip, clip_path(clip), "door.mp4", **changes)


def make_event(
    tenant: str,
    number: int,
    second: float = 0,
    lasts: float = 5,
    verdict: Verdict = Verdict.ALARM,
    camera: str = "door",
    **changes: Any,
) -> Event:
    """An event some seconds after noon, each number another one."""
    start = NOON + timedelta(seconds=second)
    identity = str(UUID(int=number))
    values: dict[str, Any] = {
        "event_id": identity,
        "incident_id": identity,
        "revision": 1,
        "camera": Camera(tenant, "main", camera),
        "source": "door.mp4",
        "start": start,
        "end": start + timedelta(seconds=lasts),
        "start_s": second,
        "end_s": second + lasts,
        "alarm_s": second if verdict is Verdict.ALARM else None,
        "judgement": Judgement(verdict, Kind.PERSON, (Reason.PERSON,), 0.9),
        "box": (0.1, 0.1, 0.2, 0.2),
        "path": ((0.15, 0.15),),
        "footage": "0" * 64,
        "footage_path": make_record(tenant, camera=camera).path,
        "track": number,
        "model": "m@0",
        "analyze_version": 1,
        "decide_version": 1,
    }
    return Event(**(values | changes))
