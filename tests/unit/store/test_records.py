import json
import math
import zlib
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quietwatch.errors import RecordDamaged
from quietwatch.model import Camera, Clip, Event, Judgement, Kind, Note, Reason, Verdict
from quietwatch.store.records import ClipRecord, dump, dump_name, parse, parse_name

text = st.text(st.characters(exclude_categories=["Cs"]))
slugs = st.from_regex(r"[a-z0-9][a-z0-9-]{0,62}", fullmatch=True)
hashes = st.text("0123456789abcdef", min_size=64, max_size=64)
times = st.datetimes(min_value=datetime(1970, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
shares = st.floats(0, 1)
cameras = st.builds(Camera, slugs, slugs, slugs)
clips = st.builds(
    Clip,
    camera=cameras,
    sha256=hashes,
    size=st.integers(0, 2**60),
    start=times,
    start_from=st.sampled_from(["recorder", "metadata", "name", "mtime"]),
    duration=st.floats(0, 1e9),
    width=st.integers(1, 9999),
    height=st.integers(1, 9999),
    codec=text,
    extension=text,
)
judgements = st.builds(
    Judgement,
    verdict=st.sampled_from(Verdict),
    kind=st.sampled_from(Kind),
    reasons=st.lists(st.sampled_from(Reason), min_size=1, max_size=3).map(tuple),
    score=shares,
)


@st.composite
def events(draw: st.DrawFn) -> Event:
    start, end = sorted((draw(times), draw(times)))
    start_s, end_s = sorted((draw(st.floats(0, 1e9)), draw(st.floats(0, 1e9))))
    return Event(
        event_id=str(draw(st.uuids())),
        incident_id=str(draw(st.uuids())),
        revision=draw(st.integers(1, 99)),
        camera=draw(cameras),
        source=draw(text),
        start=start,
        end=end,
        start_s=start_s,
        end_s=end_s,
        alarm_s=draw(st.floats(-1e9, 1e9)),
        judgement=draw(judgements),
        box=draw(st.tuples(shares, shares, shares, shares)),
        path=tuple(draw(st.lists(st.tuples(shares, shares), max_size=4))),
        footage=draw(hashes),
        footage_path=draw(text),
        track=draw(st.integers(0, 2**40)),
        model=draw(text),
        analyze_version=draw(st.integers(1, 99)),
        decide_version=draw(st.integers(1, 99)),
    )


records = st.builds(
    ClipRecord,
    clip=clips,
    source=text,
    analysis=hashes,
    decided_with=hashes,
    notes=st.lists(st.builds(Note, text, text), max_size=2).map(tuple),
    events=st.lists(events(), max_size=2).map(tuple),
)


def example() -> ClipRecord:
    start = datetime(2026, 11, 23, 16, 0, 1, 200_000, tzinfo=UTC)
    camera = Camera("home", "main", "door")
    event = Event(
        event_id="e",
        incident_id="e",
        revision=2,
        camera=camera,
        source="clips/door.mp4",
        start=start + timedelta(seconds=0.1),
        end=start + timedelta(seconds=7.4),
        start_s=0.1,
        end_s=7.4,
        alarm_s=None,
        judgement=Judgement(Verdict.REVIEW, Kind.UNKNOWN, (Reason.LOW_EVIDENCE,), 1 / 3),
        box=(0.1, 0.2, 0.3, 0.4),
        path=((0.2, 0.3),),
        footage="0" * 64,
        footage_path="main/door/clip.mp4",
        track=0,
        model="m@12345678",
        analyze_version=1,
        decide_version=1,
    )
    return ClipRecord(
        clip=Clip(camera, "0" * 64, 9, start, "name", 10.0, 640, 480, "h264", "mp4"),
        source="clips/door.mp4",
        analysis="a" * 64,
        decided_with="b" * 64,
        notes=(Note("cut-off", "the file ends early"),),
        events=(event,),
    )


@settings(deadline=None)
@given(records)
def test_round_trip_is_exact(record: ClipRecord) -> None:
    data = dump(record)

    assert parse(data) == record
    assert dump(parse(data)) == data


def test_a_record_of_before_noise_was_counted_is_read() -> None:
    stored = json.loads(dump(example()))["record"]
    del stored["noise"]
    body = json.dumps(stored).encode()
    old = b'{"format":1,"crc32":"%08x","record":%s}\n' % (zlib.crc32(body), body)

    assert parse(old) == example()


def test_it_is_json_that_people_can_read() -> None:
    stored = json.loads(dump(example()))

    assert stored["format"] == 1
    assert stored["record"]["clip"]["camera"]["name"] == "door"
    assert stored["record"]["clip"]["start"].startswith("2026-11-23T16:00:01.2")
    assert stored["record"]["events"][0]["judgement"]["verdict"] == "review"
    assert math.isclose(stored["record"]["events"][0]["judgement"]["score"], 1 / 3)


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_any_changed_byte_is_found(data: st.DataObject) -> None:
    good = dump(example())
    place = data.draw(st.integers(0, len(good) - 1))
    change = data.draw(st.integers(1, 255))

    with pytest.raises(RecordDamaged, match=r"run again|newer"):
        parse(good[:place] + bytes([good[place] ^ change]) + good[place + 1 :])


@settings(deadline=None)
@given(st.integers(0, len(dump(example())) - 1))
def test_a_cut_record_is_damaged(length: int) -> None:
    with pytest.raises(RecordDamaged):
        parse(dump(example())[:length])


@settings(deadline=None)
@given(st.binary())
def test_rubbish_is_damaged(rubbish: bytes) -> None:
    with pytest.raises(RecordDamaged):
        parse(rubbish)


def test_a_newer_record_is_told_as_such() -> None:
    with pytest.raises(RecordDamaged, match=r"newer Quietwatch.*upgrade"):
        parse(b'{"format": 2, "record": {}}')


@settings(deadline=None)
@given(text, st.data())
def test_a_name_there_and_back_and_damaged(name: str, data: st.DataObject) -> None:
    good = dump_name(name)
    assert parse_name(good) == name
    place = data.draw(st.integers(0, len(good) - 1))
    with pytest.raises(RecordDamaged):
        parse_name(good[:place] + bytes([good[place] ^ 1]) + good[place + 1 :])
