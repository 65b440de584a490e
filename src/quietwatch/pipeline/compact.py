"""Events out of SQL into the repo `events`, as Parquet by day: for whoever has no catalog."""

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import Connection

from quietwatch.errors import RepoMissing
from quietwatch.events import table
from quietwatch.model import Commit, Entry, Origin, Repo
from quietwatch.names import ENGINE
from quietwatch.store.catalog import happenings, jobs
from quietwatch.store.place import Place

EVENTS = "events"
"""The repo of events by day."""

_MARK = "uncompacted"
_AT_ONCE = 31  # days of one commit, whose files are in memory


def note_days(connection: Connection, tenant: str, days: Iterable[date]) -> None:
    """Note days on which events have changed, in the transaction that changes them."""
    known = _days(connection, tenant)
    if new := set(days) - known:
        jobs.set_mark(connection, tenant, _MARK, _text(known | new))


def compact(place: Place, tenant: str) -> int:
    """Write the files of the days that have changed since; gives how many.

    A file holds a whole day (UTC, by start) and replaces the one before: what it held then can be
    read at the earlier commit.

    Raises:
        StorageError: they can't be written; the days stay noted.
    """
    with place.catalog.reading() as connection:
        days = sorted(_days(connection, tenant))
    for first in range(0, len(days), _AT_ONCE):
        _commit(place, tenant, set(days[first : first + _AT_ONCE]))
    return len(days)


def _commit(place: Place, tenant: str, days: set[date]) -> None:
    files = {day: _file(place, tenant, day) for day in sorted(days)}

    def within(connection: Connection, _: Commit) -> None:
        jobs.set_mark(connection, tenant, _MARK, _text(_days(connection, tenant) - days))

    hashes = [hashlib.sha256(data).hexdigest() for data, _ in files.values() if data]
    with place.leasing(tenant, hashes):
        entries = [_entry(place, tenant, day, *file) for day, file in files.items()]
        place.repos.commit(
            Repo(tenant, EVENTS),
            entries,
            author=ENGINE,
            message=f"events of {len(entries)} day{'s' if len(entries) > 1 else ''}",
            provenance=_origins(place, tenant),
            within=within,
        )


def _file(place: Place, tenant: str, day: date) -> tuple[bytes, int]:
    """The file of a day and how many events it has; no bytes for none."""
    start = datetime(day.year, day.month, day.day, tzinfo=UTC)
    with place.catalog.reading() as connection:
        until = start + timedelta(days=1)
        events = list(happenings.matching(connection, tenant, start, until))
    return b"".join(table.parquet_files(events).values()), len(events)


def _entry(place: Place, tenant: str, day: date, data: bytes, count: int) -> Entry:
    blob = place.blobs(tenant).put_bytes(data) if data else None
    return Entry(f"tenant={tenant}/date={day}/events.parquet", blob, {"events": count})


def _origins(place: Place, tenant: str) -> tuple[Origin, ...]:
    found = []
    for name in ("analysis", "rules"):
        try:
            commit = place.repos.head(Repo(tenant, name))
        except RepoMissing:
            continue
        if commit is not None:
            found.append(Origin(name, commit.id))
    return tuple(found)


def _days(connection: Connection, tenant: str) -> set[date]:
    text = jobs.mark(connection, tenant, _MARK)
    return {date.fromisoformat(day) for day in json.loads(text)} if text else set()


def _text(days: Iterable[date]) -> str:
    return json.dumps(sorted(day.isoformat() for day in days))
