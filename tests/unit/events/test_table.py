import csv
import io
import json
import math
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quietwatch.errors import RecordDamaged
from quietwatch.events import table
from quietwatch.events.schema import PARTITION_SCHEMA, SCHEMA, VERSION_KEY
from quietwatch.events.validate import validate
from quietwatch.model import Camera, Event, Judgement, Kind, Reason, Verdict

MakeEvent = Callable[..., Event]

KEYS = (
    "event_id incident_id revision tenant site camera source start end start_s end_s alarm_s kind "
    "verdict reasons score"
)

seconds = st.floats(0, 1e6)
fractions = st.floats(0, 1)
slugs = st.from_regex(r"[a-z0-9][a-z0-9-]{0,9}", fullmatch=True)
texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20)


def order(event: Event) -> tuple[Camera, datetime, str, int]:
    return event.camera, event.start, event.event_id, event.revision


# Two busy cores: what takes long to draw is no fault of the table.
calmly = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def any_events(draw: st.DrawFn) -> Event:
    start = draw(st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)))  # noqa: DTZ001
    start_s, length = draw(seconds), draw(seconds)
    alarm_s = draw(st.none() | st.just(start_s))
    verdict = draw(st.sampled_from(Verdict)) if alarm_s is not None else Verdict.REVIEW
    reasons = draw(st.lists(st.sampled_from(Reason), min_size=1, unique=True))
    xs, ys = (
        sorted(draw(st.tuples(fractions, fractions))),
        sorted(draw(st.tuples(fractions, fractions))),
    )
    return Event(
        event_id=str(draw(st.uuids())),
        incident_id=str(draw(st.uuids())),
        revision=draw(st.integers(1, 99)),
        camera=Camera(draw(slugs), draw(slugs), draw(slugs)),
        source=draw(texts),
        start=start.replace(tzinfo=UTC),
        end=start.replace(tzinfo=UTC) + timedelta(seconds=length),
        start_s=start_s,
        end_s=start_s + length,
        alarm_s=alarm_s,
        judgement=Judgement(verdict, draw(st.sampled_from(Kind)), tuple(reasons), draw(fractions)),
        box=(xs[0], ys[0], xs[1], ys[1]),
        path=tuple(draw(st.lists(st.tuples(fractions, fractions), max_size=6))),
        footage="0f" * 32,
        footage_path=draw(texts),
        track=draw(st.integers(0, 9999)),
        model=draw(texts),
        analyze_version=1,
        decide_version=2,
    )


def read_back(folder: Path, events: list[Event]) -> list[Event]:
    """The events, once they were written to a folder and read again."""
    files = table.parquet_files(events)
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True)
        path.write_bytes(data)
    return [event for name in files for event in table.read_day(folder, name)]


@calmly
@given(st.lists(any_events(), max_size=5))
def test_events_survive_the_table(
    tmp_path_factory: pytest.TempPathFactory, made: list[Event]
) -> None:
    back = read_back(tmp_path_factory.mktemp("any"), made)
    assert sorted(back, key=order) == sorted(made, key=order)
    for _, day in groupby(back, key=lambda event: (event.camera.tenant, event.start.date())):
        members = list(day)
        assert members == sorted(members, key=order)


@calmly
@given(st.lists(any_events(), max_size=4, unique_by=lambda event: event.event_id))
def test_whatever_is_written_is_valid(
    tmp_path_factory: pytest.TempPathFactory, made: list[Event]
) -> None:
    file = tmp_path_factory.mktemp("any") / "events.parquet"
    file.write_bytes(table.parquet_bytes(made))
    assert validate(file) == []


def test_parquet_is_the_same_byte_for_byte_in_any_order(events: list[Event]) -> None:
    assert table.parquet_bytes(events) == table.parquet_bytes(events[::-1])
    assert table.parquet_files(events) == table.parquet_files(events[::-1])


def test_parquet_file_carries_schema_order_and_version(events: list[Event]) -> None:
    file = pq.ParquetFile(io.BytesIO(table.parquet_bytes(events)))
    assert file.schema_arrow.equals(SCHEMA)
    assert file.metadata.metadata[VERSION_KEY] == b"1"
    assert file.metadata.row_group(0).sorting_columns
    assert not file.schema_arrow.field("score").nullable


def test_partitions(events: list[Event], tmp_path: Path) -> None:
    files = table.parquet_files(events)
    assert list(files) == [
        "tenant=acme/date=2026-11-23/events.parquet",
        "tenant=home/date=2026-11-23/events.parquet",
        "tenant=home/date=2026-11-24/events.parquet",
    ]
    for data in files.values():
        assert pq.read_schema(io.BytesIO(data)).equals(PARTITION_SCHEMA)
    back = read_back(tmp_path, events)
    assert sorted(map(repr, back)) == sorted(map(repr, events))
    assert validate(tmp_path) == []


