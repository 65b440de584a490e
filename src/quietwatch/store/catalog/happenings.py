"""Events in SQL: as they stand, and every revision that led there."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any, NamedTuple

from pydantic import TypeAdapter
from sqlalchemy import Connection, Select, and_, delete, insert, select, update

from quietwatch.model import Camera, Event, Verdict
from quietwatch.store.catalog.among import MANY, among
from quietwatch.store.catalog.clips import chunks
from quietwatch.store.catalog.clock import micros, moment, now
from quietwatch.store.catalog.upsert import upsert
from quietwatch.store.catalog.work_tables import events, revisions

_EVENTS = TypeAdapter(Event)
_AT_ONCE = 200  # rows brought at a time where it is not known how many are taken
_FIELDS = (events.c.data, events.c.incident_id)


def put(
    connection: Connection,
    found: Iterable[Event],
    job: int,
    pictures: Mapping[str, str] = MappingProxyType({}),
) -> list[Event]:
    """Keep events as they stand now, with a revision for each that is not what it was.

    Args:
        connection: in a transaction.
        found: of one tenant; each event once.
        job: that found them.
        pictures: of events whose best picture is another than before, the path of the clip whose
            analysis has it, by event_id.

    Returns:
        those that are new or changed.
    """
    given = {event.event_id: event for event in found}
    if not given:
        return []
    tenant = next(iter(given.values())).camera.tenant
    before = _stored(connection, tenant, given)
    at = now()
    rows, said = [], []
    for identity, event in given.items():
        data = _EVENTS.dump_json(replace(event, incident_id=identity)).decode()
        old = before.get(identity)
        picture = pictures.get(identity, None if old is None else old.picture)
        if old is None or (old.data, old.picture) != (data, picture):
            rows.append({**_values(event, data, at), "picture": picture})
        if old is None or old.data != data:
            said.append(_revision(tenant, identity, job, data, at))
    if rows:
        upsert(connection, events, rows)
    if said:
        connection.execute(insert(revisions), said)
    return [given[row["event_id"]] for row in said]


def withdraw(
    connection: Connection, tenant: str, paths: Iterable[str], kept: set[str], job: int
) -> list[Event]:
    """Take away the events that began in clips and are none any more; their revisions stay.

    Args:
        connection: in a transaction.
        tenant: whose.
        paths: of the clips.
        kept: ids of those that still are.
        job: that found out.

    Returns:
        those taken away.
    """
    there = set[str]()
    for part in chunks(paths, MANY):
        mine = and_(events.c.tenant == tenant, among(connection, events.c.path, part))
        there.update(connection.scalars(select(events.c.event_id).where(mine)))
    gone = sorted(by_ids(connection, tenant, there - kept), key=lambda event: event.event_id)
    for event in gone:
        data = _EVENTS.dump_json(event).decode()
        row = _revision(tenant, event.event_id, job, data, now()) | {"withdrawn": True}
        connection.execute(insert(revisions), [row])
        connection.execute(
            delete(events).where(events.c.tenant == tenant, events.c.event_id == event.event_id)
        )
    return gone


def of_clips(connection: Connection, tenant: str, paths: Iterable[str]) -> Iterator[Event]:
    """The events that began in these clips, in any order."""
    for part in chunks(paths, MANY):
        mine = and_(events.c.tenant == tenant, among(connection, events.c.path, part))
        yield from _read(connection, select(*_FIELDS).where(mine))


def by_ids(connection: Connection, tenant: str, ids: Iterable[str]) -> Iterator[Event]:
    """Those of these events that there are, in any order."""
    for part in chunks(ids):
        mine = and_(events.c.tenant == tenant, events.c.event_id.in_(part))
        yield from _read(connection, select(*_FIELDS).where(mine))


def matching(
    connection: Connection,
    tenant: str,
    since: datetime | None = None,
    until: datetime | None = None,
    **wanted: Collection[str] | None,
) -> Iterator[Event]:
    """The events of a tenant that are meant, by camera, start and id.

    Args:
        connection: in a transaction.
        tenant: whose.
        since: they started then or later.
        until: they started before then.
        wanted: by `site`, `camera`, `verdict` and `kind` the values that are meant; of one that
            is empty or None all are.
    """
    asked = [events.c.tenant == tenant]
    if since is not None:
        asked.append(events.c.start >= micros(since))
    if until is not None:
        asked.append(events.c.start < micros(until))
    asked += [events.c[name].in_(map(str, values)) for name, values in wanted.items() if values]
    return _select(connection, and_(*asked))


def visits_since(connection: Connection, camera: Camera, since: datetime) -> Iterator[Event]:
    """The events of a camera that may belong to visits which last or begin from then on.

    What was held back is no part of a visit. It begins with the first event of the incident that
    was the newest before then.
    """
    shown = and_(_of(camera), events.c.verdict != Verdict.SUPPRESSED.value)
    last = connection.execute(
        select(events.c.incident_id)
        .where(shown, events.c.start < micros(since))
        .order_by(events.c.start.desc(), events.c.event_id.desc())
        .limit(1)
    ).scalar()
    first = micros(since)
    if last is not None:
        began = connection.execute(
            select(events.c.start)
            .where(shown, events.c.incident_id == last)
            .order_by(events.c.start)
            .limit(1)
        ).scalar()
        first = first if began is None else min(first, began)
    return _select(connection, and_(shown, events.c.start >= first), few=True)


def set_incidents(connection: Connection, tenant: str, incidents: Mapping[str, str]) -> None:
    """Say of events which incident they belong to, by their ids."""
    for identity, incident in incidents.items():
        connection.execute(
            update(events)
            .where(events.c.tenant == tenant, events.c.event_id == identity)
            .values(incident_id=incident)
        )


@dataclass(frozen=True, slots=True)
class Revision:
    """What was said of an event at one time.

    Attributes:
        event: as it stood.
        job: that said so.
        withdrawn: it said that there is no such event.
        at: when, UTC.
    """

    event: Event
    job: int
    withdrawn: bool
    at: datetime


def history(connection: Connection, tenant: str, event_id: str) -> list[Revision]:
    """All that was said of an event, in order."""
    rows = connection.execute(
        select(revisions)
        .where(revisions.c.tenant == tenant, revisions.c.event_id == event_id)
        .order_by(revisions.c.id)
    )
    return [
        Revision(_EVENTS.validate_json(row.data), row.job, row.withdrawn, moment(row.at))
        for row in rows
    ]


def pictures(connection: Connection, tenant: str, ids: Iterable[str]) -> dict[str, str]:
    """Of each of these events that has a picture, the path of the clip whose analysis has it."""
    stored = _stored(connection, tenant, ids)
    return {identity: one.picture for identity, one in stored.items() if one.picture is not None}


class _Stored(NamedTuple):
    data: str
    picture: str | None


def _stored(connection: Connection, tenant: str, ids: Iterable[str]) -> dict[str, _Stored]:
    found: dict[str, _Stored] = {}
    for part in chunks(ids):
        rows = connection.execute(
            select(events.c.event_id, events.c.data, events.c.picture).where(
                events.c.tenant == tenant, events.c.event_id.in_(part)
            )
        )
        found |= {row.event_id: _Stored(row.data, row.picture) for row in rows}
    return found


def _select(connection: Connection, condition: Any, *, few: bool = False) -> Iterator[Event]:
    """Events by place, start and id; `few`: of many that could be asked for, a few are taken."""
    query: Select[Any] = (
        select(*_FIELDS)
        .where(condition)
        .order_by(events.c.site, events.c.camera, events.c.start, events.c.event_id)
    )
    if few:
        query = query.execution_options(yield_per=_AT_ONCE)
    return _read(connection, query)


def _read(connection: Connection, query: Select[Any]) -> Iterator[Event]:
    """The events that a query of `_FIELDS` finds."""
    for data, incident in connection.execute(query):
        event = _EVENTS.validate_json(data)
        yield event if event.incident_id == incident else replace(event, incident_id=incident)


def _of(camera: Camera) -> Any:
    return and_(
        events.c.tenant == camera.tenant,
        events.c.site == camera.site,
        events.c.camera == camera.name,
    )


def _values(event: Event, data: str, at: int) -> dict[str, Any]:
    return {
        "tenant": event.camera.tenant,
        "event_id": event.event_id,
        "site": event.camera.site,
        "camera": event.camera.name,
        "path": event.footage_path,
        "start": micros(event.start),
        "end": micros(event.end),
        "verdict": event.judgement.verdict.value,
        "kind": event.judgement.kind.value,
        "score": event.judgement.score,
        "incident_id": event.event_id,
        "data": data,
        "at": at,
    }


def _revision(tenant: str, identity: str, job: int, data: str, at: int) -> dict[str, Any]:
    return {
        "tenant": tenant,
        "event_id": identity,
        "job": job,
        "withdrawn": False,
        "data": data,
        "at": at,
    }
