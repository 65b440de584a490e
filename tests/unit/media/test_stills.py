"""Stills that are odd, damaged or hostile; the ordinary ones are in the contract suite."""

import os
import struct
import zlib
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from quietwatch.config import MediaSettings
from quietwatch.errors import EmptyFile, NotReadable, PictureTooLarge, UnreadablePicture
from quietwatch.media.opening import PICTURE_SUFFIXES, VIDEO_SUFFIXES, open_media
from quietwatch.media.reader import Reader
from quietwatch.media.stills import LocalStill, StillsReader
from quietwatch.media.video import VideoReader
from quietwatch.model import Frame, Picture

if TYPE_CHECKING:
    from tests.conftest import Footage

SETTINGS = MediaSettings()


def read(*files: Path, settings: MediaSettings = SETTINGS) -> tuple[Reader, list[Frame]]:
    with open_media(files, settings) as reader:
        return reader, list(reader.frames())


def codes(reader: Reader) -> list[str]:
    return [note.code for note in reader.notes]


def corners(picture: Picture) -> NDArray[np.uint8]:
    return picture[[2, -3]][:, [2, -3]]


# What a picture is.


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp"])
@pytest.mark.parametrize("order", ["<", ">"])
def test_orientation_and_time_of_the_exif_block(
    footage: "Footage", suffix: str, order: str
) -> None:
    exif = footage.exif(orientation=6, taken="2026:11:23 17:00:00", offset="+01:00", order=order)
    path = footage.still(f"a{suffix}", size=(64, 32), painter=footage.quarters, exif=exif)
    reader, (frame,) = read(path)
    assert (reader.info.width, reader.info.height) == (32, 64)
    assert corners(frame.luma) == pytest.approx(np.array([[150, 40], [210, 90]]), abs=4)
    assert corners(frame.rgb)[..., 1] == pytest.approx(np.array([[150, 40], [210, 90]]), abs=4)
    assert reader.info.recorded == datetime(2026, 11, 23, 16, tzinfo=UTC)


@pytest.mark.parametrize(
    ("orientation", "expected"),
    [
        (1, [[40, 90], [150, 210]]),
        (2, [[90, 40], [210, 150]]),
        (3, [[210, 150], [90, 40]]),
        (4, [[150, 210], [40, 90]]),
        (5, [[40, 150], [90, 210]]),
        (6, [[150, 40], [210, 90]]),
        (7, [[210, 90], [150, 40]]),
        (8, [[90, 210], [40, 150]]),
        (9, [[40, 90], [150, 210]]),
    ],
)
def test_every_orientation(footage: "Footage", orientation: int, expected: list[list[int]]) -> None:
    exif = footage.exif(orientation=orientation)
    path = footage.still("a.jpg", size=(64, 32), painter=footage.quarters, exif=exif)
    _, (frame,) = read(path)
    assert corners(frame.luma) == pytest.approx(np.array(expected), abs=4)


@pytest.mark.parametrize(
    ("taken", "offset"),
    [
        ("2026:11:23 17:00:00", ""),
        ("", "+01:00"),
        ("2026:13:23 17:00:00", "+01:00"),
        ("1970:01:01 00:00:00", "+00:00"),
        ("    :  :     :  :  ", "+00:00"),
    ],
)
def test_a_local_time_of_an_unknown_place_is_no_time(
    footage: "Footage", taken: str, offset: str
) -> None:
    path = footage.still("a.jpg", exif=footage.exif(taken=taken, offset=offset))
    assert read(path)[0].info.recorded is None


def test_a_damaged_exif_block_costs_nothing_but_itself(footage: "Footage") -> None:
    exif = footage.exif(orientation=6, taken="2026:11:23 17:00:00", offset="+01:00")
    data = footage.picture(".jpg", exif=exif)
    start = data.index(b"II*\0")
    for at in range(start, start + len(exif)):
        broken = data[:at] + b"\xff" + data[at + 1 :]
        _, (frame,) = read(footage.file("a.jpg", broken))
        assert frame.luma.size == 64 * 48


