import io
import zipfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from quietwatch.errors import AnalysisDamaged, RecordDamaged
from quietwatch.model import Analysis, FloatArray, Note, Snapshot, Summary, Track
from quietwatch.model.measures import COLUMN, MEASURES, unmeasured
from quietwatch.store.pack import PackReader, PackWriter


class Whole(NamedTuple):
    """All that a pack holds; its snapshots with their pictures."""

    analysis: Analysis
    state: bytes

    @property
    def tracks(self) -> tuple[Track, ...]:
        return tuple(self.analysis.tracks)


def pack(whole: Whole) -> bytes:
    buffer = io.BytesIO()
    pictures = {snapshot.track: snapshot for snapshot in whole.analysis.snapshots}
    with PackWriter(buffer) as writer:
        for track in whole.analysis.tracks:
            writer.add(track, pictures.get(track.ordinal))
        writer.finish(whole.analysis.summary, whole.state)
    return buffer.getvalue()


def read_back(packed: bytes) -> Whole:
    with PackReader(io.BytesIO(packed)) as reader:
        analysis = reader.analysis()
        tracks = tuple(analysis.tracks)
        jpegs = reader.pictures({track.ordinal for track in tracks})
        snapshots = tuple(replace(s, jpeg=jpegs.pop(s.track)) for s in analysis.snapshots)
        assert jpegs == {}
        return Whole(replace(analysis, tracks=tracks, snapshots=snapshots), reader.state())


shares = st.floats(0, 1)
any_text = st.text(st.characters(exclude_categories=["Cs"]))
finite = st.floats(allow_nan=False, allow_infinity=False)


@st.composite
def boxes(draw: st.DrawFn) -> tuple[float, float, float, float]:
    x1, x2 = sorted((draw(shares), draw(shares)))
    y1, y2 = sorted((draw(shares), draw(shares)))
    return x1, y1, x2, y2


def arrays(
    shape: int | tuple[int, ...], elements: st.SearchStrategy[float]
) -> st.SearchStrategy[FloatArray]:
    return hnp.arrays(np.float64, shape, elements=elements)


@st.composite
def measures(draw: st.DrawFn, count: int) -> FloatArray:
    rows = unmeasured(draw(st.sampled_from([0, count])))
    for measure, column in zip(MEASURES, rows.T, strict=True):
        column[:] = draw(st.floats(measure.lowest, min(measure.highest, 99)) | st.just(np.nan))
    return rows


@st.composite
def tracks(draw: st.DrawFn) -> Track:
    count = draw(st.integers(1, 4))
    times = draw(st.lists(finite, min_size=count, max_size=count, unique_by=lambda t: t + 0.0))
    nan = st.just(float("nan"))
    return Track(
        ordinal=draw(st.integers(0, 2**40)),
        times=np.array(sorted(times)),
        boxes=np.array([draw(boxes()) for _ in range(count)]),
        scores=draw(arrays((count, 3), shares | nan)),
        motion=draw(arrays(count, shares | nan)),
        changed=draw(arrays(count, shares)),
        contrast=draw(arrays(count, st.floats(-1, 1))),
        still=draw(st.booleans()),
        scene=draw(st.booleans()),
        measures=draw(measures(count)),
    )


@st.composite
def wholes(draw: st.DrawFn) -> Whole:
    some = draw(st.lists(tracks(), max_size=3, unique_by=lambda track: track.ordinal))
    analysis = Analysis(
        summary=Summary(
            version=draw(st.integers(1, 9)),
            model=draw(any_text),
            container=draw(any_text),
            codec=draw(any_text),
            width=draw(st.integers(1, 9999)),
            height=draw(st.integers(1, 9999)),
            duration=draw(st.floats(0, 1e9)),
            recorded=draw(st.none() | st.datetimes(timezones=st.just(UTC))),
            lone_still=draw(st.booleans()),
            frames=draw(st.integers(0, 2**40)),
            looked=draw(st.integers(0, 2**40)),
            looks=draw(st.integers(0, 2**40)),
            notes=tuple(draw(st.lists(st.builds(Note, any_text, any_text), max_size=2))),
            noise=draw(st.integers(0, 2**40)),
        ),
        tracks=tuple(sorted(some, key=lambda track: track.ordinal)),
        snapshots=tuple(
            Snapshot(track.ordinal, draw(finite), draw(boxes()), draw(st.binary()))
            for track in sorted(some, key=lambda track: track.ordinal)
            if draw(st.booleans())
        ),
    )
    return Whole(analysis, draw(st.binary()))


