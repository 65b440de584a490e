"""Video files that are odd, damaged or hostile; the ordinary ones are in the contract suite."""

import os
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from numpy.typing import NDArray

from quietwatch.config import MediaSettings
from quietwatch.errors import (
    EmptyFile,
    NotReadable,
    NoVideo,
    PictureTooLarge,
    SymlinkLoop,
    UnreadableVideo,
    UnsupportedCodec,
)
from quietwatch.media.reader import Reader
from quietwatch.media.video import VideoReader
from quietwatch.model import Frame, Picture

if TYPE_CHECKING:
    from tests.conftest import Footage

SETTINGS = MediaSettings()


def read(path: Path, settings: MediaSettings = SETTINGS) -> tuple[Reader, list[Frame]]:
    with VideoReader(path, settings) as reader:
        frames = [Frame(f.pts, f.time_base, f.luma.copy(), f.rgb.copy) for f in reader.frames()]
    return reader, frames


def codes(reader: Reader) -> list[str]:
    return [note.code for note in reader.notes]


# Time.


def test_variable_frame_rate_keeps_every_time(footage: "Footage") -> None:
    stamps = [0, 1, 5, 6, 31, 32, 40]
    reader, frames = read(footage.video("a.mp4", stamps=stamps, unit=Fraction(1, 30)))
    assert [frame.pts * frame.time_base for frame in frames] == [Fraction(s, 30) for s in stamps]
    assert codes(reader) == []


def test_ntsc_times_are_exact(footage: "Footage") -> None:
    path = footage.video("a.mp4", rate=Fraction(30000, 1001), frames=30)
    _, frames = read(path)
    assert frames[-1].pts * frame_step(frames) == Fraction(29 * 1001, 30000)


def frame_step(frames: list[Frame]) -> Fraction:
    return frames[0].time_base


def test_times_begin_at_0_whenever_the_container_begins(footage: "Footage") -> None:
    path = footage.video("a.mkv", stamps=[7000, 7100, 7200], unit=Fraction(1, 1000))
    _, frames = read(path)
    assert [frame.seconds for frame in frames] == [0, 0.1, 0.2]


def test_duplicate_and_backward_stamps_are_repaired(footage: "Footage") -> None:
    stamps = [0, 100, 200, 200, 300, 250, 400, 500]
    path = footage.video("a.mkv", codec="mjpeg", stamps=stamps, unit=Fraction(1, 1000))
    reader, frames = read(path)
    assert [frame.pts for frame in frames] == [0, 100, 200, 250, 300, 350, 400, 500]
    assert codes(reader) == ["timestamps-repaired"]
    assert "2 frames" in reader.notes[0].detail


def test_one_stamp_that_was_repaired_is_one_frame(footage: "Footage") -> None:
    path = footage.video("a.mkv", codec="mjpeg", stamps=[0, 100, 100], unit=Fraction(1, 1000))
    reader, _ = read(path)
    assert reader.notes[0].detail == "1 frame had no time or one that did not rise"


def test_a_clock_set_back_in_the_middle(footage: "Footage") -> None:
    stamps = [5000, 5100, 5200, 0, 100, 200]
    path = footage.video("a.mkv", codec="mjpeg", stamps=stamps, unit=Fraction(1, 1000))
    reader, frames = read(path)
    assert [frame.pts for frame in frames] == [0, 100, 200, 250, 350, 450]
    assert codes(reader) == ["timestamps-repaired"]


def test_reordered_frames_in_avi_which_has_no_presentation_times(footage: "Footage") -> None:
    path = footage.video("a.avi", frames=20, options={"preset": "medium", "bf": "3"})
    _, frames = read(path)
    assert [frame.pts for frame in frames[:-3]] == list(range(17))
    assert frames[-1].pts == pytest.approx(19, abs=2)


