"""One picture or a row of them: told by the bytes, whatever the file is called."""

import itertools
from typing import TYPE_CHECKING

import pytest

from quietwatch.config import MediaSettings
from quietwatch.errors import EmptyFile
from quietwatch.media.jpeg import is_row
from quietwatch.media.opening import open_media

if TYPE_CHECKING:
    from tests.conftest import Footage

NAMES = ("a.jpg", "a.mjpeg", "a.mp4", "a")


def jpegs(footage: "Footage", *sizes: tuple[int, int]) -> list[bytes]:
    return [footage.picture(".jpg", size=size, index=i) for i, size in enumerate(sizes)]


def with_segment(jpeg: bytes, marker: int, content: bytes) -> bytes:
    """A JPEG with one more segment at its beginning."""
    length = (len(content) + 2).to_bytes(2)
    return jpeg[:2] + bytes([0xFF, marker]) + length + content + jpeg[2:]


def frames_of(footage: "Footage", name: str, data: bytes) -> tuple[bool, int]:
    """How it is read under a name: as a lone still or not, and how many pictures come out."""
    with open_media((footage.file(name, data),), MediaSettings()) as reader:
        return reader.info.lone_still, sum(1 for _ in reader.frames())


@pytest.mark.parametrize("size", [(64, 48), (1280, 720)])
@pytest.mark.parametrize("padding", [b"", bytes(3), bytes(600)])
def test_a_row_is_read_as_a_video_under_every_name(
    footage: "Footage", size: tuple[int, int], padding: bytes
) -> None:
    data = padding.join(jpegs(footage, size, size, size))
    assert {frames_of(footage, name, data) for name in NAMES} == {(False, 3)}


def test_one_alone_is_read_as_a_still_under_every_name(footage: "Footage") -> None:
    [data] = jpegs(footage, (64, 48))
    for tail in (b"", bytes(999), b"what some camera appends", b"\xff\xd8"):
        assert {frames_of(footage, name, data + tail) for name in NAMES} == {(True, 1)}


def test_a_preview_inside_or_behind_is_no_row(footage: "Footage") -> None:
    large, small = jpegs(footage, (128, 96), (64, 48))
    inside = with_segment(large, 0xE1, b"Exif\0\0" + large[:-2] + small)
    for data in (large + small, inside):
        assert frames_of(footage, "a.jpg", data) == (True, 1)


def test_a_picture_that_lists_others_behind_it_is_one(footage: "Footage") -> None:
    left, right = jpegs(footage, (64, 48), (64, 48))
    assert is_row(footage.file("a", left + right))
    assert not is_row(footage.file("a", with_segment(left, 0xE2, b"MPF\0II*\0") + right))
    assert is_row(footage.file("a", with_segment(left, 0xE2, b"ICC_PROFILE\0") + right))


def test_a_first_picture_that_breaks_off_is_no_end_of_the_row(footage: "Footage") -> None:
    first, second = jpegs(footage, (64, 48), (64, 48))
    assert is_row(footage.file("a", first[:-40] + second))
    assert not is_row(footage.file("a", first[:-40]))


def test_a_second_picture_that_has_only_begun_makes_no_row(footage: "Footage") -> None:
    first, second = jpegs(footage, (64, 48), (64, 48))
    at = second.index(b"\xff\xc0")
    answers = [is_row(footage.file("a", first + second[:end])) for end in range(at + 12)]
    assert [answer for answer, _ in itertools.groupby(answers)] == [False, True]


def test_a_large_picture_is_seen_to_its_end(footage: "Footage") -> None:
    noisy = with_segment(footage.picture(".jpg", size=(64, 48)), 0xFE, bytes(60_000))
    for number in range(4):  # across the pieces in which it is read
        data = noisy[:2] + noisy[2:60_000] * number + noisy[2:]
        assert is_row(footage.file("a", data + data)), number
        assert not is_row(footage.file("a", data)), number


def test_markers_without_sense_are_no_row(footage: "Footage") -> None:
    for junk in (b"", b"\xff" * 9999, b"\xff\xe1\0\0" * 999, b"\xff\xc0", bytes(9999)):
        assert not is_row(footage.file("a", b"\xff\xd8\xff\xe0" + junk))
    with pytest.raises(EmptyFile):
        is_row(footage.file("a", b""))
