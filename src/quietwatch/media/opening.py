"""The one place where it is decided how footage is read."""

from pathlib import Path

from quietwatch.config import MediaSettings
from quietwatch.errors import UnreadablePicture, UnreadableVideo
from quietwatch.media.files import magic
from quietwatch.media.jpeg import is_row
from quietwatch.media.reader import Reader
from quietwatch.media.sheaf import is_sheaf, stills
from quietwatch.media.stills import LocalStill, StillsReader, codec_of
from quietwatch.media.video import VideoReader

VIDEO_SUFFIXES = frozenset(
    {
        *(".mp4", ".m4v", ".mov", ".3gp", ".3g2", ".mkv", ".webm", ".avi"),
        *(".ts", ".m2ts", ".mts", ".mpg", ".mpeg", ".vob", ".flv", ".asf", ".wmv", ".ogv", ".mxf"),
        *(".dav", ".ivf", ".h264", ".264", ".avc", ".h265", ".265", ".hevc", ".mjpg", ".mjpeg"),
    }
)
"""Endings, lower case, by which a folder's video files are known."""

PICTURE_SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp"})
"""Endings, lower case, by which a folder's stills are known."""


def open_media(files: tuple[Path, ...], settings: MediaSettings) -> Reader:
    """Open footage: several files or a sheaf are stills of one clip, one is a still or a video.

    The content alone decides: the same bytes are read in the same way under every name. The name
    only chooses the words when they can't be read.

    Args:
        files: one file, or the numbered stills of one clip in order.
        settings: bounds, rate of stills, threads.

    Raises:
        EmptyFile, NotReadable, SymlinkLoop: a file can't be read.
        UnreadablePicture, UnreadableVideo: not one frame can be decoded.
        NoVideo: sound only.
        UnsupportedCodec: there is no decoder for it.
        PictureTooLarge: it is larger than the bound.
    """
    if not files:
        raise ValueError("expected: at least one file; got none")
    if len(files) > 1:
        return StillsReader([LocalStill(file) for file in files], settings, lone=False)
    path = files[0]
    if is_sheaf(path):
        return StillsReader(stills(path), settings, lone=False)
    codec = codec_of(magic(path))
    if codec == "mjpeg" and is_row(path):
        return VideoReader(path, settings, "mjpeg")
    if codec is not None:
        return StillsReader([LocalStill(path)], settings, lone=True)
    try:
        return VideoReader(path, settings)
    except UnreadableVideo as error:
        if path.suffix.lower() not in PICTURE_SUFFIXES:
            raise
        raise UnreadablePicture(
            "this is no JPEG, PNG or WebP picture, whatever its name says; check what it is"
        ) from error
