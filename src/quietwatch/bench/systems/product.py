"""Quietwatch itself: the analysis that it makes of a clip, and its own judgement over that."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import Final

from quietwatch.bench.alarms import Candidate, each_alone
from quietwatch.bench.results import Role
from quietwatch.bench.systems.work import Raw, Sight
from quietwatch.config import JudgeSettings
from quietwatch.judge import health, incidents
from quietwatch.judge.decide import revisions
from quietwatch.judge.policy import tampered
from quietwatch.judge.rules import judge
from quietwatch.model import Analysis, Box, Camera, Clip, Event, Judgement, Track, Verdict
from quietwatch.pipeline import stages
from quietwatch.store.files import open_stored
from quietwatch.store.pack import PackReader

_LEVELS: Final = (
    *(0.2, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9),
    *(0.92, 0.94, 0.96, 0.97, 0.98, 0.985, 0.99),
)

_Judged = Callable[[JudgeSettings], Judgement]

_CAMERA = Camera("bench", "bench", "clip")
_START = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Product:
    """Quietwatch with some settings of judgement.

    Attributes:
        settings: what is watched for, and how much evidence an alarm needs.
        without: which of `contributions.RULES` are not asked.
    """

    settings: JudgeSettings
    without: frozenset[str] = frozenset()

    name = "quietwatch"
    words = "this version of Quietwatch: its own analysis, judged by its own rules"
    role = Role.PRODUCT
    join = staticmethod(each_alone)
    raw = Raw.ANALYSIS
    spends = ("analyze",)

    @property
    def shipped(self) -> float:
        """See `base.System`."""
        return self.settings.alarm_score

    def candidates(self, sight: Sight) -> tuple[Candidate, ...]:
        """See `base.System`."""
        with open_stored(sight.target) as file, PackReader(file) as pack:
            return self.over(pack.analysis(), sight.footage)

    def over(self, analysis: Analysis, footage: str) -> tuple[Candidate, ...]:
        """Every track with the moments at which it could have been an alarm, in order of birth.

        What is said of it, and which incident it belongs to, is as the stage `decide` has it with
        these settings. The box is that of the moment at which it rang, else its best.

        Args:
            analysis: of the clip.
            footage: SHA-256 of the clip.
        """
        analysis = replace(analysis, tracks=tuple(analysis.tracks))  # they are gone over twice
        clip = _clip(analysis, footage)
        decided = stages.decide(clip, analysis, "bench", self.settings).events
        events = incidents.join(decided, self.settings.incident_gap)
        tracks = {track.ordinal: track for track in analysis.tracks}
        aspect = clip.width / clip.height
        return tuple(
            self._candidate(tracks[event.track], aspect, event)
            for event in sorted(events, key=lambda event: event.track)
        )

    def _candidate(self, track: Track, aspect: float, event: Event) -> Candidate:
        rises = self._rises(track, aspect)
        rung = next((seconds for seconds, level in rises if level >= self.shipped), None)
        return Candidate(
            start_s=event.start_s,
            end_s=event.end_s,
            kind=event.judgement.kind,
            rises=rises,
            reasons=tuple(event.judgement.reasons),
            incident=event.incident_id,
            box=event.box if rung is None else _box_at(track, rung),
        )

    def _rises(self, track: Track, aspect: float) -> tuple[tuple[float, float], ...]:
        """When the verdict would have become alarm at each level: a lower one never has it later.

        What was measured does not depend on the level, so it is measured once.
        """
        left = [self._at(level) for level in sorted({*_LEVELS, self.shipped})]
        rises = []
        for seconds, judged in self._moments(track, aspect):
            risen = None
            while left and judged(left[0]).verdict is Verdict.ALARM:
                risen = left.pop(0).alarm_score
            if risen is not None:
                rises.append((round(seconds, 3), risen))
            if not left:
                break
        return tuple(rises)

    def _moments(self, track: Track, aspect: float) -> Iterator[tuple[float, _Judged]]:
        """Each moment of a track, and how it is judged with settings of one's own."""
        if track.scene:
            for watched in health.revisions(track, self.settings):
                yield watched.seconds, partial(_of_scene, watched.watch)
            return
        for decision in revisions(track, aspect, self.settings, without=self.without):
            yield decision.seconds, partial(judge, decision.features, without=self.without)

    def _at(self, level: float) -> JudgeSettings:
        review = min(level, self.settings.review_score)
        return self.settings.model_copy(update={"alarm_score": level, "review_score": review})


def _of_scene(watch: health.Watch, settings: JudgeSettings) -> Judgement:
    return tampered(health.judge(watch, settings), settings)


def _box_at(track: Track, seconds: float) -> Box:
    """Where a track was at a moment at which it was seen."""
    x1, y1, x2, y2 = track.boxes[int(abs(track.times - seconds).argmin())].tolist()
    return x1, y1, x2, y2


def _clip(analysis: Analysis, footage: str) -> Clip:
    """The clip as if a camera had sent it."""
    summary = analysis.summary
    return Clip(
        camera=_CAMERA,
        sha256=footage,
        size=0,
        start=_START,
        start_from="name",
        duration=summary.duration,
        width=summary.width,
        height=summary.height,
        codec=summary.codec,
        extension="mp4",
    )
