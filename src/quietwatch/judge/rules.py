"""From the features of a track to a verdict with reasons: a first, honest set of rules.

Recall is a floor: evidence for something watched for is weighed before any nuisance is named, and
what is large or goes its way without a class is shown to a person, not silenced.
"""

from collections.abc import Callable

from quietwatch.config import JudgeSettings
from quietwatch.judge import nuisance
from quietwatch.judge.contributions import (
    NAMES,
    Contribution,
    contributions,
    probability,
    seen,
)
from quietwatch.judge.features import Features
from quietwatch.judge.recall import NOTHING, Recall
from quietwatch.model import CLASSES, Judgement, Kind, Reason, Verdict

_KNOWN = 0.35  # probability from which a track has a kind
_RIVAL = 1.5  # log-odds by which another kind must be surer to take a threat's place
_DOUBTED = -0.5  # log-odds of what is told as the reason against
_LARGE = 0.08  # share of the picture from which a mover without a class is shown
_COVERING = 0.3  # and from which it reaches for the camera
_LARGE_MOTION = 0.2  # share of a large box that must move
_LARGE_S = 0.6
_HINTS = 5  # weak finds of something watched for that make a mover worth a look,
_HINT_SHARE = 0.3  # and their share of the looks


_Weighed = Callable[[Kind], tuple[Contribution, ...]]
"""All that speaks for or against a track being of a kind."""


def judge(
    features: Features,
    settings: JudgeSettings,
    without: frozenset[str] = frozenset(),
    recall: Recall = NOTHING,
) -> Judgement:
    """What is to be thought of a track as it is known now, wherever and whenever it is there.

    Args:
        features: what was measured of it.
        settings: what is watched for, and how much evidence an alarm needs.
        without: which of `contributions.RULES` are not asked, to learn what each is good for.
        recall: how far it is something that is known.
    """

    def weighed(kind: Kind) -> tuple[Contribution, ...]:
        return contributions(features, kind, without, recall)

    score = max((probability(weighed(kind)) for kind in settings.threats), default=0.0)
    kind = _kind(features, settings, weighed)
    if kind in settings.threats:
        kind, verdict, reasons = _gravest(features, kind, settings, weighed)
    elif _is_large(features, _COVERING) and not nuisance.is_nothing_solid(features):
        verdict, reasons = Verdict.REVIEW, (Reason.TAMPER,)
    elif kind is not Kind.UNKNOWN:
        verdict, reasons = Verdict.SUPPRESSED, (NAMES[kind],)
        if score >= settings.review_score:  # an animal, or a crouching person?
            verdict, reasons = Verdict.REVIEW, (Reason.LOW_EVIDENCE, NAMES[kind])
    elif _is_worth_a_look(features, settings):
        verdict, reasons = Verdict.REVIEW, (Reason.LOW_EVIDENCE,)
    else:
        verdict, reasons = Verdict.SUPPRESSED, (nuisance.cause(features),)
    return Judgement(verdict, kind, reasons, score)


def _kind(features: Features, settings: JudgeSettings, weighed: _Weighed) -> Kind:
    """The kind for which most speaks; among near equals one that is watched for."""
    known = [kind for kind in CLASSES if _shows(features, kind, settings)]
    if not known:
        return Kind.UNKNOWN

    def sureness(kind: Kind) -> float:
        speaks = sum(part.value for part in weighed(kind))
        return speaks + (_RIVAL if kind in settings.threats else 0.0)

    return max(known, key=sureness)


def _gravest(
    features: Features, surest: Kind, settings: JudgeSettings, weighed: _Weighed
) -> tuple[Kind, Verdict, tuple[Reason, ...]]:
    """Each threat by its own doubts: a parked car must not silence who stands at its door."""
    kind, (verdict, reasons) = surest, _threat(features, surest, settings, weighed)
    for other in settings.threats:
        found, why = _threat(features, other, settings, weighed)
        if _GRAVITY.index(found) > _GRAVITY.index(verdict) and _shows(features, other, settings):
            kind, verdict, reasons = other, found, why
    return kind, verdict, reasons


_GRAVITY = (Verdict.SUPPRESSED, Verdict.REVIEW, Verdict.ALARM)


def _shows(features: Features, kind: Kind, settings: JudgeSettings) -> bool:
    least = min(_KNOWN, settings.review_score, settings.alarm_score)
    return features.of(kind).probability >= least


def _threat(
    features: Features, kind: Kind, settings: JudgeSettings, weighed: _Weighed
) -> tuple[Verdict, tuple[Reason, ...]]:
    """Something watched for: ring when all adds up; else say what speaks most against it.

    Who was surely seen is shown at least, whatever speaks against. But for a car that never drove:
    those stand everywhere. And but for what memory knows: it was shown on many occasions.
    """
    name = NAMES[kind]
    parts = weighed(kind)
    believed = probability(parts)
    if believed >= settings.alarm_score:
        return Verdict.ALARM, (name,)
    against = min(parts, key=lambda part: part.value)
    why = against.reason if against.value <= _DOUBTED else Reason.LOW_EVIDENCE
    shown = kind is not Kind.VEHICLE or features.still
    if max(believed, seen(parts) if shown else 0.0) >= settings.review_score:
        return Verdict.REVIEW, (why, name)
    return Verdict.SUPPRESSED, (why, name)


def _is_large(features: Features, share: float) -> bool:
    return (
        features.area >= share
        and features.motion >= _LARGE_MOTION
        and features.duration >= _LARGE_S
    )


def _is_worth_a_look(features: Features, settings: JudgeSettings) -> bool:
    """Whether people are to see what has no class."""
    if _is_hinted(features, settings):
        return True
    shows = _is_large(features, _LARGE) or _goes_its_way(features)
    return shows and not nuisance.is_nothing_solid(features)


def _is_hinted(features: Features, settings: JudgeSettings) -> bool:
    """Found again and again as something watched for, though never surely."""
    hints = [features.of(kind) for kind in settings.threats]
    return any(hint.finds >= _HINTS and hint.finds >= _HINT_SHARE * hint.looks for hint in hints)


def _goes_its_way(features: Features) -> bool:
    """A mover of some size that gets somewhere is no leaf: perhaps a person too dim to be named.

    Once it has, it stays so: who paces up and down comes back to where they began.
    """
    return (
        features.stretch >= 2.0
        and features.duration >= 2.0
        and features.size >= 0.04
        and features.seen >= 8
    )
