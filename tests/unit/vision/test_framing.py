"""A mover that keeps within a rectangle of the background, drawn by hand."""

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quietwatch.model import FloatArray
from quietwatch.vision.framing import Frame, Lines, framed
from quietwatch.vision.live import Live
from quietwatch.vision.motion import FloatImage

WIDTH, HEIGHT = 320, 240
PANE = (100, 60, 180, 160)  # left, top, right, bottom, pixels
MOVER = (120, 75, 140, 150)


def wall(*, sides: str = "ltrb", contrast: int = 40) -> FloatImage:
    """A grey wall with a pane, of which only some sides have an edge."""
    picture = np.full((HEIGHT, WIDTH), 120.0, np.float32)
    left, top, right, bottom = PANE
    ends = {
        "l": ((left, top), (left, bottom)),
        "t": ((left, top), (right, top)),
        "r": ((right, top), (right, bottom)),
        "b": ((left, bottom), (right, bottom)),
    }
    for side in sides:
        cv2.line(picture, *ends[side], 120.0 - contrast, 3)
    return picture


def place(box: tuple[int, int, int, int]) -> FloatArray:
    return np.array(box, np.float64) / (WIDTH, HEIGHT, WIDTH, HEIGHT)


def test_who_keeps_within_a_pane_is_framed_by_it() -> None:
    frame = Lines.of(wall()).frame(place(MOVER))
    assert frame.closed > 0.9
    np.testing.assert_allclose(frame.box * [WIDTH, HEIGHT, WIDTH, HEIGHT], PANE, atol=3)
    assert frame.holds(place(MOVER))


@pytest.mark.parametrize("sides", ["tlr", "ltb", "lrb", "trb", "lr", ""])
def test_a_frame_has_four_sides(sides: str) -> None:
    assert Lines.of(wall(sides=sides)).frame(place(MOVER)).closed < 0.5


def test_whose_feet_are_below_the_pane_stands_before_it() -> None:
    before = (120, 75, 140, 175)
    frame = Lines.of(wall()).frame(place(before))
    assert frame.closed < 0.5
    assert not Frame(1.0, place(PANE)).holds(place(before))


def test_who_leaves_the_pane_has_no_frame_any_more() -> None:
    assert Lines.of(wall()).frame(place((120, 75, 220, 150))).closed < 0.5


def test_a_wall_is_no_frame() -> None:
    picture = np.full((HEIGHT, WIDTH), 120.0, np.float32)
    cv2.rectangle(picture, (10, 10), (WIDTH - 10, HEIGHT - 10), 60.0, 3)
    assert Lines.of(picture).frame(place((60, 40, 260, 200))).closed == 0


def test_noise_is_no_edge() -> None:
    noise = np.random.default_rng(1).normal(120, 1.5, (HEIGHT, WIDTH)).astype(np.float32)
    assert Lines.of(noise).frame(place(MOVER)).closed == 0


@given(st.tuples(*(st.floats(0, 1) for _ in range(4))))
def test_any_place_can_be_asked_about(ends: tuple[float, ...]) -> None:
    x1, x2 = sorted(ends[:2])
    y1, y2 = sorted(ends[2:])
    frame = Lines.of(wall()).frame(np.array([x1, y1, x2, y2]))
    assert 0 <= frame.closed <= 1
    if frame.closed:
        within = np.array([x1 + 0.02, y1 + 0.02, x2 - 0.02, y2 - 0.02])
        assert frame.holds(within)


def live(extent: tuple[int, int, int, int] | None = MOVER) -> Live:
    box = [float(part) for part in place(extent or MOVER)]
    return Live(3, box, [0.0, 0.0], 0.0, 9.0, extent=box if extent else [])


def test_it_is_asked_once_a_second_of_what_was_found_and_is_seen() -> None:
    track, unfound = live(), live(None)
    assert framed([track], [3], wall(), 0.8)[3] > 0.9
    assert framed([track], [3], wall(), 1.0)[3] > 0.9  # it is young
    assert framed([track], [3], wall(), 1.8) == {}
    assert framed([track], [3], wall(), 2.0)[3] > 0.9
    assert framed([track], [], wall(), 9.0) == {}
    assert framed([unfound], [3], wall(), 9.0) == {}


def test_a_frame_is_held_when_its_lines_are_hidden_and_left_with_the_mover() -> None:
    track, hidden = live(), wall(sides="")
    found = framed([track], [3], wall(), 1.0)[3]
    assert framed([track], [3], hidden, 2.0)[3] == found
    track.extent = [float(part) for part in place((120, 75, 220, 150))]
    assert framed([track], [3], hidden, 3.0)[3] == 0
    track.extent = [float(part) for part in place(MOVER)]
    assert framed([track], [3], hidden, 4.0)[3] == 0  # it is forgotten
