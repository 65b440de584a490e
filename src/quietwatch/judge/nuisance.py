"""What a mover without a class most likely was: each cause by evidence of its own.

It names why something is held back, and says what is nothing solid at all: a shadow is not shown
to people for being large, nor a flake for going its way.
"""

from collections.abc import Callable

from quietwatch.judge.features import Features
from quietwatch.model import Reason

_BRIEF_S = 0.5  # seconds below which a mover is a flicker
_MOVED = 0.3  # own sizes that a mover must have moved
_FLOODED = 0.3  # share of the picture that changes at once when light or camera did it
_THROUGH = 0.8  # likeness of its texture to the background's from which that shows through it
_LEAST_MEASURED = 2  # times before that is believed,
_MOSTLY = 1 / 3  # and share of the observations: plain ground has no texture to show
_FALLING = 25.0  # things that move at once in rain and snow, out of focus and bright:
_GLINT = 0.05  # brighter than the background, of the full range; leaves are so only by chance
_DROP = 0.2  # of the picture's height: what is larger is no drop, streak or flake,
_FALL_S = 5.0  # nor what is there for so long
_BLURRED = 0.75  # sharpness by that of what is around: below, it is out of focus
_LIT = 0.08  # brighter than the background, of the full range: in the lamp's light
_ALONE = 10.0  # things that move at once: with more, what passes is rain or snow
_DRIFT_S = 0.6  # seconds that something must pass by, and its way in own sizes
_DRIFT = 1.5
_ALONG = 0.5  # likeness of its way to the camera's
_SHAKEN = 0.004  # mean shift of a camera that shakes, of the picture


def is_nothing_solid(features: Features) -> bool:
    """Whether it is only light or shadow, or something that falls."""
    return _is_see_through(features) or _falls(features)


def cause(features: Features) -> Reason:
    """The reason why it is held back."""
    return next((reason for reason, holds in _CAUSES if holds(features)), Reason.LOW_EVIDENCE)


def _is_see_through(features: Features) -> bool:
    seen_through = features.appearance.see_through
    least = max(_LEAST_MEASURED, _MOSTLY * features.seen)
    return seen_through.count >= least and seen_through.mean >= _THROUGH


def _falls(features: Features) -> bool:
    focus = features.appearance.focus
    return (
        features.scene.company.mean >= _FALLING
        and features.size < _DROP
        and features.duration < _FALL_S
        and features.contrast >= _GLINT
        and focus is not None
        and focus < 1.0
    )


def _is_insect(features: Features) -> bool:
    focus = features.appearance.focus
    blurred = focus is not None and focus < _BLURRED and features.contrast >= _LIT
    return (blurred and features.scene.infrared) or (
        features.speed >= 3.0 and _goes_to_and_fro(features)
    )


def _drifts(features: Features) -> bool:
    """It passes by on a way of its own, and nothing else does."""
    return (
        features.duration >= _DRIFT_S
        and features.reach >= _DRIFT
        and features.scene.company.mean < _ALONE
        and not _goes_to_and_fro(features)
    )


def _goes_along(features: Features) -> bool:
    """Its steps are those of a camera that shakes."""
    scene = features.scene
    return scene.shift.mean >= _SHAKEN and scene.with_camera.value >= _ALONG


def _goes_to_and_fro(features: Features) -> bool:
    return features.turns >= 2 and features.straightness < 0.5


_CAUSES: tuple[tuple[Reason, Callable[[Features], bool]], ...] = (
    (Reason.LOW_EVIDENCE, lambda f: f.still),
    (Reason.LIGHTING, lambda f: f.changed >= _FLOODED and abs(f.contrast) >= 0.1),
    (Reason.CAMERA_MOTION, lambda f: f.changed >= _FLOODED),
    (Reason.PRECIPITATION, _falls),
    (Reason.SHADOW, lambda f: _is_see_through(f) and f.contrast < 0),
    (Reason.LIGHTING, _is_see_through),
    (Reason.CAMERA_MOTION, _goes_along),
    (Reason.INSECT, _is_insect),
    (Reason.DRIFTING_OBJECT, _drifts),
    (Reason.TOO_BRIEF, lambda f: f.duration < _BRIEF_S),
    (Reason.FOLIAGE, _goes_to_and_fro),
    (Reason.FOLIAGE, lambda f: f.path >= 0.5 and f.reach < 1.0),
    (Reason.NO_TRAVEL, lambda f: f.reach < _MOVED),
    (Reason.TOO_BRIEF, lambda f: f.duration < 2 * _BRIEF_S),
)
"""The first that holds counts."""
