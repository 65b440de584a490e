"""The fold that joins the features of a track: one step an observation.

Lengths are in heights of the picture (so that a wide picture does not stretch them) unless they are
said to be in own sizes: lengths of the track's own box.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

from quietwatch.judge.evidence import Evidence
from quietwatch.judge.features.appearance import Appearance
from quietwatch.judge.features.scene import Scene
from quietwatch.judge.features.scores import Said
from quietwatch.judge.features.shape import Approach, Standing, place
from quietwatch.judge.features.travel import Found, Pivot
from quietwatch.model import CLASSES, Kind, Track
from quietwatch.model.measures import SECOND_LOOK

_STRIDE = 0.15  # own sizes that the middle must move before it counts: boxes jitter


@dataclass(frozen=True, slots=True)
class Features:
    """A track as it was known at one moment.

    Attributes:
        seconds: stream time of the moment.
        duration: seconds since the first observation.
        seen: number of observations.
        evidence: per kind of `CLASSES`, what the looks add up to.
        size: mean longer side of the box, heights of the picture.
        area: largest share of the picture that the box has covered, 0 to 1.
        growth: largest gradual change of size from find to find so far, as a ratio of at least
            1: what comes near grows, what goes shrinks. A leap (it was half hidden) does not count.
        path: way that the middle has gone, own sizes; jitter is not counted.
        net: distance between the places of the middle first and now, own sizes.
        reach: largest distance from the first place so far, own sizes.
        stretch: longest way so far that was gone nearly straight, between two turns and for a
            second or more, own sizes.
        found_way: distance between the places where it was found first and last, own sizes.
        found_s: seconds between these two finds.
        turns: how often it went back on its way (by more than a right angle).
        motion: mean share of the box that moves, 0 to 1; NaN for a lone still.
        changed: mean share of the whole picture that changed at the same time, 0 to 1.
        contrast: mean difference from the background, -1 (darker) to 1 (brighter).
        still: seen in a lone still; nothing is known of its movement.
        said: what the detectors said over time, kind by kind.
        standing: where it stood.
        appearance: what it looks like.
        scene: what the whole picture did meanwhile.
    """

    seconds: float
    duration: float
    seen: int
    evidence: tuple[Evidence, ...]
    size: float
    area: float
    growth: float
    path: float
    net: float
    reach: float
    stretch: float
    found_way: float
    found_s: float
    turns: int
    motion: float
    changed: float
    contrast: float
    still: bool
    said: Said
    standing: Standing
    appearance: Appearance
    scene: Scene

    @property
    def straightness(self) -> float:
        """Net way by the way gone, 0 (back where it began) to 1 (straight on)."""
        return min(1.0, self.net / self.path) if self.path > 0 else 0.0

    @property
    def speed(self) -> float:
        """Own sizes a second along the way gone; 0 at the first moment."""
        return self.path / self.duration if self.duration > 0 else 0.0

    @property
    def looks(self) -> int:
        """How often the detector looked at it."""
        return self.evidence[0].looks

    @property
    def found(self) -> float:
        """Share of the observations in which the detector found something there, 0 to 1."""
        return self.said.finds / self.seen

    def of(self, kind: Kind) -> Evidence:
        """The evidence for a kind."""
        return self.evidence[CLASSES.index(kind)]


def history(track: Track, aspect: float, before: "Step | None" = None) -> Iterator["Step"]:
    """The features after each observation, with what the fold remembers beside them.

    Args:
        track: what was observed, or the next part of it.
        aspect: width of the picture by its height.
        before: where the part before left off; None for the first.
    """
    step = before
    for index in range(len(track)):
        step = Step.begin(track, aspect) if step is None else step.advance(track, index, aspect)
        yield step


@dataclass(frozen=True, slots=True)
class Step:
    """Features and what the fold must remember beside them: plain values, to be kept and taken up.

    Attributes:
        features: what is measured so far.
        begun: stream time of the first observation.
        approach: sizes of what was found; None before the first find.
        origin: where the middle was first; `anchor` where it was when its way was counted last.
        anchor: see `origin`.
        heading: the way from the anchor before to this one.
        pivot: where and when it last turned.
        found: where the detector found it.
        looked: stream time of the last look; None before the first.
    """

    features: Features
    begun: float
    approach: Approach | None
    origin: tuple[float, float]
    anchor: tuple[float, float]
    heading: tuple[float, float]
    pivot: Pivot
    found: Found
    looked: float | None

    @staticmethod
    def begin(track: Track, aspect: float) -> "Step":
        """After the first observation of a track."""
        middle, size, area = place(track, 0, aspect)
        features = Features(
            seconds=float(track.times[0]),
            duration=0.0,
            seen=1,
            evidence=_evidence(
                (Evidence.start(still=track.still),) * len(CLASSES), track, 0, math.inf
            ),
            size=size,
            area=area,
            growth=1.0,
            path=0.0,
            net=0.0,
            reach=0.0,
            stretch=0.0,
            found_way=0.0,
            found_s=0.0,
            turns=0,
            motion=float(track.motion[0]),
            changed=float(track.changed[0]),
            contrast=float(track.contrast[0]),
            still=track.still,
            said=Said().after(track, 0),
            standing=Standing().after(track, 0),
            appearance=Appearance().after(track, 0),
            scene=Scene().after(track, 0),
        )
        begun = features.seconds
        looked = begun if features.looks else None
        pivot = Pivot(middle, begun, 0.0)
        approach, found = None, Found()
        if _is_found(track, 0):
            approach, found = Approach(size, size, begun), found.after(middle, begun)
        return Step(features, begun, approach, middle, middle, (0.0, 0.0), pivot, found, looked)

    def advance(self, track: Track, index: int, aspect: float) -> "Step":
        """After one observation more: that at `index` of this part of the track."""
        old = self.features
        middle, size, area = place(track, index, aspect)
        now = float(track.times[index])
        seen = old.seen + 1
        size_mean = _mean(old.size, size, seen)
        gap = math.inf if self.looked is None else now - self.looked
        evidence = _evidence(old.evidence, track, index, gap)
        net = math.dist(self.origin, middle) / size_mean
        approach, found = self.approach, self.found
        if _is_found(track, index):
            found = found.after(middle, now)
            approach = approach.step(size, now) if approach else Approach(size, size, now)
        features = replace(
            old,
            seconds=now,
            duration=now - self.begun,
            seen=seen,
            evidence=evidence,
            size=size_mean,
            area=max(old.area, area),
            growth=max(old.growth, approach.ratio) if approach else 1.0,
            net=net,
            reach=max(old.reach, net),
            found_way=found.way / size_mean,
            found_s=found.lasts,
            motion=_mean(old.motion, float(track.motion[index]), seen),
            changed=_mean(old.changed, float(track.changed[index]), seen),
            contrast=_mean(old.contrast, float(track.contrast[index]), seen),
            said=old.said.after(track, index),
            standing=old.standing.after(track, index),
            appearance=old.appearance.after(track, index),
            scene=old.scene.after(track, index),
        )
        looked = now if evidence[0].looks > old.looks else self.looked
        step = replace(self, features=features, approach=approach, found=found, looked=looked)
        return step.walked(middle, size_mean)

    def walked(self, middle: tuple[float, float], size: float) -> "Step":
        """Count the way to `middle` once it is more than jitter."""
        way = (middle[0] - self.anchor[0], middle[1] - self.anchor[1])
        length = math.hypot(*way)
        if length < _STRIDE * size:
            return self
        turned = way[0] * self.heading[0] + way[1] * self.heading[1] < 0
        seconds = self.features.seconds
        pivot = Pivot(self.anchor, seconds, 0.0) if turned else self.pivot
        pivot = replace(pivot, way=pivot.way + length)
        features = replace(
            self.features,
            path=self.features.path + length / size,
            turns=self.features.turns + turned,
            stretch=max(self.features.stretch, pivot.stretch(middle, seconds) / size),
        )
        return replace(self, features=features, anchor=middle, heading=way, pivot=pivot)


def _is_found(track: Track, index: int) -> bool:
    return bool((track.scores[index] > 0).any())


def _evidence(
    before: tuple[Evidence, ...], track: Track, index: int, gap: float
) -> tuple[Evidence, ...]:
    scores = [float(score) for score in track.scores[index]]
    if math.isnan(scores[0]):
        return before
    second = not math.isnan(track.measured(index, SECOND_LOOK[0]))
    return tuple(
        evidence.after(score, gap, still=track.still, second=second)
        for evidence, score in zip(before, scores, strict=True)
    )


def _mean(mean: float, value: float, count: int) -> float:
    return mean + (value - mean) / count