def test_a_single_frame_has_a_duration(footage: "Footage") -> None:
    reader, frames = read(footage.video("a.avi", codec="mjpeg", frames=1, rate=5))
    assert len(frames) == 1
    assert reader.duration == pytest.approx(0.2)
    assert not reader.info.lone_still


@pytest.mark.parametrize(
    ("written", "believed"),
    [
        ("2026-11-23T16:00:01.000000Z", datetime(2026, 11, 23, 16, 0, 1, tzinfo=UTC)),
        ("1970-01-01T00:00:05.000000Z", None),
        ("1904-01-01T00:00:00.000000Z", None),
        ("2000-01-01T00:10:00.000000Z", None),
    ],
)
def test_creation_time_is_believed_if_a_clock_was_set(
    footage: "Footage", written: str, believed: datetime | None
) -> None:
    path = footage.video("a.mp4", metadata={"creation_time": written}, frames=2)
    with VideoReader(path, SETTINGS) as reader:
        assert reader.info.recorded == believed


# Pictures.


@pytest.mark.parametrize(
    ("turned", "mirrored", "expected"),
    [
        (0, False, [[40, 90], [150, 210]]),
        (90, False, [[90, 210], [40, 150]]),
        (180, False, [[210, 150], [90, 40]]),
        (-90, False, [[150, 40], [210, 90]]),
        (0, True, [[90, 40], [210, 150]]),
    ],
)
def test_pictures_are_upright(
    footage: "Footage",
    turned: float,
    mirrored: bool,  # noqa: FBT001
    expected: list[list[int]],
) -> None:
    path = footage.video(
        "a.mp4",
        size=(64, 32),
        painter=footage.quarters,
        turned=turned,
        mirrored=mirrored,
        frames=2,
    )
    reader, frames = read(path)
    size = (64, 32) if turned % 180 == 0 else (32, 64)
    assert (reader.info.width, reader.info.height) == size
    corners = frames[1].rgb[[2, -3]][:, [2, -3], 1]
    assert corners == pytest.approx(np.array(expected), abs=6)
    luma = frames[1].luma[[2, -3]][:, [2, -3]]
    assert luma == pytest.approx(16 + np.array(expected) * 219 / 255, abs=6)


def test_full_range_luma_is_left_as_it_is(footage: "Footage") -> None:
    def white(_: int, width: int, height: int) -> Picture:
        return np.full((height, width, 3), 255, np.uint8)

    for full, level in ((True, 255), (False, 235)):
        path = footage.video("a.mp4", painter=white, frames=2, full_range=full)
        _, frames = read(path)
        assert frames[0].luma == pytest.approx(level, abs=1)
        assert frames[0].rgb == pytest.approx(255, abs=4)


@pytest.mark.parametrize("size", [(1, 1), (1, 9), (3, 1), (641, 3)])
def test_tiny_and_odd_sizes(footage: "Footage", size: tuple[int, int]) -> None:
    reader, frames = read(footage.video("a.mkv", codec="mjpeg", size=size))
    assert len(frames) == 10
    assert (reader.info.width, reader.info.height) == size
    assert frames[0].rgb.shape == (size[1], size[0], 3)


def test_frames_of_another_size_are_stretched_to_the_first(footage: "Footage") -> None:
    small = footage.video("a.h264", size=(64, 48), frames=5).read_bytes()
    large = footage.video("a.h264", size=(128, 96), frames=5).read_bytes()
    reader, frames = read(footage.file("a.h264", small + large))
    assert len(frames) == 10
    assert {frame.luma.shape for frame in frames} == {(48, 64)}
    assert {frame.rgb.shape for frame in frames} == {(48, 64, 3)}
    assert "size-changed" in codes(reader)
    # The scene is the same, so the stretched pictures are like the others.
    assert np.abs(frames[7].luma.astype(int) - frames[2].luma).mean() < 12


