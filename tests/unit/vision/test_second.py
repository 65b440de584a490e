from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from quietwatch.config import VisionSettings
from quietwatch.model import Detections, Frame, Picture
from quietwatch.model.measures import COLUMN
from quietwatch.vision import second
from quietwatch.vision.analyze import Analyzer, Observation
from quietwatch.vision.live import Live
from quietwatch.vision.second import SecondLooks

PLACE = [0.45, 0.4, 0.5, 0.6]


class Seer:
    """A detector of the port that sees one person at a place of whatever it is shown."""

    model_id = "seer@00000000"
    size = 320

    def __init__(self, score: float = 0.9, box: tuple[float, ...] = (0.4, 0.3, 0.6, 0.7)) -> None:
        self.shown: list[Picture] = []
        self.score = score
        self.box = box

    def detect(self, picture: Picture) -> Detections:
        self.shown.append(picture)
        boxes = np.array([self.box], np.float64)
        return Detections(boxes, np.array([self.score]), np.zeros(1, np.int64))


def _live(**changes: Any) -> Live:
    usual = Live(7, PLACE, [0.0, 0.0], 0.0, 1.0, birthplace=PLACE, sightings=5, travelled=True)
    return replace(usual, **changes)


@pytest.fixture
def frame(scene: Any) -> Frame:
    made: Frame = scene.frame(10, scene.picture(10))
    return made


def _looked(frame: Frame, *tracks: Live, most: int = 4, seconds: float = 1.0) -> int:
    return SecondLooks(Seer(), 0.25, most).look(frame, tracks, seconds).ordinal


def test_an_unsure_track_is_looked_at_closely(frame: Frame) -> None:
    seer, track = Seer(), _live()
    look = SecondLooks(seer, 0.25, 4).look(frame, [track], 1.0)
    assert look.ordinal == 7
    assert (track.second_looks, track.second_at) == (1, 1.0)
    [shown] = seer.shown
    assert shown.shape == (144, 144, 3), "48 of 240 pixels high: three times that"
    [box] = look.finds.boxes
    np.testing.assert_allclose(box, [0.43, 0.38, 0.52, 0.62], atol=0.01)


@pytest.mark.parametrize(
    "changes",
    [
        {"best": 0.8, "second_looks": 1},
        {"sightings": 2},
        {"born": 0.8},
        {"second_looks": 4},
        {"second_looks": 1, "second_at": 0.8},
        {"box": [0.5, 0.5, 0.51, 0.51]},
    ],
)
def test_none_is_taken_of_what_was_confirmed_is_young_small_or_was_looked_at(
    frame: Frame, changes: dict[str, Any]
) -> None:
    assert _looked(frame, _live(**changes)) == -1
    assert _looked(frame, _live()) == 7


def test_what_stays_and_was_never_found_has_one_look(frame: Frame) -> None:
    stays = _live(travelled=False)
    assert _looked(frame, stays) == 7
    assert _looked(frame, stays, seconds=60.0) == -1
    assert _looked(frame, replace(stays, finds=1), seconds=60.0) == 7


def test_one_is_taken_a_picture_of_what_has_waited_longest(frame: Frame) -> None:
    tracks = [_live(ordinal=number, born=0.1 * number) for number in range(3)]
    assert [_looked(frame, *tracks, seconds=1.0) for _ in range(4)] == [0, 1, 2, -1]


def test_the_budget_of_a_track_holds_however_long_it_lives(frame: Frame) -> None:
    track = _live()
    times = [n / 5 for n in range(5, 5 * 600) if _looked(frame, track, seconds=n / 5) == 7]
    assert len(times) == 4
    gaps = np.diff(times)
    assert (np.diff(gaps) > 0).all()


@pytest.mark.parametrize(
    ("box", "kept"),
    [
        ((0.42, 0.3, 0.58, 0.7), True),  # the same
        ((0.4, 0.3, 0.62, 0.95), True),  # of which it is the upper half
        ((0.0, 0.0, 1.0, 1.0), False),  # far larger
        ((0.7, 0.3, 0.9, 0.7), False),  # beside it
    ],
)
def test_only_finds_of_the_track_count(frame: Frame, box: tuple[float, ...], *, kept: bool) -> None:
    look = SecondLooks(Seer(box=box), 0.25, 4).look(frame, [_live()], 1.0)
    assert bool(len(look.finds)) == kept


def test_nothing_found_is_a_score_of_nought_and_not_asked_is_none(frame: Frame) -> None:
    look = SecondLooks(Seer(score=0.1), 0.25, 4).look(frame, [_live()], 1.0)
    assert look.scores(7, np.array(PLACE)).tolist() == [0, 0, 0]
    assert np.isnan(look.scores(8, np.array(PLACE))).all()
    assert not second.NONE.covers(np.array(PLACE))


