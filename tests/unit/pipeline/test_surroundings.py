"""A camera's schedule in the time of its stream."""

from datetime import UTC, datetime, timedelta
from typing import Any

from quietwatch.config import JudgeSettings
from quietwatch.judge.policy import Surroundings
from quietwatch.model import Camera, Clip, Link, Summary
from quietwatch.pipeline.surroundings import surroundings

START = datetime(2026, 11, 23, 21, 59, 50, tzinfo=UTC)
MASK = ((0.0, 0.0), (1.0, 0.0), (1.0, 0.5))


def found(offset: float = 0.0, **rules: Any) -> Surroundings:
    """Of a clip of 20 s from ten seconds to ten on, so many seconds into its stream."""
    camera, start = Camera("home", "main", "door"), START + timedelta(seconds=offset)
    clip = Clip(camera, "0" * 64, 9, start, "name", 20.0, 64, 48, "h264", "mp4")
    summary = Summary(
        *(4, "m", "mp4", "h264", 64, 48, 20.0, None, False, 9, 9, 9, ()),
        link=Link(offset=offset),
        masks=(MASK,),
    )
    return surroundings(JudgeSettings(**rules), clip, summary)


def test_words_need_no_clock() -> None:
    assert found().armed is None
    assert found(armed="never").armed == ()
    assert found().masks == (MASK,)


def test_a_span_begins_at_its_second_of_the_stream() -> None:
    armed = [{"start": "22:00", "end": "22:00"}]
    around = found(armed=armed, timezone="UTC")
    assert around.is_armed(10.0)
    begins = [{"start": "22:00", "end": "06:00"}]
    around = found(armed=begins, timezone="UTC")
    assert not around.is_armed(9.999)
    assert around.is_armed(10.0)
    assert around.is_armed(3600.0)


def test_it_is_the_same_however_far_the_stream_has_come() -> None:
    rules: dict[str, Any] = {"armed": [{"start": "22:00", "end": "06:00"}], "timezone": "UTC"}
    first, later = found(**rules), found(600.0, **rules)
    assert first.armed == later.armed
