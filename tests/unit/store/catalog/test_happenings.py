from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection

from quietwatch.model import Event, Kind, Verdict
from quietwatch.store.catalog import happenings
from tests.unit.store.catalog.conftest import NOON, make_event


def put(connection: Connection, *events: Event, job: int = 1) -> list[Event]:
    return happenings.put(connection, events, job)


def test_they_are_read_as_they_were_kept(tenant: str, writing: Connection) -> None:
    late, early, yard = (
        make_event(tenant, 1, 9),
        make_event(tenant, 2, 1),
        make_event(tenant, 3, camera="yard"),
    )
    assert put(writing, late, early, yard) == [late, early, yard]
    assert list(happenings.matching(writing, tenant, camera=["door"])) == [early, late]
    paths = [early.footage_path, "main/nobody"]
    found = happenings.of_clips(writing, tenant, paths)
    assert sorted(found, key=lambda event: event.start) == [early, late]
    assert list(happenings.of_clips(writing, "another", paths)) == []
    assert put(writing) == []


def test_some_are_found_by_their_ids(tenant: str, writing: Connection) -> None:
    one, other, third = (make_event(tenant, number) for number in (1, 2, 3))
    put(writing, one, other)
    asked = [other.event_id, third.event_id]
    assert list(happenings.by_ids(writing, tenant, asked)) == [other]
    assert list(happenings.by_ids(writing, "another", asked)) == []


def test_a_revision_is_added_only_when_it_is_not_what_it_was(
    tenant: str, writing: Connection
) -> None:
    event = make_event(tenant, 1)
    longer = replace(event, end=event.end + timedelta(seconds=1), end_s=6.0, revision=2)
    put(writing, event, job=1)
    assert put(writing, event, job=2) == []
    assert put(writing, replace(event, incident_id=make_event(tenant, 2).event_id), job=3) == []
    assert put(writing, longer, make_event(tenant, 2), job=4) == [longer, make_event(tenant, 2)]
    said = happenings.history(writing, tenant, event.event_id)
    assert [(one.event, one.job, one.withdrawn) for one in said] == [
        (event, 1, False),
        (longer, 4, False),
    ]
    assert said[0].at <= said[1].at
    assert happenings.history(writing, "another", event.event_id) == []


def test_what_is_none_any_more_is_taken_away_and_remembered(
    tenant: str, writing: Connection
) -> None:
    stays, goes = make_event(tenant, 1), make_event(tenant, 2, 60)
    elsewhere = make_event(tenant, 3, camera="yard")
    put(writing, stays, goes, elsewhere)
    path = stays.footage_path
    assert happenings.withdraw(writing, tenant, [path], {stays.event_id}, 2) == [goes]
    assert happenings.withdraw(writing, tenant, [path], {stays.event_id}, 3) == []
    assert list(happenings.of_clips(writing, tenant, [path])) == [stays]
    said = happenings.history(writing, tenant, goes.event_id)
    assert [(one.job, one.withdrawn) for one in said] == [(1, False), (2, True)]
    assert put(writing, goes, job=4) == [goes]  # and may come back
    assert len(happenings.history(writing, tenant, goes.event_id)) == 3


def test_a_span_of_time(tenant: str, writing: Connection) -> None:
    events = [make_event(tenant, number, number * 60) for number in range(4)]
    put(writing, *events)
    span = NOON + timedelta(minutes=1), NOON + timedelta(minutes=3)
    assert list(happenings.matching(writing, tenant, *span)) == events[1:3]
    assert list(happenings.matching(writing, tenant, span[0])) == events[1:]
    assert list(happenings.matching(writing, "another", *span)) == []


def test_only_what_is_meant(tenant: str, writing: Connection) -> None:
    door, yard = make_event(tenant, 1), make_event(tenant, 2, camera="yard")
    put(writing, door, yard)

    def found(**wanted: Any) -> list[Event]:
        return list(happenings.matching(writing, tenant, **wanted))

    assert found(site=[], camera=None) == found(verdict=list(Verdict)) == [door, yard]
    assert found(camera=["yard", "gate"]) == [yard]
    assert found(site=["elsewhere"]) == []
    assert found(camera=["door"], verdict=[door.judgement.verdict], kind=[Kind.ANIMAL]) == []


def test_incidents_are_said_apart_from_what_was_seen(tenant: str, writing: Connection) -> None:
    one, other = make_event(tenant, 1), make_event(tenant, 2, 10)
    put(writing, one, other)
    happenings.set_incidents(writing, tenant, {other.event_id: one.event_id})
    found = list(happenings.matching(writing, tenant, camera=[one.camera.name]))
    assert [event.incident_id for event in found] == [one.event_id] * 2
    assert put(writing, other) == []
    assert len(happenings.history(writing, tenant, other.event_id)) == 1


def test_visits_are_read_from_the_incident_that_may_go_on(tenant: str, writing: Connection) -> None:
    first, second, held, third = (
        make_event(tenant, 1, 0),
        make_event(tenant, 2, 100),
        make_event(tenant, 3, 150, verdict=Verdict.SUPPRESSED),
        make_event(tenant, 4, 200),
    )
    put(writing, first, second, held, third)
    happenings.set_incidents(writing, tenant, {third.event_id: second.event_id})

    def since(second: float) -> list[int]:
        begun = NOON + timedelta(seconds=second)
        found = happenings.visits_since(writing, first.camera, begun)
        return [event.track for event in found]

    assert since(0) == since(100) == [1, 2, 4]
    assert since(101) == since(200) == since(999) == [2, 4]
