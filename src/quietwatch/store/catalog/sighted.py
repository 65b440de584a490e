"""What was found and kept its place, clip by clip, and the hours of which that is not in files yet.

What a clip shows stands as JSON beside its judgement, in the same transaction as the clip's events.
Days of cameras are noted in the transaction that changes what their clips show, and so are hours
from which on clips have to be judged again.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, and_, func, literal, select, union_all, update

from quietwatch.model import Camera
from quietwatch.names import clip_hour
from quietwatch.store.catalog import jobs
from quietwatch.store.catalog.clips import chunks
from quietwatch.store.catalog.clock import micros, moment
from quietwatch.store.catalog.work_tables import clips, datums

_UNKEPT, _UNJUDGED = "unremembered", "unjudged"
_HOUR = timedelta(hours=1)
_AT_ONCE = 100  # cameras that are asked for in one statement


def of_clips(connection: Connection, tenant: str, paths: Iterable[str]) -> dict[str, str]:
    """What each of these clips shows, as JSON; those that show nothing or failed are left out."""
    found: dict[str, str] = {}
    for part in chunks(paths):
        rows = connection.execute(_shown(tenant).where(clips.c.path.in_(part)))
        found |= {row.path: row.summary for row in rows}
    return found


def of_day(connection: Connection, camera: Camera, day: datetime) -> Iterator[tuple[str, str]]:
    """Path of each clip of a camera's day (UTC) that shows something, and what, by start."""
    mine = _between(camera, day, day + timedelta(days=1))
    query = _shown(camera.tenant).where(mine).order_by(clips.c.start, clips.c.path)
    for row in connection.execute(query):
        yield row.path, row.summary


def note_changed(
    connection: Connection, tenant: str, before: Mapping[str, str], now: Mapping[str, str]
) -> None:
    """Note the hours in which clips show something else than before; both as of `of_clips`."""
    paths = before.keys() | now.keys()
    note(connection, tenant, [path for path in paths if before.get(path) != now.get(path)])


def note(connection: Connection, tenant: str, paths: Iterable[str]) -> None:
    """Note the hours of clips: what they show is not in files any more."""
    hours = _hours(paths)
    if not hours:
        return
    known = noted(connection, tenant)
    if new := hours - known:
        jobs.set_mark(connection, tenant, _UNKEPT, json.dumps(sorted(known | new)))


def drop(connection: Connection, tenant: str, paths: Iterable[str]) -> None:
    """Know no more what clips show, because they are erased.

    Their hours are noted, and what comes after them is to be judged again: the files of their days
    go, too, and where nothing is left to show none is written anew.
    """
    gone = list(paths)
    for part in chunks(gone):
        mine = and_(datums.c.tenant == tenant, datums.c.path.in_(part))
        connection.execute(update(datums).where(mine).values(summary=None))
    note(connection, tenant, gone)
    _note_unjudged(connection, tenant, _hours(gone))


def noted(connection: Connection, tenant: str) -> set[str]:
    """The hours of cameras that are noted, as of `names.clip_hour`."""
    text = jobs.mark(connection, tenant, _UNKEPT)
    return set(json.loads(text)) if text else set()


def kept(connection: Connection, tenant: str, hours: Iterable[str], changed: Iterable[str]) -> None:
    """Note that what these hours show is in files.

    Args:
        connection: in a transaction.
        tenant: whose.
        hours: as of `noted`.
        changed: those of them that show something else than the files said: what comes after is to
            be judged again. Of each camera the first is kept until `judged` says otherwise.
    """
    left = noted(connection, tenant) - set(hours)
    jobs.set_mark(connection, tenant, _UNKEPT, json.dumps(sorted(left)))
    _note_unjudged(connection, tenant, changed)


def unjudged(connection: Connection, tenant: str) -> dict[str, str]:
    """By `site/camera` the hour after which clips are to be judged again."""
    text = jobs.mark(connection, tenant, _UNJUDGED)
    return dict(json.loads(text)) if text else {}


def judged(connection: Connection, tenant: str, cameras: Iterable[str]) -> None:
    """Note that the clips of these cameras were judged again."""
    since, done = unjudged(connection, tenant), set(cameras)
    left = {camera: hour for camera, hour in since.items() if camera not in done}
    if left != since:
        jobs.set_mark(connection, tenant, _UNJUDGED, json.dumps(left, sort_keys=True))


@dataclass(frozen=True, slots=True)
class Newest:
    """When the newest clip of a camera starts; None: there is none.

    Attributes:
        at_all: of all clips.
        by_now: of those that do not start in the future; a clock may be wrong once.
    """

    at_all: datetime | None
    by_now: datetime | None

    def is_after(self, hour: datetime, now: datetime) -> bool:
        """Whether there is a clip after an hour; for one that has begun, none of the future."""
        newest = self.by_now if hour <= now else self.at_all
        return newest is not None and newest >= hour + _HOUR


def newest(
    connection: Connection, tenant: str, names: Iterable[str], now: datetime
) -> dict[str, Newest]:
    """When the newest clip of each of these cameras (`site/camera`) starts."""
    found: dict[str, Newest] = {}
    for part in chunks(names, _AT_ONCE):
        each = []
        for name in part:
            last = select(func.max(clips.c.start)).where(_mine(Camera(tenant, *name.split("/"))))
            by_now = last.where(clips.c.start <= micros(now))
            told = (last.scalar_subquery(), by_now.scalar_subquery())
            each.append(select(literal(name).label("name"), *told))
        for camera, at_all, until_now in connection.execute(union_all(*each)):
            found[camera] = Newest(_moment(at_all), _moment(until_now))
    return found


def paths_between(
    connection: Connection, camera: Camera, since: datetime, until: datetime
) -> Sequence[str]:
    """The clips of a camera that start from one time up to before another."""
    query = select(clips.c.path).where(_between(camera, since, until))
    return list(connection.scalars(query))


def camera_of(hour: str) -> str:
    """The `site/camera` of an hour, as of `names.clip_hour`."""
    return hour.rsplit("/", 4)[0]


def _hours(paths: Iterable[str]) -> set[str]:
    """The hours of clips; what is beside them has none."""
    return {hour for hour in map(clip_hour, paths) if not hour.endswith("/")}


def _note_unjudged(connection: Connection, tenant: str, hours: Iterable[str]) -> None:
    """Note that what comes after some hours is to be judged again."""
    since = unjudged(connection, tenant)
    before = dict(since)
    for hour in hours:
        camera = camera_of(hour)
        since[camera] = min(since.get(camera, hour), hour)
    if since != before:
        jobs.set_mark(connection, tenant, _UNJUDGED, json.dumps(since, sort_keys=True))


def _moment(number: int | None) -> datetime | None:
    return None if number is None else moment(number)


def _shown(tenant: str) -> Select[Any]:
    joined = and_(datums.c.tenant == clips.c.tenant, datums.c.key == clips.c.decision)
    return (
        select(clips.c.path, datums.c.summary)
        .join(datums, joined)
        .where(clips.c.tenant == tenant, clips.c.error.is_(None), datums.c.summary.is_not(None))
    )


def _mine(camera: Camera) -> Any:
    return and_(
        clips.c.tenant == camera.tenant,
        clips.c.site == camera.site,
        clips.c.camera == camera.name,
    )


def _between(camera: Camera, since: datetime, until: datetime) -> Any:
    return and_(_mine(camera), clips.c.start >= micros(since), clips.c.start < micros(until))