def example() -> Whole:
    track = Track(
        ordinal=3,
        times=np.array([0.1 + 0.2, 0.6]),
        boxes=np.array([[0.1, 0.2, 1 / 3, 1.0], [0, 0, 0, 0]]),
        scores=np.array([[0.5, 0, np.nan], [np.nan] * 3]),
        motion=np.array([np.nan, 1.0]),
        changed=np.array([0.0, 2 / 3]),
        contrast=np.array([-1.0, 1e-9]),
    )
    analysis = Analysis(
        summary=Summary(
            version=1,
            model="efficientdet-lite0@12345678",
            container="mov",
            codec="h264",
            width=640,
            height=480,
            duration=1.25,
            recorded=datetime(2026, 11, 23, 16, 0, 1, 200_000, tzinfo=UTC),
            lone_still=False,
            frames=12,
            looked=6,
            looks=2,
            notes=(Note("cut-off", "the file ends in the middle of a frame"),),
        ),
        tracks=(track,),
        snapshots=(Snapshot(3, 0.6, (0.25, 0.25, 0.5, 0.5), b"\xff\xd8 picture"),),
    )
    return Whole(analysis, b"state" * 100)


def assert_close(one: Track, other: Track) -> None:
    assert (one.ordinal, one.still, one.scene) == (other.ordinal, other.still, other.scene)
    np.testing.assert_array_equal(one.times, other.times)
    for name in ("boxes", "scores", "motion", "changed", "contrast"):
        np.testing.assert_allclose(getattr(one, name), getattr(other, name), rtol=1e-15, atol=1e-6)
    for measure in COLUMN:
        for index in range(len(one)):
            there = one.measured(index, measure), other.measured(index, measure)
            np.testing.assert_allclose(*there, rtol=1e-15, atol=1e-4)


@settings(deadline=None)
@given(wholes())
def test_round_trip(whole: Whole) -> None:
    packed = pack(whole)
    read = read_back(packed)

    assert pack(read) == packed
    (wrote, state), (got, kept) = whole, read
    assert (got.summary, kept) == (wrote.summary, state)
    for one, other in zip(read.tracks, whole.tracks, strict=True):
        assert_close(one, other)
    assert [(s.track, s.seconds, s.jpeg) for s in got.snapshots] == [
        (s.track, s.seconds, s.jpeg) for s in wrote.snapshots
    ]


def test_any_tool_can_open_it() -> None:
    with zipfile.ZipFile(io.BytesIO(pack(example()))) as file:
        assert file.testzip() is None
        assert file.namelist() == [
            "tracks/3.json",
            "pictures/3.jpg",
            "state.bin",
            "analysis.json",
        ]
        assert file.getinfo("pictures/3.jpg").compress_type == zipfile.ZIP_STORED
        assert b'"scores":[[0.5,0.0,null],[null,null,null]]' in file.read("tracks/3.json")


def test_pictures_are_left_where_they_are_unless_asked_for() -> None:
    with PackReader(io.BytesIO(pack(example()))) as reader:
        assert [(s.track, s.jpeg) for s in reader.analysis().snapshots] == [(3, None)]
        assert reader.pictures({3, 4}) == {3: b"\xff\xd8 picture"}
        assert reader.pictures({4}) == {}


READS: dict[str, Callable[[PackReader], object]] = {
    "tracks/3.json": lambda reader: list(reader.analysis().tracks),
    "pictures/3.jpg": lambda reader: reader.pictures({3}),
    "state.bin": PackReader.state,
}


