"""Judgements and events."""

import math
from dataclasses import dataclass
from datetime import datetime

from quietwatch.model.box import Box
from quietwatch.model.checks import require
from quietwatch.model.footage import Camera
from quietwatch.model.kinds import Kind, Reason, Verdict


@dataclass(frozen=True, slots=True)
class Judgement:
    """What is thought of a track at one moment.

    Attributes:
        verdict: what is to be done.
        kind: what it most likely is.
        reasons: for an alarm those for it, else those against it; the weightiest first.
        score: probability, 0 to 1, that something of a kind watched for is really there.
    """

    verdict: Verdict
    kind: Kind
    reasons: tuple[Reason, ...]
    score: float

    def __post_init__(self) -> None:
        require(0 <= self.score <= 1, "score lies in 0 to 1", self.score)
        require(len(self.reasons) > 0, "a judgement has a reason", self.reasons)


@dataclass(frozen=True, slots=True)
class Event:
    """One row of the harmonized table; docs/events-format.md is its published format.

    Attributes:
        event_id: UUID, stays while the event grows (see `names.event_id`).
        incident_id: UUID of the visit it belongs to: the event_id of the incident's first event.
        revision: how often its judgement has turned, from 1.
        camera: where.
        source: path or URL of the clip in which it began, as given, printable.
        start: UTC time of the first observation; `end` of the last.
        start_s: the same in seconds from the start of the source; `end_s` likewise.
        alarm_s: media time at which the verdict first became alarm; None when it never did.
        judgement: verdict, kind, reasons, score.
        box: where it was at its best moment, fractions of the picture.
        path: centres of its boxes over time, (x, y) fractions, at most 64.
        footage: SHA-256 of the clip in which it began.
        footage_path: that clip's path in the repo `footage`.
        track: ordinal of its track in the analysis of that clip.
        model: id of the detector, `name@<first 8 of sha256>`.
        analyze_version: version of the stage that made the track.
        decide_version: version of the stage that judged it.
    """

    event_id: str
    incident_id: str
    revision: int
    camera: Camera
    source: str
    start: datetime
    end: datetime
    start_s: float
    end_s: float
    alarm_s: float | None
    judgement: Judgement
    box: Box
    path: tuple[tuple[float, float], ...]
    footage: str
    footage_path: str
    track: int
    model: str
    analyze_version: int
    decide_version: int

    def __post_init__(self) -> None:
        require(self.revision >= 1, "revisions count from 1", self.revision)
        require(
            self.start <= self.end and 0 <= self.start_s <= self.end_s,
            "an event ends no earlier than it starts",
            (self.start_s, self.end_s),
        )
        require(
            (self.alarm_s is not None) or self.judgement.verdict is not Verdict.ALARM,
            "an alarm says when it was raised",
            self.event_id,
        )
        require(
            self.alarm_s is None or math.isfinite(self.alarm_s), "alarm_s is a time", self.alarm_s
        )
