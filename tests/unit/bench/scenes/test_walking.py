"""People in a scene: where the truth says someone is, the picture shows it."""

import numpy as np
import pytest

from quietwatch.bench.scenes import hard
from quietwatch.bench.scenes.backgrounds import outdoors
from quietwatch.bench.scenes.compose import Scene, spans
from quietwatch.bench.scenes.stage import Stage
from quietwatch.bench.scenes.walking import Manner, Person, crossing, someone
from quietwatch.bench.truth import Half


def stage(seed: int = 0, half: Half = Half.TUNE) -> Stage:
    rng = np.random.default_rng(seed)
    ground = outdoors(half, rng)
    return Stage(rng, half, ground, "day", Scene(ground.picture.copy(), 12.0, ground.name))


MANNERS = [Manner(), Manner(lean=75, squash=(0.95, 0.82)), Manner(height=40), Manner(pace=4.5)]


@pytest.mark.parametrize("manner", MANNERS, ids=["walking", "crawling", "small", "running"])
def test_pixels_differ_where_the_truth_says(manner: Manner) -> None:
    there = stage(3)
    hard.walker(there, manner=manner)
    scene = there.scene
    (event,) = scene.events
    (span,) = spans(scene, event)
    pictures = list(scene.pictures())
    for moment, x1, y1, x2, y2 in span.track[:: max(1, len(span.track) // 6)]:
        picture = pictures[round(moment * 10)]
        differs = np.abs(picture.astype(int) - scene.picture).max(axis=2) > 12
        left, right = round(x1 * 640), round(x2 * 640)
        top, bottom = round(y1 * 480), round(y2 * 480)
        inside = differs[top:bottom, left:right]
        assert inside.mean() > 0.2
        # Beside the person there is only the shadow at the feet.
        wide = round(0.5 * (bottom - top) + 0.5 * (right - left))
        window = differs[:, max(0, left - wide) : right + wide]
        assert differs.sum() == window.sum()
        assert inside.sum() > 0.6 * differs.sum()


def test_someone_comes_and_goes() -> None:
    for seed in range(8):
        there = stage(seed)
        person = Person(there, crossing(there))
        x, y, high = person.at(6.0)
        assert high > 0
        assert y <= 480 + high
        boxes = [person.box(n / 10) for n in range(120)]
        assert any(0 < (box[0] + box[2]) / 2 < 640 for box in boxes)
        del x


def test_a_runner_is_gone_in_two_seconds() -> None:
    for seed in range(5):
        there = stage(seed)
        hard.running(there)
        (span,) = spans(there.scene, there.scene.events[0])
        assert 0.4 < span.end_s - span.start_s < 2.6


def test_people_are_of_the_stage_s_half() -> None:
    for half in Half:
        chosen = {someone(stage(seed, half)).who for seed in range(12)}
        assert len(chosen) >= 3
        other = {someone(stage(seed, h)).who for h in Half if h is not half for seed in range(12)}
        assert not chosen & other


def test_of_someone_at_the_side_a_half_shows_all_the_time() -> None:
    beside = 0
    for seed in range(12):
        there = stage(seed)
        hard.at_the_edge(there)
        (event,) = there.scene.events
        (span,) = spans(there.scene, event)
        middle = (span.start_s + span.end_s) / 2
        for moment in (middle - 0.5, middle, middle + 0.5):
            left, _, right, below = event.box(moment) or pytest.fail("out of sight")
            if below > there.size[1]:
                continue  # at the bottom
            beside += 1
            shown = (min(right, there.size[0]) - max(left, 0.0)) / (right - left)
            assert 0.3 < shown < 0.7  # the steps swing about the middle
    assert beside >= 9