def test_the_dark_is_stretched_and_daylight_is_left_alone() -> None:
    gloom = np.random.default_rng(0).integers(5, 30, (60, 60, 3)).astype(np.uint8)
    bright = second.stretched(gloom)
    assert bright.max() == 255
    assert bright.std() > 4 * gloom.std()
    day = np.random.default_rng(0).integers(0, 255, (60, 60, 3)).astype(np.uint8)
    assert second.stretched(day) is day
    black = np.zeros((4, 4, 3), np.uint8)
    assert second.stretched(black).max() == 0


def _seen(analyzer: Analyzer, walker: Callable[[int], Frame]) -> list[Observation]:
    return [o for index in range(80) for o in analyzer.step(walker(index)).observations]


def test_whom_the_first_detector_misses_the_second_names(
    red_finder: Any, walker: Callable[[int], Frame]
) -> None:
    blind = Seer(score=0.0)
    analyzer = Analyzer(blind, VisionSettings(second_looks=2), second=red_finder)
    seen = _seen(analyzer, walker)
    again = [o for o in seen if not np.isnan(o.measures[COLUMN["second_person"]])]
    assert analyzer.second_looks == red_finder.calls == len(again)
    assert {float(o.scores[0]) for o in again} == {0.8}
    assert {float(o.measures[COLUMN["second_person"]]) for o in again} == {0.8}
    assert 1 <= len(again) <= 2


def test_none_is_taken_where_the_settings_want_none(
    red_finder: Any, walker: Callable[[int], Frame]
) -> None:
    analyzer = Analyzer(Seer(score=0.0), VisionSettings(second_looks=0), second=red_finder)
    assert len(_seen(analyzer, walker)) > 10
    assert analyzer.second_looks == red_finder.calls == 0


class Crawler(Seer):
    """Sees somebody only when the picture is turned so that the right side is above."""

    def detect(self, picture: Picture) -> Detections:
        found = super().detect(picture)
        self.turned = [bool(shown[0].mean() > shown[-1].mean()) for shown in self.shown]
        return found if self.turned[-1] else Detections.none()


@pytest.fixture
def brighter_right() -> Frame:
    """A picture that is brighter the farther right."""
    luma = np.tile(np.linspace(0, 255, 320).astype(np.uint8), (240, 1))
    rgb = np.repeat(luma[..., None], 3, axis=2)
    return Frame(0, Fraction(1, 10), luma, lambda: rgb)


LYING = [0.4, 0.5, 0.6, 0.6]


def test_what_is_wider_than_high_is_turned_with_its_head_up(brighter_right: Frame) -> None:
    seer, track = Crawler(), _live(box=LYING, birthplace=[0.3, 0.5, 0.5, 0.6])
    looks = SecondLooks(seer, 0.25, 4)
    seen = [looks.look(brighter_right, [track], n).ordinal for n in range(1, 9)]
    assert seer.turned == [False, True, True, True, True, True]  # upright, then as it was found
    assert seen == [7, 7, 7, 7, 7, 7, -1, -1]  # half as many more than of what stands
    assert (track.head, looks.looks) == (1, 6)


def test_a_turned_look_that_finds_nobody_says_nothing(brighter_right: Frame) -> None:
    seer, track = Seer(), _live(box=LYING, birthplace=[0.3, 0.5, 0.5, 0.6])
    seer.score = 0.0
    looks = SecondLooks(seer, 0.25, 4)
    seen = [looks.look(brighter_right, [track], n).ordinal for n in range(1, 9)]
    assert seen == [7, -1, -1, -1, 7, -1, -1, -1]  # upright ones say that there is nothing
    assert track.head == 0


def test_what_stands_is_never_turned(brighter_right: Frame) -> None:
    seer, track = Crawler(), _live()
    looks = SecondLooks(seer, 0.25, 4)
    assert [looks.look(brighter_right, [track], second).ordinal for second in (1, 2, 4)] == [7] * 3
    assert seer.turned == [False] * 3


def test_a_vague_find_in_a_turned_picture_is_none(brighter_right: Frame) -> None:
    seer, track = Crawler(score=0.35), _live(box=LYING, birthplace=[0.3, 0.5, 0.5, 0.6])
    looks = SecondLooks(seer, 0.25, 4)
    assert [looks.look(brighter_right, [track], n).ordinal for n in (1, 2)] == [7, -1]


def test_what_confirms_waits_for_the_unsure_and_tells_nothing_of_the_place(frame: Frame) -> None:
    sure, unsure = _live(best=0.9), _live(ordinal=8, born=0.5)
    looks = SecondLooks(Seer(), 0.25, 4)
    assert looks.look(frame, [sure, unsure], 1.0).ordinal == 8
    look = looks.look(frame, [sure, unsure], 1.2)
    assert look.confirms
    assert look.scores(7, look.finds.boxes[0])[0] == 0.9
    assert not len(look.located)
    assert not look.covers(np.array(sure.box))


def test_what_was_surely_seen_is_confirmed_once_and_who_was_seen_turned_more_often(
    frame: Frame,
) -> None:
    def looks(track: Live) -> int:
        return sum(_looked(frame, track, seconds=float(second)) == 7 for second in range(1, 20))

    assert looks(_live(best=0.9)) == 1
    assert looks(_live(best=0.9, head=1)) == 4
