from datetime import UTC, datetime, timedelta
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quietwatch.config import JudgeSettings
from quietwatch.errors import RecordDamaged
from quietwatch.judge.decide import decide
from quietwatch.model import Link, Track
from quietwatch.pipeline.growing import Growing, Memory, Place, Point, Trail, place_of

FOUR = datetime(2026, 11, 23, 16, 0, 0, 120_000, tzinfo=UTC)
LONE = Link(footage="a" * 64)


def way(count: int, first: int = 0) -> tuple[Point, ...]:
    return tuple((index / 10_000, 0.5) for index in range(first, first + count))


def place(name: str, offset: float, until: float) -> Place:
    start = FOUR + timedelta(seconds=offset)
    return Place(name * 64, f"main/door/{name}.mp4", f"{name}.mp4", start, offset, until)


def growing() -> Growing:
    fill = np.linspace(0.1, 1 / 3, 7)
    boxes = np.stack([fill, fill, fill + 0.2, fill + 0.4], axis=1)
    track = Track(3, fill * 10, boxes, np.zeros((7, 3)), fill, fill, fill)
    decision = decide(track, 4 / 3, JudgeSettings())
    return Growing(place("a", 0, 9.8), decision, Trail().extended(way(7)), (0.1, 0.2, 1 / 3, 1))


def test_the_way_of_a_lone_clip_is_thinned_evenly_from_end_to_end() -> None:
    assert Trail().path(way(64)) == way(64)
    shown = Trail().path(way(1000))
    assert (len(shown), shown[0], shown[-1]) == (64, way(1000)[0], way(1000)[-1])


@given(st.lists(st.integers(1, 400), min_size=1, max_size=8))
def test_a_way_in_parts_is_evenly_thinned_and_little_is_kept(parts: list[int]) -> None:
    trail = Trail()
    shown: tuple[Point, ...] = ()
    for part in parts:
        more = way(part, trail.count)
        shown = trail.path(more)
        trail = trail.extended(more)
    total = sum(parts)
    assert len(shown) == min(total, 64)
    assert (shown[0], shown[-1]) == (way(total)[0], way(total)[-1])
    steps = [round((b[0] - a[0]) * 10_000) for a, b in pairwise(shown)]
    assert all(step >= 1 for step in steps)
    assert max(steps, default=1) <= 2 * (total / 63) + 1
    assert trail == Trail().extended(way(total)), "what is kept does not depend on the cuts"
    assert len(trail.points) <= 128


def test_a_memory_is_read_as_it_was_written_and_is_small() -> None:
    link = Link("a" * 64, "", 0.0, 9.8, (3,), 9.6)
    memory = Memory.recall(None, "a" * 64, link).after(
        "a" * 64, link, (place("a", 0, 9.8),), {3: growing()}
    )
    data = memory.dump()
    assert Memory.recall(data, "b" * 64, Link(before="a" * 64)) == memory
    assert memory.recent == (place("a", 0, 9.8),)
    assert memory.stream == "a" * 64
    assert len(data) < 4608


def test_what_ended_and_what_is_settled_is_forgotten() -> None:
    begun = Memory.recall(None, "a" * 64, LONE)
    places = (place("a", 0, 9.8), place("b", 10, 19.8))
    kept = begun.after("b" * 64, Link(live=(5,), unsettled=19.0), places, {3: growing()})
    assert kept.growing == {}
    assert kept.recent == places[1:]
    assert begun.after("b" * 64, Link(live=(3,)), places, {3: growing()}).recent == ()


def test_a_moment_belongs_to_the_first_clip_in_which_it_was_looked_at() -> None:
    places = (place("a", 0, 9.8), place("b", 9.6, 19.4))
    assert [place_of(places, moment).footage[0] for moment in (0, 9.7, 9.8, 9.9, 30)] == [
        *("a", "a", "a", "b", "b")
    ]


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (b"", "damaged"),
        (b'{"format":1}', "damaged"),
        (b'{"format":5}', "newer Quietwatch"),
        (Memory.recall(None, "a" * 64, LONE).dump(), "not what was decided"),
    ],
)
def test_a_damaged_memory_or_that_of_another_clip_is_refused(state: bytes, said: str) -> None:
    with pytest.raises(RecordDamaged, match=said):
        Memory.recall(state, "b" * 64, Link(before="a" * 64))


def test_a_clip_inside_a_stream_is_not_judged_without_what_came_before() -> None:
    with pytest.raises(RecordDamaged, match="decide that one first"):
        Memory.recall(None, "b" * 64, Link(before="a" * 64))
