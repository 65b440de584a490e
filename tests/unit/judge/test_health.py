"""Which condition of the camera it is, and from when on that is sure."""

import math
from collections.abc import Sequence
from dataclasses import astuple, replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quietwatch.config import JudgeSettings
from quietwatch.judge.health import CONDITIONS, Look, SceneDecision, decide, revisions
from quietwatch.model import Kind, Reason, Track, Verdict
from quietwatch.model.measures import COLUMN, unmeasured

SETTINGS = JudgeSettings()
STEP = 0.2

LOOKS = {
    Reason.BLACK: Look(0.067, 0.02, 0.0, 1.0, 1.0, 0.0, 0.0),
    Reason.COVERED: Look(0.21, 0.01, 0.0, 1.0, 4.0, 0.0, 0.0),
    Reason.MOVED: Look(0.36, -0.03, 0.0, 0.32, 1.0, 0.98, 0.0),
    Reason.SPRAYED: Look(0.32, 0.5, 0.55, 0.34, 1.2, 0.9, 0.0),
    Reason.DEFOCUSED: Look(0.56, 0.75, 0.98, 0.02, 0.5, 1.0, 0.0),
    Reason.FROZEN: Look(0.27, 0.99, 1.0, 0.0, 1.02, 1.0, 4.0),
}
HARMLESS = {
    "shaken": Look(0.19, 0.1, 0.15, 0.05, 2.0, 0.0, 0.0),
    "lights-out": Look(0.1, 0.6, 0.79, 0.0, 1.0, 0.9, 0.0),
    "dim": Look(0.08, 0.4, 0.2, 0.8, 1.0, 0.9, 0.0),
    "dark": Look(0.09, 0.2, 0.1, 0.2, 1.0, 0.9, 0.0),
    "snow": Look(0.25, 0.4, 0.4, 0.0, 1.7, 0.4, 0.0),
    "van": Look(0.3, 0.4, 0.33, 0.06, 1.0, 0.5, 0.0),
    "as-usual": Look(0.5, 1.0, 1.0, 0.0, 1.0, 1.0, 0.0),
}
NAMES = ("brightness", "see_through", "kept", "blank", "steepness", "steady", "repeats", "lapse")


def scene(looks: Sequence[Look], step: float = STEP, contrast: float = 0.0) -> Track:
    """The picture as a whole, seen so."""
    count = len(looks)
    measures = unmeasured(count)
    for row, look in zip(measures, looks, strict=True):
        row[[COLUMN[name] for name in NAMES]] = astuple(look)
    return Track(
        ordinal=3,
        times=np.asarray(10 + np.arange(count) * step, np.float64),
        boxes=np.tile([0.0, 0.0, 1.0, 1.0], (count, 1)),
        scores=np.full((count, 3), math.nan),
        motion=np.ones(count),
        changed=np.ones(count),
        contrast=np.full(count, contrast),
        measures=measures,
        scene=True,
    )


def lasting(look: Look, seconds: float) -> list[Look]:
    return [look] * (round(seconds / STEP) + 1)


@pytest.mark.parametrize("reason", CONDITIONS)
def test_each_condition_rings_when_it_has_lasted(reason: Reason) -> None:
    found = decide(scene(lasting(LOOKS[reason], 20)), SETTINGS)
    assert found.judgement.verdict is Verdict.ALARM
    assert found.judgement.kind is Kind.UNKNOWN
    assert found.judgement.reasons == (Reason.TAMPER, reason)
    assert found.judgement.score > 0.9
    assert found.begun == 10
    assert found.alarm_s == pytest.approx(10 + CONDITIONS[reason], abs=STEP + 1e-9)


@pytest.mark.parametrize("reason", CONDITIONS)
def test_what_goes_away_soon_rings_nobody(reason: Reason) -> None:
    brief = lasting(LOOKS[reason], 0.5 * CONDITIONS[reason])
    found = decide(scene(brief + lasting(HARMLESS["as-usual"], 2)), SETTINGS)
    assert found.alarm_s is None
    assert found.judgement.verdict is Verdict.SUPPRESSED
    assert found.judgement.reasons == (Reason.TOO_BRIEF,)


@pytest.mark.parametrize("reason", CONDITIONS)
def test_what_comes_and_goes_rings_nobody(reason: Reason) -> None:
    often = (lasting(LOOKS[reason], 1) + lasting(HARMLESS["as-usual"], 1)) * 20
    assert decide(scene(often), SETTINGS).alarm_s is None