def test_a_single_file_holds_the_whole_table(events: list[Event]) -> None:
    read = pq.read_table(io.BytesIO(table.parquet_bytes(events)))
    assert read.equals(table.to_table(events))
    assert [row["event_id"] for row in read.to_pylist()] == [
        event.event_id for event in sorted(events, key=order)
    ]


def test_no_events() -> None:
    assert table.to_table([]).num_rows == 0
    assert table.parquet_files([]) == {}
    assert json.loads(table.json_bytes([])) == []
    assert table.csv_bytes([]).decode().splitlines() == [",".join(SCHEMA.names)]


def test_json_has_the_keys_of_the_contract_in_its_order(make_event: MakeEvent) -> None:
    event = make_event(start_s=1.23456, end_s=7.0, alarm_s=2.5999)
    assert " ".join(table.to_json(event)) == KEYS
    made = table.to_json(event)
    assert (made["start_s"], made["end_s"], made["alarm_s"]) == (1.235, 7.0, 2.6)
    assert made["score"] == 0.9346
    assert made["start"] == "2026-11-23T16:00:00.000Z"
    assert made["reasons"] == ["person"]
    assert type(made["kind"]) is str
    assert table.to_json(make_event(verdict=Verdict.REVIEW))["alarm_s"] is None


def test_json_file_is_a_list_of_them(events: list[Event]) -> None:
    rows = json.loads(table.json_bytes(events))
    assert sorted(map(repr, rows)) == sorted(repr(table.to_json(event)) for event in events)


def test_csv_holds_every_column(events: list[Event]) -> None:
    rows = list(csv.DictReader(io.StringIO(table.csv_bytes(events).decode(), newline="")))
    assert len(rows) == len(events)
    first = rows[1]
    assert first["start"].endswith("Z")
    assert math.isclose(float(first["score"]), 0.93456789)
    assert first["path"] == "0.2 0.6;0.3 0.62;0.3125 0.625"
    assert {row["reasons"] for row in rows} >= {"person", "foliage;no-travel"}


@pytest.mark.parametrize(
    "source",
    ['=HYPERLINK("http://x","y")', "+1", "-1", "@SUM(A1)", "\t=1", " =1", "\r=1", "\uff1d1"],
)
def test_csv_runs_no_formula(make_event: MakeEvent, source: str) -> None:
    text = table.csv_bytes([make_event(source=source)]).decode()
    (row,) = csv.DictReader(io.StringIO(text, newline=""))
    assert row["source"] == f"'{source}"


def test_csv_keeps_harmless_names(make_event: MakeEvent) -> None:
    text = table.csv_bytes([make_event(source='a, "b" - c=d.mp4')]).decode()
    (row,) = csv.DictReader(io.StringIO(text, newline=""))
    assert row["source"] == 'a, "b" - c=d.mp4'


class TestReadDay:
    """Files of a folder that others may have written."""

    @pytest.fixture
    def day(self, events: list[Event]) -> pa.Table:
        (_, data, _) = table.parquet_files(events).values()
        return pq.read_table(io.BytesIO(data))

    def read(self, folder: Path, day: pa.Table) -> list[Event]:
        name = "tenant=home/date=2026-11-23/events.parquet"
        (folder / name).parent.mkdir(parents=True)
        pq.write_table(day, folder / name)
        return table.read_day(folder, name)

    def test_none_is_there(self, tmp_path: Path) -> None:
        assert table.read_day(tmp_path, "tenant=home/date=2026-11-23/events.parquet") == []

    def test_newer_columns_are_skipped(self, tmp_path: Path, day: pa.Table) -> None:
        newer = day.append_column("weather", pa.array(["dry"] * len(day)))
        assert {event.camera.tenant for event in self.read(tmp_path, newer)} == {"home"}

    @pytest.mark.parametrize("name", ["camera", "path", "decide_version"])
    def test_a_missing_column_is_damage(self, tmp_path: Path, day: pa.Table, name: str) -> None:
        with pytest.raises(RecordDamaged, match=name):
            self.read(tmp_path, day.drop_columns([name]))

    def test_an_unknown_code_is_damage(self, tmp_path: Path, day: pa.Table) -> None:
        at = day.schema.get_field_index("kind")
        bad = day.set_column(at, "kind", pa.array(["ghost"] * len(day)))
        with pytest.raises(RecordDamaged, match="ghost"):
            self.read(tmp_path, bad)

    @pytest.mark.parametrize("content", [b"", b"PAR1", b"no parquet at all"])
    def test_what_is_no_parquet_is_damage(self, tmp_path: Path, content: bytes) -> None:
        (tmp_path / "x.parquet").write_bytes(content)
        with pytest.raises(RecordDamaged, match=r"x\.parquet can't be read"):
            table.read_day(tmp_path, "x.parquet")
