"""Video files through FFmpeg (PyAV): probed by their content, decoded as a stream.

Hostile files are normal: FFmpeg gets bytes and no name, only containers that hold their own data,
no way to open anything else, and a bound on the size of pictures that holds before memory is taken.
"""

from collections.abc import Iterator
from contextlib import suppress
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import NoReturn

import av
from av import Packet, VideoFrame, VideoStream
from av.container import InputContainer
from av.stream import Disposition

from quietwatch.config import MediaSettings
from quietwatch.errors import (
    MemoryExceeded,
    NoVideo,
    PictureTooLarge,
    UnreadableVideo,
    UnsupportedCodec,
)
from quietwatch.media import claims, picture
from quietwatch.media.clock import Clock
from quietwatch.media.files import LocalFile
from quietwatch.media.log import overheard, refused_size
from quietwatch.media.reader import MediaInfo, Reader
from quietwatch.model import Frame, NoteCode

CONTAINERS = (
    "mov,matroska,webm,avi,mpegts,mpeg,flv,asf,ogg,mxf,dhav,ivf,"
    "h264,hevc,m4v,mpegvideo,mjpeg,mpjpeg,obu"
)
"""FFmpeg's names of the containers that are read. Left out is all that refers to other files."""

_READ_BYTES = 2**17
_LONGEST_SIDE = 65_535
_READ_FAILURES = 16  # in a row, after which a file is given up


