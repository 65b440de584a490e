"""What speaks for and against a track being what the detector takes it for, in log-odds.

The looks say what it is like, the rest of its features whether it behaves like that. Each rule is
worth a number of log-odds between two bounds, so that evidence adds up and nothing has a veto: who
was surely seen and goes their way is believed in rain, and a statue is not believed for having been
looked at a hundred times. The weights are set by hand on the tuning half of the bench.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from quietwatch.judge.alike import ramp
from quietwatch.judge.features import Features
from quietwatch.judge.recall import NOTHING, Recall
from quietwatch.model import CLASSES, Kind, Reason

LOOKS: Final = "looks"
"""Name of what the detectors' looks add up to."""

_BRIEF_S = 0.35  # evidence is needed over at least so long: three pictures at five a second
_BRIEF_SEEN = 3  # and so many observations
_FOUND_S = 1.0  # between the first find and the last before they tell whether it moved
_LEAST_MEASURED = 3  # of a measure before its mean says anything
_FAMILIAR = -9.0  # of what is surely known: more than looks alone can be worth


@dataclass(frozen=True, slots=True)
class Contribution:
    """One piece of what is thought of a track.

    Attributes:
        name: `LOOKS`, or one of `RULES`.
        reason: what it is told as.
        value: log-odds, above 0 for and below 0 against.
    """

    name: str
    reason: Reason
    value: float


def contributions(
    features: Features,
    kind: Kind,
    without: frozenset[str] = frozenset(),
    recall: Recall = NOTHING,
) -> tuple[Contribution, ...]:
    """All that speaks for or against a kind, the looks first; what says nothing is left out.

    Args:
        features: what was measured of a track.
        kind: of `CLASSES`.
        without: which of `RULES` and `REMEMBERED` are not asked.
        recall: how far the track is something that is known.
    """
    looks = Contribution(LOOKS, NAMES[kind], features.of(kind).peak)
    weighed = (
        Contribution(rule.name, rule.reason, rule.weigh(features, kind))
        for rule in _RULES
        if kind in rule.kinds and rule.name not in without
    )
    known = (
        Contribution(why.value, why, _FAMILIAR * recall.sure(why))
        for why in _KNOWN_FOR
        if why.value not in without
    )
    return looks, *(part for part in (*weighed, *known) if part.value)


def seen(parts: tuple[Contribution, ...]) -> float:
    """What the looks say, 0 to 1, unless they have said it of the same thing again and again."""
    return probability(tuple(part for part in parts if part.name in {LOOKS, *REMEMBERED}))


def probability(parts: tuple[Contribution, ...]) -> float:
    """What contributions add up to, 0 to 1."""
    return 1.0 / (1.0 + math.exp(-sum(part.value for part in parts)))


NAMES: Final = {
    Kind.PERSON: Reason.PERSON,
    Kind.VEHICLE: Reason.VEHICLE,
    Kind.ANIMAL: Reason.ANIMAL,
}
"""The reason that names a kind."""


@dataclass(frozen=True, slots=True)
class _Rule:
    """What one feature is worth; 0 where it says nothing. The rest is as of `Contribution`."""

    name: str
    kinds: frozenset[Kind]
    reason: Reason
    weigh: Callable[[Features, Kind], float]


def _brief(features: Features, _: Kind) -> float:
    brief = features.duration < _BRIEF_S or features.seen < _BRIEF_SEEN
    return -4.5 if brief and not features.still else 0.0


def _parked(features: Features, _: Kind) -> float:
    """What comes straight on does not move in the picture: it grows."""
    way = features.reach if features.found_s < _FOUND_S else min(features.reach, features.found_way)
    parked = way < 0.5 and features.growth < 1.5
    return -8.0 if parked and not features.still else 0.0


def _unmoved(features: Features, _: Kind) -> float:
    """It never left its place, and was there before: what came since hides the background."""
    if features.still:
        return 0.0
    moved = ramp(features.found_way, 0.3, 0.6)
    if features.found_s < _FOUND_S:
        moved = max(moved, ramp(features.net, 0.6, 1.2))
    return -5.5 * (1.0 - max(moved, ramp(_solid(features), 0.14, 0.27)))


