"""The output of the stage `analyze` as one file: a zip of JSON, pictures and the state.

    tracks/<n>.json      track n: its arrays, NaN as null
    pictures/<n>.jpg     the picture of track n, stored as it is
    state.bin            the analyzer's state
    analysis.json        format, header, notes, and what is known of each picture

Equal analyses give equal bytes. Times are kept exactly; all other numbers of a track are rounded to
six digits after the point, so that what is read back packs to the same bytes again. Whoever judges
tracks takes them from here, also right after the analysis, so that a later run sees the same.
"""

import io
import math
import struct
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol, Self, cast

import numpy as np
from pydantic import TypeAdapter

from quietwatch.errors import RecordDamaged
from quietwatch.model import Analysis, Box, FloatArray, Snapshot, Summary, Track
from quietwatch.store.files import open_stored
from quietwatch.store.formats import check_format, why

FORMAT = 1
"""Raised when a reader of the old format could not read the new one."""

DIGITS = 6

_TRACKS = "tracks/"

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the first date a zip can tell
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    KeyError,  # a member is missing
    NotImplementedError,  # a method of compression that nobody used
    RuntimeError,  # said to be encrypted
    ValueError,  # also of pydantic, of UTF-8, and of a track that breaks its rules
)

_Values = list[float | None]


@dataclass(frozen=True, slots=True)
class _Picture:
    track: int
    seconds: float
    box: Box


@dataclass(frozen=True, slots=True)
class _Header:
    format: int
    summary: Summary
    tracks: int
    pictures: tuple[_Picture, ...]


@dataclass(frozen=True, slots=True)
class _Row:
    """`Track` with lists for arrays."""

    ordinal: int
    still: bool
    times: list[float]
    boxes: list[Box]
    scores: list[_Values]
    motion: _Values
    changed: _Values
    contrast: _Values
    sharpness: _Values


_HEADERS = TypeAdapter(_Header)
_ROWS = TypeAdapter(_Row)


class Sink(Protocol):
    """What a pack is written to."""

    def write(self, piece: bytes, /) -> int:
        """Take all of a piece; gives its length."""

    def flush(self) -> object:
        """Hold nothing back."""


class PackWriter:
    """Writes a pack as a stream: a track and its picture go out when they are known.

    What is kept in memory is a few words a track, whatever the length of the clip. A context
    manager: left without `finish`, it writes no more.

    Args:
        out: takes the bytes.
    """

    def __init__(self, out: Sink) -> None:
        self._file = zipfile.ZipFile(cast("IO[bytes]", out), "w")
        self._tracks = 0
        self._pictures: list[_Picture] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.fp = None  # else the zip writes its end when it is collected, wherever that goes

    def add(self, track: Track, snapshot: Snapshot | None) -> None:
        """Write a track and its picture.

        Raises:
            ValueError: a value is infinite, or the picture is of another track.
        """
        _add(self._file, _track_name(track.ordinal), _ROWS.dump_json(_row(track)))
        self._tracks += 1
        if snapshot is None or snapshot.jpeg is None:
            return
        if snapshot.track != track.ordinal or not math.isfinite(snapshot.seconds):
            raise ValueError(f"expected: a picture of track {track.ordinal}; got {snapshot}")
        _add(self._file, _picture_name(track.ordinal), snapshot.jpeg, zipfile.ZIP_STORED)
        self._pictures.append(_Picture(track.ordinal, snapshot.seconds, _box(snapshot.box)))

    def finish(self, summary: Summary, state: bytes) -> None:
        """Write what is known at the end; without it a pack is damaged.

        Raises:
            ValueError: the duration is not finite.
        """
        if not math.isfinite(summary.duration):
            raise ValueError(f"expected: a finite duration; got {summary.duration}")
        _add(self._file, "state.bin", state)
        pictures = tuple(sorted(self._pictures, key=lambda picture: picture.track))
        header = _Header(FORMAT, summary, self._tracks, pictures)
        _add(self._file, "analysis.json", _HEADERS.dump_json(header))
        self._file.close()