def test_luma_needs_no_copy(footage: "Footage") -> None:
    with VideoReader(footage.video("a.mp4", turned=90), SETTINGS) as reader:
        frame = next(reader.frames())
    assert not frame.luma.flags.owndata
    assert frame.luma[5, 5] > 0  # still there after closing


def test_cover_art_is_no_video(footage: "Footage") -> None:
    path = with_cover(footage)
    with pytest.raises(NoVideo):
        VideoReader(path, SETTINGS)


def with_cover(footage: "Footage") -> Path:
    import av  # noqa: PLC0415
    from av.stream import Disposition  # noqa: PLC0415

    path = footage.path("song.mp4")
    with av.open(str(footage.sound()), "r") as source, av.open(str(path), "w") as out:
        sound = out.add_stream_from_template(source.streams.audio[0])
        cover = out.add_stream("mjpeg", rate=1)
        cover.width, cover.height, cover.pix_fmt = 64, 48, "yuvj420p"
        cover.disposition = Disposition.attached_pic
        frame = av.VideoFrame.from_ndarray(footage.moving_square(0, 64, 48), format="rgb24")
        out.mux(cover.encode(frame.reformat(format="yuvj420p")))
        out.mux(cover.encode(None))
        for packet in source.demux(source.streams.audio[0]):
            if packet.dts is not None:
                packet.stream = sound
                out.mux(packet)
    return path


# Damage.


def test_the_readable_part_of_a_cut_mkv_is_read(footage: "Footage") -> None:
    path = footage.cut(footage.video("a.mkv", frames=60), 0.5)
    reader, frames = read(path)
    assert 15 < len(frames) < 45
    assert codes(reader)[0] == "cut-short"
    assert "of 6.0 s" in reader.notes[0].detail


def test_the_readable_part_of_a_cut_mp4_whose_index_is_at_its_front(footage: "Footage") -> None:
    whole = footage.video("a.mp4", codec="mpeg4", frames=60, muxer={"movflags": "+faststart"})
    reader, frames = read(footage.cut(whole, 0.6))
    assert 15 < len(frames) < 50
    assert "cut-short" in codes(reader)


@pytest.mark.parametrize("name", ["a.mkv", "a.avi", "a.ts", "a.flv"])
def test_damage_in_the_middle_costs_only_what_is_damaged(
    footage: "Footage", name: str, noise: NDArray[np.uint8]
) -> None:
    data = bytearray(footage.video(name, frames=60, options={"g": "10"}).read_bytes())
    middle = len(data) // 2
    data[middle : middle + 600] = noise[:600].tobytes()
    reader, frames = read(footage.file(name, bytes(data)))
    assert len(frames) > 40
    assert reader.duration > 5
    assert "damaged-frames" in codes(reader)


def test_a_truncated_mp4_says_that_its_index_is_missing(footage: "Footage") -> None:
    with pytest.raises(UnreadableVideo, match="index"):
        VideoReader(footage.cut(footage.video("a.mp4"), 0.6), SETTINGS)


def test_a_text_is_no_video(footage: "Footage") -> None:
    with pytest.raises(UnreadableVideo, match="not a video"):
        VideoReader(footage.file("a.mp4", b"Dear camera, where is my film?\n" * 50), SETTINGS)


def test_noise_is_no_video(footage: "Footage", noise: NDArray[np.uint8]) -> None:
    with pytest.raises(UnreadableVideo):
        VideoReader(footage.file("a.mp4", noise.tobytes()), SETTINGS)


def test_a_stream_without_one_good_picture(footage: "Footage", noise: NDArray[np.uint8]) -> None:
    data = bytearray(footage.video("a.mov", codec="png", frames=3).read_bytes())
    while (at := data.find(b"\x89PNG")) >= 0:
        data[at : at + 60] = noise[:60].tobytes()
    with pytest.raises(UnreadableVideo, match="not one picture"):
        VideoReader(footage.file("a.mov", bytes(data)), SETTINGS)


