"""Events to rows and back, and to the bytes of files. Nothing is written here: callers do that."""

import csv
import io
import json
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq

from quietwatch.errors import RecordDamaged
from quietwatch.events.schema import PARTITION, PARTITION_SCHEMA, SCHEMA, SORT
from quietwatch.model import Camera, Event, Judgement, Kind, Reason, Verdict
from quietwatch.names import iso, printable

_ROW_GROUP: Final = 2**16
_FORMULA = re.compile(r"^[\s\x00]*[=+\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r\n]")
_HIVE = ds.partitioning(pa.schema([(key, pa.string()) for key in PARTITION]), flavor="hive")


def to_table(events: Iterable[Event]) -> pa.Table:
    """The events as a table of `SCHEMA`, in the order of the format (camera, then time)."""
    rows = [_row(event) for event in sorted(events, key=_order)]
    return pa.Table.from_pylist(rows, schema=SCHEMA)


def parquet_bytes(events: Iterable[Event]) -> bytes:
    """One Parquet file with all events; equal events give equal bytes."""
    return _parquet(to_table(events))


def parquet_files(events: Iterable[Event]) -> dict[str, bytes]:
    """The partitioned layout: `tenant=.../date=YYYY-MM-DD/events.parquet` to the file's bytes.

    Each file holds the whole of its tenant and day (UTC, by `start`), so that writing it again
    replaces what was there. Paths are in order, relative, with forward slashes.
    """
    ordered = sorted(events, key=_partition)
    files = {}
    for (tenant, date), members in groupby(ordered, key=_partition):
        table = to_table(members).select(PARTITION_SCHEMA.names).cast(PARTITION_SCHEMA)
        files[f"tenant={tenant}/date={date}/events.parquet"] = _parquet(table)
    return files


def read_day(folder: Path, name: str) -> list[Event]:
    """The events of one file of the partitioned layout; columns not known are skipped.

    Args:
        folder: the top, above `tenant=.../`.
        name: of the file, as `parquet_files` gives it; none there holds no events.

    Raises:
        RecordDamaged: it can't be read as Parquet, or breaks the format.
    """
    path = folder / name
    try:
        found = ds.dataset(
            str(path), format="parquet", partitioning=_HIVE, partition_base_dir=str(folder)
        )
        wanted = [column for column in SCHEMA.names if column not in {"optics", "rules"}]
        return [_event(row) for row in found.to_table(wanted).to_pylist()]
    except FileNotFoundError:
        return []
    except (OSError, KeyError, TypeError, ValueError, pa.ArrowException) as error:
        raise RecordDamaged(
            f"{printable(path)} can't be read as events ({printable(str(error))}); remove it, and "
            "export all its events again"
        ) from error


def csv_bytes(events: Iterable[Event]) -> bytes:
    r"""A CSV file (UTF-8, comma, `\r\n`) with a heading and a row an event.

    Reasons are joined by `;`, the points of a path likewise, each `x y`. A text that a spreadsheet
    would run as a formula gets an apostrophe before it.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(SCHEMA.names)
    for event in sorted(events, key=_order):
        row = _row(event)
        row["path"] = ";".join(f"{x:g} {y:g}" for x, y in event.path)
        row["reasons"] = ";".join(event.judgement.reasons)
        writer.writerow([_cell(row[name]) for name in SCHEMA.names])
    return out.getvalue().encode()


def json_bytes(events: Iterable[Event]) -> bytes:
    """A JSON list of `to_json` of each event, one event a line, UTF-8."""
    lines = [json.dumps(to_json(event), ensure_ascii=False) for event in sorted(events, key=_order)]
    return ("[\n" + ",\n".join(lines) + "\n]\n" if lines else "[]\n").encode()


def to_json(event: Event) -> dict[str, Any]:
    """The event as `quietwatch run --format json` prints it: these keys, in this order."""
    judgement = event.judgement
    return {
        "event_id": event.event_id,
        "incident_id": event.incident_id,
        "revision": event.revision,
        "tenant": event.camera.tenant,
        "site": event.camera.site,
        "camera": event.camera.name,
        "source": event.source,
        "start": iso(event.start),
        "end": iso(event.end),
        "start_s": round(event.start_s, 3),
        "end_s": round(event.end_s, 3),
        "alarm_s": None if event.alarm_s is None else round(event.alarm_s, 3),
        "kind": judgement.kind.value,
        "verdict": judgement.verdict.value,
        "reasons": [reason.value for reason in judgement.reasons],
        "score": round(judgement.score, 4),
    }


def _row(event: Event) -> dict[str, Any]:
    box = dict(zip(("box_x1", "box_y1", "box_x2", "box_y2"), event.box, strict=True))
    judgement = event.judgement
    return {
        "tenant": event.camera.tenant,
        "site": event.camera.site,
        "camera": event.camera.name,
        "event_id": event.event_id,
        "incident_id": event.incident_id,
        "revision": event.revision,
        "source": event.source,
        "start": event.start,
        "end": event.end,
        "start_s": event.start_s,
        "end_s": event.end_s,
        "alarm_s": event.alarm_s,
        "kind": judgement.kind.value,
        "verdict": judgement.verdict.value,
        "reasons": [reason.value for reason in judgement.reasons],
        "score": judgement.score,
        **box,
        "path": [{"x": x, "y": y} for x, y in event.path],
        "footage": event.footage,
        "footage_path": event.footage_path,
        "track": event.track,
        "model": event.model,
        "analyze_version": event.analyze_version,
        "decide_version": event.decide_version,
        "optics": None,
        "rules": None,
    }


def _event(row: Mapping[str, Any]) -> Event:
    return Event(
        event_id=row["event_id"],
        incident_id=row["incident_id"],
        revision=row["revision"],
        camera=Camera(row["tenant"], row["site"], row["camera"]),
        source=row["source"],
        start=row["start"].astimezone(UTC),
        end=row["end"].astimezone(UTC),
        start_s=row["start_s"],
        end_s=row["end_s"],
        alarm_s=row["alarm_s"],
        judgement=Judgement(
            Verdict(row["verdict"]),
            Kind(row["kind"]),
            tuple(Reason(code) for code in row["reasons"]),
            row["score"],
        ),
        box=(row["box_x1"], row["box_y1"], row["box_x2"], row["box_y2"]),
        path=tuple((point["x"], point["y"]) for point in row["path"]),
        footage=row["footage"],
        footage_path=row["footage_path"],
        track=row["track"],
        model=row["model"],
        analyze_version=row["analyze_version"],
        decide_version=row["decide_version"],
    )


def _order(event: Event) -> tuple[Camera, datetime, str, int]:
    return event.camera, event.start, event.event_id, event.revision


def _partition(event: Event) -> tuple[str, str]:
    return event.camera.tenant, f"{event.start.astimezone(UTC):%Y-%m-%d}"


def _parquet(table: pa.Table) -> bytes:
    order = [(name, "ascending") for name in SORT if name in table.schema.names]
    sink = io.BytesIO()
    pq.write_table(
        table,
        sink,
        row_group_size=_ROW_GROUP,
        compression="zstd",
        sorting_columns=pq.SortingColumn.from_ordering(table.schema, order),
    )
    return sink.getvalue()


def _cell(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    if isinstance(value, str) and _FORMULA.match(value):
        return f"'{value}"
    return "" if value is None else value
