"""What was done to the camera: from the signs in the picture as a whole to a verdict with reasons.

A fold, as for tracks of things: each condition gathers evidence while the picture looks like it,
and loses it twice as fast when it does not; what counts is the most that was reached. So a shaken
camera, a van that stops before it and a room whose lamp is switched off come to nothing, and what
stays becomes sure after a time that depends on the condition.
"""

import math
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from quietwatch.config import JudgeSettings
from quietwatch.judge.policy import sensitive, tampered
from quietwatch.model import Judgement, Kind, Reason, Track, Verdict

_SURE = 0.85  # log-odds of a condition that has held for its time: a default alarm
_GAIN = 4.0  # log-odds gathered in that time
_START = _SURE - _GAIN
_HIGHEST = 5.0
_FALLS = 2.0  # how much faster evidence is lost
_PICTURES = 3  # a condition must be seen so often at least, however far pictures are apart
_BLACK = 0.11  # mean level, of the full range, of a picture in which there may be nothing
_GONE = 0.3  # likeness below which nothing is left of the usual view, even dimmed
_STANDS = 0.5  # steadiness from which a picture is not in motion
_LIT = 0.06  # mean change of level that a lamp or cloud makes


_SIGNS = ("brightness", "see_through", "kept", "blank", "steepness", "steady", "repeats")


@dataclass(frozen=True, slots=True)
class Look:
    """The signs of one moment; what they are is told by `model.measures`."""

    level: float
    likeness: float
    kept: float
    blank: float
    steepness: float
    steady: float
    repeats: float
    lapse: float = 0.0

    @staticmethod
    def of(track: Track, index: int) -> "Look":
        """Those of one observation of the scene."""
        lapse = track.measured(index, "lapse")
        known = 0.0 if math.isnan(lapse) else lapse  # older analyses have none
        return replace(Look(*(track.measured(index, name) for name in _SIGNS)), lapse=known)

    @property
    def strange(self) -> float:
        """Share of the cells with edges in which there are others now."""
        return 1.0 - self.kept - self.blank


@dataclass(frozen=True, slots=True)
class _Condition:
    """Something that befalls a camera.

    Attributes:
        reason: what it is told as.
        seconds: for which it must hold until it rings, with the default `alarm_score`.
        holds: whether a moment looks like it; of several, the first counts.
    """

    reason: Reason
    seconds: float
    holds: Callable[[Look], bool]


_CONDITIONS: Final = (
    _Condition(
        Reason.BLACK,
        4.0,
        lambda look: look.level <= _BLACK and look.blank >= 0.8 and look.likeness < _GONE,
    ),
    _Condition(Reason.COVERED, 5.0, lambda look: look.blank >= 0.6 and look.likeness < _GONE),
    _Condition(
        Reason.MOVED,
        6.0,
        lambda look: (
            look.kept <= 0.2
            and look.strange >= 0.4
            and look.steady >= _STANDS
            and look.likeness < _GONE
            and look.level > _BLACK
        ),
    ),
    _Condition(
        Reason.SPRAYED,
        6.0,
        lambda look: look.blank >= 0.2 and look.strange <= 1.5 * look.blank and look.level > _BLACK,
    ),
    _Condition(Reason.DEFOCUSED, 6.0, lambda look: look.steepness <= 0.7 and look.kept >= 0.5),
    _Condition(
        Reason.FROZEN,
        4.0,
        lambda look: look.repeats > 0 and look.kept >= 0.8 and look.level > _BLACK,
    ),
)

CONDITIONS: Final = {condition.reason: condition.seconds for condition in _CONDITIONS}
"""What can befall a camera, and for how long it must hold to ring, seconds."""


@dataclass(frozen=True, slots=True)
class Watch:
    """All that is remembered of a suspicion.

    Attributes:
        begun: stream time of its first observation; `seconds` of the last.
        seconds: see `begun`.
        now: log-odds of each condition, and of any of them: what is done to a camera may look like
            one thing and then like another; `peaks` the highest so far.
        peaks: see `now`.
        lit: largest change of the picture's mean level, 0 to 1.
    """

    begun: float
    seconds: float
    now: tuple[float, ...] = (_START,) * (len(_CONDITIONS) + 1)
    peaks: tuple[float, ...] = (_START,) * (len(_CONDITIONS) + 1)
    lit: float = 0.0

    def after(self, track: Track, index: int) -> "Watch":
        """Take one observation of the scene into account."""
        seconds, look = float(track.times[index]), Look.of(track, index)
        gap = seconds - self.seconds
        held = next((c for c in _CONDITIONS if c.holds(look)), None)
        any_held = held or max(_CONDITIONS, key=lambda condition: condition.seconds)
        now = tuple(
            _evidence(odds, condition, gap, look.lapse, holds=condition is held)
            for odds, condition in zip(self.now, (*_CONDITIONS, any_held), strict=True)
        )
        peaks = tuple(map(max, self.peaks, now))
        lit = max(self.lit, abs(float(track.contrast[index])))
        return Watch(self.begun, seconds, now, peaks, lit)