def _solid(features: Features) -> float:
    """Share of the box that has changed and hides what was there before, 0 to 1."""
    seen_through = features.appearance.see_through
    through = max(0.0, seen_through.mean) if seen_through.count >= _LEAST_MEASURED else 0.0
    return features.motion * (1.0 - through)


def _framed(features: Features, _: Kind) -> float:
    """It never left a pane, a screen, or a picture on the wall."""
    return -5.5 * ramp(features.standing.framed, 0.82, 0.89)


def _see_through(features: Features, _: Kind) -> float:
    """What is behind shows in it: a shadow or a lamp on something that was there before."""
    seen_through = features.appearance.see_through
    known = seen_through.count >= _LEAST_MEASURED
    return -4.5 * ramp(seen_through.mean, 0.6, 0.85) if known else 0.0


def _insect(features: Features, _: Kind) -> float:
    """Under infrared out of focus, and bright or smeared over the background: it is very near."""
    focus, seen_through = features.appearance.focus, features.appearance.see_through
    if focus is None or not features.scene.infrared:
        return 0.0
    bright = (1.0 - ramp(focus, 0.5, 0.75)) * ramp(features.contrast, 0.08, 0.2)
    glaring = (1.0 - ramp(focus, 0.85, 1.0)) * ramp(features.contrast, 0.2, 0.3)
    blurred = (1.0 - ramp(focus, 0.85, 1.05)) * ramp(features.size, 0.06, 0.1)  # small: no telling
    smeared = blurred * ramp(seen_through.mean, 0.15, 0.35)
    return -4.0 * max(bright, glaring, smeared)


def _precipitation(features: Features, _: Kind) -> float:
    """Many things move at once: flakes join into shapes that look like something for a moment."""
    return -2.0 * ramp(features.scene.company.mean, 10.0, 30.0)


def _travels(features: Features, kind: Kind) -> float:
    """It is found again and again, if never surely, and goes straight on far: leaves do not."""
    evidence = features.of(kind)
    found = evidence.finds / evidence.looks if evidence.looks else 0.0
    straight = ramp(features.straightness, 0.7, 0.9)
    return 3.0 * ramp(features.net, 4.0, 8.0) * straight * ramp(found, 0.2, 0.5)


def _second_look(features: Features, kind: Kind) -> float:
    """The better detector has looked closely, and did not see it."""
    return max(-4.5, min(0.0, features.said.of(kind).closely))


_ANY = frozenset(CLASSES)
_PARKS = frozenset({Kind.VEHICLE})
_RULES = (
    # A car in a lone still: parked or arriving, who can tell.
    _Rule("car-in-still", _PARKS, Reason.LOW_EVIDENCE, lambda f, _: -3.5 if f.still else 0.0),
    _Rule("parked", _PARKS, Reason.NO_TRAVEL, _parked),
    _Rule("brief", _ANY, Reason.TOO_BRIEF, _brief),
    _Rule("unmoved", _ANY - _PARKS, Reason.NO_TRAVEL, _unmoved),
    _Rule("framed", _ANY - _PARKS, Reason.FRAMED, _framed),
    _Rule("see-through", _ANY, Reason.SHADOW, _see_through),
    _Rule("insect", _ANY, Reason.INSECT, _insect),
    _Rule("precipitation", _ANY, Reason.PRECIPITATION, _precipitation),
    _Rule("travels", frozenset({Kind.PERSON}), Reason.PERSON, _travels),
    _Rule("second-look", _ANY, Reason.LOW_EVIDENCE, _second_look),
)

RULES: Final = tuple(rule.name for rule in _RULES)
"""What can speak for or against beside the looks, by name."""

_KNOWN_FOR = (Reason.STATIC_REPEAT, Reason.KNOWN_FALSE_ALARM)

REMEMBERED: Final = tuple(why.value for why in _KNOWN_FOR)
"""What memory can say against, by name: where nothing is remembered, it says nothing."""
