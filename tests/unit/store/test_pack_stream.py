"""A pack written as a stream, to where there is no way back and no room may be left."""

import gc
import os
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest

from quietwatch.errors import StorageFull
from quietwatch.model import Snapshot, Summary, Track
from quietwatch.store.files import PartFile
from quietwatch.store.pack import PackReader, PackWriter

TRACK = Track(
    ordinal=0,
    times=np.zeros(1),
    boxes=np.zeros((1, 4)),
    scores=np.zeros((1, 3)),
    motion=np.zeros(1),
    changed=np.zeros(1),
    contrast=np.zeros(1),
)
SUMMARY = Summary(
    version=1,
    model="m@12345678",
    container="mov",
    codec="h264",
    width=640,
    height=480,
    duration=1.0,
    recorded=None,
    lone_still=False,
    frames=1,
    looked=1,
    looks=1,
    notes=(),
)


class Drain:
    """Takes bytes until it is full, and never gives its place."""

    def __init__(self, room: int = 2**30) -> None:
        self.got = b""
        self._room = room

    def write(self, piece: bytes, /) -> int:
        if len(self.got) + len(piece) > self._room:
            raise StorageFull("no room")
        self.got += piece
        return len(piece)

    def flush(self) -> None:
        """Nothing is held back."""


def write(drain: Drain) -> bytes:
    with PackWriter(drain) as writer:
        writer.add(TRACK, Snapshot(0, 0.5, (0, 0, 1, 1), b"jpeg"))
        writer.finish(SUMMARY, b"state")
    return drain.got


def test_it_is_read_like_any_pack_and_always_the_same() -> None:
    data = write(Drain())

    assert data == write(Drain())
    with PackReader(BytesIO(data)) as reader:
        assert reader.analysis().summary == SUMMARY
        assert (reader.pictures({0}), reader.state()) == ({0: b"jpeg"}, b"state")


def test_a_drain_may_be_full_at_any_byte() -> None:
    for room in range(len(write(Drain()))):
        with pytest.raises(StorageFull):
            write(Drain(room))
        gc.collect(0)  # a zip that is collected tries to write its end


def test_a_writer_left_early_writes_no_more(tmp_path: Path) -> None:
    """The zip's end must not go to the closed part file, whose number is another file's by now."""
    with pytest.raises(StorageFull):
        fail_in_the_middle(tmp_path / "pack.zip")

    with (tmp_path / "another").open("wb") as another:
        gc.collect()
        assert os.fstat(another.fileno()).st_size == 0
    assert [path.name for path in tmp_path.iterdir()] == ["another"]


def fail_in_the_middle(target: Path) -> None:
    with PartFile(target, target.parent) as part, PackWriter(part) as writer:
        writer.add(TRACK, None)
        raise StorageFull("no room")
