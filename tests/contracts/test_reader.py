"""One suite for every kind of footage: whatever it is, a reader keeps the same promises."""

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from quietwatch.config import MediaSettings
from quietwatch.errors import PictureTooLarge
from quietwatch.media.opening import open_media
from quietwatch.media.reader import Reader
from quietwatch.model import Frame

if TYPE_CHECKING:
    from tests.conftest import Footage

Make = Callable[["Footage"], tuple[Path, ...]]
SETTINGS = MediaSettings()


def video(name: str, codec: str, **how: object) -> Make:
    return lambda footage: (footage.video(name, codec=codec, **how),)  # type: ignore[arg-type]


KINDS: dict[str, Make] = {
    "mp4-h264": video("clip.mp4", "libx264"),
    "mp4-h264-b-frames": video("clip.mp4", "libx264", options={"preset": "medium", "bf": "3"}),
    "mp4-h265": video("clip.mp4", "libx265"),
    "mp4-mpeg4": video("clip.mp4", "mpeg4"),
    "mp4-av1": video("clip.mp4", "libsvtav1", size=(128, 96)),
    "mov-h264": video("clip.mov", "libx264"),
    "mov-mjpeg": video("clip.mov", "mjpeg"),
    "mkv-h264": video("clip.mkv", "libx264"),
    "mkv-h265": video("clip.mkv", "libx265"),
    "mkv-vp9": video("clip.mkv", "libvpx-vp9"),
    "avi-mpeg4": video("clip.avi", "mpeg4"),
    "avi-mjpeg": video("clip.avi", "mjpeg"),
    "avi-h264": video("clip.avi", "libx264"),
    "ts-h264": video("clip.ts", "libx264"),
    "ts-h265": video("clip.ts", "libx265"),
    "webm-vp9": video("clip.webm", "libvpx-vp9"),
    "webm-av1": video("clip.webm", "libsvtav1", size=(128, 96)),
    "flv-h264": video("clip.flv", "libx264"),
    "mpg-mpeg2": video("clip.mpg", "mpeg2video", rate=25),
    "raw-h264": video("clip.h264", "libx264"),
    "3gp-mpeg4": video("clip.3gp", "mpeg4"),
    "odd-size": video("clip.mkv", "libx264", size=(65, 47), pixels="yuv444p"),
    "turned": video("clip.mp4", "libx264", turned=90),
    "ten-bit": video("clip.mp4", "libx265", pixels="yuv420p10le"),
    "variable-rate": video("clip.mp4", "libx264", stamps=[0, 1, 2, 12, 13, 40, 41, 43, 44, 50]),
    "jpeg": lambda footage: (footage.still("still.jpg"),),
    "png": lambda footage: (footage.still("still.png"),),
    "webp": lambda footage: (footage.still("still.webp"),),
    "stills": lambda footage: footage.stills([f"{i:03d}.jpg" for i in range(10)]),
    "mixed-stills": lambda footage: footage.stills(["1.jpg", "2.png", "3.webp"]),
    "sheaf": lambda footage: (footage.sheaf(footage.stills([f"{i:03d}.jpg" for i in range(10)])),),
}
LONE = {"jpeg", "png", "webp"}


