from hypothesis import given
from hypothesis import strategies as st

from quietwatch.cli.progress import Pace, duration


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_one_clip_from_start_to_end() -> None:
    clock = Clock()
    pace = Pace(1, clock)
    assert (pace.done, pace.rate, pace.left) == (0, None, None)
    pace.arrived()
    pace.started("a")
    clock.now = 2
    pace.told("a", 20, 80)
    assert (pace.done, pace.rate, pace.left) == (0.25, 10, 6)
    clock.now = 8
    pace.told("a", 80, 80)
    pace.finished("a")
    assert (pace.done, pace.rate, pace.left) == (1, 10, 0)


def test_what_was_known_counts_as_done_but_not_as_speed() -> None:
    clock = Clock()
    pace = Pace(10, clock)
    for _ in range(6):
        pace.arrived()
    pace.started("a")
    clock.now = 3
    pace.finished("a")
    assert pace.done == 6
    assert pace.left == 12


def test_what_is_new_is_done_when_it_is_analyzed() -> None:
    pace = Pace(3, Clock())
    seen = []
    for _ in range(3):
        pace.arrived()
        pace.fresh()
        seen.append(pace.done)
    pace.unusable()
    for key in "ab":
        pace.started(key)
        pace.finished(key)
        seen.append(pace.done)
    assert seen == [0, 0, 0, 2, 3]


def test_a_clip_of_unknown_length_counts_when_it_is_done() -> None:
    pace = Pace(2, Clock())
    pace.arrived()
    pace.started("a")
    pace.told("a", 5, None)
    assert pace.done == 0
    pace.finished("a")
    assert pace.done == 1


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["arrived", "fresh", "unusable", "started", "told", "finished"]),
            st.sampled_from("ab"),
            st.floats(0, 1e6),
            st.none() | st.floats(0, 1e6),
            st.floats(0, 100),
        )
    )
)
def test_whatever_comes_the_numbers_make_sense(
    steps: list[tuple[str, str, float, float | None, float]],
) -> None:
    clock = Clock()
    pace = Pace(3, clock)
    for what, key, done, total, later in steps:
        clock.now += later
        match what:
            case "arrived":
                pace.arrived()
            case "fresh":
                pace.fresh()
            case "unusable":
                pace.unusable()
            case "started":
                pace.started(key)
            case "told":
                pace.told(key, done, total)
            case "finished":
                pace.finished(key)
        assert pace.done >= 0
        assert pace.rate is None or pace.rate > 0
        assert pace.left is None or pace.left >= 0


def test_a_rate_too_small_to_be_a_number_is_none() -> None:
    clock = Clock()
    pace = Pace(1, clock)
    pace.started("a")
    clock.now += 2
    pace.told("a", 5e-324, None)
    assert pace.rate is None


def test_durations_read_like_a_clock() -> None:
    assert [duration(s) for s in (0, 7.4, 59.6, 760, 11100)] == [
        *("0:00", "0:07", "1:00", "12:40", "3:05:00")
    ]