@pytest.mark.parametrize("damaged", READS)
def test_what_is_not_asked_for_is_not_read(damaged: str) -> None:
    data = bytearray(pack(example()))
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        at = file.getinfo(damaged).header_offset + 30 + len(damaged)
    data[at : at + 4] = b"\xaa" * 4

    with PackReader(io.BytesIO(data)) as reader:
        for part, read in READS.items():
            if part != damaged:
                read(reader)
        with pytest.raises(RecordDamaged, match="run again on its footage"):
            READS[damaged](reader)


def test_a_writer_takes_tracks_in_any_order() -> None:
    one = example().tracks[0]
    other = replace(one, ordinal=1)
    buffer = io.BytesIO()
    writer = PackWriter(buffer)
    writer.add(one, None)
    writer.add(other, None)
    writer.finish(example().analysis.summary, b"")
    tracks = read_back(buffer.getvalue()).tracks
    assert [track.ordinal for track in tracks] == [1, 3]


def test_tracks_are_read_one_by_one() -> None:
    one = example().tracks[0]
    buffer = io.BytesIO()
    with PackWriter(buffer) as writer:
        writer.add(one, None)
        writer.add(replace(one, ordinal=5), None)
        writer.finish(example().analysis.summary, b"")
    data = bytearray(buffer.getvalue())
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        at = file.getinfo("tracks/5.json").header_offset + 30 + len("tracks/5.json")
    data[at : at + 4] = b"\xaa" * 4
    with PackReader(io.BytesIO(data)) as reader:
        tracks = iter(reader.analysis().tracks)
        assert next(tracks).ordinal == 3
        with pytest.raises(AnalysisDamaged):
            next(tracks)


def test_a_track_stands_under_its_own_number() -> None:
    data = pack(example()).replace(b"tracks/3.json", b"tracks/4.json")
    with PackReader(io.BytesIO(data)) as reader, pytest.raises(AnalysisDamaged, match="as track 4"):
        list(reader.analysis().tracks)


def test_a_pack_that_was_not_finished_is_damaged() -> None:
    buffer = io.BytesIO()
    PackWriter(buffer).add(example().tracks[0], None)
    with pytest.raises(RecordDamaged):
        read_back(buffer.getvalue())


def test_times_are_kept_to_the_last_digit() -> None:
    assert read_back(pack(example())).tracks[0].times[0] == 0.1 + 0.2


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_damage_is_found(data: st.DataObject) -> None:
    packed = pack(example())
    place = data.draw(st.integers(0, len(packed) - 1))
    change = data.draw(st.integers(1, 255))
    damaged = packed[:place] + bytes([packed[place] ^ change]) + packed[place + 1 :]

    with suppress(RecordDamaged):
        assert pack(read_back(damaged)) == packed  # it hit what does not matter, such as a date


@settings(deadline=None)
@given(st.integers(0, len(pack(example())) - 1))
def test_a_cut_file_is_damaged(length: int) -> None:
    with pytest.raises(RecordDamaged):
        read_back(pack(example())[:length])


@settings(deadline=None)
@given(st.binary())
def test_rubbish_is_damaged(rubbish: bytes) -> None:
    with pytest.raises(RecordDamaged):
        read_back(rubbish)


@pytest.mark.parametrize(
    ("header", "sentence"),
    [
        (b'{"format": 4, "shape": "new"}', "newer Quietwatch"),
        (b'{"format": 0}', "damaged"),
        (b"[]", "damaged"),
        (b'{"format": 1}', "damaged"),
    ],
)
def test_other_headers(header: bytes, sentence: str) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        file.writestr("analysis.json", header)

    with pytest.raises(RecordDamaged, match=sentence):
        read_back(buffer.getvalue())


def test_infinite_numbers_are_refused() -> None:
    whole = example()
    whole.tracks[0].contrast[1] = np.inf
    with pytest.raises(ValueError, match="finite"):
        pack(whole)
