"""A small tenant on a real store: passes over tiny footage, in this process, with real stages."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from quietwatch.config import Settings
from quietwatch.model import Arrival, Blob, Camera, Entry, Event, Failure, Meta, Repo
from quietwatch.pipeline import engine
from quietwatch.pipeline.runners.base import Tick, Work
from quietwatch.pipeline.runners.inline import InlineRunner
from quietwatch.pipeline.runresult import RunResult
from quietwatch.pipeline.work import Workplace, make_work
from quietwatch.store.catalog import clips, happenings
from quietwatch.store.catalog.clips import ClipRecord
from quietwatch.store.place import Place, open_place

if TYPE_CHECKING:
    from tests.conftest import Footage

TENANT = "home"
DOOR, YARD = Camera(TENANT, "main", "door"), Camera(TENANT, "main", "yard")
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
DEFAULTS = Settings()


def arrival(path: Path, camera: Camera = DOOR, **changes: Any) -> Arrival:
    """A file that has arrived."""
    return replace(Arrival(camera, str(path), (str(path),), None), **changes)


def dated(path: Path, hours: float = 0) -> Path:
    """The file as if it was written then, hours after noon."""
    at = NOON.timestamp() + hours * 3600
    os.utime(path, (at, at))
    return path


class Tenant:
    """One tenant of a store, and what a pass over it needs.

    Attributes:
        place: the store.
        done: payloads of all work so far.
    """

    def __init__(self, place: Place) -> None:
        self.place = place
        self.done: list[object] = []

    def run(
        self,
        *arrivals: Arrival | Failure,
        settings: Settings = DEFAULTS,
        work: Any = None,
        found: Iterable[Arrival | Failure] | None = None,
    ) -> RunResult:
        """Bring footage in, and its results up to date."""
        runner = InlineRunner(work or self.work)
        given = iter(arrivals) if found is None else found
        return engine.run(given, self.place, settings, runner, lambda *_: None)

    def process(self, settings: Settings = DEFAULTS, work: Any = None) -> int:
        """Bring all results up to date; gives how many clips were analyzed."""
        runner = InlineRunner(work or self.work)
        job = engine.process(self.place, settings, runner, lambda *_: None).job
        return 0 if job is None else job.analyzed

    def work(self) -> Work:
        """The real work."""
        vision = DEFAULTS.vision
        made = make_work(Workplace(self.place.store_url, self.place.spool, vision.model, 1))

        def noted(payload: object, tick: Tick) -> object:
            self.done.append(payload)
            return made(payload, tick)

        return noted

    def commit(self, repo: str, path: str, data: bytes | None, meta: Meta | None = None) -> Blob:
        """Put a file by hand, or take it away."""
        blob = self.place.blobs(TENANT).put_bytes(data or b"")
        entry = Entry(path, None if data is None else blob, meta or {})
        self.place.repos.commit(Repo(TENANT, repo), [entry], author="somebody", message="by hand")
        return blob

    def files(self, repo: str) -> dict[str, Blob]:
        """What a repo holds now."""
        entries = self.place.repos.entries(Repo(TENANT, repo))
        return {entry.path: entry.blob for entry in entries if entry.blob is not None}

    def events(self) -> list[Event]:
        """All events, as they stand."""
        with self.place.catalog.reading() as connection:
            return list(happenings.matching(connection, TENANT))

    def records(self) -> list[ClipRecord]:
        """All clips, as they are known."""
        with self.place.catalog.reading() as connection:
            return [r for one in (DOOR, YARD) for r in clips.of_camera(connection, one)]

    def pack_file(self, record: ClipRecord) -> Path:
        """Where the analysis of a clip lies."""
        assert record.pack is not None
        return self.blob_file(record.pack)

    def blob_file(self, sha256: str) -> Path:
        """Where a blob lies."""
        folder = self.place.home.path / "store" / TENANT / "blobs"
        return folder / sha256[:2] / sha256


def no_work() -> Work:
    """What is given to a pass that must not look at a pixel."""
    raise AssertionError("nothing is new: no model may be loaded")


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """A store and a catalog in a new home."""
    with open_place(tmp_path / "home") as opened:
        yield opened


@pytest.fixture
def tenant(place: Place) -> Tenant:
    """A tenant of it."""
    return Tenant(place)


@pytest.fixture(scope="module")
def clip(footage: "Footage") -> Path:
    """A second and a bit in which a square moves."""
    return dated(footage.video("clip.mp4", size=(320, 240), frames=12, rate=10))


@pytest.fixture(scope="module")
def other(footage: "Footage") -> Path:
    """A little less of the same, taken hours later."""
    return dated(footage.video("other.mp4", size=(320, 240), frames=11, rate=10), hours=5)
