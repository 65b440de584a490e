"""Writing a video: pictures in, an H.264 file out."""

from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

import av
from av.video.frame import PictureType

from quietwatch.model.pictures import Picture


def write_video(
    path: Path,
    pictures: Iterable[Picture],
    size: tuple[int, int],
    rate: int,
    *,
    quality: int = 24,
    keyframe_s: float = 2.0,
) -> None:
    """Write pictures as H.264 in MP4; equal pictures give equal bytes with the same encoder.

    Args:
        path: of the file; an existing one is overwritten.
        pictures: (height, width, 3) uint8 RGB, all of one size.
        size: width and height, even numbers of pixels.
        rate: pictures a second.
        quality: x264's constant rate factor, 0 (lossless) to 51.
        keyframe_s: seconds from one keyframe to the next; there are no others.

    Raises:
        OSError: it can't be written.
    """
    options = {"crf": str(quality), "preset": "veryfast", "sc_threshold": "0"}
    every = max(1, round(keyframe_s * rate))
    container = {"movflags": "+faststart", "fflags": "+bitexact"}
    with av.open(path, "w", format="mp4", options=container) as target:
        stream = target.add_stream("libx264", rate=rate, options=options)
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        stream.codec_context.thread_count = 1
        stream.codec_context.gop_size = every
        stream.codec_context.time_base = Fraction(1, rate)
        for number, picture in enumerate(pictures):
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            frame.pts, frame.time_base = number, Fraction(1, rate)
            if number % every == 0:
                frame.pict_type = PictureType.I
            target.mux(stream.encode(frame))
        target.mux(stream.encode(None))
