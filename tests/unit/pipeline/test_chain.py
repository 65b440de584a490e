from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quietwatch.model import Camera, Clip
from quietwatch.pipeline.chain import follows, hour, offset, streams

DOOR = Camera("home", "main", "door")
FOUR = datetime(2026, 11, 23, 16, tzinfo=UTC)


def clip(
    start: float,
    duration: float = 10.0,
    *,
    camera: Camera = DOOR,
    size: tuple[int, int] = (640, 480),
) -> Clip:
    """A clip that starts so many seconds after four."""
    begins = FOUR + timedelta(seconds=start)
    sha256 = f"{int(start * 1000) + 10**6:064x}"
    return Clip(camera, sha256, 9, begins, "recorder", duration, *size, "h264", "mp4")


def test_clips_without_a_gap_are_one_stream_in_order_of_time() -> None:
    one, two, three = clip(0), clip(10), clip(20)
    assert streams([three, one, two]) == [[one, two, three]]
    assert [offset(one, each) for each in (one, two, three)] == [0.0, 10.0, 20.0]


@pytest.mark.parametrize("start", [9.5, 9.999, 10.0, 11.0])
def test_clocks_of_recorders_are_not_exact(start: float) -> None:
    assert len(streams([clip(0), clip(start)])) == 1


@pytest.mark.parametrize("start", [9.499, 11.001, 0.0, 60.0])
def test_a_gap_or_a_long_overlap_begins_another_stream(start: float) -> None:
    again = clip(start) if start else clip(0.0, 10.5)
    assert len(streams([clip(0), again])) == 2


def test_another_camera_is_another_stream() -> None:
    assert len(streams([clip(0), clip(10, camera=Camera("home", "main", "gate"))])) == 2
    assert len(streams([clip(0), clip(10, camera=Camera("home", "yard", "door"))])) == 2


def test_two_sizes_of_one_camera_are_two_streams_side_by_side() -> None:
    large, small = (1920, 1080), (640, 360)
    clips = [clip(10 * n + late, size=s) for n in range(3) for s, late in ((large, 0), (small, 1))]
    found = streams(clips)
    assert [len(stream) for stream in found] == [3, 3]
    assert [{(c.width, c.height) for c in stream} for stream in found] == [{large}, {small}]


def test_a_lone_still_is_alone_and_parts_nothing() -> None:
    still = clip(5, 0.0)
    assert streams([clip(0), still, clip(10)]) == [[clip(0), clip(10)], [still]]
    assert streams([still, clip(5.4)]) == [[still], [clip(5.4)]]


def test_a_stream_ends_at_the_full_hour() -> None:
    found = streams([clip(10 * n - 25) for n in range(6)])
    assert [len(stream) for stream in found] == [3, 3]
    assert [hour(stream[0].start) for stream in found] == [FOUR - timedelta(hours=1), FOUR]


def test_what_starts_at_the_same_moment_does_not_follow() -> None:
    assert not follows([clip(0, 0.2)], clip(0, 0.3))


@given(st.lists(st.tuples(st.integers(0, 4000), st.integers(0, 1500)), max_size=12))
def test_every_clip_is_in_one_stream_and_streams_keep_their_rules(
    made: list[tuple[int, int]],
) -> None:
    clips = list({start: clip(start, length / 100) for start, length in made}.values())
    found = streams(clips)
    assert sorted(c.start for stream in found for c in stream) == sorted(c.start for c in clips)
    assert found == streams(reversed(clips))
    for stream in found:
        assert len({hour(c.start) for c in stream}) == 1
        for before, after in pairwise(stream):
            assert follows([stream[0], before], after)
            assert offset(stream[0], after) > offset(stream[0], before)
