"""Reports made by hand."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from quietwatch.events.report import Report, ReportClip
from quietwatch.model import Camera, Event, Failure, Note
from tests.pages import HOSTILE

DAY = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def report(make_event: Callable[..., Event], events: list[Event], jpeg: bytes) -> Report:
    """All there can be: three cameras, all verdicts, a silent camera, hostile names, failures."""
    hostile = make_event(400, source=HOSTILE, model=HOSTILE)
    everything = (*events, hostile)
    cameras = {event.camera for event in everything} | {Camera("home", "main", "cellar")}
    clips = tuple(
        ReportClip(camera, f"{camera.name}-{at}.mp4", DAY + timedelta(days=60 * at), 600.0)
        for camera in sorted(cameras)
        for at in range(2)
    )
    odd = ReportClip(
        hostile.camera, HOSTILE, DAY, 0.0, (Note("cut-short", f"{HOSTILE} is cut short"),), "mtime"
    )
    return Report(
        title=f"Depot {HOSTILE}",
        made_from=(*clips, odd),
        events=everything,
        pictures={event.event_id: jpeg for event in events[:-1]} | {hostile.event_id: b"GIF89a"},
        failed=(
            Failure(HOSTILE, "empty-file", "the file has no bytes"),
            Failure("huge.png", "picture-too-large", HOSTILE),
            Failure("new", "a-later-code", "something else"),
        ),
    )
