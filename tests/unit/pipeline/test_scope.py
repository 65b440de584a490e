"""What has to be looked at: what changed, and no more."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import event

from quietwatch.config import Settings
from quietwatch.model import Blob, Clip, Commit, Entry, Repo
from quietwatch.names import clip_hour, clip_path
from quietwatch.pipeline.memory.again import AT
from quietwatch.pipeline.memory.files import MEMORY
from quietwatch.pipeline.scope import (
    TUNING,
    Heads,
    Scope,
    concerned,
    groups,
    mark,
    marked,
    newest,
)
from quietwatch.pipeline.sync import sync
from quietwatch.store.catalog import clips, datums, sighted
from quietwatch.store.catalog.clips import ClipRecord
from quietwatch.store.catalog.clock import now
from quietwatch.store.catalog.datums import Datum
from quietwatch.store.place import Place
from tests.unit.pipeline.conftest import DOOR as CAMERA
from tests.unit.pipeline.conftest import TENANT, Tenant

DOOR, YARD = "main/door/2026/11/23/20261123T16", "main/yard/2026/11/23/20261123T16"
LATER = "main/door/2026/11/23/20261123T17"


@pytest.fixture
def synced(tenant: Tenant) -> Tenant:
    sync(tenant.place, TENANT, Settings())
    return tenant


def heads(tenant: Tenant, recipe: str = "r") -> Heads:
    return Heads(newest(tenant.place, TENANT, ("footage", *TUNING, MEMORY)), recipe)


def put(place: Place, *hours: str) -> Commit:
    """Clips in these hours, all of them different; their bytes are of no use here."""
    blob = Blob("0" * 64, 9)
    entries = [Entry(f"{hour}{n % 60:02d}.000Z-00000000.mp4", blob) for n, hour in enumerate(hours)]
    repo = Repo(TENANT, "footage")
    return place.repos.commit(repo, entries, author="somebody", message="clips")


def test_heads_are_told_as_text(synced: Tenant) -> None:
    found = heads(synced)
    assert Heads.parse(found.dump()) == found
    assert found.commits["footage"] is None
    assert found.commits["rules"] is not None
    assert marked(synced.place, TENANT) is None
    mark(synced.place, TENANT, found)
    assert marked(synced.place, TENANT) == found


def test_at_first_everything_is_concerned(synced: Tenant) -> None:
    assert concerned(synced.place, TENANT, None, heads(synced)).is_empty  # there is nothing
    put(synced.place, f"{DOOR}30")
    assert concerned(synced.place, TENANT, None, heads(synced)) == Scope(whole=True)


def test_another_recipe_concerns_everything(synced: Tenant) -> None:
    put(synced.place, f"{DOOR}30")
    before = heads(synced)
    assert concerned(synced.place, TENANT, before, before).is_empty
    assert concerned(synced.place, TENANT, before, heads(synced, "other")) == Scope(whole=True)


def test_new_and_removed_footage_concerns_its_hour(synced: Tenant) -> None:
    put(synced.place, f"{DOOR}30", f"{YARD}30")
    before = heads(synced)
    put(synced.place, f"{LATER}30")
    found = concerned(synced.place, TENANT, before, heads(synced))
    assert found == Scope(hours=frozenset({LATER}))
    before = heads(synced)
    synced.commit("footage", f"{YARD}3001.000Z-00000000.mp4", None)
    assert concerned(synced.place, TENANT, before, heads(synced)).hours == {YARD}


def test_what_is_no_clip_concerns_nothing(synced: Tenant) -> None:
    before = heads(synced)
    for path in ("readme.txt", "main/readme.txt", "main/door/notes.txt"):
        synced.commit("footage", path, b"text")
    assert concerned(synced.place, TENANT, before, heads(synced)).is_empty


def test_a_camera_s_own_file_concerns_the_camera_and_the_default_all(synced: Tenant) -> None:
    put(synced.place, f"{DOOR}30")
    before = heads(synced)
    synced.commit("rules", "main/door.json", b"{}")
    found = concerned(synced.place, TENANT, before, heads(synced))
    assert found == Scope(cameras=frozenset({"main/door"}))
    assert [found.takes(hour) for hour in (DOOR, LATER, YARD)] == [True, True, False]
    synced.commit("optics", "default.json", b"{}")
    assert concerned(synced.place, TENANT, before, heads(synced)) == Scope(whole=True)


def test_what_failed_concerns_its_hour_when_it_is_due(synced: Tenant) -> None:
    path = f"{DOOR}3000.000Z-00000000.mp4"
    failed = [
        Datum("a" * 64, "analyze", path, error="decoder-crashed", retry_at=now() - 1),
        Datum("b" * 64, "analyze", path.replace("T16", "T18"), error="x", retry_at=now() + 10**9),
    ]
    with synced.place.catalog.begin() as connection:
        datums.put(connection, TENANT, failed)
    before = heads(synced)
    found = concerned(synced.place, TENANT, before, before)
    assert found == Scope(hours=frozenset({DOOR}))


def test_what_memory_has_written_and_people_said_concerns_what_comes_after(
    synced: Tenant,
) -> None:
    before = heads(synced)
    assert set(before.commits) == {"footage", "optics", "rules", "memory"}
    start = datetime(2026, 11, 23, 16, tzinfo=UTC)
    clip = Clip(CAMERA, "0" * 64, 9, start, "name", 10.0, 64, 48, "h264", "mp4")
    path = clip_path(clip)
    with synced.place.catalog.begin() as connection:
        clips.put(connection, [ClipRecord(clip, path, "/in")])
        sighted.kept(connection, TENANT, [], [clip_hour(path).replace("T16", "T15")])
    assert concerned(synced.place, TENANT, before, before).hours == {clip_hour(path)}
    with synced.place.catalog.begin() as connection:
        sighted.judged(connection, TENANT, ["main/door"])
    assert concerned(synced.place, TENANT, before, before).is_empty
    synced.commit("memory", "main/door/dismissed/x.json", b"x", {AT: start.isoformat()})
    assert concerned(synced.place, TENANT, before, heads(synced)).hours == {clip_hour(path)}


def test_a_part_of_a_scope() -> None:
    whole = Scope(whole=True)
    assert whole.within([DOOR, YARD]) == Scope(hours=frozenset({DOOR, YARD}))
    some = Scope(cameras=frozenset({"main/door"}), hours=frozenset({YARD}))
    assert some.within([DOOR, YARD, "main/gate/2026/11/23/20261123T16"]).hours == {DOOR, YARD}
    assert Scope().within([DOOR]).is_empty


def test_groups_are_clips_of_one_camera_and_hour(synced: Tenant) -> None:
    place = synced.place
    commit = put(place, f"{DOOR}10", f"{LATER}10", f"{YARD}10", f"{DOOR}20").id

    def found(scope: Scope) -> list[list[str]]:
        groups_of = groups(place, TENANT, scope, commit)
        return [[entry.path.split("/")[-1][:13] for entry in group] for group in groups_of]

    door = [["20261123T1610", "20261123T1620"], ["20261123T1710"]]
    assert found(Scope(whole=True)) == [*door, ["20261123T1610"]]
    assert found(Scope(cameras=frozenset({"main/door"}), hours=frozenset({LATER}))) == door
    assert found(Scope(hours=frozenset({LATER, YARD}))) == [door[1], ["20261123T1610"]]
    assert found(Scope()) == []
    assert list(groups(place, TENANT, Scope(whole=True), None)) == []


def test_of_a_long_list_only_what_is_concerned_is_read(synced: Tenant) -> None:
    place = synced.place
    days = [
        f"main/door/2026/11/{day:02d}/202611{day:02d}T{hour:02d}00"
        for day in range(1, 29)
        for hour in range(24)
    ]
    commit = put(place, *days).id
    rows = 0

    def count(*_: object) -> None:
        nonlocal rows
        rows += 1

    event.listen(place.catalog.engine, "before_cursor_execute", count)
    hour = "main/door/2026/11/07/20261107T05"
    [[one]] = groups(place, TENANT, Scope(hours=frozenset({hour})), commit)
    event.remove(place.catalog.engine, "before_cursor_execute", count)
    assert one.path.startswith(hour)
    assert rows < 12
