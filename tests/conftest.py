"""Footage for every test: real files, made by real encoders, small enough to be made each time.

A test takes the fixture `footage` and asks for what it needs:

    if TYPE_CHECKING:
        from tests.conftest import Footage

    def test_reads(footage: "Footage") -> None:
        path = footage.video("door.mp4", size=(64, 48), frames=10)
"""

import signal
import struct
from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import count, pairwise
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from av.video.stream import VideoStream
from hypothesis import HealthCheck, settings
from numpy.typing import NDArray

from quietwatch.media import sheaf
from quietwatch.model import Picture

pytest_plugins = ["tests.adapters", "tests.pages"]

# A machine that is busy with other things is slow, not wrong.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")

# A shell that starts tests in its background has them ignore Ctrl-C, nohup the end of the terminal;
# what they start would ignore it as well.
for number, usual in (
    (signal.SIGINT, signal.default_int_handler),
    (signal.SIGHUP, signal.SIG_DFL),
):
    if signal.getsignal(number) is signal.SIG_IGN:
        signal.signal(number, usual)

Painter = Callable[[int, int, int], Picture]
"""Paints frame number `index` of a clip of `width` by `height`: (height, width, 3) uint8 RGB."""

Size = tuple[int, int]
"""Width and height, pixels."""

# The quickest way through each encoder, and silence.
_OPTIONS = {
    "libx264": {"preset": "ultrafast", "crf": "12", "g": "10"},
    "libx265": {"preset": "ultrafast", "crf": "12", "x265-params": "log-level=none:pools=none"},
    "libsvtav1": {"preset": "12", "crf": "20", "svtav1-params": "lp=1"},
    "libvpx-vp9": {"deadline": "realtime", "cpu-used": "8", "crf": "15", "b": "0"},
    "mpeg4": {"qscale": "2", "flags": "+qscale"},
    "mjpeg": {"qscale": "2", "flags": "+qscale"},
}
_FORMATS = {".ts": "mpegts", ".m2ts": "mpegts", ".mkv": "matroska", ".h264": "h264"}
_PIXELS = {"mjpeg": "yuvj420p", "png": "rgb24"}


