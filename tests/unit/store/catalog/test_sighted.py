"""What clips show, beside their judgement: asked for, noted when it changes, dropped."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection

from quietwatch.model import Camera, Clip
from quietwatch.names import clip_hour, clip_path
from quietwatch.store.catalog import clips, datums, open_catalog, sighted
from quietwatch.store.catalog.clips import ClipRecord
from quietwatch.store.catalog.connect import sqlite_url
from quietwatch.store.catalog.datums import Datum
from quietwatch.store.catalog.sighted import Newest

TENANT = "home"
DOOR, YARD = Camera(TENANT, "main", "door"), Camera(TENANT, "main", "yard")
DAY = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    with (
        open_catalog(sqlite_url(tmp_path / "catalog.sqlite")) as catalog,
        catalog.begin() as opened,
    ):
        yield opened


def put(
    connection: Connection,
    hours: float,
    shows: str | None = "[]",
    camera: Camera = DOOR,
    error: str | None = None,
) -> str:
    """A clip of a time, judged; gives its path."""
    start = DAY + timedelta(hours=hours)
    clip = Clip(
        camera, f"{int(1000 + hours * 60):064x}", 9, start, "name", 10.0, 64, 48, "h264", "mp4"
    )
    path, key = clip_path(clip), f"{camera.name} {hours}".ljust(64)
    datums.put(connection, TENANT, [Datum(key, "decide", path, summary=shows)])
    clips.put(connection, [ClipRecord(clip, path, "/in", decision=key, error=error)])
    return path


def test_clips_that_show_nothing_or_failed_are_left_out(connection: Connection) -> None:
    one = put(connection, 1, "[1]")
    others = [put(connection, 2, None), put(connection, 3, error="erased")]
    assert sighted.of_clips(connection, TENANT, [one, *others]) == {one: "[1]"}
    assert sighted.of_clips(connection, "other", [one]) == {}
    assert sighted.of_clips(connection, TENANT, []) == {}


def test_a_day_of_a_camera_is_told_by_time(connection: Connection) -> None:
    late, early = put(connection, 23.9, "[2]"), put(connection, 0, "[1]")
    put(connection, 24, "[3]")
    put(connection, -0.1, "[0]")
    put(connection, 5, "[9]", YARD)
    assert list(sighted.of_day(connection, DOOR, DAY)) == [(early, "[1]"), (late, "[2]")]


def test_hours_are_noted_where_clips_show_something_else(connection: Connection) -> None:
    paths = [f"main/door/2026/11/23/20261123T0{hour}0000.000Z-01234567.mp4" for hour in range(4)]
    before = {paths[0]: "same", paths[1]: "old", paths[2]: "gone"}
    now = {paths[0]: "same", paths[1]: "new", paths[3]: "come"}
    sighted.note_changed(connection, TENANT, before, now)
    assert sighted.noted(connection, TENANT) == {clip_hour(path) for path in paths[1:]}
    assert sighted.noted(connection, "other") == set()
    sighted.note(connection, TENANT, ["README.md", "main/door/notes.txt"])
    assert len(sighted.noted(connection, TENANT)) == 3


def test_what_is_kept_is_noted_no_more_and_may_concern_what_comes_after(
    connection: Connection,
) -> None:
    hours = [f"main/door/2026/11/23/20261123T0{hour}" for hour in range(4)]
    sighted.note(connection, TENANT, [f"{hour}0000.000Z-01234567.mp4" for hour in hours])
    sighted.kept(connection, TENANT, hours[1:3], hours[2:3])
    assert sighted.noted(connection, TENANT) == {hours[0], hours[3]}
    assert sighted.unjudged(connection, TENANT) == {"main/door": hours[2]}
    sighted.kept(connection, TENANT, hours[:1], hours[:1])
    sighted.kept(connection, TENANT, hours[3:], hours[3:])
    assert sighted.unjudged(connection, TENANT) == {"main/door": hours[0]}
    sighted.judged(connection, TENANT, ["main/yard"])
    assert sighted.unjudged(connection, TENANT) == {"main/door": hours[0]}
    sighted.judged(connection, TENANT, ["main/door"])
    assert sighted.unjudged(connection, TENANT) == {}


def test_what_an_erased_clip_showed_is_dropped(connection: Connection) -> None:
    one, other = put(connection, 1, "[1]"), put(connection, 2, "[2]")
    sighted.drop(connection, TENANT, [one])
    assert sighted.of_clips(connection, TENANT, [one, other]) == {other: "[2]"}
    assert sighted.noted(connection, TENANT) == {clip_hour(one)}
    assert sighted.unjudged(connection, TENANT) == {"main/door": clip_hour(one)}


def test_clips_are_found_by_time(connection: Connection) -> None:
    paths = [put(connection, hour, None) for hour in (1, 2, 3)]
    put(connection, 9, camera=YARD)
    since, until = DAY + timedelta(hours=2), DAY + timedelta(hours=3)
    assert sighted.paths_between(connection, DOOR, since, until) == [paths[1]]


def test_the_newest_clips_of_cameras_are_told_at_once(connection: Connection) -> None:
    for hour in (1, 3, 900):
        put(connection, hour, None)
    put(connection, 9, camera=YARD)
    names, now = ["main/door", "main/yard", "main/gate"], DAY + timedelta(hours=8)
    assert sighted.newest(connection, TENANT, names, now) == {
        "main/door": Newest(DAY + timedelta(hours=900), DAY + timedelta(hours=3)),
        "main/yard": Newest(DAY + timedelta(hours=9), None),
        "main/gate": Newest(None, None),
    }
    many = [f"main/{number}" for number in range(250)]
    assert len(sighted.newest(connection, TENANT, many, now)) == 250
    assert sighted.newest(connection, TENANT, [], now) == {}


def test_a_clip_of_the_future_is_no_footage_after_an_hour_that_has_begun() -> None:
    now, hour = DAY + timedelta(hours=8.5), timedelta(hours=1)
    newest = Newest(DAY + timedelta(hours=900), DAY + timedelta(hours=8.4))
    told = {number: newest.is_after(DAY + number * hour, now) for number in (7, 8, 9, 899, 900)}
    assert told == {7: True, 8: False, 9: True, 899: True, 900: False}


def test_nothing_is_asked_where_nothing_is_noted() -> None:
    sighted.note(None, TENANT, [])  # type: ignore[arg-type]
