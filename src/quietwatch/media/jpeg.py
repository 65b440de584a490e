"""Whether a file that begins as a JPEG is one picture, or Motion JPEG: a row of them, no container.

Only what the markers say is looked at; nothing is decoded.
"""

import re
from pathlib import Path
from typing import NamedTuple

from quietwatch.media.files import opened

# Any marker but those that stand among a picture's data: stuffed zeros, fill bytes, restarts.
_MARKER = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")
_SIZES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}  # beginnings of a frame, of every kind of JPEG
_START, _END, _APP2, _ALONE = 0xD8, 0xD9, 0xE2, 0x01
_MOST_BYTES = 2**27  # no camera's picture has more
_FIRST_READ = 2**16


class _Seen(NamedTuple):
    """What the markers of one picture say, as far as the data goes.

    Attributes:
        size: its height and width as coded, empty before they are said.
        listed: it says itself that more pictures lie behind it (a stereo pair, a map of its
            brightness): they are part of it, not of a row.
        end: where the data behind it begins, None if that is not there.
    """

    size: bytes
    listed: bool
    end: int | None


def is_row(path: Path) -> bool:
    """Whether another picture of the same size follows the first.

    Previews that some cameras append are smaller, and make no row.

    Raises:
        EmptyFile, NotReadable, SymlinkLoop: it can't be read.
    """
    data, more = b"", _FIRST_READ
    with opened(path) as file:
        # Twice as much at a time: to look at all of it again costs no more than the last look.
        while len(data) < _MOST_BYTES and (part := file.read(more)):
            data += part
            more = len(data)
            answer = _looks_like_row(data)
            if answer is not None:
                return answer
    return False


def _looks_like_row(data: bytes) -> bool | None:
    """The answer, None while there is too little data for one."""
    first = _walk(data, 0)
    if first.listed:
        return False
    if first.end is None:
        return None
    behind = _after_padding(data, first.end)
    if behind is None:
        return None
    if data[behind : behind + 3] != b"\xff\xd8\xff":
        return False
    second = _walk(data, behind)
    return second.size == first.size if second.size or second.end is not None else None


def _after_padding(data: bytes, at: int) -> int | None:
    """Where the zeros end with which some recorders fill up to a round number of bytes."""
    rest = data[at:].lstrip(b"\0")
    return None if len(rest) < 3 else len(data) - len(rest)


def _walk(data: bytes, start: int) -> _Seen:
    size, at = b"", start + 2
    while (marker := _MARKER.search(data, at)) is not None:
        code, at = data[marker.start() + 1], marker.end()
        if code == _END:
            return _Seen(size, listed=False, end=at)
        if code == _START:  # the picture breaks off, and the next one begins
            return _Seen(size, listed=False, end=marker.start())
        if code == _ALONE:
            continue
        if at + 8 > len(data):
            break
        if code in _SIZES:
            size = data[at + 3 : at + 7]
        if code == _APP2 and data[at + 2 : at + 6] == b"MPF\0":
            return _Seen(size, listed=True, end=None)
        at += int.from_bytes(data[at : at + 2])
    return _Seen(size, listed=False, end=None)
