"""What a container says of itself: believed where it is sane, checked against what is decoded."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import av
from av import VideoStream
from av.container import InputContainer

EARLIEST, LATEST = datetime(2001, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
"""A recording time outside is that of a clock that was never set (1904, 1970, 2000 are usual)."""


def rate(stream: VideoStream) -> Fraction | None:
    """Frames a second, for filling gaps only."""
    return stream.average_rate or stream.guessed_rate


def duration(container: InputContainer, stream: VideoStream) -> float | None:
    """Seconds, for a progress bar only."""
    exact = _of_stream(stream)
    if exact is not None:
        return exact
    whole = container.duration
    return whole / av.time_base if whole and whole > 0 else None


def length(container: InputContainer, stream: VideoStream) -> float | None:
    """Seconds of video that there should be; None when nothing says so of the video alone."""
    counted = stream.frames / float(stream.average_rate) if stream.average_rate else 0.0
    exact = max(_of_stream(stream) or 0.0, counted)
    if exact:
        return exact
    whole = container.duration
    if whole and len(container.streams) == 1:
        return max(0, whole - (container.start_time or 0)) / av.time_base
    return None


def recorded(container: InputContainer, stream: VideoStream) -> datetime | None:
    """UTC time at which the recording began, as its metadata says; None if that is not sane."""
    for said in (container.metadata, stream.metadata):
        moment = _utc(said.get("creation_time", ""))
        if moment is not None and sane(moment):
            return moment
    return None


def sane(moment: datetime) -> datetime | None:
    """The moment, unless only a clock that was never set can have given it."""
    return moment if EARLIEST <= moment < LATEST else None


def _of_stream(stream: VideoStream) -> float | None:
    if stream.duration and stream.duration > 0 and stream.time_base:
        return float(stream.duration * stream.time_base)
    tag = stream.metadata.get("DURATION", "")  # Matroska: 00:00:06.000000000
    hours, _, rest = tag.partition(":")
    minutes, _, seconds = rest.partition(":")
    try:
        total = timedelta(hours=int(hours), minutes=int(minutes), seconds=float(seconds))
    except (ValueError, OverflowError):
        return None
    return max(0.0, total.total_seconds()) or None


def _utc(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None
