"""A tenant with clips, and what was made of them, without a decoder or a model."""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count

from sqlalchemy import update

from quietwatch import names
from quietwatch.errors import RepoMissing
from quietwatch.model import (
    Blob,
    Camera,
    Clip,
    Commit,
    Entry,
    Event,
    Judgement,
    Kind,
    Meta,
    Origin,
    Reason,
    Repo,
    Verdict,
)
from quietwatch.store.catalog import clips, datums, happenings
from quietwatch.store.catalog.clips import ClipRecord
from quietwatch.store.catalog.datums import Datum
from quietwatch.store.catalog.tables import entries
from quietwatch.store.place import Place

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
REPOS = ("footage", "analysis", "events", "models", "optics", "rules", "datasets")


class Keeper:
    """Puts things where the engine would have put them."""

    def __init__(self, place: Place, tenant: str) -> None:
        self.place, self.tenant = place, tenant
        self.number = count()
        for name in REPOS:
            place.repos.create(self.repo(name))

    def repo(self, name: str) -> Repo:
        return Repo(self.tenant, name)

    def clip(
        self,
        camera: str = "main/door",
        *,
        days: float = 0.0,
        verdict: Verdict | None = None,
        content: bytes | None = None,
    ) -> str:
        """Bring in and analyze a clip that is so many days old; gives its path."""
        data = content or f"{self.tenant} {next(self.number)}".encode()
        site, name = camera.split("/")
        clip = Clip(
            camera=Camera(self.tenant, site, name),
            sha256=hashlib.sha256(data).hexdigest(),
            size=len(data),
            start=NOW - timedelta(days=days),
            start_from="name",
            duration=10.0,
            width=64,
            height=48,
            codec="h264",
            extension="mp4",
        )
        path = names.clip_path(clip)
        blob = self.put(data)
        meta: Meta = {"duration": 10.0, "width": 64, "height": 48, "codec": "h264", "source": "s"}
        record = ClipRecord(clip, path, f"/in/{path}")

        def within(connection: object, _: Commit) -> None:
            clips.put(connection, [record])  # type: ignore[arg-type]

        self.place.repos.commit(
            self.repo("footage"),
            [Entry(path, blob, meta)],
            author="run",
            message="bring in 1 clip",
            within=within,
        )
        self.age(path, days)
        self.analyze(path, data, verdict)
        return path

    def analyze(self, path: str, data: bytes, verdict: Verdict | None = None) -> Blob:
        """Have an analysis of a clip, and an event."""
        pack = self.put(b"pack of " + data)
        key = hashlib.sha256(b"key of " + data).hexdigest()
        footage = self.head("footage")
        datum = Datum(key, "analyze", path, pack=pack.sha256, size=pack.size)

        def within(connection: object, _: Commit) -> None:
            [record] = clips.by_paths(connection, self.tenant, [path])  # type: ignore[arg-type]
            done = replace(record, analysis=key, pack=pack.sha256, decision="d" * 64, length=10.0)
            datums.put(connection, self.tenant, [datum])  # type: ignore[arg-type]
            clips.put(connection, [done])  # type: ignore[arg-type]
            if verdict is not None:
                happenings.put(connection, [_event(record, verdict)], 1)  # type: ignore[arg-type]

        self.place.repos.commit(
            self.repo("analysis"),
            [Entry(path, pack, {"key": key})],
            author="engine",
            message="analyze 1 clip",
            provenance=[Origin("footage", footage)],
            within=within,
        )
        return pack

    def commit(self, name: str, path: str, data: bytes, *origins: Origin, **meta: str) -> Commit:
        """Put a file into a repo."""
        return self.place.repos.commit(
            self.repo(name),
            [Entry(path, self.put(data), meta)],
            author="ann",
            message=f"put {path}",
            provenance=origins,
        )

    def put(self, data: bytes) -> Blob:
        return self.place.blobs(self.tenant).put_bytes(data)

    def head(self, name: str) -> str:
        commit = self.place.repos.head(self.repo(name))
        assert commit is not None
        return commit.id

    def age(self, path: str, days: float) -> None:
        """Let a file have come in so many days before `NOW`."""
        came = round((NOW - timedelta(days=days)).timestamp() * 1000)
        with self.place.catalog.begin() as connection:
            connection.execute(
                update(entries)
                .where(entries.c.tenant == self.tenant, entries.c.path == path)
                .values(time=came)
            )

    def sha(self, path: str, name: str = "footage", at: str = "main") -> str:
        blob = self.place.repos.entry(self.repo(name), path, at).blob
        assert blob is not None
        return blob.sha256

    def paths(self, name: str = "footage") -> list[str]:
        """What stands at the head of a repo."""
        try:
            if self.place.repos.head(self.repo(name)) is None:
                return []
        except RepoMissing:
            return []
        return [entry.path for entry in self.place.repos.entries(self.repo(name))]

    def stored(self) -> set[str]:
        """The blobs whose bytes are there."""
        return {blob.sha256 for blob in self.place.blobs(self.tenant).all()}


def _event(record: ClipRecord, verdict: Verdict) -> Event:
    clip = record.clip
    identity = names.event_id(clip.camera, clip.sha256, 1.0, 1)
    return Event(
        event_id=identity,
        incident_id=identity,
        revision=1,
        camera=clip.camera,
        source=record.source,
        start=clip.start + timedelta(seconds=1),
        end=clip.start + timedelta(seconds=3),
        start_s=1.0,
        end_s=3.0,
        alarm_s=2.0 if verdict is Verdict.ALARM else None,
        judgement=Judgement(verdict, Kind.PERSON, (Reason.PERSON,), 0.9),
        box=(0.1, 0.1, 0.2, 0.2),
        path=((0.1, 0.1),),
        footage=clip.sha256,
        footage_path=record.path,
        track=1,
        model="model@12345678",
        analyze_version=3,
        decide_version=3,
    )
