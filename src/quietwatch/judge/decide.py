"""A track's verdict as it was revised over time, from each moment and earlier ones only."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from quietwatch.config import JudgeSettings
from quietwatch.judge.features import Features, history
from quietwatch.judge.rules import judge
from quietwatch.model import Judgement, Track, Verdict


@dataclass(frozen=True, slots=True)
class Decision:
    """The state of judgement on one track at one moment.

    Attributes:
        judgement: the newest.
        revision: how often verdict, kind or reasons have turned, from 1.
        alarm_s: stream time at which the verdict first became alarm; None when it never did.
        features: what the judgement rests on.
    """

    judgement: Judgement
    revision: int
    alarm_s: float | None
    features: Features


def revisions(track: Track, aspect: float, settings: JudgeSettings) -> Iterator[Decision]:
    """The decision after each observation.

    Args:
        track: what was observed.
        aspect: width of the picture by its height.
        settings: what is watched for, and how much evidence an alarm needs.
    """
    before: Judgement | None = None
    revision, alarm = 0, None
    for features in history(track, aspect):
        now = judge(features, settings)
        if before is None or _said(now) != _said(before):
            revision += 1
        if alarm is None and now.verdict is Verdict.ALARM:
            alarm = features.seconds
        before = now
        yield Decision(now, revision, alarm, features)


def decide(track: Track, aspect: float, settings: JudgeSettings) -> Decision:
    """The decision once the whole track is known."""
    return deque(revisions(track, aspect, settings), maxlen=1).pop()


def _said(judgement: Judgement) -> tuple[object, ...]:
    return judgement.verdict, judgement.kind, judgement.reasons
