import math
import tracemalloc
from itertools import pairwise
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from quietwatch.config import JudgeSettings
from quietwatch.judge.decide import Decision, decide, revisions
from quietwatch.judge.policy import Surroundings
from quietwatch.model import CLASSES, Familiar, Kind, Reason, Verdict

DEFAULTS = JudgeSettings()
ZONED = JudgeSettings(
    zones=(((0.5, 0.0), (1.0, 0.0), (1.0, 1.0), (0.4, 1.0)),),
    lines=({"points": [[0.6, 1.0], [0.6, 0.0]]}, {"points": [[0.0, 0.5], [1.0, 0.6]]}),
    loitering_s=2.0,
    smallest=0.12,
)
AROUND = Surroundings(armed=((1.0, 4.0), (6.0, 8.0)), masks=(((0.5, 0.8), (1, 0.8), (1, 1)),))
STORED = TypeAdapter(Decision)
PLACE = st.tuples(st.floats(0, 1), st.floats(0, 1))
SCORES = st.lists(st.floats(0, 1), min_size=30, max_size=30)


def test_an_alarm_is_raised_when_the_evidence_is_there_and_not_before(
    make_track: Any, walk: Any
) -> None:
    decision = decide(make_track(walk, Kind.PERSON, 0.7), 4 / 3, DEFAULTS)
    assert decision.judgement.verdict is Verdict.ALARM
    assert decision.alarm_s is not None
    assert 0.4 <= decision.alarm_s <= 2.0
    assert decision.revision >= 2


def test_no_alarm_no_time_of_alarm(make_track: Any, walk: Any) -> None:
    assert decide(make_track(walk), 4 / 3, DEFAULTS).alarm_s is None


@given(
    st.lists(PLACE, min_size=1, max_size=30),
    SCORES,
    st.sampled_from(CLASSES),
    st.floats(0, 1),
)
@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_decisions_are_causal_and_their_book_keeping_holds(
    first: Any,
    make_track: Any,
    path: list[tuple[float, float]],
    scores: list[float],
    kind: Kind,
    motion: float,
) -> None:
    track = make_track(path, motion=motion)
    track.scores[:, CLASSES.index(kind)] = scores[: len(path)]
    known = list(revisions(track, 4 / 3, DEFAULTS))
    assert [d.revision for d in known] == sorted(d.revision for d in known)
    for count, decision in enumerate(known, start=1):
        assert decide(first(track, count), 4 / 3, DEFAULTS) == decision
        rang = [d for d in known[:count] if d.judgement.verdict is Verdict.ALARM]
        earliest = rang[0].features.seconds if rang else None
        assert decision.alarm_s == earliest


def test_who_comes_into_a_zone_rings_then_and_stays_an_alarm(make_track: Any, walk: Any) -> None:
    """From 0.2 to 0.58 and back, the zone from 0.45 to 0.55."""
    zone = ((0.45, 0.0), (0.55, 0.0), (0.55, 1.0), (0.45, 1.0))
    settings = JudgeSettings(zones=(zone,))
    known = list(revisions(make_track([*walk, *reversed(walk)], Kind.PERSON, 0.7), 1.5, settings))
    verdicts = [decision.judgement.verdict for decision in known]
    entered = 13  # 0.46
    assert set(verdicts[:entered]) == {Verdict.SUPPRESSED}
    assert set(verdicts[entered:]) == {Verdict.ALARM}
    assert known[-1].alarm_s == known[entered].features.seconds
    assert {d.judgement.reasons[0] for d in known[:entered]} == {Reason.OUTSIDE_ZONE}
    assert [not d.standing.lacks for d in known] == [False] * entered + [True] * (40 - entered)


@given(
    st.lists(PLACE, min_size=1, max_size=30),
    SCORES,
    st.lists(st.booleans(), min_size=30, max_size=30),
    st.sets(st.integers(1, 29)),
    st.tuples(st.floats(0, 1), st.floats(0.3, 3)),
)
@settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_track_in_parts_is_judged_as_the_whole(
    between: Any,
    make_track: Any,
    path: list[tuple[float, float]],
    scores: list[float],
    looked: list[bool],
    cuts: set[int],
    scene: tuple[float, float],
) -> None:
    """Between its parts no more is kept than the JSON of the decision."""
    motion, aspect = scene
    track = make_track(path, motion=motion, step=1 / 3)
    track.scores[:, 0] = scores[: len(path)]
    track.scores[[not one for one in looked[: len(path)]]] = math.nan
    kept: Decision | None = None
    for first, end in pairwise((0, *sorted(cut for cut in cuts if cut < len(path)), len(path))):
        decided = decide(between(track, first, end), aspect, ZONED, kept, AROUND)
        kept = STORED.validate_json(STORED.dump_json(decided))
        assert kept == decided
    assert kept == decide(track, aspect, ZONED, None, AROUND)


def test_an_hour_of_one_track_is_judged_in_little_memory(make_track: Any) -> None:
    track = make_track([(0.5, 0.5)] * 3000)
    tracemalloc.start()
    decide(track, 4 / 3, DEFAULTS)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (
        peak < 1_000_000
    )  # Python keeps up to 2,000 tuples of a size for reuse; all would be 9 MB


WATCHED = JudgeSettings()


def test_a_statue_that_is_known_is_held_back_and_whoever_walks_away_from_it_rings(
    make_track: Any, seen_as: Any, portrait: Any
) -> None:
    box = (0.475, 0.425, 0.525, 0.575)
    around = Surroundings(familiar=(Familiar("0" * 12, Reason.STATIC_REPEAT, box, portrait()),))
    stays, goes = [(0.5, 0.5)] * 15, [(0.5 + 0.02 * step, 0.5) for step in range(15)]
    statue = seen_as(make_track(stays, Kind.PERSON, 0.9), portrait())
    assert decide(statue, 4 / 3, WATCHED).judgement.verdict is Verdict.ALARM
    held = decide(statue, 4 / 3, WATCHED, around=around)
    assert held.judgement.verdict is Verdict.SUPPRESSED
    assert held.judgement.reasons == (Reason.STATIC_REPEAT, Reason.PERSON)
    assert (held.alarm_s, held.revision) == (None, 1)
    somebody = seen_as(make_track(stays, Kind.PERSON, 0.9), portrait(5))
    assert decide(somebody, 4 / 3, WATCHED, around=around).judgement.verdict is Verdict.ALARM
    moves = seen_as(make_track(stays + goes, Kind.PERSON, 0.9), portrait())
    assert decide(moves, 4 / 3, WATCHED, around=around).judgement.verdict is Verdict.ALARM


def test_who_stood_where_a_statue_is_known_is_shown_though_the_track_goes_on_with_its_look(
    make_track: Any, seen_as: Any, portrait: Any, between: Any
) -> None:
    box = (0.475, 0.425, 0.525, 0.575)
    around = Surroundings(familiar=(Familiar("0" * 12, Reason.STATIC_REPEAT, box, portrait()),))
    whole = make_track([(0.5, 0.5)] * 25, Kind.PERSON, 0.9)
    intruder = seen_as(between(whole, 0, 15), portrait(5))
    before = decide(intruder, 4 / 3, WATCHED, around=around)
    statue = seen_as(between(whole, 15, 25), portrait())
    after = list(revisions(statue, 4 / 3, WATCHED, before, around))
    assert {one.judgement.verdict for one in (before, *after)} == {Verdict.ALARM}