@dataclass(frozen=True, slots=True)
class SceneDecision:
    """The state of judgement on a suspicion at one moment; as `decide.Decision` has it of a thing.

    Attributes:
        judgement: the newest.
        revision: how often verdict or reasons have turned, from 1.
        alarm_s: stream time at which the verdict first became alarm; None when it never did.
        watch: what the judgement rests on.
    """

    judgement: Judgement
    revision: int
    alarm_s: float | None
    watch: Watch

    @property
    def begun(self) -> float:
        """Stream time of the first observation."""
        return self.watch.begun

    @property
    def seconds(self) -> float:
        """Stream time of the last observation."""
        return self.watch.seconds


def revisions(
    track: Track, settings: JudgeSettings, before: SceneDecision | None = None
) -> Iterator[SceneDecision]:
    """The decision after each observation of the scene.

    Args:
        track: what was observed of the picture as a whole, or the next part of it.
        settings: how much evidence an alarm needs, and what tampering is worth.
        before: the decision on the part before; None for the first.
    """
    last, evidence = before, sensitive(settings)
    for index in range(len(track)):
        seconds = float(track.times[index])
        watch = (last.watch if last else Watch(seconds, seconds)).after(track, index)
        now = tampered(judge(watch, evidence), settings)
        turned = last is None or _said(now) != _said(last.judgement)
        alarm = last.alarm_s if last else None
        if alarm is None and now.verdict is Verdict.ALARM:
            alarm = seconds
        last = SceneDecision(now, (last.revision if last else 0) + turned, alarm, watch)
        yield last


def decide(
    track: Track, settings: JudgeSettings, before: SceneDecision | None = None
) -> SceneDecision:
    """The decision once the whole track is known, or the next part of it; see `revisions`."""
    return deque(revisions(track, settings, before), maxlen=1).pop()


def judge(watch: Watch, settings: JudgeSettings) -> Judgement:
    """What is to be thought of a suspicion as it is known now.

    Its score is the probability that the camera was tampered with.
    """
    score = _probability(max(watch.peaks))
    if score >= settings.alarm_score:
        verdict, least = Verdict.ALARM, settings.alarm_score
    elif score >= settings.review_score:
        verdict, least = Verdict.REVIEW, settings.review_score
    else:
        return Judgement(Verdict.SUPPRESSED, Kind.UNKNOWN, (_harmless(watch),), score)
    return Judgement(verdict, Kind.UNKNOWN, (Reason.TAMPER, *_told(watch, least)), score)


def _told(watch: Watch, least: float) -> list[Reason]:
    """The conditions that are so probable, the surest first; at least the surest."""
    sure = sorted(zip(watch.peaks[:-1], _CONDITIONS, strict=True), key=lambda pair: -pair[0])
    return [c.reason for odds, c in sure if c is sure[0][1] or _probability(odds) >= least]


def _evidence(
    odds: float, condition: _Condition, gap: float, lapse: float, *, holds: bool
) -> float:
    """After a gap, of which the picture looked as usual for a while."""
    rate = _GAIN / condition.seconds
    unlike = gap if not holds else min(lapse, gap)
    odds = max(odds - _FALLS * rate * unlike, _START)
    if not holds:
        return odds
    return min(odds + min(rate * (gap - unlike), _GAIN / _PICTURES), _HIGHEST)


def _probability(odds: float) -> float:
    return 1.0 / (1.0 + math.exp(-odds))


def _harmless(watch: Watch) -> Reason:
    """What a suspicion that came to nothing most likely was."""
    if watch.lit >= _LIT:
        return Reason.LIGHTING
    return Reason.TOO_BRIEF if max(watch.peaks) > _START else Reason.LOW_EVIDENCE


def _said(judgement: Judgement) -> tuple[object, ...]:
    return judgement.verdict, judgement.reasons
