"""What clips showed, out of the catalog into the repo `memory`, a file a camera and day.

An hour is written once there is footage after it: nothing needs it before. So a camera under watch
has its file written once an hour, and footage that comes late has it written again.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby

from sqlalchemy import Connection

from quietwatch.errors import PathMissing
from quietwatch.judge.sightings import of_hour
from quietwatch.model import Camera, Commit, Entry, Origin, Repo, Sighting
from quietwatch.names import ENGINE, clip_hour, hour_of, memory_day
from quietwatch.pipeline.memory import files
from quietwatch.pipeline.memory.files import FORMAT, MEMORY, Day
from quietwatch.store.catalog import erasures, sighted
from quietwatch.store.place import Place

_FOOTAGE, _ANALYSIS = "footage", "analysis"


def remember(place: Place, tenant: str, now: datetime | None = None) -> bool:
    """Write what noted hours show, if there is footage after them; tells whether anything changed.

    Args:
        place: the store.
        tenant: whose.
        now: UTC; None: as the clock has it. Of an hour that has begun, footage of the future says
            nothing: else each clip would have its day written anew.

    Raises:
        StorageError: it can't be written; the hours stay noted.
    """
    time = datetime.now(UTC) if now is None else now
    while True:
        with place.catalog.reading() as connection:
            made = list(_made(connection, tenant, time))
        if not made:
            return False
        try:
            return _keep(place, tenant, made)
        except _Moved:  # a clip was erased meanwhile
            continue


class _Moved(Exception):
    """What was made is not what there is any more."""


@dataclass(frozen=True, slots=True)
class _Shown:
    """What the clips of a camera's day show, by start, and how many are erased."""

    clips: tuple[tuple[str, str], ...]
    erased: int


@dataclass(frozen=True, slots=True)
class _Made:
    """The file of a camera's day, and the hours in it that are new.

    Attributes:
        camera: whose.
        hours: as of `names.clip_hour`; at least one.
        shown: of what it is made.
        day: what the file says; hours of the day that are noted and not new are left out.
    """

    camera: Camera
    hours: tuple[str, ...]
    shown: _Shown
    day: Day

    @property
    def path(self) -> str:
        return memory_day(self.hours[0])

    @property
    def data(self) -> bytes:
        return files.dump(self.day) if self.day.hours else b""


def _made(connection: Connection, tenant: str, now: datetime) -> Iterator[_Made]:
    noted = sorted(sighted.noted(connection, tenant))
    names = list(dict.fromkeys(map(sighted.camera_of, noted)))
    newest = sighted.newest(connection, tenant, names, now)
    for name, of_camera in groupby(noted, sighted.camera_of):
        camera = Camera(tenant, *name.split("/"))
        for _, of_day in groupby(of_camera, memory_day):
            hours = list(of_day)
            due = tuple(hour for hour in hours if newest[name].is_after(hour_of(hour), now))
            if due:
                shown = _shown(connection, camera, due[0])
                yield _Made(camera, due, shown, _day(shown, frozenset(hours) - set(due)))


def _shown(connection: Connection, camera: Camera, hour: str) -> _Shown:
    start, folder = hour_of(hour).replace(hour=0), f"{hour.rpartition('/')[0]}/"
    clips = tuple(sighted.of_day(connection, camera, start))
    return _Shown(clips, erasures.count_below(connection, camera.tenant, _FOOTAGE, folder))


def _day(shown: _Shown, rest: frozenset[str]) -> Day:
    """What the file of a day says, without some hours."""
    found: dict[str, tuple[Sighting, ...]] = {}
    for hour, clips in groupby(shown.clips, lambda clip: clip_hour(clip[0])):
        if hour not in rest:
            things = of_hour(thing for _, text in clips for thing in files.read_shown(text))
            found[hour.rpartition("/")[2]] = things
    return Day(FORMAT, found, shown.erased)


def _keep(place: Place, tenant: str, made: Iterable[_Made]) -> bool:
    """Commit what is new; raises _Moved."""
    repo = Repo(tenant, MEMORY)
    before = {one.path: _stored(place, repo, one.path) for one in made}
    changed = [one for one in made if before[one.path] != (_sha256(one.data) if one.data else None)]
    hours = [hour for one in made for hour in one.hours]
    again = [hour for one in changed for hour in one.hours]

    def noted(connection: Connection) -> None:
        for one in made:
            if _shown(connection, one.camera, one.hours[0]) != one.shown:
                raise _Moved
        sighted.kept(connection, tenant, hours, again)

    def within(connection: Connection, _: Commit) -> None:
        noted(connection)

    if not changed:
        with place.catalog.begin() as connection:
            noted(connection)
        return False
    with place.leasing(tenant, [_sha256(one.data) for one in changed if one.data]):
        blobs = place.blobs(tenant)
        entries = [
            Entry(one.path, blobs.put_bytes(one.data) if one.data else None) for one in changed
        ]
        head = place.repos.head(Repo(tenant, _ANALYSIS))
        place.repos.commit(
            repo,
            entries,
            author=ENGINE,
            message=f"what {len(again)} hour{'s' if len(again) > 1 else ''} showed",
            provenance=() if head is None else (Origin(_ANALYSIS, head.id),),
            within=within,
        )
    return True


def _stored(place: Place, repo: Repo, path: str) -> str | None:
    if place.repos.head(repo) is None:
        return None
    try:
        blob = place.repos.entry(repo, path).blob
    except PathMissing:
        return None
    return None if blob is None else blob.sha256


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
