"""What people say is a commit of theirs: who, when, what; and who may not, says nothing."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from quietwatch.addresses import ALL
from quietwatch.errors import AccessRefused, UsageError
from quietwatch.judge.alike import overlap
from quietwatch.judge.memory import Known
from quietwatch.model import Event, Familiar, Kind, Portrait, Reason, Repo
from quietwatch.pipeline.memory import files, sayings
from quietwatch.pipeline.memory.again import AT, FIRST
from quietwatch.pipeline.memory.files import MEMORY
from quietwatch.store.access.audit import Outcome, Wanted
from quietwatch.store.access.roles import Grant, Role
from quietwatch.store.catalog import clips
from tests.unit.pipeline.conftest import DOOR, TENANT, Tenant, arrival
from tests.unit.pipeline.memory.conftest import BOX, look

REPO = Repo(TENANT, MEMORY)
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def person(tenant: Tenant, people: Path) -> Event:
    """Somebody who was seen, and found."""
    tenant.run(arrival(people))
    return next(e for e in tenant.events() if e.judgement.kind is Kind.PERSON)


def told(tenant: Tenant, event: Event) -> files.Dismissed:
    path = files.dismissed_path(event.camera, event.event_id)
    return files.dismissed(tenant.place.door(None).read(REPO, path))


def test_a_dismissal_tells_who_when_and_what(tenant: Tenant, person: Event) -> None:
    door, before = tenant.place.door(None), tenant.events()
    assert sayings.dismiss(tenant.place, door, person, "the postman", NOW)
    assert tenant.events() == before
    said = told(tenant, person)
    assert (said.event_id, said.start, said.end) == (person.event_id, person.start, person.end)
    assert [(one.by, one.at, one.note) for one in said.sayings] == [
        (door.principal, NOW, "the postman")
    ]
    assert overlap(said.thing.box, person.box) > 0.8
    assert said.thing.kind is person.judgement.kind is Kind.PERSON
    path = files.dismissed_path(person.camera, person.event_id)
    entry = tenant.place.repos.entry(REPO, path)
    assert entry.meta == {AT: NOW.isoformat(), FIRST: NOW.isoformat(), "footage": person.footage}


def test_saying_it_twice_is_saying_it_once(tenant: Tenant, person: Event) -> None:
    door = tenant.place.door(None)
    assert not sayings.take_back(door, person, NOW)
    assert sayings.dismiss(tenant.place, door, person, "", NOW)
    assert not sayings.dismiss(tenant.place, door, person, "again", LATER)
    assert sayings.take_back(door, person, LATER)
    assert not sayings.take_back(door, person, LATER)
    assert sayings.dismiss(tenant.place, door, person, "after all", LATER)
    first, second = told(tenant, person).sayings
    assert (first.undone, first.undone_by) == (LATER, door.principal)
    assert (second.note, second.undone) == ("after all", None)
    path = files.dismissed_path(person.camera, person.event_id)
    meta = tenant.place.repos.entry(REPO, path).meta
    assert (meta[AT], meta[FIRST]) == (LATER.isoformat(), NOW.isoformat())
    assert len(list(tenant.place.repos.log(REPO))) == 3


def test_what_no_look_has_found_cant_be_known_again(tenant: Tenant, clip: Path) -> None:
    tenant.run(arrival(clip))
    event = tenant.events()[0]
    assert event.judgement.kind is Kind.UNKNOWN
    with pytest.raises(UsageError, match="nothing to know it by"):
        sayings.dismiss(tenant.place, tenant.place.door(None), event, "", NOW)


def test_what_has_no_light_and_shade_cant_be_known_again(
    tenant: Tenant, person: Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    flat: Portrait = (50,) * 24
    looks = [flat] * 100
    monkeypatch.setattr(sayings, "portrait_of", lambda *_: looks.pop())
    with pytest.raises(UsageError, match="nothing to know it by"):
        sayings.dismiss(tenant.place, tenant.place.door(None), person, "", NOW)
    looks = [flat] * 100
    looks[-2] = look()
    assert sayings.dismiss(tenant.place, tenant.place.door(None), person, "", NOW)
    assert told(tenant, person).thing.portrait == look()


def test_what_is_erased_cant_be_known_again(tenant: Tenant, person: Event) -> None:
    with tenant.place.catalog.begin() as connection:
        clips.erase(connection, TENANT, [person.footage_path], None)
    with pytest.raises(UsageError, match="nothing to know it by"):
        sayings.dismiss(tenant.place, tenant.place.door(None), person, "", NOW)


def test_forgetting_is_a_commit_for_each_thing_or_for_all(tenant: Tenant) -> None:
    door = tenant.place.door(None)
    familiar = Familiar("0" * 12, Reason.STATIC_REPEAT, BOX, look())
    known = Known(familiar, Kind.PERSON, 3, NOW, NOW)
    sayings.forget(tenant.place, door, DOOR, [known, known], NOW)
    sayings.forget(tenant.place, door, DOOR, None, LATER)
    found = [files.forgotten(door.read(REPO, entry.path)) for entry in door.entries(REPO)]
    assert [one.what.box for one in found] == [BOX, BOX, None]
    assert [one.by for one in found] == [door.principal] * 3
    assert [one.what.at for one in found] == [NOW, NOW, LATER]
    assert len(list(door.log(REPO))) == 2


def test_what_is_forgotten_says_of_which_clips_it_is(tenant: Tenant, person: Event) -> None:
    """Of those that show its first find; of what was dismissed, that of the event."""
    door, camera = tenant.place.door(None), person.camera
    familiar = Familiar("0" * 12, Reason.STATIC_REPEAT, BOX, look())
    found = Known(familiar, Kind.PERSON, 3, person.start, NOW)
    early = replace(found, first=person.start - timedelta(days=2))
    sayings.dismiss(tenant.place, door, person, "", NOW)
    dismissed = Known(familiar, Kind.PERSON, 0, NOW, NOW, person.event_id)
    unknown = replace(dismissed, event_id="gone")
    sayings.forget(tenant.place, door, camera, [found, early, dismissed, unknown], LATER)
    prefix = f"{files.folder(camera)}forgotten/"
    origins = [entry.meta.get("footage") for entry in door.entries(REPO, prefix=prefix)]
    assert origins == [person.footage, None, person.footage, None]


def test_whoever_may_only_read_says_nothing(tenant: Tenant, person: Event) -> None:
    secret, _ = tenant.place.door(None).desk.make_token("user:root", admin=True)
    desk = tenant.place.door(secret.text).desk
    desk.grant(Grant("user:ann", Role.READER, Repo(TENANT, ALL)))
    secret, _ = desk.make_token("user:ann")
    reader = tenant.place.door(secret.text)
    with pytest.raises(AccessRefused):
        sayings.dismiss(tenant.place, reader, person, "", NOW)
    with pytest.raises(AccessRefused):
        sayings.forget(tenant.place, reader, DOOR, None, NOW)
    assert tenant.place.repos.head(REPO) is None
    desk.grant(Grant("user:ann", Role.WRITER, REPO))
    assert sayings.dismiss(tenant.place, reader, person, "", NOW)
    lines = desk.audit(Wanted(principal="user:ann"))
    assert (lines[0].action, lines[0].outcome) == ("commit", Outcome.ALLOWED)
