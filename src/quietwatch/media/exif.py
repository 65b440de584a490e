"""The two facts of a picture's EXIF block that matter here: which way is up, and when it was taken.

Small on purpose, and safe on hostile bytes: what can't be read counts as not said.
"""

import re
import struct
from datetime import UTC, datetime
from typing import NamedTuple

from quietwatch.media.claims import sane
from quietwatch.media.picture import UPRIGHT, Orientation

_ORIENTATION, _EXIF_IFD = 0x0112, 0x8769
_TAKEN, _OFFSET, _FRACTION = 0x9003, 0x9011, 0x9291

# EXIF's orientations 1 to 8.
_ORIENTATIONS = {
    1: UPRIGHT,
    2: Orientation(0, mirrored=True),
    3: Orientation(2),
    4: Orientation(2, mirrored=True),
    5: Orientation(1, mirrored=True),
    6: Orientation(3),
    7: Orientation(3, mirrored=True),
    8: Orientation(1),
}
_MOST_ENTRIES = 512


class Facts(NamedTuple):
    """What a picture says of itself.

    Attributes:
        orientation: how to set it upright.
        taken: UTC time at which it was taken; None unless it gives its offset from UTC as well,
            because a local time of an unknown place is no time.
    """

    orientation: Orientation = UPRIGHT
    taken: datetime | None = None


def facts(data: bytes) -> Facts:
    """Read a JPEG, PNG or WebP file."""
    block = _block(data)
    order = {b"II": "<", b"MM": ">"}.get(block[:2])
    if order is None:
        return Facts()
    tags = _tags(block, order, _number(block, order, 4, "I"))
    within = tags.get(_EXIF_IFD)
    if within is not None:
        tags |= _tags(block, order, _number(within, order, 0, "I"))
    turn = _number(tags.get(_ORIENTATION, b""), order, 0, "H")
    return Facts(_ORIENTATIONS.get(turn or 1, UPRIGHT), _taken(tags))


def _block(data: bytes) -> bytes:
    """The TIFF structure inside the file, empty if there is none."""
    if data.startswith(b"\xff\xd8"):
        return _in_jpeg(data)
    if data.startswith(b"\x89PNG"):
        return _in_chunks(data, 8, ">", b"eXIf", (4, 0), 12)
    block = _in_chunks(data, 12, "<", b"EXIF", (0, 4), 8)
    return block.removeprefix(b"Exif\0\0")


def _in_jpeg(data: bytes) -> bytes:
    at = 2
    while data[at : at + 1] == b"\xff" and (length := _number(data, ">", at + 2, "H")):
        marker = data[at + 1]
        if marker == 0xDA:  # the picture itself begins
            break
        if marker == 0xE1 and data[at + 4 : at + 10] == b"Exif\0\0":
            return data[at + 10 : at + 2 + length]
        at += 2 + length
    return b""


def _in_chunks(
    data: bytes, at: int, order: str, wanted: bytes, places: tuple[int, int], around: int
) -> bytes:
    """The content of a chunk of PNG or WebP.

    Args:
        data: the file.
        at: where the first chunk begins.
        order: byte order of lengths.
        wanted: name of the chunk.
        places: where in a chunk its name stands, and where its length.
        around: bytes of a chunk that are not content.
    """
    name, length = places
    while (size := _number(data, order, at + length, "I")) is not None:
        if data[at + name : at + name + 4] == wanted:
            return data[at + 8 : at + 8 + size]
        at += around + size + (size % 2 if around == 8 else 0)  # WebP pads to even
    return b""


def _tags(block: bytes, order: str, at: int | None) -> dict[int, bytes]:
    """The directory at an offset: tag to value, as bytes."""
    found: dict[int, bytes] = {}
    count = _number(block, order, at, "H") if at is not None else None
    for index in range(min(count or 0, _MOST_ENTRIES)):
        entry = (at or 0) + 2 + 12 * index
        tag = _number(block, order, entry, "H")
        kind = _number(block, order, entry + 2, "H")
        number = _number(block, order, entry + 4, "I")
        if tag is None or kind is None or number is None:
            break
        size = number * {2: 1, 3: 2, 4: 4}.get(kind, 0)  # text, 16 bit, 32 bit
        place = entry + 8 if size <= 4 else _number(block, order, entry + 8, "I")
        if place is not None:
            found[tag] = block[place : place + size]
    return found


def _taken(tags: dict[int, bytes]) -> datetime | None:
    taken, offset = (_text(tags.get(tag, b"")) for tag in (_TAKEN, _OFFSET))
    part = _text(tags.get(_FRACTION, b""))
    date, _, time = taken.partition(" ")
    fraction = f".{part[:6]}" if re.fullmatch(r"[0-9]+", part) else ""
    try:
        moment = datetime.fromisoformat(f"{date.replace(':', '-')}T{time}{fraction}{offset}")
    except ValueError:
        return None
    return sane(moment.astimezone(UTC)) if moment.tzinfo else None


def _text(value: bytes) -> str:
    return value.split(b"\0")[0].decode("ascii", "replace").strip()


def _number(data: bytes, order: str, at: int | None, form: str) -> int | None:
    """A whole number at a place; None where the data ends before."""
    try:
        return int(struct.unpack_from(order + form, data, at or 0)[0])
    except struct.error:
        return None
