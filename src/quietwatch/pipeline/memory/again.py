"""Which hours of cameras a changed memory concerns: those after it that may rest on it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

from quietwatch.config import JudgeSettings
from quietwatch.model import Camera, Repo
from quietwatch.names import clip_hour, hour_of
from quietwatch.pipeline.memory import files
from quietwatch.pipeline.memory.files import MEMORY
from quietwatch.store.catalog import sighted
from quietwatch.store.place import Place

AT: Final = "at"
"""What is known of a file in which people say something: the UTC time at which they did last."""

FIRST: Final = "first"
"""And at which they did first: from then on it is missed where the file is gone."""

_HOUR = timedelta(hours=1)
_EVER, _NEVER = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
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
    """The hours that what people said between two commits may concern: it holds from then on.

    Where it can't be told from when on, all of the camera.
    """
    found: set[str] = set()
    if until is None or since == until:
        return found
    repo = Repo(tenant, MEMORY)
    for entry in place.repos.changes(repo, since, until):
        camera = files.said_of(tenant, entry.path)
        if camera is None:  # a day is noted by who writes it
            continue
        if entry.blob is None and since is not None:
            begun = _time(place.repos.entry(repo, entry.path, since).meta.get(FIRST))
        else:
            begun = _time(entry.meta.get(AT))
        with place.catalog.reading() as connection:
            paths = sighted.paths_between(connection, camera, begun, _NEVER)
        found |= {clip_hour(path) for path in paths}
    return found


def _time(text: object) -> datetime:
    """The time in what is known of a file; one before all where there is none."""
    try:
        at = datetime.fromisoformat(str(text))
    except ValueError:
        return _EVER
    return _EVER if at.tzinfo is None else at
