"""What judgement is told of a clip beside the rules: when it was armed, what is known."""

from datetime import timedelta

from quietwatch.camera.arming import armed_spans
from quietwatch.config import JudgeSettings
from quietwatch.judge.policy import Surroundings
from quietwatch.model import Clip, Familiar, Summary

_BEYOND_S = 60.0  # around the clip: clocks of cameras and lengths of clips are not exact


def surroundings(
    settings: JudgeSettings, clip: Clip, summary: Summary, known: tuple[Familiar, ...] = ()
) -> Surroundings:
    """Work out a camera's schedule for a clip, in stream time.

    Args:
        settings: with the schedule; a lone `timezone` and place were checked when it was read.
        clip: with its start.
        summary: of its analysis.
        known: what was known of the camera when it began.
    """
    return Surroundings(_armed(settings, clip, summary), summary.masks, known)


def _armed(
    settings: JudgeSettings, clip: Clip, summary: Summary
) -> tuple[tuple[float, float], ...] | None:
    if isinstance(settings.armed, str):
        return None if settings.armed == "always" else ()
    origin = clip.start - timedelta(seconds=summary.link.offset)
    beyond = timedelta(seconds=_BEYOND_S)
    until = max(clip.start + timedelta(seconds=summary.duration), clip.start)
    place = None
    if settings.latitude is not None and settings.longitude is not None:
        place = settings.latitude, settings.longitude
    spans = armed_spans(
        settings.armed, settings.timezone or "UTC", place, clip.start - beyond, until + beyond
    )
    return tuple(
        ((begin - origin).total_seconds(), (end - origin).total_seconds()) for begin, end in spans
    )
