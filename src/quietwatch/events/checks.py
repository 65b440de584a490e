"""The rules of the format, each as one row: what must not be, and the sentence that says so."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as pt

from quietwatch.events.schema import COLUMNS, MAX_PATH, PARTITION, Column
from quietwatch.model import Kind, Reason, Verdict

Mask = Any
"""A pyarrow array of booleans, one a row; true where the rule is broken."""

_UUID = r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"
_PATTERNS: Final = {
    "slug": (
        "^[a-z0-9][a-z0-9-]{0,62}$",
        "of a-z, 0-9 and -, at most 63 long, not beginning with -",
    ),
    "uuid": (_UUID, "a UUID in lower case with dashes"),
    "sha256": ("^[0-9a-f]{64}$", "64 hex digits in lower case"),
}
_CODES: Final[dict[str, list[str]]] = {
    "kind": [kind.value for kind in Kind],
    "verdict": [verdict.value for verdict in Verdict],
    "reasons": [reason.value for reason in Reason],
}


@dataclass(frozen=True, slots=True)
class Check:
    """One rule about a row.

    Attributes:
        column: the column that it is about.
        sentence: what is wrong with the row, and what is expected.
        broken: from a batch of rows to a mask, true where the rule is broken.
        null_is_bad: what a null in the mask means.
    """

    column: str
    sentence: str
    broken: Callable[[pa.RecordBatch], Mask]
    null_is_bad: bool = False


_TEXTS: Final = (pt.is_string, pt.is_large_string, pt.is_string_view)


def column_problems(schema: pa.Schema, keys: Mapping[str, str]) -> Iterator[str]:
    """What is wrong with the columns of a file: missing ones, doubled ones, wrong types.

    Args:
        schema: of the file.
        keys: names and values of the folders it lies in; these must not be in the file as well.
    """
    for column in COLUMNS:
        positions = schema.get_all_field_indices(column.name)
        if column.name in keys:
            if positions:
                yield f"column {column.name} is in the file and in the folder's name: drop it"
        elif not positions:
            yield f"column {column.name} is missing: expected {column.type}"
        elif len(positions) > 1:
            yield f"column {column.name} is there {len(positions)} times: expected one"
        elif not _alike(schema.field(positions[0]).type, column.type):
            found = schema.field(positions[0]).type
            yield f"column {column.name} is of type {found}: expected {column.type}"
    for name in PARTITION[1:]:
        if name in keys and name in schema.names:
            yield f"column {name} is in the file and in the folder's name: drop it"


def _alike(found: pa.DataType, wanted: pa.DataType) -> bool:
    """Whether Parquet stores both alike: Arrow has several types of text and of list."""
    if pt.is_dictionary(found):
        return _alike(found.value_type, wanted)
    if pt.is_string(wanted):
        return any(is_text(found) for is_text in _TEXTS)
    if pt.is_list(wanted):
        is_list = pt.is_list(found) or pt.is_large_list(found)
        return bool(is_list) and _alike(found.value_type, wanted.value_type)
    if pt.is_struct(wanted):
        return bool(pt.is_struct(found)) and all(
            found.get_field_index(field.name) >= 0
            and _alike(found.field(field.name).type, field.type)
            for field in wanted
        )
    return bool(found.equals(wanted))


def _text(batch: pa.RecordBatch, name: str) -> Any:
    """A column of text in one Arrow type, whichever of them the file has."""
    return batch[name].cast(pa.string())


def _null(name: str) -> Check:
    return Check(name, f"{name} is empty", lambda batch: pc.is_null(batch[name]))


def _pattern(name: str, form: str) -> Check:
    pattern, expected = _PATTERNS[form]
    return Check(
        name,
        f"{name} is not {expected}",
        lambda batch: pc.invert(pc.match_substring_regex(_text(batch, name), pattern)),
    )


def _code(name: str) -> Check:
    known = pa.array(_CODES[name])
    return Check(
        name,
        f"{name} is none of {', '.join(_CODES[name])}",
        lambda batch: pc.invert(pc.is_in(_text(batch, name), known, skip_nulls=True)),
    )


def _bounds(column: Column) -> Check:
    def broken(batch: pa.RecordBatch) -> Mask:
        return _outside(batch[column.name], column.low, column.high)

    return Check(column.name, f"{column.name} is not a number {column.range}", broken)


def _outside(values: Any, low: float | None, high: float | None) -> Mask:
    real = values.cast(pa.float64())
    bad = pc.invert(pc.is_finite(real))
    if low is not None:
        bad = pc.or_(bad, pc.less(real, low))
    if high is not None:
        bad = pc.or_(bad, pc.greater(real, high))
    return bad


def _any_member(lists: Any, bad_members: Mask) -> Mask:
    """From a mask over the members of lists to one over the lists."""
    parents = pc.list_parent_indices(lists)
    rows = pc.unique(pc.filter(parents, pc.fill_null(bad_members, True))).cast(pa.int64())
    return pc.is_in(pa.array(range(len(lists)), pa.int64()), rows)


def _bad_reasons(batch: pa.RecordBatch) -> Mask:
    known = pa.array(_CODES["reasons"])
    members = pc.list_flatten(batch["reasons"]).cast(pa.string())
    return _any_member(batch["reasons"], pc.invert(pc.is_in(members, known)))


def _bad_points(batch: pa.RecordBatch) -> Mask:
    points = pc.list_flatten(batch["path"])
    x = _outside(pc.struct_field(points, "x"), 0, 1)
    y = _outside(pc.struct_field(points, "y"), 0, 1)
    return _any_member(batch["path"], pc.or_kleene(pc.or_(x, y), pc.is_null(points)))


def _less(sentence: str, small: str, large: str) -> Check:
    return Check(large, sentence, lambda batch: pc.less(batch[large], batch[small]))


def _alarm_without_time(batch: pa.RecordBatch) -> Mask:
    return pc.and_(
        pc.equal(_text(batch, "verdict"), Verdict.ALARM.value), pc.is_null(batch["alarm_s"])
    )


def _checks() -> Iterator[Check]:
    for column in COLUMNS:
        if not column.nullable:
            yield _null(column.name)
        if column.form in _PATTERNS:
            yield _pattern(column.name, column.form)
        elif column.form in {"kind", "verdict"}:
            yield _code(column.name)
        if column.low is not None and not pt.is_list(column.type):
            yield _bounds(column)
    yield Check(
        "reasons",
        "it has no reason: expected one at least",
        lambda batch: pc.equal(pc.list_value_length(batch["reasons"]), 0),
    )
    yield Check("reasons", "reasons holds a code that the format does not know", _bad_reasons)
    yield Check("path", "path has a point outside the picture", _bad_points)
    yield Check(
        "path",
        f"path has more than {MAX_PATH} points",
        lambda batch: pc.greater(pc.list_value_length(batch["path"]), MAX_PATH),
    )
    yield _less("it ends before it starts", "start", "end")
    yield _less("end_s lies before start_s", "start_s", "end_s")
    yield _less("alarm_s lies before start_s", "start_s", "alarm_s")
    yield _less("its box is turned over: expected box_x1 <= box_x2", "box_x1", "box_x2")
    yield _less("its box is turned over: expected box_y1 <= box_y2", "box_y1", "box_y2")
    yield Check("alarm_s", "it is an alarm without alarm_s", _alarm_without_time)


CHECKS: Final = tuple(_checks())
