from fractions import Fraction
from itertools import accumulate, pairwise

from hypothesis import given
from hypothesis import strategies as st

from quietwatch.media.clock import LONGEST_GAP, Clock

MS = Fraction(1, 1000)


def times(stamps: list[int | None], rate: int | None = 10, shown: int = 0) -> list[int]:
    clock = Clock(MS, None if rate is None else Fraction(rate))
    return [clock.time(stamp, shown) for stamp in stamps]


def test_even_stamps_begin_at_0() -> None:
    assert times([500, 600, 700]) == [0, 100, 200]


def test_missing_stamps_follow_by_the_step_of_the_rate() -> None:
    assert times([0, None, None, 300]) == [0, 100, 200, 300]


def test_missing_stamps_follow_by_what_the_frame_claims_to_last() -> None:
    assert times([None, None, None], shown=40) == [0, 40, 80]


def test_a_first_stamp_after_missing_ones_goes_on_from_them() -> None:
    assert times([None, None, 90_000, 90_100]) == [0, 100, 200, 300]


def test_a_single_duplicate_leaves_the_later_stamps_alone() -> None:
    assert times([0, 100, 100, 200, 300]) == [0, 100, 150, 200, 300]


def test_a_single_step_back_leaves_the_later_stamps_alone() -> None:
    assert times([0, 100, 200, 150, 300, 400]) == [0, 100, 200, 250, 300, 400]


def test_a_clock_set_back_goes_on_at_its_own_pace() -> None:
    assert times([10_000, 10_100, 0, 100, 200, 300]) == [0, 100, 150, 250, 350, 450]


def test_a_clock_set_ahead_by_years_goes_on_at_its_own_pace() -> None:
    year = 365 * 24 * 3600 * 1000
    assert times([0, 100, year, year + 100]) == [0, 100, 200, 300]


def test_stamps_that_stand_still_do_not_stop_time() -> None:
    assert times([5, 5, 5, 5]) == [0, 50, 150, 250]


def test_a_rate_beyond_belief_is_not_believed() -> None:
    assert times([None, None], rate=90_000) == [0, 40]
    assert times([None, None], rate=None) == [0, 40]


def test_the_last_frame_lasts_as_long_as_it_claims() -> None:
    clock = Clock(MS, Fraction(10))
    clock.time(0, 100)
    clock.time(100, 250)
    assert clock.end == 350


def test_the_last_frame_lasts_as_long_as_the_one_before_if_it_claims_nothing_sane() -> None:
    clock = Clock(MS, Fraction(10))
    clock.time(0)
    clock.time(70, 10**12)
    assert clock.end == 140


def test_a_single_frame_lasts_a_usual_step() -> None:
    clock = Clock(MS, Fraction(5))
    clock.time(0)
    assert clock.end == 200


def test_no_frame_lasts_no_time() -> None:
    assert Clock(MS).end == 0


STAMPS = st.lists(st.none() | st.integers(-(2**63), 2**63 - 1) | st.integers(-50, 50), max_size=40)
UNITS = st.sampled_from([MS, Fraction(1, 90_000), Fraction(1, 10), Fraction(66_667, 1_000_000)])


@given(STAMPS, UNITS, st.integers(-(2**63), 2**63 - 1))
def test_times_rise_strictly_from_0_whatever_comes(
    stamps: list[int | None], unit: Fraction, shown: int
) -> None:
    clock = Clock(unit, Fraction(10))
    made = [clock.time(stamp, shown) for stamp in stamps]
    assert made[:1] in ([], [0])
    assert all(earlier < later for earlier, later in pairwise(made))
    assert clock.end > made[-1] if made else clock.end == 0
    assert clock.end <= len(made) * (LONGEST_GAP / unit)


@given(st.integers(-(2**62), 2**62), st.lists(st.integers(1, 24 * 3600 * 1000), max_size=40), UNITS)
def test_stamps_that_rise_pass_unchanged(start: int, steps: list[int], unit: Fraction) -> None:
    most = int(LONGEST_GAP / unit)
    stamps = list(accumulate((min(step, most) for step in steps), initial=start))
    clock = Clock(unit)
    assert [clock.time(stamp) for stamp in stamps] == [stamp - start for stamp in stamps]
    assert clock.repaired == 0