def pack(analysis: Analysis) -> bytes:
    """One file's bytes; the same for equal analyses.

    Raises:
        ValueError: a value is infinite, or a picture is of no track.
    """
    buffer = io.BytesIO()
    pictures = {snapshot.track: snapshot for snapshot in analysis.snapshots}
    with PackWriter(buffer) as writer:
        for track in analysis.tracks:
            writer.add(track, pictures.pop(track.ordinal, None))
        if pictures:
            raise ValueError(f"expected: pictures of tracks; got some of {sorted(pictures)}")
        writer.finish(analysis.summary, analysis.state)
    return buffer.getvalue()


def unpack(stored: IO[bytes], *, pictures: bool = True) -> Analysis:
    """Read back what was written.

    Args:
        stored: the file, open at its start; must be seekable.
        pictures: give the pictures too, else they are only checked and `jpeg` is None.

    Raises:
        RecordDamaged: it is not what was written, or a newer Quietwatch wrote it.
    """
    try:
        with zipfile.ZipFile(stored) as file:
            header_json = file.read("analysis.json")
            check_format(header_json, FORMAT)
            header = _HEADERS.validate_json(header_json)
            names = (name for name in file.namelist() if name.startswith(_TRACKS))
            tracks = [_track(_ROWS.validate_json(file.read(name))) for name in names]
            snapshots = []
            for known in header.pictures:
                jpeg = file.read(_picture_name(known.track))  # tells also whether it is whole
                snapshots.append(
                    Snapshot(known.track, known.seconds, known.box, jpeg if pictures else None)
                )
            if len(tracks) != header.tracks:
                raise ValueError(f"{header.tracks} tracks were written, {len(tracks)} are there")
            tracks.sort(key=lambda track: track.ordinal)
            state = file.read("state.bin")
            return Analysis(header.summary, tuple(tracks), tuple(snapshots), state)
    except _DAMAGE as error:
        raise RecordDamaged(_damaged(error)) from error


def read_picture(path: Path, ordinal: int) -> bytes | None:
    """The JPEG of one track, without reading the rest; None when the track has no picture.

    Raises:
        RecordDamaged: the file is not what was written. StorageError: it can't be read.
    """
    name = _picture_name(ordinal)
    try:
        with open_stored(path) as stored, zipfile.ZipFile(stored) as file:
            return file.read(name) if name in file.namelist() else None
    except _DAMAGE as error:
        raise RecordDamaged(_damaged(error)) from error


def _row(track: Track) -> _Row:
    if not np.all(np.isfinite(track.times)):
        raise ValueError(f"expected: finite times; got {track.times}")
    return _Row(
        ordinal=track.ordinal,
        still=track.still,
        times=track.times.tolist(),
        boxes=[_box(box) for box in track.boxes.tolist()],
        scores=[_values(scores) for scores in track.scores],
        motion=_values(track.motion),
        changed=_values(track.changed),
        contrast=_values(track.contrast),
        sharpness=_values(track.sharpness),
    )


def _track(row: _Row) -> Track:
    return Track(
        ordinal=row.ordinal,
        still=row.still,
        times=_array(row.times),
        boxes=_array(row.boxes),
        scores=_array(row.scores),
        motion=_array(row.motion),
        changed=_array(row.changed),
        contrast=_array(row.contrast),
        sharpness=_array(row.sharpness),
    )


def _values(array: FloatArray) -> _Values:
    if np.any(np.isinf(array)):
        raise ValueError(f"expected: finite values or NaN; got {array}")
    return [None if math.isnan(value) else round(value, DIGITS) for value in array.tolist()]


def _array(values: Sequence[object]) -> FloatArray:
    return np.array(values, dtype=np.float64)  # None becomes NaN


def _box(box: Sequence[float]) -> Box:
    x1, y1, x2, y2 = (round(value, DIGITS) for value in box)
    return x1, y1, x2, y2


def _track_name(ordinal: int) -> str:
    return f"{_TRACKS}{ordinal}.json"


def _picture_name(ordinal: int) -> str:
    return f"pictures/{ordinal}.jpg"


def _add(file: zipfile.ZipFile, name: str, data: bytes, method: int = zipfile.ZIP_DEFLATED) -> None:
    entry = zipfile.ZipInfo(name, _EPOCH)
    entry.create_system = 3  # Unix, whatever writes it
    entry.external_attr = 0o644 << 16
    file.writestr(entry, data, method)


def _damaged(error: Exception) -> str:
    return f"the stored analysis is damaged ({why(error)}); remove it and run again to make it anew"
