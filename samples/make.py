"""Make the two sample clips anew from OpenCV's sample data, as H.264 in MP4.

    python samples/make.py vtest.avi tree.avi [--out DIR]

Times are kept exactly: every frame has the time it has in the original. One encoder thread and no
metadata, so that the same versions of PyAV and its FFmpeg give the same bytes.
"""

import argparse
import hashlib
from fractions import Fraction
from pathlib import Path

import av
from av.video.frame import PictureType

KEYFRAME_SECONDS = 2
"""From one keyframe to the next, at most; what cameras do."""

QUALITY = {"vtest": "34", "tree": "19"}
"""x264's constant rate factor; each file stays under 3 MB."""


def main() -> None:
    """Read the arguments, make the clips, print what was made."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("originals", nargs="+", type=Path, help="vtest.avi, tree.avi")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent)
    arguments = parser.parse_args()
    for original in arguments.originals:
        made = arguments.out / f"{original.stem}.mp4"
        frames = encode(original, made, QUALITY[original.stem])
        digest = hashlib.sha256(made.read_bytes()).hexdigest()
        print(f"{made.name}  {frames} frames  {made.stat().st_size} bytes  sha256 {digest}")


def encode(original: Path, made: Path, quality: str) -> int:
    """Encode one clip; returns the number of frames."""
    options = {"crf": quality, "preset": "slow"}
    with (
        av.open(original) as source,
        av.open(made, "w", options={"movflags": "+faststart", "fflags": "+bitexact"}) as target,
    ):
        seen = source.streams.video[0]
        unit = seen.time_base
        rate = seen.average_rate
        if unit is None or rate is None:
            raise SystemExit(f"{original} does not say how fast it runs")
        stream = target.add_stream("libx264", rate=rate, options=options)
        stream.width, stream.height, stream.pix_fmt = seen.width, seen.height, "yuv420p"
        stream.codec_context.thread_count = 1
        # MP4 counts in whole fractions of a second: AVI's 66,667 microseconds a tick become
        # 66,667 ticks of a microsecond.
        ticks = unit.numerator
        stream.codec_context.time_base = Fraction(1, unit.denominator)
        count, key_due = 0, Fraction(0)
        for frame in source.decode(seen):
            if frame.pts is None:
                raise SystemExit(f"{original} has a frame without a time")
            picture = frame.reformat(format="yuv420p")
            picture.pts = frame.pts * ticks
            picture.time_base = Fraction(1, unit.denominator)
            # By time rather than by count: one clip's frames are not evenly spaced.
            key = frame.pts * unit >= key_due
            picture.pict_type = PictureType.I if key else PictureType.NONE
            if key:
                key_due = frame.pts * unit + KEYFRAME_SECONDS
            target.mux(stream.encode(picture))
            count += 1
        target.mux(stream.encode(None))
    return count


if __name__ == "__main__":
    main()
