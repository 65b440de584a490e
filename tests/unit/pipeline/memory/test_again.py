"""Which hours a changed memory concerns, and until when."""

import pytest

from quietwatch.model import Entry, Meta, Repo
from quietwatch.names import clip_hour
from quietwatch.pipeline.memory.again import AT, FIRST, judged, said, unjudged
from quietwatch.pipeline.memory.files import MEMORY
from quietwatch.pipeline.memory.remember import remember
from tests.unit.pipeline.memory.conftest import TENANT, YARD, Shown, at, seen

REPO = Repo(TENANT, MEMORY)


def test_a_camera_is_judged_once_all_its_hours_are(shown: Shown) -> None:
    shown.clip(3, seen(3))
    hours = {clip_hour(shown.clip(hour)) for hour in (4, 6)}
    shown.clip(3, seen(3), camera=YARD)
    shown.clip(9, camera=YARD)
    remember(shown.place, TENANT)
    assert unjudged(shown.place, TENANT)["main/door"] == hours
    judged(shown.place, TENANT, {min(hours)}.__contains__)
    assert set(unjudged(shown.place, TENANT)) == {"main/door", "main/yard"}
    judged(shown.place, TENANT, hours.__contains__)
    assert set(unjudged(shown.place, TENANT)) == {"main/yard"}
    judged(shown.place, TENANT, lambda _: True)
    assert unjudged(shown.place, TENANT) == {}


def test_the_first_of_several_changed_hours_counts(shown: Shown) -> None:
    shown.clip(5, seen(5))
    shown.clip(8)
    remember(shown.place, TENANT)
    shown.clip(3, seen(3))
    remember(shown.place, TENANT)
    shown.clip(7, seen(7))
    remember(shown.place, TENANT)
    [hours] = unjudged(shown.place, TENANT).values()
    assert {hour[-2:] for hour in hours} == {"05", "07", "08"}


def test_what_people_say_concerns_what_starts_then_or_later(shown: Shown) -> None:
    hours = {hour: clip_hour(shown.clip(hour)) for hour in (3, 4, 6)}
    shown.clip(9, camera=YARD)
    shown.put("main/door/2026/11/01.json", b"what the engine wrote")
    before = shown.place.repos.head(REPO)
    blob = shown.place.blobs(TENANT).put_bytes(b"said")
    entry = Entry("main/door/dismissed/x.json", blob, {AT: at(4).isoformat()})
    after = shown.place.repos.commit(REPO, [entry], author="ann", message="x")
    assert before is not None
    assert said(shown.place, TENANT, before.id, after.id) == {hours[4], hours[6]}
    assert said(shown.place, TENANT, after.id, after.id) == set()
    assert said(shown.place, TENANT, None, before.id) == set()
    assert said(shown.place, TENANT, None, None) == set()


def commit(shown: Shown, path: str, data: bytes | None, meta: Meta) -> str:
    """Put a file with what is known of it, or remove it; gives the commit."""
    blob = None if data is None else shown.place.blobs(TENANT).put_bytes(data)
    entry = Entry(path, blob, meta)
    return shown.place.repos.commit(REPO, [entry], author="ann", message="x").id


@pytest.mark.parametrize(
    "meta", [{}, {AT: "rubbish"}, {AT: "2026-11-01T04:00:00"}, {AT: 7}, {AT: None}]
)
def test_where_nobody_knows_from_when_on_all_of_the_camera_is_concerned(
    shown: Shown, meta: Meta
) -> None:
    hours = {clip_hour(shown.clip(hour)) for hour in (3, 30)}
    shown.clip(9, camera=YARD)
    for path in ("dismissed/x.json", "x.json", "main/x.json", "README.md"):
        after = commit(shown, path, b"said", {AT: at(4).isoformat()})
        assert said(shown.place, TENANT, None, after) == set()
    now = commit(shown, "main/door/dismissed/x.json", b"said", meta)
    assert said(shown.place, TENANT, after, now) == hours


def test_what_is_said_until_the_end_of_time_concerns_nothing(shown: Shown) -> None:
    shown.clip(3)
    late = commit(shown, "main/door/forgotten/x.json", b"x", {AT: "9999-12-31T23:59:59+00:00"})
    assert said(shown.place, TENANT, None, late) == set()


@pytest.mark.parametrize(("first", "concerned"), [(at(4), {4, 6}), (None, {3, 4, 6})])
def test_what_was_said_and_is_gone_concerns_all_since_it_was_said_first(
    shown: Shown, first: object, concerned: set[int]
) -> None:
    hours = {hour: clip_hour(shown.clip(hour)) for hour in (3, 4, 6)}
    meta: Meta = {AT: at(5).isoformat()} | ({FIRST: at(4).isoformat()} if first else {})
    path = "main/door/dismissed/x.json"
    before = commit(shown, path, b"said", meta)
    after = commit(shown, path, None, {})
    assert said(shown.place, TENANT, before, after) == {hours[hour] for hour in concerned}
