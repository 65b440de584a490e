import math
from typing import Any

import numpy as np
import pytest

from quietwatch.config import JudgeSettings
from quietwatch.judge.contributions import RULES
from quietwatch.judge.features import history
from quietwatch.judge.rules import judge
from quietwatch.model import Judgement, Kind, Reason, Track, Verdict

DEFAULTS = JudgeSettings()
STANDING = [(0.5, 0.5)] * 20


def _judge(track: Track, settings: JudgeSettings = DEFAULTS) -> Judgement:
    return judge(list(history(track, 4 / 3))[-1].features, settings)


def test_a_walking_person_is_an_alarm(make_track: Any, walk: Any) -> None:
    judged = _judge(make_track(walk, Kind.PERSON, 0.7))
    assert (judged.verdict, judged.kind) == (Verdict.ALARM, Kind.PERSON)
    assert judged.reasons == (Reason.PERSON,)
    assert judged.score > 0.95


def test_a_person_who_stands_and_works_at_the_lock_is_an_alarm(make_track: Any) -> None:
    assert _judge(make_track(STANDING, Kind.PERSON, 0.7, motion=0.2)).verdict is Verdict.ALARM


def test_what_looks_like_a_person_and_never_moves_is_shown(make_track: Any) -> None:
    judged = _judge(make_track(STANDING, Kind.PERSON, 0.7, motion=0.01))
    assert judged.verdict is Verdict.REVIEW
    assert judged.reasons == (Reason.NO_TRAVEL, Reason.PERSON)
    assert 0.3 < judged.score < 0.5  # a statue, as likely as not


def test_a_glimpse_of_a_person_is_shown_not_rung(make_track: Any, walk: Any) -> None:
    judged = _judge(make_track(walk[:2], Kind.PERSON, 0.95))
    assert judged.verdict is Verdict.REVIEW
    assert judged.reasons[0] is Reason.TOO_BRIEF


def test_thin_evidence_is_shown(make_track: Any, walk: Any) -> None:
    judged = _judge(make_track(walk[:8], Kind.PERSON, 0.42))
    assert judged.verdict is Verdict.REVIEW
    assert judged.reasons[0] is Reason.LOW_EVIDENCE
    assert 0.35 <= judged.score < 0.7


def test_a_car_rings_when_it_drives_and_not_when_it_is_parked(make_track: Any, walk: Any) -> None:
    driving = _judge(make_track(walk, Kind.VEHICLE, 0.7, size=(0.2, 0.15)))
    parked = _judge(make_track(STANDING, Kind.VEHICLE, 0.7, size=(0.2, 0.15)))
    assert driving.verdict is Verdict.ALARM
    assert parked.verdict is Verdict.SUPPRESSED
    assert parked.reasons == (Reason.NO_TRAVEL, Reason.VEHICLE)


def test_a_car_that_comes_straight_on_rings(make_track: Any) -> None:
    coming = make_track(STANDING, Kind.VEHICLE, 0.7, size=(0.1, 0.1))
    growth = np.geomspace(1.0, 2.5, len(coming))[:, None]
    coming.boxes[:] = 0.5 + (coming.boxes - 0.5) * growth
    assert _judge(coming).verdict is Verdict.ALARM


def test_a_parked_car_does_not_silence_the_person_at_its_door(make_track: Any) -> None:
    both = make_track(STANDING, Kind.VEHICLE, 0.8, motion=0.2)
    both.scores[:, 0] = 0.6
    assert _judge(both).verdict is Verdict.ALARM
    assert _judge(both).kind is Kind.PERSON


def test_low_bounds_are_obeyed(make_track: Any, walk: Any) -> None:
    low = JudgeSettings(review_score=0.05, alarm_score=0.1)
    judged = _judge(make_track(walk, Kind.PERSON, 0.31), low)
    assert judged.verdict is Verdict.ALARM


def test_an_animal_is_held_back_unless_it_is_watched_for(make_track: Any, walk: Any) -> None:
    dog = make_track(walk, Kind.ANIMAL, 0.7)
    assert _judge(dog).verdict is Verdict.SUPPRESSED
    assert _judge(dog).reasons == (Reason.ANIMAL,)
    assert _judge(dog).score < 0.35
    watched = _judge(dog, JudgeSettings(threats=(Kind.ANIMAL,)))
    assert watched.verdict is Verdict.ALARM
    assert watched.score > 0.95


