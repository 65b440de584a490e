"""Still pictures: one alone, or a folder of numbered ones as one clip.

JPEG, PNG and WebP are decoded by the same library as video, so luma means the same (the Y of a
JPEG is taken as it is; see `picture`), and sizes are checked from the header, before memory is
taken.
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import NamedTuple, Protocol

import av
from av import VideoFrame
from av.video.codeccontext import VideoCodecContext

from quietwatch.config import MediaSettings
from quietwatch.errors import EmptyFile, MemoryExceeded, PictureTooLarge, UnreadablePicture
from quietwatch.media import exif, picture
from quietwatch.media.files import contents, magic
from quietwatch.media.log import overheard, refused_size
from quietwatch.media.reader import MediaInfo, Reader
from quietwatch.model import Frame, NoteCode
from quietwatch.names import printable

# A picture that is not compressed at all, 16 bits in 4 channels, and a megabyte of metadata.
_BYTES_PER_PIXEL = 8
_METADATA_BYTES = 2**20


class StillFile(Protocol):
    """A picture, not yet looked at: a file of its own, or one in a sheaf (see `sheaf`)."""

    name: str

    def magic(self) -> bytes:
        """Its first 16 bytes."""
        ...

    def contents(self, most: int) -> bytes:
        """All its bytes, if there are not more than `most`."""
        ...


class LocalStill:
    """A picture that is a file of its own; raises what `files.contents` does."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.name = path.name

    def magic(self) -> bytes:
        """Its first 16 bytes."""
        return magic(self._path)

    def contents(self, most: int) -> bytes:
        """All its bytes."""
        return contents(self._path, most)


class StillsReader(Reader):
    """Stills, as `reader.Reader`: one file is a lone still, several are one clip.

    In a clip each picture is shown for `1 / stills_rate` seconds. A damaged one is left out, with a
    note; its time passes. One of another size is stretched to that of the first, with a note.

    Args:
        files: the pictures in order, at least one.
        settings: bounds, and pictures a second.
        lone: whether it is a single picture rather than a clip of one.

    Raises:
        EmptyFile, NotReadable, SymlinkLoop: the file can't be read (in a clip, an empty one counts
            as damaged).
        UnreadablePicture: not one is a picture that can be decoded.
        PictureTooLarge: the first is larger than the bound.
    """

    def __init__(self, files: Sequence[StillFile], settings: MediaSettings, *, lone: bool) -> None:
        super().__init__()
        self._files = files
        self._bound = settings.max_pixels
        self._show = 1 / Fraction(str(settings.stills_rate))
        self._shown = 0
        self._lone = lone
        self._stills = self._decode()
        first = next(self._stills, None)
        if first is None:
            raise UnreadablePicture(
                f"not one of the {len(files)} files is a picture that can be decoded; "
                f"the first: {self._notes[0].detail}"
            )
        self._first: _Still | None = first
        self._origin = first.place
        self._size = first.size
        width, height = first.size
        self.info = MediaInfo(
            container="still" if self._lone else "stills",
            codec=first.codec,
            width=width,
            height=height,
            duration=0.0 if self._lone else float(len(files) * self._show),
            recorded=first.facts.taken,
            lone_still=self._lone,
        )

    def frames(self) -> Iterator[Frame]:
        """The pictures, once; see `reader.Reader.frames`."""
        if self._first is None:
            raise RuntimeError("the frames of a reader are read once; open the files again")
        still: _Still | None = self._first
        self._first = None
        while still is not None:
            yield self._frame(still)
            still = next(self._stills, None)
        self._note_resized("pictures")

    @property
    def duration(self) -> float:
        """Seconds from the first picture to the end of the last one read; 0 for a lone still."""
        return 0.0 if self._lone else float(self._shown * self._show)

    def extent(self) -> float:
        """See `reader.Reader.extent`; each picture counts, also one that can't be read."""
        return self.info.duration or 0.0

    def close(self) -> None:
        """Nothing is held open between pictures."""

    def _decode(self) -> Iterator["_Still"]:
        for index, file in enumerate(self._files):
            try:
                still = _decode(file, index, self._bound)
            except (UnreadablePicture, EmptyFile) as error:
                if self._lone:
                    raise
                self._note(NoteCode.DAMAGED_FRAMES, f"{printable(file.name)}: {error.detail}")
                continue
            if still.broken_off:
                self._note(
                    NoteCode.CUT_SHORT, f"{printable(file.name)} breaks off; its rest is gray"
                )
            yield still

    def _frame(self, still: "_Still") -> Frame:
        raw, upright = still.raw, still.facts.orientation
        if still.size != self._size:
            raw = picture.resized(raw, *upright.size(*self._size))
            self._resized += 1
        index = still.place - self._origin
        self._shown = index + 1
        luma = upright.apply(picture.luma(raw))
        return Frame(index, self._show, luma, partial(picture.colour, raw, upright))


class _Still(NamedTuple):
    """A decoded picture, not yet upright."""

    place: int
    codec: str
    raw: VideoFrame
    facts: exif.Facts
    broken_off: bool

    @property
    def size(self) -> tuple[int, int]:
        """Width and height as shown."""
        return self.facts.orientation.size(self.raw.width, self.raw.height)


def codec_of(start: bytes) -> str | None:
    """FFmpeg's name of the codec of a picture, told by its first 16 bytes; None if it is none."""
    if start.startswith(b"\xff\xd8\xff"):
        return "mjpeg"
    if start.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if start.startswith(b"RIFF") and start[8:12] == b"WEBP":
        return "webp"
    return None


def _decode(file: StillFile, place: int, bound: int) -> _Still:
    codec = codec_of(file.magic())
    if codec is None:
        raise UnreadablePicture(
            "this is no JPEG, PNG or WebP picture, whatever its name says; check what it is"
        )
    data = file.contents(bound * _BYTES_PER_PIXEL + _METADATA_BYTES)
    raw = _picture(codec, data, bound)
    # A JPEG that breaks off decodes without complaint; what is missing is its end marker.
    broken_off = codec == "mjpeg" and data.rfind(b"\xff\xd9") < data.rfind(b"\xff\xda")
    return _Still(place, codec, raw, exif.facts(data), broken_off or raw.is_corrupt)


def _picture(codec: str, data: bytes, bound: int) -> VideoFrame:
    context = av.CodecContext.create(codec, "r")
    if not isinstance(context, VideoCodecContext):
        raise TypeError(f"{codec} is no codec of pictures")
    context.thread_count = 1
    context.options = {"max_pixels": str(picture.decoder_bound(bound))}
    messages: list[str] = []
    frames: list[VideoFrame] = []
    try:
        with overheard() as messages:
            frames = context.decode(av.Packet(data)) or context.decode(None)
        for frame in frames[:1]:  # proven to be convertible
            picture.luma(frame)
            picture.rgb(frame)
    except av.FFmpegError as error:
        if isinstance(error, MemoryError):
            raise MemoryExceeded(
                "the memory for a picture could not be had; raise run.memory_mb"
            ) from error
        frames = []
    size = (frames[0].width, frames[0].height) if frames else refused_size(messages)
    if size and size[0] * size[1] > bound:
        raise PictureTooLarge(
            f"a picture of {size[0]} x {size[1]} pixels is larger than the bound of {bound} "
            "(media.max_pixels); raise it if the picture is sound"
        )
    if not frames:
        raise UnreadablePicture(
            "the picture is damaged and can't be decoded; send or copy it again"
        )
    return frames[0]
