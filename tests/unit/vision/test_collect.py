import json
import math
import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import cv2
import numpy as np

from quietwatch.config import VisionSettings
from quietwatch.model import Frame, Picture, Snapshot, Track
from quietwatch.model.measures import COLUMN, unmeasured
from quietwatch.vision.analyze import Analyzer, Observation, Update
from quietwatch.vision.collect import Collector


def _observation(ordinal: int, seconds: float, score: float = 0.0) -> Observation:
    box = np.array([0.1, 0.1, 0.2, 0.4])
    return Observation(ordinal, seconds, box, np.array([score, 0, 0]), 0.5, 0.1, 0.2)


def _picture(snapshot: Snapshot | None) -> Picture:
    assert snapshot is not None
    assert snapshot.jpeg is not None
    picture = cv2.imdecode(np.frombuffer(snapshot.jpeg, np.uint8), cv2.IMREAD_COLOR)
    return np.asarray(picture, np.uint8)


def test_a_track_comes_out_when_it_ends_with_its_best_picture(
    red_finder: Any, walker: Callable[[int], Frame]
) -> None:
    analyzer, collector = Analyzer(red_finder, VisionSettings()), Collector()
    tracks: list[tuple[Track, Snapshot | None]] = []
    for index in range(160):
        frame = walker(index)
        tracks += collector.take(analyzer.step(frame), frame)
    assert list(collector.finish()) == []
    [(track, snapshot)] = tracks
    assert track.ordinal == 0
    assert len(track) > 30
    picture = _picture(snapshot)
    x1, y1, x2, y2 = (np.array(snapshot.box if snapshot else ()) * [320, 240, 320, 240]).astype(int)
    blue, green, red = picture[y1 + 4 : y2 - 4, x1 + 4 : x2 - 4].reshape(-1, 3).mean(axis=0)
    assert red > 100
    assert max(green, blue) < 60


def test_a_flicker_is_counted_and_dropped_but_never_one_that_was_found(scene: Any) -> None:
    collector, frame = Collector(), scene.frame(0, scene.picture(0))
    list(collector.take(Update((_observation(0, 0.0), _observation(1, 0.0, 0.4))), frame))
    ended = list(collector.take(Update(ended=(0, 1)), frame))
    assert [track.ordinal for track, _ in ended] == [1]
    assert collector.noise == 1


def test_an_hour_of_a_track_is_kept_in_less_than_six_megabytes(scene: Any) -> None:
    frame = scene.frame(0, scene.picture(0))
    collector, minute = Collector(), 300
    tracemalloc.start()
    try:
        for index in range(minute):
            list(collector.take(Update((_observation(0, index / 5),)), frame))
        kept, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    [(track, snapshot)] = collector.finish()
    assert len(track) == minute
    assert snapshot is not None
    assert snapshot.jpeg is not None
    assert (kept - len(snapshot.jpeg)) * 60 < 6e6


def test_after_a_clip_a_few_words_of_each_track_are_kept(scene: Any) -> None:
    frame = scene.frame(0, scene.picture(0))
    collector = Collector()
    for index in range(300):
        list(collector.take(Update((_observation(0, index / 5, 0.5),)), frame))
    list(collector.take(Update((_observation(1, 60.0),)), frame))
    [(part, snapshot)] = collector.pause()
    assert (len(part), part.ordinal) == (300, 0)
    assert snapshot is not None
    assert (collector.live, collector.unsettled) == ((0,), 60.0)
    assert len(json.dumps(collector.state())) < 500
    assert list(collector.pause()) == [], "nothing more was observed"
    assert list(collector.take(Update(ended=(0, 1)), frame)) == []
    assert collector.noise == 1


def test_every_number_of_an_observation_comes_out_as_it_went_in(scene: Any) -> None:
    collector, frame = Collector(), scene.frame(0, scene.picture(0))
    box, scores = np.array([0.1, 0.2, 0.3, 0.4]), np.array([0.5, math.nan, 0.7])
    measures = unmeasured(1)[0]
    measures[:-1] = np.arange(len(measures) - 1) / 100
    measures[COLUMN["company"]] = 3
    sight = Observation(4, 0.1, box, scores, 0.8, 0.9, -1.0, measures)
    again = replace(sight, seconds=0.3, scores=np.full(3, math.nan), motion=math.nan)
    for update in (Update((sight,)), Update((again,))):
        list(collector.take(update, frame))
    [(track, _)] = collector.finish()
    assert (track.ordinal, track.times.tolist()) == (4, [0.1, 0.3])
    for index, seen in enumerate((sight, again)):
        np.testing.assert_array_equal(track.boxes[index], seen.box)
        np.testing.assert_array_equal(track.scores[index], seen.scores)
        np.testing.assert_array_equal(track.measures[index], seen.measures)
        for name in ("motion", "changed", "contrast"):
            np.testing.assert_array_equal(getattr(track, name)[index], getattr(seen, name))


def test_what_ended_in_an_earlier_clip_is_no_error(scene: Any) -> None:
    frame = scene.frame(0, scene.picture(0))
    assert list(Collector().take(Update(ended=(7,)), frame)) == []


def test_a_wide_picture_is_made_smaller(scene: Any) -> None:
    scene.width, scene.height = 1920, 1080
    frame = scene.frame(0, scene.picture(0))
    collector = Collector(still=True)
    list(collector.take(Update((_observation(0, 0.0, 0.9),)), frame))
    [(track, snapshot)] = collector.finish()
    assert track.still
    picture = _picture(snapshot)
    assert picture.shape == (540, 960, 3)
