"""What a pass makes of footage that is erased: it is refused, and the rest stands as it is."""

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from quietwatch.config import JudgeSettings, KeepSettings, Settings
from quietwatch.errors import Erased
from quietwatch.pipeline.work import Look
from quietwatch.store.catalog.needs import Horizon
from quietwatch.store.keep.erase import Order, lift
from quietwatch.store.keep.fsck import check
from quietwatch.store.keep.gc import collect
from quietwatch.store.keep.repair import mend
from quietwatch.store.keep.request import perform
from quietwatch.store.lineage import of_event
from tests.unit.pipeline.conftest import (
    DEFAULTS,
    TENANT,
    YARD,
    Tenant,
    arrival,
    dated,
    no_work,
)

if TYPE_CHECKING:
    from tests.conftest import Footage

ORDER = Order("user:ann", "asked by letter")


def erase(tenant: Tenant, *paths: str) -> None:
    perform(tenant.place, TENANT, paths, ORDER, Horizon(None))


def test_erased_footage_is_refused_wherever_it_comes_from(
    tenant: Tenant, clip: Path, tmp_path: Path
) -> None:
    first = tenant.run(arrival(clip))
    erase(tenant, first.records[0].path)
    copy = tmp_path / "copy.mp4"
    copy.write_bytes(clip.read_bytes())
    result = tenant.run(arrival(clip), arrival(copy), arrival(clip, YARD), work=no_work)
    assert [(one.source, one.error) for one in result.failed] == sorted(
        [(str(clip), "erased"), (str(copy), "erased"), (str(clip), "erased")]
    )
    assert (result.clips, result.events, tenant.files("footage")) == (0, (), {})
    assert len(tenant.events()) == len(first.events), "their rows stay"


def test_lifted_it_comes_in_as_if_new(tenant: Tenant, clip: Path) -> None:
    first = tenant.run(arrival(clip))
    path = first.records[0].path
    erase(tenant, path)
    lift(tenant.place, TENANT, [path], ORDER)
    again = tenant.run(arrival(clip))
    assert (again.clips, again.events, again.failed) == (1, first.events, ())
    assert list(tenant.files("analysis")) == [path]
    assert list(check(tenant.place, TENANT, deep=True)) == []


def test_footage_whose_time_is_over_counts_as_done(tenant: Tenant, clip: Path) -> None:
    first = tenant.run(arrival(clip))
    later = first.records[0].clip.start + timedelta(days=4000)
    collect(tenant.place, TENANT, KeepSettings(grace_s=0), now=later)
    assert tenant.files("footage") == tenant.files("analysis") == {}
    again = tenant.run(arrival(clip), work=no_work)
    assert (again.clips, again.skipped, again.failed) == (0, 1, ())
    assert again.events == first.events
    with pytest.raises(Erased, match="30 days"):
        tenant.place.blobs(TENANT).read(first.records[0].clip.sha256)


def test_what_was_made_of_a_stream_stands_when_a_part_of_it_is_erased(
    tenant: Tenant, clips_of_a_stream: list[Path]
) -> None:
    first = tenant.run(*(arrival(path) for path in clips_of_a_stream))
    looks = [one for one in tenant.done if isinstance(one, Look)]
    assert [look.before is None for look in looks] == [True, False]
    before = {e.event_id: e for e in tenant.events()}
    gone, stays = (record.path for record in first.records)
    erase(tenant, gone)
    stricter = Settings(judge=JudgeSettings(alarm_score=0.9))
    for settings in (DEFAULTS, stricter):
        assert tenant.process(settings, work=no_work) == 0
    assert {e.event_id: e for e in tenant.events()} == before
    assert list(tenant.files("analysis")) == [stays]


def test_damaged_results_are_made_anew_after_a_repair(tenant: Tenant, clip: Path) -> None:
    [record] = tenant.run(arrival(clip)).records
    before = tenant.events()
    tenant.pack_file(record).write_bytes(b"spoilt")
    [found] = check(tenant.place, TENANT)
    assert found.events == tuple(sorted(event.event_id for event in before))
    assert mend(tenant.place, TENANT, found).how
    assert tenant.process() == 1
    assert tenant.events() == before
    assert list(check(tenant.place, TENANT, deep=True)) == []


def test_lost_footage_is_put_again_when_it_comes_again(tenant: Tenant, clip: Path) -> None:
    [record] = tenant.run(arrival(clip)).records
    tenant.blob_file(record.clip.sha256).unlink()
    [found] = check(tenant.place, TENANT)
    assert mend(tenant.place, TENANT, found).how
    tenant.process()
    again = tenant.run(arrival(clip))
    assert (again.failed, len(again.records)) == ((), 1)
    assert list(check(tenant.place, TENANT, deep=True)) == []


def test_lineage_of_a_real_event_is_whole(tenant: Tenant, clip: Path) -> None:
    [event, *_] = tenant.run(arrival(clip)).events
    tree = of_event(tenant.place, TENANT, event.event_id)
    assert {one.kind for one in tree.below} == {"clip", "analysis", "decision", "day"}
    seen = next(one for one in tree.below if one.kind == "analysis")
    [kept] = seen.below
    made_from = {one.name.partition("@")[0] for one in kept.below}
    assert made_from == {"footage", "models", "optics", "rules"}


@pytest.fixture(scope="module")
def clips_of_a_stream(footage: "Footage") -> list[Path]:
    """Two clips that follow one another without a gap."""
    return [
        dated(
            footage.video(f"{number}.mp4", size=(320, 240), frames=10 + number, rate=10),
            hours=-(1.1 - 1.1 * number) / 3600,
        )
        for number in range(2)
    ]
