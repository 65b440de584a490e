"""The output of the stage `analyze` as one file: a zip of JSON, pictures and the state.

    analysis.json        format, header, notes, and what is known of each picture
    tracks.jsonl         a track a line: its arrays, NaN as null
    pictures/<n>.jpg     the picture of track n, stored as it is
    state.bin            the analyzer's state

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
from datetime import datetime
from pathlib import Path

import numpy as np
from pydantic import TypeAdapter

from quietwatch.errors import RecordDamaged
from quietwatch.model import Analysis, FloatArray, Note, Snapshot, Track
from quietwatch.store.files import open_stored
from quietwatch.store.formats import check_format

FORMAT = 1
"""Raised when a reader of the old format could not read the new one."""

DIGITS = 6

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

_Box = tuple[float, float, float, float]
_Values = list[float | None]


@dataclass(frozen=True, slots=True)
class _Picture:
    track: int
    seconds: float
    box: _Box


@dataclass(frozen=True, slots=True)
class _Header:
    """`Analysis` less its arrays and bytes."""

    format: int
    version: int
    model: str
    container: str
    codec: str
    width: int
    height: int
    duration: float
    recorded: datetime | None
    lone_still: bool
    frames: int
    looked: int
    looks: int
    notes: tuple[Note, ...]
    pictures: tuple[_Picture, ...]


@dataclass(frozen=True, slots=True)
class _Row:
    """`Track` with lists for arrays."""

    ordinal: int
    still: bool
    times: list[float]
    boxes: list[_Box]
    scores: list[_Values]
    motion: _Values
    changed: _Values
    contrast: _Values
    sharpness: _Values


_HEADERS = TypeAdapter(_Header)
_ROWS = TypeAdapter(_Row)


def pack(analysis: Analysis) -> bytes:
    """One file's bytes; the same for equal analyses.

    Raises:
        ValueError: a value is infinite, or a track has two pictures.
    """
    numbers = [snapshot.track for snapshot in analysis.snapshots]
    if len(set(numbers)) < len(numbers):
        raise ValueError(f"expected: at most one picture a track; got {numbers}")
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        _add(file, "analysis.json", _HEADERS.dump_json(_header(analysis)))
        rows = (_ROWS.dump_json(_row(track)) for track in analysis.tracks)
        _add(file, "tracks.jsonl", b"".join(row + b"\n" for row in rows))
        for snapshot in analysis.snapshots:
            name = _picture_name(snapshot.track)
            _add(file, name, snapshot.jpeg, zipfile.ZIP_STORED)
        _add(file, "state.bin", analysis.state)
    return buffer.getvalue()


def unpack(data: bytes) -> Analysis:
    """Read back what `pack` gave.

    Raises:
        RecordDamaged: it is not what was written, or a newer Quietwatch wrote it.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as file:
            header_json = file.read("analysis.json")
            check_format(header_json, FORMAT)
            header = _HEADERS.validate_json(header_json)
            lines = file.read("tracks.jsonl").splitlines()
            return _analysis(
                header,
                tuple(_track(_ROWS.validate_json(line)) for line in lines),
                [file.read(_picture_name(picture.track)) for picture in header.pictures],
                file.read("state.bin"),
            )
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


def _header(analysis: Analysis) -> _Header:
    numbers = (analysis.duration, *(snapshot.seconds for snapshot in analysis.snapshots))
    if not all(math.isfinite(number) for number in numbers):
        raise ValueError(f"expected: a finite duration and times of pictures; got {numbers}")
    return _Header(
        format=FORMAT,
        version=analysis.version,
        model=analysis.model,
        container=analysis.container,
        codec=analysis.codec,
        width=analysis.width,
        height=analysis.height,
        duration=analysis.duration,
        recorded=analysis.recorded,
        lone_still=analysis.lone_still,
        frames=analysis.frames,
        looked=analysis.looked,
        looks=analysis.looks,
        notes=analysis.notes,
        pictures=tuple(
            _Picture(snapshot.track, snapshot.seconds, _box(snapshot.box))
            for snapshot in analysis.snapshots
        ),
    )


def _analysis(
    header: _Header, tracks: tuple[Track, ...], jpegs: list[bytes], state: bytes
) -> Analysis:
    return Analysis(
        version=header.version,
        model=header.model,
        container=header.container,
        codec=header.codec,
        width=header.width,
        height=header.height,
        duration=header.duration,
        recorded=header.recorded,
        lone_still=header.lone_still,
        frames=header.frames,
        looked=header.looked,
        looks=header.looks,
        notes=header.notes,
        tracks=tracks,
        snapshots=tuple(
            Snapshot(picture.track, picture.seconds, picture.box, jpeg)
            for picture, jpeg in zip(header.pictures, jpegs, strict=True)
        ),
        state=state,
    )


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


def _box(box: Sequence[float]) -> _Box:
    x1, y1, x2, y2 = (round(value, DIGITS) for value in box)
    return x1, y1, x2, y2


def _picture_name(ordinal: int) -> str:
    return f"pictures/{ordinal}.jpg"


def _add(file: zipfile.ZipFile, name: str, data: bytes, method: int = zipfile.ZIP_DEFLATED) -> None:
    entry = zipfile.ZipInfo(name, _EPOCH)
    entry.create_system = 3  # Unix, whatever writes it
    entry.external_attr = 0o644 << 16
    file.writestr(entry, data, method)


def _damaged(error: Exception) -> str:
    return f"the stored analysis is damaged ({error}); remove it and run again to make it anew"
