from dataclasses import replace
from datetime import timedelta

from sqlalchemy import Connection

from quietwatch.model import Camera, Note, NoteCode
from quietwatch.store.catalog import clips
from quietwatch.store.catalog.clips import Known
from quietwatch.store.catalog.clock import micros, moment
from tests.unit.store.catalog.conftest import NOON, make_record


def test_a_record_is_kept_as_it_is_and_replaced(tenant: str, writing: Connection) -> None:
    bare = make_record(tenant)
    clips.put(writing, [bare])
    assert list(clips.by_paths(writing, tenant, [bare.path, "main/other"])) == [bare]
    assert (bare.seconds, bare.length) == (10.0, None)
    full = replace(
        bare,
        analysis="a" * 64,
        pack="b" * 64,
        decision="c" * 64,
        notes=(Note(NoteCode.TINY_PICTURE, "as small as \u2602"),),
        noise=3,
        length=9.5,
        error="unreadable-video",
        detail="no frame",
    )
    clips.put(writing, [full])
    assert list(clips.by_paths(writing, tenant, [bare.path])) == [full]
    assert full.seconds == 9.5


def test_they_come_by_time(tenant: str, writing: Connection) -> None:
    ordered = [make_record(tenant, minute) for minute in (0, 1, 2)]
    clips.put(writing, [*ordered[::-1], make_record(tenant, camera="yard")])
    assert list(clips.of_camera(writing, ordered[0].clip.camera)) == ordered
    assert list(clips.of_camera(writing, Camera(tenant, "main", "nobody"))) == []
    assert [camera.name for camera in clips.cameras_of(writing, tenant)] == ["door", "yard"]
    assert tenant in clips.tenants(writing)


def test_each_tenant_has_its_own(tenant: str, writing: Connection) -> None:
    record = make_record(tenant)
    clips.put(writing, [record])
    assert list(clips.by_paths(writing, "another", [record.path])) == []
    assert clips.cameras_of(writing, "another") == []


def test_a_clip_is_found_by_its_bytes_on_its_camera(tenant: str, writing: Connection) -> None:
    door, yard = make_record(tenant), make_record(tenant, camera="yard")
    clips.put(writing, [door])
    wanted = [(record.clip.camera, record.clip.sha256) for record in (door, yard)]
    assert clips.by_footage(writing, wanted) == {wanted[0]: door.path}
    assert clips.by_footage(writing, []) == {}


def test_many_are_asked_for_at_once(tenant: str, writing: Connection) -> None:
    records = [make_record(tenant, number / 10) for number in range(1100)]
    clips.put(writing, records)
    found = clips.by_paths(writing, tenant, [record.path for record in records])
    assert sorted(found, key=lambda record: record.path) == records
    assert [len(part) for part in clips.chunks(range(5), 2)] == [2, 2, 1]


def test_what_was_made_of_a_clip_is_forgotten(tenant: str, writing: Connection) -> None:
    record = make_record(tenant, analysis="a" * 64, pack="b" * 64, decision="c" * 64, noise=2)
    clips.put(writing, [record])
    clips.forget(writing, tenant, record.path)
    [found] = clips.by_paths(writing, tenant, [record.path])
    assert found == replace(record, analysis=None, pack=None, decision=None)


def test_sources_are_known_by_what_they_looked_like(tenant: str, writing: Connection) -> None:
    seen = {"/a/door.mp4": Known("1,2", "main/door/x"), "s3://b/c": Known("etag", "main/door/y")}
    clips.know(writing, tenant, seen)
    assert clips.known(writing, tenant, [*seen, "/b"]) == seen
    assert clips.known(writing, "another", seen) == {}
    clips.know(writing, tenant, {"s3://b/c": Known("other", "main/door/z")})
    assert clips.known(writing, tenant, ["s3://b/c"]) == {"s3://b/c": Known("other", "main/door/z")}
    clips.know(writing, tenant, {})


def test_what_cameras_are_called(tenant: str, writing: Connection) -> None:
    door = Camera(tenant, "main", "front-door")
    assert clips.called(writing, tenant) == {}
    clips.call(writing, {door: "Front D\u00f6\u00f6r \\xff"})
    clips.call(writing, {})
    assert clips.called(writing, tenant) == {door: "Front D\u00f6\u00f6r \\xff"}


def test_times_are_kept_exactly() -> None:
    for time in (NOON, NOON + timedelta(microseconds=1), NOON.replace(year=1950)):
        assert moment(micros(time)) == time
    assert micros(NOON + timedelta(microseconds=1)) == micros(NOON) + 1