def test_luma_is_y_in_full_range(footage: "Footage") -> None:
    def colour(_: int, width: int, height: int) -> Picture:
        picture = np.zeros((height, width, 3), np.uint8)
        picture[:] = (250, 120, 10)
        return picture

    for name in ("a.jpg", "a.png", "a.webp"):
        _, (frame,) = read(footage.still(name, painter=colour))
        assert frame.luma == pytest.approx(0.299 * 250 + 0.587 * 120 + 0.114 * 10, abs=2)
        assert frame.rgb[5, 5] == pytest.approx(np.array([250, 120, 10]), abs=6)


def test_a_lossy_webp(footage: "Footage") -> None:
    frame = av.VideoFrame.from_ndarray(footage.moving_square(0, 64, 48), format="rgb24")
    context = av.CodecContext.create("libwebp", "w")
    assert isinstance(context, av.VideoCodecContext)
    context.width, context.height, context.pix_fmt = 64, 48, "yuv420p"
    packets = context.encode(frame.reformat(format="yuv420p")) + context.encode(None)
    reader, (shown,) = read(footage.file("a.webp", bytes(packets[0])))
    assert reader.info.codec == "webp"
    assert np.abs(shown.rgb.astype(int) - footage.moving_square(0, 64, 48)).mean() < 6


@pytest.mark.parametrize("colour", [0, 3, 4, 6])
def test_png_of_every_colour_type(footage: "Footage", colour: int) -> None:
    """Gray, palette, gray with alpha, RGB with alpha."""
    samples = {0: 1, 3: 1, 4: 2, 6: 4}[colour]
    rows = b"".join(b"\0" + bytes([1] * samples * 9) for _ in range(7))
    path = footage.file("a.png", png(9, 7, colour, zlib.compress(rows)))
    _, (frame,) = read(path)
    assert frame.luma.shape == (7, 9)
    assert frame.luma == pytest.approx(200 if colour == 3 else 1, abs=1)


def png(width: int, height: int, colour: int, data: bytes) -> bytes:
    palette = bytes(3) + bytes([200] * 3)
    chunks = [(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, colour, 0, 0, 0))]
    chunks += [(b"PLTE", palette)] if colour == 3 else []
    chunks += [(b"IDAT", data), (b"IEND", b"")]
    made = b"\x89PNG\r\n\x1a\n"
    for name, content in chunks:
        crc = zlib.crc32(name + content)
        made += struct.pack(">I", len(content)) + name + content + struct.pack(">I", crc)
    return made


# Which reader.


def test_content_decides_and_not_the_ending(footage: "Footage") -> None:
    path = footage.still("a.jpg")
    for name in ("a.mp4", "a", "a.png", "new\nline.jpeg", os.fsdecode(b"\xff.jpg")):
        renamed = footage.file(name, path.read_bytes())
        assert open_media((renamed,), SETTINGS).info.lone_still


def test_a_text_named_as_a_picture(footage: "Footage") -> None:
    with pytest.raises(UnreadablePicture, match="no JPEG, PNG or WebP"):
        read(footage.file("a.jpg", b"no picture at all"))


def test_a_video_named_as_a_picture_is_a_video(footage: "Footage") -> None:
    path = footage.video("a.mp4", frames=5)
    reader, frames = read(footage.file("a.jpg", path.read_bytes()))
    assert isinstance(reader, VideoReader)
    assert len(frames) == 5


def test_endings_are_lower_case_and_one_or_the_other() -> None:
    assert not VIDEO_SUFFIXES & PICTURE_SUFFIXES
    assert all(s.startswith(".") and s == s.lower() for s in VIDEO_SUFFIXES | PICTURE_SUFFIXES)


def test_no_file_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="at least one"):
        open_media((), SETTINGS)


# Damage and size.


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp"])
def test_a_picture_that_breaks_off_early(footage: "Footage", suffix: str) -> None:
    for share in (0.01, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99):
        path = footage.cut(footage.still(f"a{suffix}"), share)
        try:
            reader, frames = read(path)
        except (UnreadablePicture, EmptyFile):
            continue
        assert frames
        assert codes(reader) == ["cut-short"]


def test_a_jpeg_with_something_behind_its_end_is_whole(footage: "Footage") -> None:
    reader, _ = read(footage.file("a.jpg", footage.picture(".jpg") + b"camera 7\0" * 20))
    assert codes(reader) == []


def test_an_empty_picture(footage: "Footage") -> None:
    with pytest.raises(EmptyFile):
        read(footage.file("a.jpg", b""))


