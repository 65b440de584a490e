from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quietwatch.judge.incidents import join
from quietwatch.model import Camera, Event, Judgement, Kind, Reason, Verdict

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def _event(
    number: int,
    begins: float,
    lasts: float = 5.0,
    camera: str = "door",
    verdict: Verdict = Verdict.ALARM,
) -> Event:
    start = NOON + timedelta(seconds=begins)
    return Event(
        event_id=str(UUID(int=number)),
        incident_id=str(UUID(int=number)),
        revision=1,
        camera=Camera("home", "main", camera),
        source="door.mp4",
        start=start,
        end=start + timedelta(seconds=lasts),
        start_s=begins,
        end_s=begins + lasts,
        alarm_s=begins if verdict is Verdict.ALARM else None,
        judgement=Judgement(verdict, Kind.PERSON, (Reason.PERSON,), 0.9),
        box=(0.1, 0.1, 0.2, 0.2),
        path=((0.15, 0.15),),
        footage="0" * 64,
        footage_path="main/door/2026/11/23/x.mp4",
        track=number,
        model="m@0",
        analyze_version=1,
        decide_version=1,
    )


def _incidents(events: list[Event], gap: float = 60.0) -> list[int]:
    return [UUID(event.incident_id).int for event in join(events, gap)]


def test_a_visit_is_one_incident_and_the_next_another() -> None:
    visit = [_event(1, 0), _event(2, 40), _event(3, 104), _event(4, 300)]
    assert _incidents(visit) == [1, 1, 1, 4]


def test_a_long_event_keeps_its_incident_open() -> None:
    assert _incidents([_event(1, 0, 500), _event(2, 10, 1), _event(3, 550)]) == [1, 1, 1]


def test_thin_evidence_joins_a_visit_but_does_not_keep_it_open() -> None:
    thin = [_event(n, 50 * n, verdict=Verdict.REVIEW) for n in (1, 2, 3)]
    assert _incidents([_event(9, 0), *thin, _event(10, 200)]) == [9, 9, 2, 2, 10]


def test_cameras_have_incidents_of_their_own() -> None:
    assert _incidents([_event(1, 0), _event(2, 1, camera="yard")]) == [1, 2]


def test_what_is_held_back_stands_alone_and_bridges_nothing() -> None:
    leaf = _event(2, 50, verdict=Verdict.SUPPRESSED)
    assert _incidents([_event(1, 0), leaf, _event(3, 100)]) == [1, 2, 3]


@given(st.permutations([(1, 0.0), (2, 30.0), (3, 200.0), (4, 230.0), (5, 900.0)]))
def test_the_order_of_arrival_does_not_matter(order: list[tuple[int, float]]) -> None:
    assert _incidents([_event(number, begins) for number, begins in order]) == [1, 1, 3, 3, 5]


@given(st.lists(st.tuples(st.floats(0, 500), st.floats(0, 50)), min_size=1, max_size=12))
def test_joining_again_changes_nothing_and_drops_nothing(spans: list[tuple[float, float]]) -> None:
    events = [_event(number, round(b), round(d)) for number, (b, d) in enumerate(spans)]
    once = list(join(events, 60.0))
    assert list(join(once, 60.0)) == once
    assert sorted(e.event_id for e in once) == sorted(e.event_id for e in events)
    assert {e.incident_id for e in once} <= {e.event_id for e in events}


def test_without_a_gap_only_what_overlaps_is_joined() -> None:
    assert _incidents([_event(1, 0), _event(2, 4), _event(3, 20)], gap=0.0) == [1, 1, 3]


def test_nothing_else_of_an_event_is_changed() -> None:
    event = _event(1, 0)
    [joined] = join([replace(event, incident_id=str(UUID(int=9)))], 60.0)
    assert joined == event
    with pytest.raises(StopIteration):
        next(join([], 60.0))
