import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from quietwatch.model import FloatArray
from quietwatch.vision.association import affinity, match

MATRICES = arrays(
    np.float64,
    st.tuples(st.integers(0, 6), st.integers(0, 6)),
    elements=st.floats(0, 1.2).map(lambda value: round(value, 1)),
)


@given(MATRICES)
def test_each_row_and_column_is_used_at_most_once_and_never_for_nothing(scores: FloatArray) -> None:
    pairs = match(scores)
    rows, columns = [row for row, _ in pairs], [column for _, column in pairs]
    assert len(set(rows)) == len(rows)
    assert len(set(columns)) == len(columns)
    assert all(scores[pair] > 0 for pair in pairs)


@given(MATRICES)
def test_nothing_that_fits_is_left_over(scores: FloatArray) -> None:
    pairs = match(scores)
    rows, columns = {row for row, _ in pairs}, {column for _, column in pairs}
    for row, column in np.argwhere(scores > 0):
        assert row in rows or column in columns


def test_the_best_pair_goes_first() -> None:
    assert match(np.array([[0.5, 0.9], [0.6, 0.8]])) == [(0, 1), (1, 0)]


def test_the_same_box_fits_best_and_a_far_one_not_at_all() -> None:
    tracks = np.array([[0.1, 0.1, 0.2, 0.3]])
    found = np.array([[0.1, 0.1, 0.2, 0.3], [0.12, 0.1, 0.22, 0.3], [0.7, 0.7, 0.8, 0.9]])
    fit = affinity(tracks, found, np.array([0.2]), 4 / 3)[0]
    assert fit[0] > fit[1] > 0
    assert fit[2] == 0


def test_after_a_pause_something_may_have_gone_further() -> None:
    tracks = np.array([[0.1, 0.1, 0.2, 0.3], [0.1, 0.1, 0.2, 0.3]])
    found = np.array([[0.28, 0.1, 0.38, 0.3]])
    soon, later = affinity(tracks, found, np.array([0.1, 1.5]), 1.0)[:, 0]
    assert soon == 0
    assert later > 0


def test_a_box_of_quite_another_size_is_something_else() -> None:
    tracks, found = np.array([[0.4, 0.4, 0.5, 0.5]]), np.array([[0.2, 0.2, 0.7, 0.7]])
    assert affinity(tracks, found, np.array([0.2]), 1.0)[0, 0] == 0


def test_nothing_meets_nothing() -> None:
    assert affinity(np.zeros((0, 4)), np.zeros((3, 4)), np.zeros(0), 1.0).shape == (0, 3)
    assert match(np.zeros((0, 3))) == []