@pytest.mark.parametrize("side", [20_000, 50_000, 2**31 - 1])
def test_a_png_bomb_is_refused(footage: "Footage", side: int) -> None:
    bomb = png(side, side, 0, zlib.compress(bytes(10_000)))
    with pytest.raises((PictureTooLarge, UnreadablePicture)):
        read(footage.file("a.png", bomb))
    if side <= 50_000:
        with pytest.raises(PictureTooLarge, match=rf"{side} x {side}"):
            read(footage.file("a.png", bomb))


@pytest.mark.parametrize("side", [20_000, 65_000])
def test_a_jpeg_bomb_is_refused(footage: "Footage", side: int) -> None:
    data = bytearray(footage.picture(".jpg"))
    at = data.index(b"\xff\xc0")
    data[at + 5 : at + 9] = side.to_bytes(2, "big") * 2
    with pytest.raises(PictureTooLarge, match=rf"{side} x {side}"):
        read(footage.file("a.jpg", bytes(data)))


def test_a_file_too_large_for_any_picture_is_not_taken_into_memory(footage: "Footage") -> None:
    path = footage.still("a.jpg")
    with path.open("ab") as file:
        file.truncate(2**33)  # a hole: takes no space
    with pytest.raises(PictureTooLarge, match="bytes"):
        read(path)


# Several as one clip.


def test_a_clip_of_stills_goes_at_its_rate(footage: "Footage") -> None:
    files = footage.stills(["1.jpg", "2.jpg", "3.jpg"])
    settings = MediaSettings(stills_rate=0.1)
    reader, frames = read(*files, settings=settings)
    assert [frame.seconds for frame in frames] == [0, 10, 20]
    assert reader.duration == 30
    assert reader.info.container == "stills"


@pytest.mark.parametrize("content", [b"", b"a text", b"\xff\xd8\xff\xe0 broken"])
def test_a_damaged_picture_is_left_out_and_its_time_passes(
    footage: "Footage", content: bytes
) -> None:
    files = footage.stills(["1.jpg", "2\n.jpg", "3.jpg"])
    files[1].write_bytes(content)
    reader, frames = read(*files)
    assert [frame.seconds for frame in frames] == [0, 2]
    assert reader.duration == 3
    assert codes(reader) == ["damaged-frames"]
    assert r"2\n.jpg" in reader.notes[0].detail


def test_times_begin_at_the_first_good_picture(footage: "Footage") -> None:
    files = footage.stills(["1.jpg", "2.jpg", "3.jpg"])
    files[0].write_bytes(b"a text")
    reader, frames = read(*files)
    assert [frame.seconds for frame in frames] == [0, 1]
    assert reader.duration == 2


def test_not_one_good_picture(footage: "Footage") -> None:
    files = footage.stills(["1.jpg", "2.jpg"])
    for path in files:
        path.write_bytes(b"a text")
    with pytest.raises(UnreadablePicture, match="not one of the 2 files"):
        read(*files)


def test_pictures_of_another_size_are_stretched_to_the_first(footage: "Footage") -> None:
    files = footage.stills(["1.jpg", "2.jpg"])
    turned = footage.picture(".jpg", size=(96, 128), exif=footage.exif(orientation=6))
    files[1].write_bytes(turned)
    reader, frames = read(*files)
    assert [frame.luma.shape for frame in frames] == [(48, 64), (48, 64)]
    assert [frame.rgb.shape for frame in frames] == [(48, 64, 3), (48, 64, 3)]
    assert codes(reader) == ["size-changed"]


def test_a_picture_that_is_too_large_in_a_clip(footage: "Footage") -> None:
    files = footage.stills(["1.jpg", "2.jpg"])
    files[1].write_bytes(footage.picture(".jpg", size=(640, 480)))
    with (
        StillsReader(
            [LocalStill(file) for file in files], MediaSettings(max_pixels=64 * 48), lone=False
        ) as reader,
        pytest.raises(PictureTooLarge),
    ):
        list(reader.frames())


def test_a_picture_that_is_gone_ends_the_reading(footage: "Footage") -> None:
    files = footage.stills(["1.jpg", "2.jpg"])
    files[1].unlink()
    stills = [LocalStill(file) for file in files]
    with StillsReader(stills, SETTINGS, lone=len(files) == 1) as reader, pytest.raises(NotReadable):
        list(reader.frames())
