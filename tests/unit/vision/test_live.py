import numpy as np
import pytest

from quietwatch.vision.live import Live

PLACE = [0.4, 0.4, 0.5, 0.6]


def born() -> Live:
    return Live(0, list(PLACE), [0.0, 0.0], 1.0, 1.0, birthplace=list(PLACE))


def test_it_is_expected_where_its_way_leads_for_half_a_second() -> None:
    live = born()
    live.move(np.array([0.44, 0.4, 0.54, 0.6]), 1.2)  # half of the newest step counts
    assert live.velocity == pytest.approx([0.1, 0.0])
    np.testing.assert_allclose(live.predict(1.4), [0.46, 0.4, 0.56, 0.6])
    np.testing.assert_allclose(live.predict(9.0), live.predict(1.7))
    assert (live.predict(1.3) <= 1).all()


def test_it_has_travelled_once_it_was_clear_of_its_birthplace() -> None:
    live = born()
    ways = []
    for step, x in enumerate((0.45, 0.51, 0.4), 1):
        live.move(np.array([x, 0.4, x + 0.1, 0.6]), 1.0 + 0.2 * step)
        ways.append(live.travelled)
    assert ways == [False, True, True]
    assert live.sightings == 4


def test_looks_are_counted_and_the_best_is_kept() -> None:
    live = born()
    for scores in ([0.0, 0.0, 0.0], [0.4, 0.0, 0.6], [0.5, 0.0, 0.0], [0.0, 0.0, 0.0]):
        live.found(np.array(scores))
    assert (live.finds, live.empty) == (2, 1)
    assert (live.best, live.kind) == (0.6, 2)


def test_its_extent_holds_every_place_in_which_it_was_found() -> None:
    live = born()
    live.found(np.zeros(3))
    assert live.extent == []
    live.found(np.array([0.5, 0.0, 0.0]))
    assert live.extent == PLACE
    live.move(np.array([0.6, 0.3, 0.7, 0.5]), 1.2)
    live.found(np.zeros(3))
    assert live.extent == PLACE
    live.found(np.array([0.5, 0.0, 0.0]))
    assert live.extent == [0.4, 0.3, 0.7, 0.6]
