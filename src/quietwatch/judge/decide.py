"""A track's verdict as it was revised over time, from each moment and earlier ones only.

A fold: a decision is all that is remembered of a track, and the next part of the track goes on from
it. Whether a track comes whole or in parts, what is decided is the same.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from quietwatch.config import JudgeSettings
from quietwatch.judge.features import Features, Step, history
from quietwatch.judge.policy import OPEN, Standing, Surroundings, applied, sensitive, standings
from quietwatch.judge.recall import NOTHING, Recall, recalls
from quietwatch.judge.rules import judge
from quietwatch.model import Judgement, Track, Verdict


@dataclass(frozen=True, slots=True)
class Decision:
    """The state of judgement on one track at one moment: all that the next moment needs.

    Attributes:
        judgement: the newest.
        revision: how often verdict, kind or reasons have turned, from 1.
        alarm_s: stream time at which the verdict first became alarm; None when it never did.
        step: what the judgement of evidence rests on.
        standing: what policy rests on.
        recall: how far it is something that is known.
    """

    judgement: Judgement
    revision: int
    alarm_s: float | None
    step: Step
    standing: Standing
    recall: Recall = NOTHING

    @property
    def begun(self) -> float:
        """Stream time of the first observation."""
        return self.step.begun

    @property
    def seconds(self) -> float:
        """Stream time of the last observation."""
        return self.step.features.seconds

    @property
    def features(self) -> Features:
        """What was measured of the track."""
        return self.step.features


def revisions(
    track: Track,
    aspect: float,
    settings: JudgeSettings,
    before: Decision | None = None,
    around: Surroundings = OPEN,
    without: frozenset[str] = frozenset(),
) -> Iterator[Decision]:
    """The decision after each observation.

    Args:
        track: what was observed, or the next part of it.
        aspect: width of the picture by its height.
        settings: what is watched for, and how much evidence an alarm needs.
        before: the decision on the part before; None for the first.
        around: when the camera is armed, what is masked in this part, and what is known.
        without: which of `contributions.RULES` are not asked.
    """
    last, evidence = before, sensitive(settings)
    steps = history(track, aspect, before.step if before else None)
    places = standings(track, aspect, settings, around, before.standing if before else None)
    known = recalls(track, around.familiar, before.recall if before else NOTHING)
    for step, standing, recall in zip(steps, places, known, strict=True):
        found = judge(step.features, evidence, without, recall)
        now = applied(found, standing, settings)
        turned = last is None or _said(now) != _said(last.judgement)
        alarm = last.alarm_s if last else None
        if alarm is None and now.verdict is Verdict.ALARM:
            alarm = step.features.seconds
        revision = (last.revision if last else 0) + turned
        last = Decision(now, revision, alarm, step, standing, recall)
        yield last


def decide(
    track: Track,
    aspect: float,
    settings: JudgeSettings,
    before: Decision | None = None,
    around: Surroundings = OPEN,
) -> Decision:
    """The decision once the whole track is known, or the next part of it; see `revisions`."""
    return deque(revisions(track, aspect, settings, before, around), maxlen=1).pop()


def _said(judgement: Judgement) -> tuple[object, ...]:
    return judgement.verdict, judgement.kind, judgement.reasons