def moving_square(index: int, width: int, height: int) -> Picture:
    """A soft coloured background and a bright square that goes right, a sixth of the width big."""
    across = np.linspace(60, 120, width, dtype=np.float32)
    down = np.linspace(0, 60, height, dtype=np.float32)[:, None]
    picture = np.stack([across + down, across + 0 * down, 120 - down + 0 * across], axis=-1)
    side = max(1, width // 6)
    left = (index * max(1, width // 40)) % max(1, width - side + 1)
    top = max(0, (height - side) // 2)
    picture[top : top + side, left : left + side] = (235, 220, 200)
    return picture.astype(np.uint8)


def quarters(index: int, width: int, height: int) -> Picture:  # noqa: ARG001
    """Four plain quarters that tell every turn and mirror image apart: 40, 90; 150, 210 gray."""
    picture = np.zeros((height, width, 3), np.uint8)
    half_width, half_height = width // 2, height // 2
    picture[:half_height, :half_width] = 40
    picture[:half_height, half_width:] = 90
    picture[half_height:, :half_width] = 150
    picture[half_height:, half_width:] = 210
    return picture


class Footage:
    """Makes files in a folder of the test session; each call gets a folder of its own in it."""

    moving_square = staticmethod(moving_square)
    quarters = staticmethod(quarters)

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made = count()

    def path(self, name: str) -> Path:
        """Where a file of this name can be made."""
        folder = self._folder / f"{next(self._made):04d}"
        folder.mkdir()
        return folder / name

    def file(self, name: str, content: bytes) -> Path:
        """A file with these bytes."""
        path = self.path(name)
        path.write_bytes(content)
        return path

    def video(
        self,
        name: str = "clip.mp4",
        *,
        codec: str = "libx264",
        container: str | None = None,
        size: Size = (64, 48),
        rate: int | Fraction = 10,
        frames: int = 10,
        painter: Painter = moving_square,
        stamps: Sequence[int] | None = None,
        unit: Fraction | None = None,
        pixels: str | None = None,
        turned: float | None = None,
        mirrored: bool = False,
        full_range: bool = False,
        metadata: dict[str, str] | None = None,
        options: dict[str, str] | None = None,
        muxer: dict[str, str] | None = None,
    ) -> Path:
        """A video file.

        Args:
            name: of the file; its ending chooses the container unless `container` does.
            codec: FFmpeg's name of the encoder.
            container: FFmpeg's name of the container.
            size: of the picture as coded.
            rate: frames a second, also when `stamps` say otherwise.
            frames: how many; `len(stamps)` if there are any.
            painter: paints each frame.
            stamps: when each frame is shown, in `unit`; if they do not rise strictly they are
                written as they are, which needs a codec without prediction (mjpeg) in Matroska.
            unit: seconds a stamp counts in; 1 / rate unless said.
            pixels: pixel format as coded.
            turned: degrees by which players are told to turn it counter-clockwise.
            mirrored: players are told to mirror it, left to right, after that.
            full_range: flag the luma as 0 to 255.
            metadata: of the container, such as `creation_time`.
            options: of the encoder, beside those that make it quick.
            muxer: options of the container, such as `movflags`.
        """
        path = self.path(name)
        unit = unit or 1 / Fraction(rate)
        times = (
            list(stamps) if stamps is not None else [round(i / rate / unit) for i in range(frames)]
        )
        rising = all(later > earlier for earlier, later in pairwise(times))
        form = container or _FORMATS.get(path.suffix)
        with av.open(str(path), "w", format=form, options=muxer) as out:
            out.metadata.update(metadata or {})
            stream = out.add_stream(
                codec, rate=rate, options=_OPTIONS.get(codec, {}) | (options or {})
            )
            assert isinstance(stream, VideoStream)
            stream.width, stream.height = size
            stream.pix_fmt = pixels or _PIXELS.get(codec, "yuv420p")
            stream.codec_context.time_base = unit
            stream.codec_context.thread_count = 1
            if full_range:
                stream.codec_context.color_range = 2
            if turned is not None or mirrored:
                stream.set_display_rotation(turned or 0, hflip=mirrored)
            for index, time in enumerate(times):
                frame = av.VideoFrame.from_ndarray(painter(index, *size), format="rgb24")
                frame = frame.reformat(
                    format=stream.pix_fmt, dst_color_range="JPEG" if full_range else None
                )
                frame.pts, frame.time_base = (time if rising else index), unit
                for packet in stream.encode(frame):
                    if not rising:
                        # Muxers insist on rising decoding times that are no later than these.
                        packet.dts, packet.pts = index, time + len(times)
                    out.mux(packet)
            out.mux(stream.encode(None))
        return path

    def remuxed(self, path: Path, name: str) -> Path:
        """The packets of a video in another container, without decoding; evenly spaced in time."""
        made = self.path(name)
        form = _FORMATS.get(made.suffix)
        with av.open(str(path), "r") as source, av.open(str(made), "w", format=form) as out:
            stream = out.add_stream_from_template(source.streams.video[0])
            for index, packet in enumerate(source.demux(source.streams.video[0])):
                if packet.size:
                    packet.time_base = Fraction(1, 10)
                    packet.pts = packet.dts = index
                    packet.stream = stream
                    out.mux(packet)
        return made

    def sound(self, name: str = "clip.m4a", seconds: float = 0.5) -> Path:
        """A file with a tone and no picture."""
        path = self.path(name)
        tone = (np.sin(np.arange(int(8000 * seconds)) / 3) * 8000).astype(np.int16)
        with av.open(str(path), "w", format="mp4") as out:
            stream = out.add_stream("aac", rate=8000, layout="mono")
            frame = av.AudioFrame.from_ndarray(tone[None], format="s16", layout="mono")
            frame.sample_rate = 8000
            out.mux(stream.encode(frame))
            out.mux(stream.encode(None))
        return path

    def still(
        self,
        name: str = "still.jpg",
        *,
        size: Size = (64, 48),
        painter: Painter = moving_square,
        index: int = 0,
        exif: bytes = b"",
    ) -> Path:
        """A picture; its ending (jpg, png, webp) chooses the codec.

        Args:
            name: of the file.
            size: width and height.
            painter: paints it, as frame `index`.
            index: given to the painter.
            exif: a TIFF structure (see `exif`) to put in.
        """
        path = self.path(name)
        path.write_bytes(
            self.picture(path.suffix, size=size, painter=painter, index=index, exif=exif)
        )
        return path

    def picture(
        self,
        suffix: str,
        *,
        size: Size = (64, 48),
        painter: Painter = moving_square,
        index: int = 0,
        exif: bytes = b"",
    ) -> bytes:
        """The bytes of a picture, as `still`."""
        bgr = cv2.cvtColor(painter(index, *size), cv2.COLOR_RGB2BGR)
        if not exif:
            made, data = cv2.imencode(suffix, bgr)
        else:
            block = np.frombuffer(exif, np.uint8)
            made, data = cv2.imencodeWithMetadata(suffix, bgr, [cv2.IMAGE_METADATA_EXIF], [block])
        assert made
        return data.tobytes()

    def stills(self, names: Sequence[str], *, size: Size = (64, 48)) -> tuple[Path, ...]:
        """Pictures of one moving scene in one folder."""
        folder = self.path("stills")
        folder.mkdir()
        paths = tuple(folder / name for name in names)
        for index, path in enumerate(paths):
            path.write_bytes(self.picture(path.suffix, size=size, index=index))
        return paths

    def sheaf(self, files: Sequence[Path], name: str = "clip.zip") -> Path:
        """Stills as one file."""
        made = self.path(name)
        with made.open("wb") as out:
            sheaf.pack([(path.name, path) for path in files], out)
        return made

    def cut(self, path: Path, share: float, name: str | None = None) -> Path:
        """The first `share` (0 to 1) of a file's bytes, as a new file."""
        data = path.read_bytes()
        return self.file(name or path.name, data[: int(len(data) * share)])

    @staticmethod
    def exif(
        *,
        orientation: int = 1,
        taken: str = "",
        offset: str = "",
        order: str = "<",
    ) -> bytes:
        """A TIFF structure with an orientation and, if given, when a picture was taken.

        Args:
            orientation: 1 to 8.
            taken: DateTimeOriginal, `2026:11:23 17:00:00`.
            offset: OffsetTimeOriginal, `+01:00`.
            order: byte order, `<` or `>`.
        """
        texts = {0x9003: taken, 0x9011: offset}
        entries = [(tag, text.encode() + b"\0") for tag, text in texts.items() if text]
        inner = 38
        at = inner + 2 + 12 * len(entries) + 4
        head = {"<": b"II", ">": b"MM"}[order] + struct.pack(order + "HI", 42, 8)
        head += struct.pack(order + "H", 2)
        head += struct.pack(order + "HHIHH", 0x0112, 3, 1, orientation, 0)
        head += struct.pack(order + "HHII", 0x8769, 4, 1, inner) + bytes(4)
        head += struct.pack(order + "H", len(entries))
        tail = b""
        for tag, value in entries:
            head += struct.pack(order + "HHII", tag, 2, len(value), at + len(tail))
            tail += value
        return head + bytes(4) + tail


@pytest.fixture(scope="session")
def footage(tmp_path_factory: pytest.TempPathFactory) -> Footage:
    """Makes real footage: videos, stills, sound, cut files."""
    return Footage(tmp_path_factory.mktemp("footage"))


@pytest.fixture
def noise() -> NDArray[np.uint8]:
    """Bytes without sense, the same each time."""
    return np.random.default_rng(7).integers(0, 256, 5000, dtype=np.uint8)
