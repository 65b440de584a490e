"""What is known of a clip, and of a camera, each as one JSON file: exactly there and back."""

import re
import zlib
from dataclasses import dataclass

from pydantic import TypeAdapter

from quietwatch.errors import RecordDamaged
from quietwatch.model import Clip, Event, Note
from quietwatch.store.formats import check_format, why

FORMAT = 1
"""Raised when a reader of the old format could not read the new one."""

_FILE = re.compile(rb'\{"format":1,"crc32":"([0-9a-f]{8})","record":(.*)\}\n', re.DOTALL)


@dataclass(frozen=True, slots=True)
class ClipRecord:
    """A clip that was taken in, analyzed and judged.

    Attributes:
        clip: the footage.
        source: path or URL as it was first given, printable.
        analysis: key of its analysis.
        decided_with: hash of the settings and of the version that judged it.
        notes: what was odd and survived.
        events: what was seen, in order of their tracks.
        noise: movers that were seen too seldom to be events; see `model.Summary`.
    """

    clip: Clip
    source: str
    analysis: str
    decided_with: str
    notes: tuple[Note, ...]
    events: tuple[Event, ...]
    noise: int = 0  # records that are stored already have none


_RECORDS = TypeAdapter(ClipRecord)
_NAMES = TypeAdapter(str)


def dump(record: ClipRecord) -> bytes:
    """One file's bytes: a JSON object with the format and a checksum of the record's own bytes.

    Times keep their microseconds, numbers all their digits.
    """
    return _file(_RECORDS.dump_json(record))


def parse(data: bytes) -> ClipRecord:
    """Read back what `dump` gave.

    Raises:
        RecordDamaged: it is not what was written, or a newer Quietwatch wrote it.
    """
    try:
        return _RECORDS.validate_json(_body(data))
    except ValueError as error:  # also of pydantic and of the values themselves
        raise RecordDamaged(
            f"the record is damaged ({why(error)}); run again on its footage to make it anew, or "
            "remove it"
        ) from error


def dump_name(name: str) -> bytes:
    """One file's bytes, as `dump`: what a camera was called before that became a slug."""
    return _file(_NAMES.dump_json(name))


def parse_name(data: bytes) -> str:
    """Read back what `dump_name` gave.

    Raises:
        RecordDamaged: it is not what was written, or a newer Quietwatch wrote it.
    """
    try:
        return _NAMES.validate_json(_body(data))
    except ValueError as error:
        raise RecordDamaged(f"the camera's name is damaged ({why(error)}); remove it") from error


def _file(body: bytes) -> bytes:
    return b'{"format":%d,"crc32":"%08x","record":%s}\n' % (FORMAT, zlib.crc32(body), body)


def _body(data: bytes) -> bytes:
    match = _FILE.fullmatch(data)
    if match is None:
        check_format(data, FORMAT)
        raise ValueError("not laid out as a record")
    if int(match[1], 16) != zlib.crc32(match[2]):
        raise ValueError("its checksum is wrong")
    return match[2]
