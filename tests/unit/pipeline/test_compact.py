"""Events of SQL as files by day."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from quietwatch.config import Settings
from quietwatch.events import table
from quietwatch.model import Event, Repo
from quietwatch.pipeline import compact as compacting
from quietwatch.pipeline.compact import EVENTS, compact, note_days
from quietwatch.pipeline.sync import sync
from quietwatch.store.catalog import happenings, leases
from tests.unit.pipeline.conftest import TENANT, Tenant, arrival, no_work
from tests.unit.store.catalog.conftest import make_event

DAY = timedelta(days=1)


@pytest.fixture
def synced(tenant: Tenant) -> Tenant:
    sync(tenant.place, TENANT, Settings())
    return tenant


def put(tenant: Tenant, *events: Event) -> None:
    with tenant.place.catalog.begin() as connection:
        changed = happenings.put(connection, events, 1)
        note_days(connection, TENANT, {event.start.date() for event in changed})


def days(tenant: Tenant, tmp_path: Path) -> dict[str, list[Event]]:
    found = {}
    for path, blob in tenant.files(EVENTS).items():
        file = tmp_path / "read" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        tenant.place.blobs(TENANT).fetch(blob.sha256, file)
        found[path] = table.read_day(tmp_path / "read", path)
    return found


def test_a_day_is_a_file_that_holds_all_of_it(synced: Tenant, tmp_path: Path) -> None:
    one, other, later = (make_event(TENANT, number, number * 60) for number in range(3))
    later = replace(later, start=later.start + DAY, end=later.end + DAY)
    put(synced, one, later)
    assert compact(synced.place, TENANT) == 2
    put(synced, other)
    assert compact(synced.place, TENANT) == 1
    assert compact(synced.place, TENANT) == 0
    found = days(synced, tmp_path)
    assert {path: [event.event_id for event in events] for path, events in found.items()} == {
        f"tenant={TENANT}/date=2026-11-23/events.parquet": [one.event_id, other.event_id],
        f"tenant={TENANT}/date=2026-11-24/events.parquet": [later.event_id],
    }
    log = list(synced.place.repos.log(Repo(TENANT, EVENTS)))
    assert [commit.message for commit in log] == ["events of 1 day", "events of 2 days"]
    assert {origin.repo for origin in log[0].provenance} == {"rules"}


def test_a_day_without_events_has_no_file(synced: Tenant) -> None:
    event = make_event(TENANT, 1)
    put(synced, event)
    compact(synced.place, TENANT)
    with synced.place.catalog.begin() as connection:
        happenings.withdraw(connection, TENANT, [event.footage_path], set(), 2)
        note_days(connection, TENANT, {event.start.date()})
    assert compact(synced.place, TENANT) == 1
    assert synced.files(EVENTS) == {}


def test_days_stay_noted_until_they_are_written(
    synced: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(synced, make_event(TENANT, 1))
    with monkeypatch.context() as patch:
        patch.setattr(synced.place.repos, "commit", lambda *_, **__: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            compact(synced.place, TENANT)
    assert compact(synced.place, TENANT) == 1


def test_files_are_leased_before_they_are_put(
    synced: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(synced, make_event(TENANT, 1))
    held: list[set[str]] = []
    original = compacting._entry

    def entry(*given: object) -> object:
        with synced.place.catalog.reading() as connection:
            held.append(leases.leased(connection, TENANT))
        return original(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(compacting, "_entry", entry)
    compact(synced.place, TENANT)
    assert held == [{blob.sha256 for blob in synced.files(EVENTS).values()}]


def test_a_run_writes_the_days_that_it_changed(tenant: Tenant, clip: Path, tmp_path: Path) -> None:
    result = tenant.run(arrival(clip))
    [events] = days(tenant, tmp_path).values()
    assert [event.event_id for event in events] == [event.event_id for event in result.events]
    tenant.run(arrival(clip), work=no_work)
    assert len(list(tenant.place.repos.log(Repo(TENANT, EVENTS)))) == 1