class VideoReader(Reader):
    """A video file, as `reader.Reader`.

    Args:
        path: a regular file, whatever its name.
        settings: bounds and threads.
        container: one of `CONTAINERS` where that is known, else it is told by the content.

    Raises:
        EmptyFile, NotReadable, SymlinkLoop: the file can't be read.
        UnreadableVideo: it is no video, or not one frame could be decoded.
        NoVideo: it has no picture, only sound.
        UnsupportedCodec: there is no decoder for it.
        PictureTooLarge: its picture is larger than the bound.
    """

    def __init__(self, path: Path, settings: MediaSettings, container: str | None = None) -> None:
        super().__init__()
        self._bound = settings.max_pixels
        self._container: InputContainer | None = None
        self._damaged = 0
        self._stopped = False
        self._unsupported = False
        self._refused: tuple[int, int] | None = None
        self._file = LocalFile(path)
        try:
            self._container = self._open(container)
            self._stream = self._choose(self._container)
            self._pictures = self._decode(self._container, settings.decoder_threads)
            self._first: VideoFrame | None = self._begin()
            self.info = self._probe(self._container, self._first)
        except BaseException:
            self.close()
            raise

    def frames(self) -> Iterator[Frame]:
        """The frames, once; see `reader.Reader.frames`."""
        if self._first is None:
            raise RuntimeError("the frames of a reader are read once; open the file again")
        raw: VideoFrame | None = self._first
        self._first = None
        while raw is not None:
            frame = self._frame(raw)
            if frame is not None:
                yield frame
            raw = next(self._pictures, None)
        self._file.check()
        self._conclude()

    @property
    def duration(self) -> float:
        """See `reader.Reader.duration`."""
        return float(self._clock.end * self._tick)

    def extent(self) -> float:
        """See `reader.Reader.extent`."""
        if self.info.duration is not None or self._container is None or self._first is None:
            return self.info.duration or 0.0
        self._clock.time(self._first.pts, self._first.duration)
        self._first = None
        with suppress(av.FFmpegError, OSError):  # damage: what lies before it counts
            for packet in self._container.demux(self._stream):
                if packet.size:  # in the order of decoding, which rises
                    self._clock.time(packet.dts, packet.duration or 0)
        self._file.check()
        return self.duration

    def close(self) -> None:
        """See `reader.Reader.close`."""
        if self._container is not None:
            self._container.close()
        self._file.close()

    @property
    def _limits(self) -> dict[str, str]:
        return {"max_pixels": str(picture.decoder_bound(self._bound))}

    def _open(self, container: str | None) -> InputContainer:
        messages: list[str] = []
        try:
            with overheard() as messages:
                return av.open(
                    self._file,
                    "r",
                    format=container,
                    # No codec: a probe that decodes would do so without our bound on size.
                    options={"format_whitelist": CONTAINERS, "codec_whitelist": "none"},
                    buffer_size=_READ_BYTES,
                    io_open=_refuse,
                    metadata_errors="replace",
                )
        except (av.FFmpegError, OSError) as error:
            self._file.check()
            raise UnreadableVideo(_why_not_opened(messages)) from error
        finally:
            self._refused = refused_size(messages)

    def _choose(self, container: InputContainer) -> VideoStream:
        streams = [
            stream
            for stream in container.streams.video
            if Disposition.attached_pic not in stream.disposition  # cover art of a sound file
        ]
        if not streams:
            raise NoVideo("the file has no video stream; if it should, check the camera's settings")
        for stream in streams:
            if stream.codec_context is not None:
                return stream
        raise UnsupportedCodec(
            "no decoder for this video's codec is built in; let the camera record H.264 or H.265"
        )

    def _begin(self) -> VideoFrame:
        """The first frame, proven to be convertible."""
        first = next(self._pictures, None)
        self._file.check()
        if first is None:
            self._no_frame()
        try:
            picture.luma(first)
            picture.rgb(first)
        except av.FFmpegError as error:
            raise UnsupportedCodec(
                f"pictures in the format {first.format.name} can't be converted; "
                "let the camera record H.264 or H.265"
            ) from error
        return first

    def _probe(self, container: InputContainer, first: VideoFrame) -> MediaInfo:
        self._upright = picture.displayed(first)
        self._size = first.width, first.height
        self._tick = self._stream.time_base or Fraction(1, 90000)
        self._clock = Clock(self._tick, claims.rate(self._stream))
        width, height = self._upright.size(*self._size)
        return MediaInfo(
            container=container.format.name,
            codec=self._stream.codec_context.codec.canonical_name,
            width=width,
            height=height,
            duration=claims.duration(container, self._stream),
            recorded=claims.recorded(container, self._stream),
            lone_still=False,
        )

    def _decode(self, container: InputContainer, threads: int) -> Iterator[VideoFrame]:
        """All frames that can be decoded, in order of presentation."""
        context = self._stream.codec_context
        context.options = self._limits
        # Slices of one picture at a time: threads that work ahead would be freed while they speak
        # (see `log`). dav1d knows no other way, so it gets one.
        context.thread_count = 1 if context.name == "libdav1d" else threads
        context.thread_type = "SLICE"
        packets = container.demux(self._stream)
        failures = 0
        while failures < _READ_FAILURES:
            messages: list[str] = []
            try:
                with overheard() as messages:
                    packet = next(packets, None)
            except (av.FFmpegError, OSError):
                # Some demuxers find their way again behind the damage.
                self._file.check()
                failures += 1
                packets = container.demux(self._stream)
                continue
            finally:
                self._damaged += bool(messages)
            if packet is None:
                return
            failures = 0
            yield from self._frames_of(packet)
        self._stopped = True
        yield from self._frames_of(None)

    def _frames_of(self, packet: "Packet[VideoStream] | None") -> list[VideoFrame]:
        """What comes out of the decoder when a packet goes in; None takes out what is left."""
        messages: list[str] = []
        try:
            with overheard() as messages:
                frames = self._stream.codec_context.decode(packet)
        except av.error.EOFError:  # nothing is left
            return []
        except av.FFmpegError as error:
            self._note_failure(error, messages)
            return []
        for frame in frames:
            if frame.width * frame.height > self._bound:
                raise self._too_large(frame.width, frame.height)
        return frames

    def _note_failure(self, error: av.FFmpegError, messages: list[str]) -> None:
        size = refused_size(messages)
        # No picture has longer sides: what claims them is mere damage.
        if size and max(size) <= _LONGEST_SIDE and size[0] * size[1] > self._bound:
            raise self._too_large(*size) from error
        if isinstance(error, MemoryError):
            raise MemoryExceeded(
                "the memory for a picture could not be had; raise run.memory_mb"
            ) from error
        self._refused = size or self._refused
        self._unsupported |= isinstance(error, av.error.PatchWelcomeError | NotImplementedError)
        self._damaged += 1

    def _no_frame(self) -> NoReturn:
        if self._refused and self._refused[0] * self._refused[1] > self._bound:
            raise self._too_large(*self._refused)
        if self._unsupported:
            raise UnsupportedCodec(
                "the decoder does not know this kind of "
                f"{self._stream.codec_context.codec.canonical_name}; "
                "let the camera record H.264 or H.265"
            )
        raise UnreadableVideo(
            "not one picture could be decoded: the file is damaged or was cut off at its "
            "beginning; copy it from the camera again"
        )

    def _too_large(self, width: int, height: int) -> PictureTooLarge:
        return PictureTooLarge(
            f"a picture of {width} x {height} pixels is larger than the bound of {self._bound} "
            "(media.max_pixels); raise it if the footage is sound"
        )

    def _frame(self, raw: VideoFrame) -> Frame | None:
        """The frame upright, of the size of the first, with its time; None if it is beyond use."""
        damaged = raw.is_corrupt
        stamp, shown = raw.pts, raw.duration
        if self.info.container == "avi" and raw.dts is not None:
            # AVI has no presentation times; where frames are reordered, FFmpeg makes up wrong ones.
            stamp = raw.dts
        try:
            if (raw.width, raw.height) != self._size:
                raw = picture.resized(raw, *self._size)
                self._resized += 1
            luma = self._upright.apply(picture.luma(raw))
        except av.FFmpegError:  # a change to a format that can't be converted
            self._damaged += 1
            return None
        self._damaged += damaged
        time = self._clock.time(stamp, shown)
        return Frame(time, self._tick, luma, partial(picture.colour, raw, self._upright))

    def _conclude(self) -> None:
        claimed = claims.length(self._container, self._stream) if self._container else None
        # Half a second and 2 %: claims are rounded, and some count what is cut away at the ends.
        # Where times had to be repaired, those that the claim was made from were wrong, too.
        short = claimed and not self._clock.repaired and self.duration + 0.5 < claimed * 0.98
        if self._stopped or short:
            says = f" of {claimed:.1f} s" if claimed else ""
            self._note(NoteCode.CUT_SHORT, f"the file breaks off after {self.duration:.1f} s{says}")
        if self._damaged:
            places = "1 place" if self._damaged == 1 else f"{self._damaged} places"
            self._note(NoteCode.DAMAGED_FRAMES, f"the data is damaged in {places}")
        if self._clock.repaired:
            frames = "1 frame" if self._clock.repaired == 1 else f"{self._clock.repaired} frames"
            self._note(
                NoteCode.TIMESTAMPS_REPAIRED, f"{frames} had no time or one that did not rise"
            )
        self._note_resized("frames")


def _refuse(url: str, flags: int, options: dict[str, str]) -> NoReturn:
    """Called by FFmpeg when a file wants another one opened."""
    raise PermissionError(f"footage may not open other files: {url!r} {flags} {options}")


def _why_not_opened(messages: list[str]) -> str:
    said = "".join(messages)
    if "moov atom not found" in said:
        return (
            "the recording was cut off before its index was written (an MP4 without its moov "
            "part), so no picture can be found in it; copy it from the camera again"
        )
    if "not on whitelist" in said:
        return "this is no kind of file that holds video itself; name the video instead"
    return "this is not a video, or it is damaged from its first bytes on; check what it is"
