"""Which hours of cameras a changed memory concerns: those after it that may rest on it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

from quietwatch.config import JudgeSettings
from quietwatch.model import Camera, Repo
from quietwatch.names import clip_hour, hour_of
from quietwatch.pipeline.memory.files import MEMORY
from quietwatch.store.catalog import sighted
from quietwatch.store.place import Place

AT: Final = "at"
"""What is known of a file in which people say something: the UTC time at which they did."""

_HOUR = timedelta(hours=1)
_NEVER = datetime.max.replace(tzinfo=UTC)
_LONGEST = timedelta(
    days=max(
        bound.le
        for bound in JudgeSettings.model_fields["memory_days"].metadata
        if hasattr(bound, "le")
    )
)
"""For which a camera can remember: the bound of the setting."""


def unjudged(place: Place, tenant: str) -> dict[str, set[str]]:
    """By `site/camera` the hours that may rest on what was written since they were judged."""
    found: dict[str, set[str]] = {}
    with place.catalog.reading() as connection:
        for name, hour in sighted.unjudged(connection, tenant).items():
            since = hour_of(hour) + _HOUR
            camera = Camera(tenant, *name.split("/"))
            paths = sighted.paths_between(connection, camera, since, since + _LONGEST)
            found[name] = {clip_hour(path) for path in paths}
    return found


def judged(place: Place, tenant: str, takes: Callable[[str], bool]) -> None:
    """Note of which cameras all is judged as memory has it now: whose hours were all looked at."""
    found = unjudged(place, tenant)
    done = [camera for camera, hours in found.items() if all(map(takes, hours))]
    if done:
        with place.catalog.begin() as connection:
            sighted.judged(connection, tenant, done)


def said(place: Place, tenant: str, since: str | None, until: str | None) -> set[str]:
    """The hours that what people said between two commits may concern: it holds from then on."""
    found: set[str] = set()
    if until is None or since == until:
        return found
    for entry in place.repos.changes(Repo(tenant, MEMORY), since, until):
        if AT not in entry.meta:
            continue
        at = datetime.fromisoformat(str(entry.meta[AT]))
        camera = Camera(tenant, *entry.path.split("/")[:2])
        with place.catalog.reading() as connection:
            paths = sighted.paths_between(connection, camera, at, _NEVER)
        found |= {clip_hour(path) for path in paths}
    return found