@pytest.mark.parametrize("name", HARMLESS)
def test_look_alikes_never_ring_however_long_they_last(name: str) -> None:
    found = decide(scene(lasting(HARMLESS[name], 300)), SETTINGS)
    assert found.judgement.verdict is Verdict.SUPPRESSED
    assert found.judgement.reasons == (Reason.LOW_EVIDENCE,)
    lamp = decide(scene(lasting(HARMLESS[name], 5), contrast=-0.2), SETTINGS)
    assert lamp.judgement.reasons == (Reason.LIGHTING,)


@pytest.mark.parametrize("reason", CONDITIONS)
@pytest.mark.parametrize("period", [0.4, 1.0, 1.6])
def test_flashes_between_usual_pictures_never_ring(reason: Reason, period: float) -> None:
    flash = replace(LOOKS[reason], lapse=period - STEP)
    flashes = scene([flash] * 200, step=period)
    assert all(d.judgement.verdict is Verdict.SUPPRESSED for d in revisions(flashes, SETTINGS))


def test_one_event_may_have_two_causes_the_surest_first() -> None:
    looks = lasting(LOOKS[Reason.COVERED], 12) + lasting(LOOKS[Reason.MOVED], 7)
    found = list(revisions(scene(looks), SETTINGS))
    assert found[-1].judgement.reasons == (Reason.TAMPER, Reason.COVERED, Reason.MOVED)
    told = [revision.judgement for revision in found]
    assert found[-1].revision == 1 + sum(
        (a.verdict, a.reasons) != (b.verdict, b.reasons) for a, b in pairwise(told)
    )
    assert Verdict.REVIEW in {judgement.verdict for judgement in told}


def test_an_alarm_stays_one_when_the_picture_is_back() -> None:
    looks = lasting(LOOKS[Reason.COVERED], 6) + lasting(HARMLESS["as-usual"], 60)
    assert decide(scene(looks), SETTINGS).judgement.verdict is Verdict.ALARM


@pytest.mark.parametrize("step", [10.0, 60.0, 300.0])
def test_far_apart_it_takes_four_pictures(step: float) -> None:
    look = LOOKS[Reason.COVERED]
    assert decide(scene([look] * 3, step), SETTINGS).alarm_s is None
    assert decide(scene([look] * 4, step), SETTINGS).alarm_s == 10 + 3 * step


def test_settings_say_what_it_is_worth() -> None:
    looks = scene(lasting(LOOKS[Reason.BLACK], 9))

    def verdict(**changes: object) -> SceneDecision:
        return decide(looks, JudgeSettings.model_validate(changes))

    off, review = verdict(tamper="off"), verdict(tamper="review")
    assert (off.judgement.verdict, off.alarm_s) == (Verdict.SUPPRESSED, None)
    assert (review.judgement.verdict, review.alarm_s) == (Verdict.REVIEW, None)
    assert off.judgement.reasons == review.judgement.reasons == (Reason.TAMPER, Reason.BLACK)
    rung = verdict().alarm_s
    assert rung is not None
    sooner, later = verdict(sensitivity="high").alarm_s, verdict(sensitivity="low").alarm_s
    assert sooner is not None
    assert later is not None
    assert sooner < rung < later
    assert verdict(armed="never", smallest=0.1, largest=0.2).alarm_s == rung


@given(
    st.lists(
        st.tuples(st.sampled_from([*LOOKS.values(), *HARMLESS.values()]), st.integers(1, 30)),
        min_size=1,
        max_size=6,
    ),
    st.sets(st.integers(1, 150), max_size=6),
)
@settings(max_examples=40, deadline=None)
def test_parts_are_judged_as_the_whole(stretches: list[tuple[Look, int]], cuts: set[int]) -> None:
    track = scene([look for look, count in stretches for _ in range(count)])
    whole = decide(track, SETTINGS)
    ends = sorted({cut for cut in cuts if cut < len(track)} | {len(track)})
    before, first = None, 0
    for end in ends:
        names = ("times", "boxes", "scores", "motion", "changed", "contrast", "measures")
        part = replace(track, **{name: getattr(track, name)[first:end] for name in names})
        before, first = decide(part, SETTINGS, before), end
    assert before == whole
    scores = [decision.judgement.score for decision in revisions(track, SETTINGS)]
    assert scores == sorted(scores)
    assert scores[0] >= 0
    assert scores[-1] <= 1


def test_what_looks_like_one_thing_and_then_like_another_rings_as_the_surest() -> None:
    either = (lasting(LOOKS[Reason.SPRAYED], 1) + lasting(LOOKS[Reason.COVERED], 0.6)) * 6
    found = decide(scene(either), SETTINGS)
    assert found.alarm_s == pytest.approx(10 + 5.6, abs=0.5)
    assert found.judgement.reasons == (Reason.TAMPER, Reason.SPRAYED)
