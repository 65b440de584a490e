"""A catalog with clips that show something, without footage or a model."""

import hashlib
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import av
import numpy as np
import pytest

from quietwatch.media.samples import samples
from quietwatch.model import Box, Camera, Clip, Entry, Kind, Portrait, Repo, Sighting
from quietwatch.names import clip_path
from quietwatch.pipeline.memory import files
from quietwatch.pipeline.memory.files import MEMORY, Day
from quietwatch.pipeline.memory.recall import Memories
from quietwatch.pipeline.memory.shelf import Stored
from quietwatch.store.catalog import clips, datums, sighted
from quietwatch.store.catalog.clips import ClipRecord
from quietwatch.store.catalog.datums import Datum
from quietwatch.store.place import Place

if TYPE_CHECKING:
    from tests.conftest import Footage

TENANT = "home"
DOOR, YARD = Camera(TENANT, "main", "door"), Camera(TENANT, "main", "yard")
START = datetime(2026, 11, 1, tzinfo=UTC)
BOX = (0.1, 0.2, 0.2, 0.6)


def at(hours: float) -> datetime:
    return START + timedelta(hours=hours)


def look(seed: int = 1) -> Portrait:
    light = np.random.default_rng(seed).normal(0, 1, 16)
    cells = np.clip(50 + 25 * (light - light.mean()) / light.std(), 0, 100).round()
    return (*(int(cell) for cell in cells), *[50] * 8)


def seen(hours: float, box: Box = BOX, seed: int = 1, finds: int = 4) -> Sighting:
    return Sighting(Kind.PERSON, box, look(seed), finds, at(hours), at(hours + 0.01))


class Shown:
    """Clips that show things, as the engine leaves them in the catalog."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.numbers = count()
        for name in (MEMORY, "analysis"):
            place.repos.create(Repo(TENANT, name))

    def clip(self, hours: float, *things: Sighting, camera: Camera = DOOR) -> str:
        """A clip that starts then and shows some things; gives its path."""
        sha256 = hashlib.sha256(str(next(self.numbers)).encode()).hexdigest()
        made = Clip(camera, sha256, 9, at(hours), "name", 10.0, 64, 48, "h264", "mp4")
        path = clip_path(made)
        self.show(ClipRecord(made, path, "/in"), *things)
        return path

    def show(self, record: ClipRecord, *things: Sighting) -> None:
        """A clip that is judged, or judged anew."""
        key = hashlib.sha256(f"{record.path}{things}".encode()).hexdigest()
        datum = Datum(key, "decide", record.path, summary=files.shown(things))
        with self.place.catalog.begin() as connection:
            before = sighted.of_clips(connection, TENANT, [record.path])
            datums.put(connection, TENANT, [datum])
            values = (record.clip, record.path, record.source)
            clips.put(connection, [ClipRecord(*values, decision=key)])
            now = sighted.of_clips(connection, TENANT, [record.path])
            sighted.note_changed(connection, TENANT, before, now)

    def noted(self) -> set[str]:
        """Hours that are not in files."""
        with self.place.catalog.reading() as connection:
            return sighted.noted(connection, TENANT)

    def days(self) -> dict[str, Day]:
        """The days in the repo, by path."""
        repo, blobs = Repo(TENANT, MEMORY), self.place.blobs(TENANT)
        if self.place.repos.head(repo) is None:
            return {}
        return {
            entry.path: files.day(blobs.read(entry.blob.sha256))
            for entry in self.place.repos.entries(repo)
            if entry.blob is not None
        }

    def put(self, path: str, data: bytes) -> None:
        """Put a file by hand."""
        blob = self.place.blobs(TENANT).put_bytes(data)
        self.place.repos.commit(
            Repo(TENANT, MEMORY), [Entry(path, blob)], author="ann", message="by hand"
        )

    def memories(self) -> Memories:
        """What is known as the repo stands."""
        head = self.place.repos.head(Repo(TENANT, MEMORY))
        return Memories(Stored(self.place, TENANT, head.id if head else None))


@pytest.fixture
def shown(place: Place) -> Shown:
    return Shown(place)


@pytest.fixture(scope="session")
def people(footage: "Footage") -> Path:
    """A moment of a sample: people walk from the first picture on."""
    path = footage.path("square_1511891155.mp4")
    with av.open(str(samples() / "vtest.mp4")) as source, av.open(str(path), "w") as out:
        stream = out.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(source.streams.video[0]):
            if packet.pts is None or packet.pts * packet.time_base > 0.5:
                break
            packet.stream = stream
            out.mux(packet)
    return path