def test_a_person_beside_a_dog_is_a_person(make_track: Any, walk: Any) -> None:
    both = make_track(walk, Kind.ANIMAL, 0.8)
    both.scores[:, 0] = 0.6
    assert _judge(both).kind is Kind.PERSON
    assert _judge(both).verdict is Verdict.ALARM


def test_weak_finds_again_and_again_are_shown_whatever_else_it_looks_like(make_track: Any) -> None:
    sway = [(0.5 + 0.04 * math.sin(index), 0.5) for index in range(40)]
    judged = _judge(make_track(sway, Kind.PERSON, 0.3))
    assert (judged.verdict, judged.reasons) == (Verdict.REVIEW, (Reason.LOW_EVIDENCE,))


@pytest.mark.parametrize(
    ("path", "options", "reason"),
    [
        ([(0.5 + 0.04 * math.sin(i), 0.5) for i in range(40)], {}, Reason.FOLIAGE),
        (
            [(0.5 + 0.2 * math.sin(2.4 * i), 0.5 + 0.2 * math.cos(1.7 * i)) for i in range(20)],
            {"size": (0.05, 0.05)},
            Reason.INSECT,
        ),
        (STANDING, {}, Reason.NO_TRAVEL),
        ([(0.5, 0.5)] * 2, {}, Reason.TOO_BRIEF),
        (STANDING, {"changed": 0.5, "contrast": 0.4}, Reason.LIGHTING),
        (STANDING, {"changed": 0.5, "contrast": 0.0}, Reason.CAMERA_MOTION),
    ],
)
def test_a_nuisance_is_held_back_with_its_reason(
    make_track: Any, path: Any, options: dict[str, Any], reason: Reason
) -> None:
    judged = _judge(make_track(path, **options))
    assert judged.verdict is Verdict.SUPPRESSED
    assert judged.kind is Kind.UNKNOWN
    assert judged.reasons == (reason,)


def test_a_large_mover_without_a_class_is_shown(make_track: Any) -> None:
    judged = _judge(make_track(STANDING, size=(0.3, 0.4)))
    assert (judged.verdict, judged.reasons) == (Verdict.REVIEW, (Reason.LOW_EVIDENCE,))


def test_what_fills_the_picture_may_be_a_hand_on_the_camera(make_track: Any) -> None:
    judged = _judge(make_track(STANDING, Kind.ANIMAL, 0.5, size=(0.7, 0.9)))
    assert (judged.verdict, judged.reasons) == (Verdict.REVIEW, (Reason.TAMPER,))


def test_what_goes_its_way_without_a_class_is_shown(make_track: Any, walk: Any) -> None:
    assert _judge(make_track(walk)).verdict is Verdict.REVIEW
    assert _judge(make_track((walk + walk[::-1]) * 3)).verdict is Verdict.REVIEW


@pytest.mark.parametrize(
    ("kind", "score", "verdict"),
    [
        (Kind.PERSON, 0.8, Verdict.ALARM),
        (Kind.PERSON, 0.5, Verdict.REVIEW),
        (Kind.VEHICLE, 0.8, Verdict.REVIEW),
        (Kind.ANIMAL, 0.8, Verdict.SUPPRESSED),
        (Kind.PERSON, 0.37, Verdict.REVIEW),
        (Kind.PERSON, 0.3, Verdict.SUPPRESSED),
    ],
)
def test_a_still_is_judged_by_what_is_seen_and_never_too_brief(
    make_track: Any, kind: Kind, score: float, verdict: Verdict
) -> None:
    judged = _judge(make_track([(0.5, 0.5)], kind, score, motion=math.nan, still=True))
    assert judged.verdict is verdict
    assert Reason.TOO_BRIEF not in judged.reasons


@pytest.mark.parametrize(
    ("rule", "track"),
    [
        ("unmoved", {"path": STANDING, "kind": Kind.PERSON, "motion": 0.01}),
        ("parked", {"path": STANDING, "kind": Kind.VEHICLE, "motion": 0.2}),
        ("brief", {"path": [(0.3, 0.5), (0.5, 0.5)], "kind": Kind.PERSON}),
    ],
)
def test_what_a_rule_held_back_rings_without_it(
    rule: str, track: dict[str, Any], make_track: Any
) -> None:
    features = list(history(make_track(**track, score=0.95), 4 / 3))[-1].features
    assert rule in RULES
    assert judge(features, DEFAULTS).verdict is not Verdict.ALARM
    assert judge(features, DEFAULTS, frozenset({rule})).verdict is Verdict.ALARM
    others = frozenset(RULES) - {rule}
    assert judge(features, DEFAULTS, others).verdict is not Verdict.ALARM
