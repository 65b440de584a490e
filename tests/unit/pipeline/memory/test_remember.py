"""What clips showed goes into files once there is footage after it, and again when it changes."""

from typing import Any

import pytest

from quietwatch.model import Repo
from quietwatch.names import clip_hour
from quietwatch.pipeline.memory import remember as module
from quietwatch.pipeline.memory.again import unjudged
from quietwatch.pipeline.memory.files import MEMORY
from quietwatch.pipeline.memory.remember import remember
from quietwatch.store.catalog import clips
from tests.unit.pipeline.memory.conftest import TENANT, YARD, Shown, at, seen

DAY, NEXT = "main/door/2026/11/01.json", "main/door/2026/11/02.json"


def test_an_hour_is_written_once_there_is_footage_after_it(shown: Shown) -> None:
    shown.clip(3.1, seen(3.1))
    shown.clip(3.5, seen(3.5))
    assert not remember(shown.place, TENANT)
    assert shown.days() == {}
    shown.clip(4)
    assert remember(shown.place, TENANT)
    [(path, day)] = shown.days().items()
    assert path == DAY
    [(hour, [thing])] = day.hours.items()
    assert (hour, thing.finds, thing.first) == ("20261101T03", 8, seen(3.1).first)


def test_a_clip_of_the_future_makes_no_hour_due_that_has_begun(shown: Shown) -> None:
    shown.clip(1000)
    shown.clip(3.1, seen(3.1))
    assert not remember(shown.place, TENANT, at(3.5))
    shown.clip(4)
    assert remember(shown.place, TENANT, at(4.5))


def test_it_is_done_once(shown: Shown) -> None:
    shown.clip(3, seen(3))
    shown.clip(4)
    assert remember(shown.place, TENANT)
    head = shown.place.repos.head(Repo(TENANT, MEMORY))
    assert not remember(shown.place, TENANT)
    assert shown.place.repos.head(Repo(TENANT, MEMORY)) == head
    assert shown.noted() == set()


def test_the_hour_under_way_is_left_out_of_its_day(shown: Shown) -> None:
    shown.clip(3, seen(3))
    later = shown.clip(4, seen(4))
    assert remember(shown.place, TENANT)
    assert list(shown.days()[DAY].hours) == ["20261101T03"]
    assert shown.noted() == {clip_hour(later)}
    shown.clip(30)
    assert remember(shown.place, TENANT)
    assert list(shown.days()[DAY].hours) == ["20261101T03", "20261101T04"]


def test_clips_that_show_nothing_are_no_reason_to_write(shown: Shown) -> None:
    for hour in range(5):
        shown.clip(hour)
    assert shown.noted() == set()
    assert not remember(shown.place, TENANT)


def test_each_camera_and_day_has_its_file(shown: Shown) -> None:
    shown.clip(3, seen(3))
    shown.clip(26, seen(26))
    shown.clip(3, seen(3), camera=YARD)
    for camera in (seen, None):
        shown.clip(50, camera=YARD) if camera else shown.clip(50)
    assert remember(shown.place, TENANT)
    assert set(shown.days()) == {DAY, NEXT, "main/yard/2026/11/01.json"}
    head = shown.place.repos.head(Repo(TENANT, MEMORY))
    assert head is not None
    assert head.message == "what 3 hours showed"


def test_what_comes_after_a_changed_hour_is_to_be_judged_again(shown: Shown) -> None:
    shown.clip(3, seen(3))
    after, much_later = shown.clip(5), shown.clip(24 * 70)
    remember(shown.place, TENANT)
    assert unjudged(shown.place, TENANT) == {"main/door": {clip_hour(after)}}
    assert clip_hour(much_later) not in unjudged(shown.place, TENANT)["main/door"]


def test_a_clip_that_shows_the_same_again_changes_nothing(shown: Shown) -> None:
    path = shown.clip(3, seen(3))
    shown.clip(4)
    remember(shown.place, TENANT)
    with shown.place.catalog.reading() as connection:
        [record] = clips.by_paths(connection, TENANT, [path])
    shown.show(record, seen(3))
    assert shown.noted() == set()
    shown.show(record, seen(3, seed=2))
    assert shown.noted() == {clip_hour(path)}
    shown.show(record)
    assert remember(shown.place, TENANT)
    assert shown.days() == {}


def test_what_changes_while_it_is_written_is_written_as_it_is(
    shown: Shown, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = shown.clip(3, seen(3))
    shown.clip(4)
    with shown.place.catalog.reading() as connection:
        [record] = clips.by_paths(connection, TENANT, [path])
    real, times = module._keep, list[int]()

    def meanwhile(*given: Any) -> bool:
        if not times:
            shown.show(record, seen(3, seed=9))
        times.append(1)
        return real(*given)

    monkeypatch.setattr(module, "_keep", meanwhile)
    assert remember(shown.place, TENANT)
    assert len(times) == 2
    [[thing]] = shown.days()[DAY].hours.values()
    assert thing.portrait == seen(3, seed=9).portrait
