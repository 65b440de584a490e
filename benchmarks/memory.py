"""Peak memory of `quietwatch run` for an hour of 1080p against a minute of it.

    python benchmarks/memory.py [--minutes 60] [--workers 1]

The long clip is the short one looped without encoding it again; people walk in it all the time, so
there are tracks and pictures throughout. Memory is the sum of the resident sets of all processes of
the run (the engine and its workers; pages that they share count twice), looked at ten times a
second. Expected: the hour within 10 % of the minute, and under 700 MB.
"""

import argparse
import json
import sys
import tempfile
import time
from fractions import Fraction
from pathlib import Path

import av
import psutil
from av.video.stream import VideoStream

SAMPLE = Path(__file__).resolve().parents[1] / "samples" / "vtest.mp4"
WIDTH, HEIGHT, SECONDS = 1920, 1080, 60


def main() -> None:
    """Make both clips, run each in a fresh home, print the table."""
    arguments = _arguments()
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        minute, hour = work / "minute.mp4", work / "hour.mp4"
        make_minute(minute)
        loop(minute, hour, arguments.minutes)
        print(f"{'clip':>12} {'peak MB':>8} {'wall s':>8} {'times real time':>16} {'events':>7}")
        peaks = []
        for clip, minutes in ((minute, 1), (hour, arguments.minutes)):
            peak, wall, events = measure(clip, work / f"home-{clip.stem}", arguments.workers)
            peaks.append(peak)
            speed = minutes * 60 / wall
            print(f"{minutes:>8} min {peak:>8.0f} {wall:>8.1f} {speed:>16.1f} {events:>7}")
        print(f"ratio {peaks[1] / peaks[0]:.3f}")
        if peaks[1] > 1.1 * peaks[0] or max(peaks) > 700:
            sys.exit("memory is above its bound")


def make_minute(target: Path) -> None:
    """The first minute of the sample at 1080p."""
    with av.open(str(SAMPLE)) as source, av.open(str(target), "w") as out:
        stream = out.add_stream("libx264", rate=10, options={"crf": "26", "preset": "veryfast"})
        assert isinstance(stream, VideoStream)  # noqa: S101 - narrows the type
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        for index, frame in enumerate(source.decode(video=0)):
            if index >= SECONDS * 10:
                break
            large = frame.reformat(width=WIDTH, height=HEIGHT)
            large.pts, large.time_base = index, Fraction(1, 10)
            out.mux(stream.encode(large))
        out.mux(stream.encode(None))


def loop(source: Path, target: Path, times: int) -> None:
    """The packets of a clip, again and again, each round later by its length."""
    with av.open(str(target), "w") as out:
        stream = None
        for turn in range(times):
            with av.open(str(source)) as clip:
                video = clip.streams.video[0]
                stream = stream or out.add_stream_from_template(video)
                for packet in clip.demux(video):
                    if packet.dts is None or packet.pts is None or packet.time_base is None:
                        continue
                    later = round(turn * SECONDS / packet.time_base)
                    packet.dts, packet.pts = packet.dts + later, packet.pts + later
                    packet.stream = stream
                    out.mux(packet)


def measure(clip: Path, home: Path, workers: int) -> tuple[float, float, int]:
    """Peak memory in MB, wall time in seconds and number of events of one run."""
    command = [sys.executable, "-m", "quietwatch", "run", str(clip), "--home", str(home)]
    command += ["--format", "json", "--workers", str(workers)]
    began = time.monotonic()
    peak = 0
    with tempfile.TemporaryFile() as output:
        with psutil.Popen(command, stdout=output) as run:
            while run.poll() is None:
                peak = max(peak, resident(run))
                time.sleep(0.1)
        if run.returncode != 0:
            sys.exit(f"the run on {clip} ended with {run.returncode}")
        wall = time.monotonic() - began
        output.seek(0)
        events = len(json.load(output)["events"])
    return peak / 1e6, wall, events


def resident(process: psutil.Process) -> int:
    """Resident sets of a process and its children, bytes."""
    total = 0
    try:
        family = [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return 0
    for member in family:
        try:
            total += member.memory_info().rss
        except psutil.NoSuchProcess:  # it has just ended
            continue
    return total


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=int, default=60, help="length of the long clip")
    parser.add_argument("--workers", type=int, default=1, help="worker processes")
    return parser.parse_args()


if __name__ == "__main__":
    main()