@pytest.fixture(scope="module", params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def files(kind: str, footage: "Footage") -> tuple[Path, ...]:
    return KINDS[kind](footage)


def read(files: tuple[Path, ...]) -> tuple[Reader, list[Frame]]:
    with open_media(files, SETTINGS) as reader:
        frames = [Frame(f.pts, f.time_base, f.luma.copy(), f.rgb.copy) for f in reader.frames()]
    return reader, frames


def test_all_frames_come_with_strictly_rising_times_from_0(
    kind: str, files: tuple[Path, ...]
) -> None:
    _, frames = read(files)
    expected = 1 if kind in LONE else 3 if kind == "mixed-stills" else 10
    assert len(frames) == expected
    times = [frame.pts * frame.time_base for frame in frames]
    assert times[0] == 0
    assert all(later > earlier for earlier, later in pairwise(times))


def test_pictures_have_the_size_that_the_info_says(files: tuple[Path, ...]) -> None:
    reader, frames = read(files)
    for frame in frames:
        assert frame.luma.shape == (reader.info.height, reader.info.width)
        assert frame.rgb.shape == (reader.info.height, reader.info.width, 3)
        assert frame.rgb.dtype == np.uint8


def test_colour_is_that_of_the_luma(files: tuple[Path, ...]) -> None:
    """Y made from the RGB again is the luma, be it coded as 16 to 235 or as 0 to 255."""
    _, frames = read(files)
    for frame in frames:
        full = frame.rgb @ np.array([0.299, 0.587, 0.114])
        apart = [np.abs(made - frame.luma).mean() for made in (full, 16 + full * 219 / 255)]
        assert min(apart) < 2.5


def test_the_scene_is_the_one_that_was_painted(kind: str, files: tuple[Path, ...]) -> None:
    """The bright square stands at half the height in the first picture, to the left or turned."""
    _, frames = read(files)
    bright = np.argwhere(frames[0].luma > frames[0].luma.max() - 25).mean(axis=0)
    height, width = frames[0].luma.shape
    if kind == "turned":
        assert bright == pytest.approx([height * 0.92, width / 2], rel=0.15)
    else:
        assert bright == pytest.approx([height / 2, width * 0.08], rel=0.25)


def test_duration_reaches_from_the_first_frame_to_the_end_of_the_last(
    kind: str, files: tuple[Path, ...]
) -> None:
    reader, frames = read(files)
    if kind in LONE:
        assert reader.duration == 0
    else:
        assert frames[-1].seconds < reader.duration < frames[-1].seconds + 1.1
        claimed = reader.info.duration
        # An MPEG program stream does not say; FFmpeg's guess is poor for one as short as this.
        if claimed is not None and kind != "mpg-mpeg2":
            assert claimed == pytest.approx(reader.duration, abs=0.25)


def test_its_extent_is_known_without_decoding_it(kind: str, files: tuple[Path, ...]) -> None:
    reader, _ = read(files)
    with open_media(files, SETTINGS) as other:
        extent = other.extent()
    if kind != "mpg-mpeg2":  # as above
        assert extent == pytest.approx(reader.duration, abs=0.3)


def test_a_lone_still_is_known_as_one(kind: str, files: tuple[Path, ...]) -> None:
    reader, _ = read(files)
    assert reader.info.lone_still == (kind in LONE)


def test_sound_footage_has_no_notes(kind: str, files: tuple[Path, ...]) -> None:
    reader, _ = read(files)
    codes = [note.code for note in reader.notes]
    # A raw stream has no times in it; ours are made up, and it says so.
    assert codes == (["timestamps-repaired"] if kind == "raw-h264" else [])


def test_a_second_reading_gives_the_same(files: tuple[Path, ...]) -> None:
    (first, frames), (second, again) = read(files), read(files)
    assert first.info == second.info
    assert first.duration == second.duration
    for one, other in zip(frames, again, strict=True):
        assert one.pts == other.pts
        assert one.time_base == other.time_base
        assert np.array_equal(one.luma, other.luma)
        assert np.array_equal(one.rgb, other.rgb)


def test_luma_can_not_be_written_to(files: tuple[Path, ...]) -> None:
    with open_media(files, SETTINGS) as reader:
        frame = next(iter(reader.frames()))
        with pytest.raises(ValueError, match="read-only"):
            frame.luma[0, 0] = 0


def test_frames_are_read_once(files: tuple[Path, ...]) -> None:
    with open_media(files, SETTINGS) as reader:
        list(reader.frames())
        with pytest.raises(RuntimeError, match="read once"):
            list(reader.frames())


def test_a_bound_smaller_than_the_picture_is_kept(files: tuple[Path, ...]) -> None:
    with pytest.raises(PictureTooLarge, match=r"\d+ x \d+"):
        open_media(files, MediaSettings(max_pixels=1024))
