"""Which clips of a camera are one stream: those that follow one another without a gap.

A stream ends at the full hour at the latest, so that days are replayed in parallel, hour beside
hour, and footage that comes late has an hour made anew at most (docs/design/008).
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from quietwatch.model import Camera, Clip

_EARLY_S = 0.5  # a clip may begin so long before the one before it ends,
_LATE_S = 1.0  # or after: recorders name clips by clocks of their own


def streams(clips: Iterable[Clip]) -> list[list[Clip]]:
    """The streams that some clips are, each in order of time; all in order of their first clips.

    A lone still is a stream of its own. Clips of another picture size are another stream beside:
    cameras that send two are cut into two.

    Args:
        clips: of any cameras, in any order, each once.
    """
    found: list[list[Clip]] = []
    newest: dict[tuple[Camera, int, int], list[Clip]] = {}
    for clip in sorted(clips, key=lambda c: (c.camera, c.start, c.sha256)):
        kind = clip.camera, clip.width, clip.height
        stream = newest.get(kind)
        if stream is not None and follows(stream, clip):
            stream.append(clip)
            continue
        found.append([clip])
        if clip.duration > 0:
            newest[kind] = found[-1]
    return found


def follows(stream: Sequence[Clip], clip: Clip) -> bool:
    """Whether a clip goes on where a stream of one or more clips ends."""
    first, last = stream[0], stream[-1]
    gap = (clip.start - last.start).total_seconds() - last.duration
    return (
        clip.camera == first.camera
        and (clip.width, clip.height) == (first.width, first.height)
        and min(last.duration, clip.duration) > 0
        and clip.start > last.start
        and -_EARLY_S <= gap <= _LATE_S
        and hour(clip.start) == hour(first.start)
    )


def offset(first: Clip, clip: Clip) -> float:
    """Stream time at which a clip begins, seconds: whole milliseconds, as starts are."""
    return round((clip.start - first.start).total_seconds(), 3)


def hour(time: datetime) -> datetime:
    """The full hour before a UTC time."""
    return time.replace(minute=0, second=0, microsecond=0)
