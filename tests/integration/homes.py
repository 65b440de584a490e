"""What the tests ask of a home: whether it is whole, what is in it, how far its run has come."""

import hashlib
import json
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from quietwatch.events.table import to_json
from quietwatch.model import Event, Repo
from quietwatch.names import blob_key
from quietwatch.store.catalog import clips, happenings
from quietwatch.store.catalog.clips import ClipRecord
from quietwatch.store.pack import PackReader
from quietwatch.store.place import Place, open_place

TENANT = "home"
DAILY = "events"
"""The repo that says when its files were made: its history is not the same from run to run."""


def analyses(home: Path) -> set[str]:
    """Keys of the analyses that are finished, committed or not; may be asked at any time."""
    made = {path.stem for path in home.glob("spool/made/*.zip")}
    return made | {row[0] for row in asked(home, "SELECT analysis FROM clips") if row[0]}


def judged(home: Path) -> int:
    """How many clips have been judged so far."""
    return len(asked(home, "SELECT path FROM clips WHERE decision IS NOT NULL"))


def packs(home: Path) -> dict[Path, tuple[int, int]]:
    """Each stored analysis, also of other settings; inode and time of change stay while nobody
    writes it."""
    rows = asked(home, "SELECT DISTINCT pack FROM datums WHERE pack IS NOT NULL")
    files = [home / "store" / blob_key(TENANT, sha256) for (sha256,) in rows]
    return {path: (path.stat().st_ino, path.stat().st_mtime_ns) for path in files if path.exists()}


def asked(home: Path, query: str) -> list[tuple[Any, ...]]:
    """Rows of the catalog, none as long as it is not there."""
    file = home / "catalog.sqlite"
    if not file.exists():
        return []
    with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", timeout=30, uri=True)) as connection:
        try:
            return connection.execute(query).fetchall()
        except sqlite3.OperationalError:  # its tables are just being made
            return []


def require_whole(home: Path, catalog: str | None = None, *, streams: bool = False) -> None:
    """See that all that a home tells of is there and hangs together.

    Each blob that a commit at a head names is there and hashes to its name; each clip has its
    commit, and its analysis if it was analyzed; each event has its clip and its track, once.

    Args:
        home: in which no run is at work.
        catalog: URL of its catalog; by default in the home.
        streams: whether tracks go on from clip to clip: they are told of where they are known.
    """
    with open_place(home, catalog=catalog) as place:
        heads = {name: dict(listed(place, name)) for name in names(place)}
        for files in heads.values():
            for sha256 in files.values():
                assert hashlib.sha256(place.blobs(TENANT).read(sha256)).hexdigest() == sha256
        records = known(place)
        assert {r.path: r.clip.sha256 for r in records} == heads.get("footage", {})
        packs = {r.path: r.pack for r in records if r.pack is not None}
        assert packs == heads.get("analysis", {})
        require_events(place, records, streams=streams)
    for pack in home.glob("spool/made/*.zip"):
        with pack.open("rb") as file, PackReader(file) as made:
            read_all(made)


def require_events(place: Place, records: list[ClipRecord], *, streams: bool) -> None:
    """See that events and analyses tell of the same tracks."""
    found = events(place)
    counts = Counter(event.event_id for event in found)
    assert counts.total() == len(counts)
    assert {e.footage_path for e in found} <= {r.path for r in records if r.decision}
    for record in records:
        if record.pack is None:
            continue
        with (
            place.blobs(TENANT).at(record.pack) as path,
            path.open("rb") as file,
            PackReader(file) as pack,
        ):
            tracks = read_all(pack)
        if record.decision is not None and not streams:
            began = {event.track for event in found if event.footage_path == record.path}
            assert began == tracks


def read_all(pack: PackReader) -> set[int]:
    """Read each member; gives the ordinals of its tracks."""
    tracks = {track.ordinal for track in pack.analysis().tracks}
    pack.pictures(tracks)
    pack.state()
    return tracks


@dataclass(frozen=True, slots=True)
class Contents:
    """What a home holds, but for the times of day at which it came there.

    Attributes:
        files: of each repo but `events` the blob at each path.
        days: paths in `events`.
        blobs: hashes of all blobs that are there, but for those of `events`.
        records: what is known of each clip.
        events: as they are exported.
        beside: names of the files in the home that are in neither store nor catalog.
        report: `report.html`, where there is one.
    """

    files: dict[str, dict[str, str]]
    days: tuple[str, ...]
    blobs: frozenset[str]
    records: tuple[ClipRecord, ...]
    events: str
    beside: tuple[str, ...]
    report: bytes | None


def contents(home: Path, catalog: str | None = None) -> Contents:
    """All that a home holds when no run is at work in it; arguments as of `require_whole`."""
    with open_place(home, catalog=catalog) as place:
        files = {name: dict(listed(place, name)) for name in names(place)}
        days = files.pop(DAILY)
        blobs = {blob.sha256 for blob in place.blobs(TENANT).all()} - set(old_days(place))
        rows = [to_json(event) for event in events(place)]
        records = tuple(known(place))
    report = home / "report.html"
    beside = sorted(
        str(path.relative_to(home))
        for path in home.rglob("*")
        if path.is_file() and not path.relative_to(home).parts[0].startswith(("store", "catalog."))
    )
    return Contents(
        files=files,
        days=tuple(days),
        blobs=frozenset(blobs),
        records=records,
        events=json.dumps(rows, indent=1),
        beside=tuple(beside),
        report=report.read_bytes() if report.exists() else None,
    )


def names(place: Place) -> list[str]:
    """The repos of the tenant."""
    return [repo.name for repo in place.repos.list(TENANT)]


def listed(place: Place, name: str) -> Iterator[tuple[str, str]]:
    """Path and blob of each file at the head of a repo."""
    repo = Repo(TENANT, name)
    if place.repos.head(repo) is not None:
        for entry in place.repos.entries(repo):
            assert entry.blob is not None
            yield entry.path, entry.blob.sha256


def old_days(place: Place) -> Iterator[str]:
    """The blobs that `events` ever named."""
    repo = Repo(TENANT, DAILY)
    if place.repos.head(repo) is not None:
        for commit in place.repos.log(repo):
            for entry in place.repos.entries(repo, commit.id):
                assert entry.blob is not None
                yield entry.blob.sha256


def known(place: Place) -> list[ClipRecord]:
    """What is known of each clip, by camera and time."""
    with place.catalog.reading() as connection:
        cameras = clips.cameras_of(connection, TENANT)
        return [record for camera in cameras for record in clips.of_camera(connection, camera)]


def events(place: Place) -> list[Event]:
    """All events, by camera and start."""
    with place.catalog.reading() as connection:
        return list(happenings.matching(connection, TENANT))
