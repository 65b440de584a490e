from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import pytest

from quietwatch.config import VisionSettings
from quietwatch.model import Detections, Frame, Picture
from quietwatch.vision.analyze import Analyzer, Observation, Update
from quietwatch.vision.state import dump

SETTINGS = VisionSettings()


def _flat(updates: Iterable[Update]) -> list[Any]:
    """Updates as plain values, in which NaN equals NaN."""
    return [
        (
            [(o.ordinal, o.seconds, o.box.tolist(), repr(o)) for o in update.observations],
            update.ended,
        )
        for update in updates
    ]


def test_a_walker_is_followed_and_named(red_finder: Any, walker: Callable[[int], Frame]) -> None:
    analyzer = Analyzer(red_finder, SETTINGS)
    updates = [analyzer.step(walker(index)) for index in range(90)]
    seen = [o for update in updates for o in update.observations]
    assert {o.ordinal for o in seen} == {0}
    assert seen[0].seconds == pytest.approx(2.6, abs=0.5)
    assert max(np.nan_to_num(o.scores).max() for o in seen) == pytest.approx(0.8)
    assert seen[-1].box[0] > 0.7
    assert updates[-1].ended == ()
    assert analyzer.finish().ended == (0,)


def test_no_more_pictures_are_looked_at_than_the_rate_asks(
    red_finder: Any, walker: Callable[[int], Frame]
) -> None:
    analyzer = Analyzer(red_finder, VisionSettings(rate=2.0))
    for index in range(90):
        analyzer.step(walker(index))
    assert analyzer.looked == 18


def test_the_detector_rests_while_nothing_moves(
    red_finder: Any, walker: Callable[[int], Frame]
) -> None:
    analyzer = Analyzer(red_finder, SETTINGS)
    analyzer.step(walker(0))
    start = red_finder.calls
    for index in range(1, 20):
        analyzer.step(walker(index))
    assert red_finder.calls == start


def _stand(scene: Any, analyzer: Analyzer, indices: Iterable[int]) -> list[Observation]:
    """What is observed while something red stands still."""
    standing = (200, 100, 20, 50, (200, 30, 30))
    frames = (scene.frame(index, scene.picture(index, standing)) for index in indices)
    return [seen for frame in frames for seen in analyzer.step(frame).observations]


def test_who_stands_still_from_the_first_picture_on_is_found_again_and_again(
    scene: Any, red_finder: Any
) -> None:
    analyzer = Analyzer(red_finder, SETTINGS)
    seen = _stand(scene, analyzer, range(100))
    assert {o.ordinal for o in seen} == {0}
    assert seen[0].seconds == 0
    assert seen[-1].seconds > 9
    # Often in the first second, then at the pace of what is known.
    assert 15 < len(seen) < 25
    assert {o.scores.max() for o in seen} == {0.8}
    assert max(o.motion for o in seen) == 0
    assert analyzer.looks < 30


def test_a_first_find_that_is_never_found_again_ends_by_itself(scene: Any, red_finder: Any) -> None:
    class Once(type(red_finder)):  # type: ignore[misc]
        def detect(self, picture: Picture) -> Detections:
            return super().detect(picture) if self.calls == 0 else Detections.none()

    analyzer = Analyzer(Once(size=320), SETTINGS)
    assert len(_stand(scene, analyzer, range(40))) == 1
    looks = analyzer.looks
    assert looks < 15
    assert _stand(scene, analyzer, range(40, 80)) == []
    assert analyzer.looks == looks
    assert analyzer.finish().ended == ()


def test_a_stream_that_goes_on_is_not_begun_again(scene: Any, red_finder: Any) -> None:
    first = Analyzer(red_finder, SETTINGS)
    for index in range(10):
        first.step(scene.frame(index, scene.picture(index)))
    second = Analyzer(red_finder, SETTINGS, origin=1.0)
    second.restore(first.state())
    second.step(scene.frame(0, scene.picture(10)))
    assert first.looks > 0
    assert second.looks == 0


@pytest.mark.parametrize("cut", [1, 33, 34, 50])
def test_a_saved_state_goes_on_as_one_uninterrupted_clip(
    red_finder: Any, walker: Callable[[int], Frame], cut: int
) -> None:
    whole = Analyzer(red_finder, SETTINGS)
    straight = [whole.step(walker(index)) for index in range(80)]
    first = Analyzer(red_finder, SETTINGS)
    parts = [first.step(walker(index)) for index in range(cut)]
    second = Analyzer(red_finder, SETTINGS, origin=cut / 10)
    second.restore(first.state())
    for index in range(cut, 80):
        frame = walker(index)
        parts.append(second.step(Frame(index - cut, frame.time_base, frame.luma, frame.to_rgb)))
    assert _flat(parts) == _flat(straight)
    assert dump(second.state()) == dump(whole.state())


@pytest.mark.parametrize("spacing", [1, 3, 10])
def test_a_walker_in_a_slow_film_is_one_track(scene: Any, red_finder: Any, spacing: int) -> None:
    analyzer = Analyzer(red_finder, SETTINGS)
    seen = []
    for index in range(6):
        walker = (60 + 20 * index, 100, 20, 50, (130, 0, 0))
        frame = scene.frame(index * spacing, scene.picture(index, walker), rate=1)
        found = [o for o in analyzer.step(frame).observations if o.scores.max() > 0]
        seen += [o.ordinal for o in found]
    assert seen == [0] * 6


def test_a_slow_film_is_looked_at_whole_and_in_tiles(scene: Any, red_finder: Any) -> None:
    analyzer = Analyzer(red_finder, SETTINGS)
    standing = (200, 100, 20, 50, (200, 30, 30))
    seen = [
        analyzer.step(scene.frame(index, scene.picture(index, standing), rate=1)).observations
        for index in range(4)
    ]
    assert [len(moment) for moment in seen] == [1, 1, 1, 1]
    assert red_finder.calls > 3


def test_a_camera_that_is_covered_is_a_track_of_the_scene(red_finder: Any, scene: Any) -> None:
    analyzer = Analyzer(red_finder, VisionSettings())
    seen: list[Observation] = []
    for index in range(100):
        picture = scene.picture(index) if index < 60 else np.full((240, 320, 3), 20, np.uint8)
        seen += analyzer.step(scene.frame(index, picture)).observations
    whole = [observation for observation in seen if observation.scene]
    assert len({observation.ordinal for observation in whole}) == 1
    assert not {o.ordinal for o in seen if not o.scene} & {whole[0].ordinal}
    assert 6.0 <= whole[0].seconds <= 6.6
    assert whole[-1].seconds == 9.8
    assert all(np.isnan(observation.scores).all() for observation in whole)
    assert whole[0].ordinal in analyzer.finish().ended
    assert analyzer.finish().ended == ()
