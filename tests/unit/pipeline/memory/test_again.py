"""Which hours a changed memory concerns, and until when."""

from quietwatch.model import Entry, Repo
from quietwatch.names import clip_hour
from quietwatch.pipeline.memory.again import AT, judged, said, unjudged
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