def test_every_cut_of_every_container_ends_well(footage: "Footage") -> None:
    for name in ("a.mp4", "a.mkv", "a.avi", "a.ts", "a.flv"):
        whole = footage.video(name, frames=4)
        for tenth in range(1, 10):
            try:
                read(footage.cut(whole, tenth / 10))
            except (UnreadableVideo, NoVideo, UnsupportedCodec):
                continue


def test_an_empty_file(footage: "Footage") -> None:
    with pytest.raises(EmptyFile):
        VideoReader(footage.file("a.mp4", b""), SETTINGS)


def test_sound_only(footage: "Footage") -> None:
    with pytest.raises(NoVideo):
        VideoReader(footage.sound(), SETTINGS)


@pytest.mark.parametrize(
    ("name", "codec", "known", "unknown"),
    [
        ("a.mkv", "libx264", b"V_MPEG4/ISO/AVC", b"V_MPEG4/ISO/QQQ"),
        ("a.avi", "mjpeg", b"MJPG", b"QZQZ"),
        ("a.mp4", "libx264", b"avc1", b"qzq1"),
    ],
)
def test_a_codec_that_is_not_there(
    footage: "Footage", name: str, codec: str, known: bytes, unknown: bytes
) -> None:
    data = footage.video(name, codec=codec, frames=3).read_bytes()
    with pytest.raises(UnsupportedCodec, match=r"H\.264"):
        VideoReader(footage.file(name, data.replace(known, unknown)), SETTINGS)


# Size.


def huge_jpegs(footage: "Footage", name: str, claimed: int, sound: int = 0) -> Path:
    """Motion JPEG whose pictures, but for a few `sound` ones, claim this width and height."""
    data = bytearray(footage.video(name, codec="mjpeg", frames=3).read_bytes())
    at = data.find(b"\xff\xc0")
    for _ in range(sound):
        at = data.find(b"\xff\xc0", at + 1)
    while at >= 0:
        data[at + 5 : at + 9] = claimed.to_bytes(2, "big") * 2
        at = data.find(b"\xff\xc0", at + 1)
    return footage.file(name, bytes(data))


@pytest.mark.parametrize("name", ["a.avi", "a.mkv", "a.mov", "a.mjpeg"])
@pytest.mark.parametrize("claimed", [20_000, 65_000])
def test_an_absurd_size_is_refused(footage: "Footage", name: str, claimed: int) -> None:
    with pytest.raises(PictureTooLarge, match=r"media\.max_pixels"):
        VideoReader(huge_jpegs(footage, name, claimed), SETTINGS)


@pytest.mark.parametrize("name", ["a.avi", "a.mkv", "a.mov", "a.mjpeg"])
def test_an_absurd_size_is_refused_in_the_middle(footage: "Footage", name: str) -> None:
    path = huge_jpegs(footage, name, 20_000, sound=2)
    with VideoReader(path, SETTINGS) as reader, pytest.raises(PictureTooLarge):
        list(reader.frames())


@pytest.mark.parametrize("name", ["a.h264", "a.ts", "a.flv", "a.mkv"])
def test_a_size_is_refused_in_the_middle(footage: "Footage", name: str) -> None:
    """H.264 that grows beyond the bound: the first part alone would be fine."""
    small = footage.video("a.h264", size=(64, 48), frames=5).read_bytes()
    large = footage.video("a.h264", size=(640, 480), frames=5).read_bytes()
    path = footage.remuxed(footage.file("a.h264", small + large), name)
    settings = MediaSettings(max_pixels=640 * 480 - 1)
    with VideoReader(path, settings) as reader, pytest.raises(PictureTooLarge):
        list(reader.frames())


def test_a_picture_of_just_the_bound_is_read(footage: "Footage") -> None:
    path = footage.video("a.mp4", codec="mpeg4", size=(640, 480), frames=2)
    assert len(read(path, MediaSettings(max_pixels=640 * 480))[1]) == 2
    with pytest.raises(PictureTooLarge, match="640 x 480"):
        VideoReader(path, MediaSettings(max_pixels=640 * 480 - 1))


