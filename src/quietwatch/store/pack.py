"""The output of the stage `analyze` as one file: a zip of JSON, pictures and the state.

    tracks/<n>.json      track n, or this clip's part of it: its arrays, NaN as null
    pictures/<n>.jpg     the picture of track n, stored as it is
    state.bin            the state from which the next clip of the stream goes on
    analysis.json        format, header, notes, and what is known of each picture

Equal analyses give equal bytes. Times are kept exactly; all other numbers of a track are rounded to
six digits after the point, measures to four, so that what is read back packs to the same bytes
again. Whoever judges tracks takes them from here, also right after the analysis, so that a later
run sees the same.
"""

import math
import struct
import zipfile
import zlib
from collections.abc import Container, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import IO, Protocol, Self, cast

import numpy as np
from pydantic import TypeAdapter

from quietwatch.errors import AnalysisDamaged, RecordDamaged
from quietwatch.model import Analysis, Box, FloatArray, Snapshot, Summary, Track
from quietwatch.model.measures import COLUMN, unmeasured
from quietwatch.store.formats import check_format, why

FORMAT = 3
"""Raised when a reader of the old format could not read the new one.

Since 2 a track may be a part of one: to a reader of 1 it would be whole. Since 3 it may be the
picture as a whole: to a reader of 2 it would be a thing that fills it.
"""

DIGITS = 6
_MEASURE_DIGITS = 4

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
    """`Track` with lists for arrays; its measures by name, those that are none left out."""

    ordinal: int
    still: bool
    times: list[float]
    boxes: list[Box]
    scores: list[_Values]
    motion: _Values
    changed: _Values
    contrast: _Values
    measures: dict[str, _Values] = field(default_factory=dict)  # older analyses have none
    scene: bool = False


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


class PackReader:
    """Reads a pack part by part: what is not asked for is neither read nor checked.

    A context manager, which does not close the file.

    Args:
        stored: the file, open; must be seekable.

    Raises:
        AnalysisDamaged: here or later: what is read is not what was written, or a newer Quietwatch
            wrote it.
    """

    def __init__(self, stored: IO[bytes]) -> None:
        with _damage_told():
            self._file = zipfile.ZipFile(stored)
            header = self._file.read("analysis.json")
            check_format(header, FORMAT)
            self._header = _HEADERS.validate_json(header)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def analysis(self) -> Analysis:
        """Summary, tracks, and what is known of the pictures, which stay where they are.

        Each track is read when it is asked for, while the file is open.
        """
        with _damage_told():
            ordinals = sorted(map(_ordinal, self._track_names()))
            if len(ordinals) != self._header.tracks:
                written = self._header.tracks
                raise ValueError(f"{written} tracks were written, {len(ordinals)} are there")
        snapshots = (Snapshot(p.track, p.seconds, p.box, None) for p in self._header.pictures)
        return Analysis(self._header.summary, map(self._track, ordinals), tuple(snapshots))

    def pictures(self, tracks: Container[int]) -> dict[int, bytes]:
        """The JPEG of each of these tracks that has one."""
        chosen = [picture.track for picture in self._header.pictures if picture.track in tracks]
        with _damage_told():
            return {track: self._file.read(_picture_name(track)) for track in chosen}

    def picture_sizes(self, tracks: Container[int]) -> dict[int, int]:
        """Bytes of the JPEG of each of these tracks that has one; the JPEGs are not read."""
        chosen = [picture.track for picture in self._header.pictures if picture.track in tracks]
        with _damage_told():
            return {track: self._file.getinfo(_picture_name(track)).file_size for track in chosen}

    def state(self) -> bytes:
        """The state at the end of the clip, from which the next clip of the stream goes on."""
        with _damage_told():
            return self._file.read("state.bin")

    def _track_names(self) -> Iterator[str]:
        return (name for name in self._file.namelist() if name.startswith(_TRACKS))

    def _track(self, ordinal: int) -> Track:
        with _damage_told():
            track = _track(_ROWS.validate_json(self._file.read(_track_name(ordinal))))
            if track.ordinal != ordinal:
                raise ValueError(f"track {track.ordinal} is there as track {ordinal}")
        return track


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
        measures={
            name: _values(track.measures[:, column], _MEASURE_DIGITS)
            for name, column in COLUMN.items()
            if not np.all(np.isnan(track.measures[:, column]))
        },
        scene=track.scene,
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
        measures=_measures(row),
        scene=row.scene,
    )


def _measures(row: _Row) -> FloatArray:
    """The columns by their names; what a newer Quietwatch measures beside them is left out."""
    measures = unmeasured(len(row.times) if row.measures else 0)
    for name, values in row.measures.items():
        if name in COLUMN:
            measures[:, COLUMN[name]] = values
    return measures


def _values(array: FloatArray, digits: int = DIGITS) -> _Values:
    if np.any(np.isinf(array)):
        raise ValueError(f"expected: finite values or NaN; got {array}")
    return [None if math.isnan(value) else round(value, digits) for value in array.tolist()]


def _array(values: Sequence[object]) -> FloatArray:
    return np.array(values, dtype=np.float64)  # None becomes NaN


def _box(box: Sequence[float]) -> Box:
    x1, y1, x2, y2 = (round(value, DIGITS) for value in box)
    return x1, y1, x2, y2


def _track_name(ordinal: int) -> str:
    return f"{_TRACKS}{ordinal}.json"


def _ordinal(name: str) -> int:
    return int(name.removeprefix(_TRACKS).removesuffix(".json"))


def _picture_name(ordinal: int) -> str:
    return f"pictures/{ordinal}.jpg"


def _add(file: zipfile.ZipFile, name: str, data: bytes, method: int = zipfile.ZIP_DEFLATED) -> None:
    entry = zipfile.ZipInfo(name, _EPOCH)
    entry.create_system = 3  # Unix, whatever writes it
    entry.external_attr = 0o644 << 16
    file.writestr(entry, data, method)


@contextmanager
def _damage_told() -> Iterator[None]:
    try:
        yield
    except RecordDamaged as error:  # a newer Quietwatch wrote it
        raise AnalysisDamaged(error.detail) from error
    except _DAMAGE as error:
        raise AnalysisDamaged(
            f"the stored analysis is damaged ({why(error)}); run again on its footage to make it "
            "anew"
        ) from error
