"""The one place where it is decided how footage is read."""

from pathlib import Path

from quietwatch.config import MediaSettings
from quietwatch.errors import UnreadablePicture
from quietwatch.media.files import magic
from quietwatch.media.reader import Reader
from quietwatch.media.stills import StillsReader, codec_of
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

_MOTION_JPEG = frozenset({".mjpg", ".mjpeg"})  # a row of JPEGs begins as one alone does


def open_media(files: tuple[Path, ...], settings: MediaSettings) -> Reader:
    """Open footage: several files are stills of one clip, one is a still or a video.

    The content decides, not the ending; but a file that is called a picture and is none is refused.

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
        return StillsReader(files, settings)
    path = files[0]
    suffix = path.suffix.lower()
    if suffix not in _MOTION_JPEG and codec_of(magic(path)) is not None:
        return StillsReader(files, settings)
    if suffix in PICTURE_SUFFIXES:
        raise UnreadablePicture(
            "this is no JPEG, PNG or WebP picture, whatever its name says; check what it is"
        )
    return VideoReader(path, settings)