# Names and hostile files.


@pytest.mark.parametrize("name", [b"new\nline.mp4", b"latin\xe9.mp4", b"http:__x.mp4", b"%03d.mp4"])
def test_any_name_opens(footage: "Footage", name: bytes) -> None:
    data = footage.video("a.mp4", frames=2).read_bytes()
    _, frames = read(footage.file(os.fsdecode(name), data))
    assert len(frames) == 2


PLAYLISTS = {
    "hls": "#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n{path}\n#EXT-X-ENDLIST\n",
    "concat": "ffconcat version 1.0\nfile {path}\n",
    "dash": '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static">'
    '<Period><AdaptationSet><Representation id="1" mimeType="video/mp4"><BaseURL>{path}'
    "</BaseURL></Representation></AdaptationSet></Period></MPD>",
    "sdp": "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 9 RTP/AVP 96\n",
}


@pytest.mark.parametrize("kind", PLAYLISTS)
def test_a_playlist_is_not_followed(footage: "Footage", kind: str) -> None:
    secret = footage.video("secret.ts")
    for target in (str(secret), secret.as_uri(), "http://127.0.0.1:9/x.ts", secret.name):
        path = secret.with_name(f"{kind}.mp4")
        path.write_text(PLAYLISTS[kind].format(path=target))
        with pytest.raises(UnreadableVideo):
            VideoReader(path, SETTINGS)


def test_a_named_pipe_is_not_waited_for(footage: "Footage") -> None:
    path = footage.path("pipe.mp4")
    os.mkfifo(path)
    with pytest.raises(NotReadable):
        VideoReader(path, SETTINGS)


def test_folders_missing_files_and_loops(footage: "Footage") -> None:
    path = footage.path("a.mp4")
    with pytest.raises(NotReadable):
        VideoReader(path.parent, SETTINGS)
    with pytest.raises(NotReadable):
        VideoReader(path, SETTINGS)
    path.symlink_to(path)
    with pytest.raises(SymlinkLoop):
        VideoReader(path, SETTINGS)


def test_failed_and_closed_readers_keep_no_file_open(footage: "Footage") -> None:
    path, bad = footage.video("a.mp4", frames=2), footage.file("b.mp4", b"no video")
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(5):
        read(path)
        with pytest.raises(UnreadableVideo):
            VideoReader(bad, SETTINGS)
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_ffmpeg_says_nothing(
    footage: "Footage", capfd: pytest.CaptureFixture[str], noise: NDArray[np.uint8]
) -> None:
    data = bytearray(footage.video("a.ts", frames=30).read_bytes())
    data[3000:3400] = noise[:400].tobytes()
    path = footage.file("a.ts", bytes(data))
    capfd.readouterr()
    for threads in (1, 4):
        read(path, MediaSettings(decoder_threads=threads))
    with pytest.raises(UnreadableVideo):
        VideoReader(footage.file("b.mp4", noise.tobytes()), SETTINGS)
    assert capfd.readouterr() == ("", "")


@pytest.fixture(scope="module")
def threaded(footage: "Footage") -> Path:
    return footage.video("a.mp4", frames=40, size=(320, 240), options={"bf": "2", "preset": "fast"})


def test_more_threads_give_the_same_frames(threaded: Path) -> None:
    (one, alone), (four, together) = (
        read(threaded),
        read(threaded, MediaSettings(decoder_threads=4)),
    )
    assert one.duration == four.duration
    for left, right in zip(alone, together, strict=True):
        assert left.pts == right.pts
        assert np.array_equal(left.luma, right.luma)


def test_more_threads_keep_the_bound(threaded: Path) -> None:
    with pytest.raises(PictureTooLarge):
        VideoReader(threaded, MediaSettings(decoder_threads=4, max_pixels=1024))
