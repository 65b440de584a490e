from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quietwatch.model import CLASSES, Detections, FloatArray, Kind
from quietwatch.vision.track import Scene, Sighting, Tracker

PERSON, VEHICLE = CLASSES.index(Kind.PERSON), CLASSES.index(Kind.VEHICLE)


def _stack(boxes: Sequence[Sequence[float]]) -> FloatArray:
    return np.array(boxes, np.float64).reshape(-1, 4)


def _scene(
    seconds: float,
    finds: Sequence[tuple[Sequence[float], float, int]] = (),
    blobs: Sequence[Sequence[float]] = (),
    *,
    looked: bool = True,
    moving: float = 0.5,
    slow: bool = False,
    first: bool = False,
) -> Scene:
    found = Detections(
        _stack([box for box, _, _ in finds]),
        np.array([score for _, score, _ in finds], np.float64),
        np.array([kind for _, _, kind in finds], np.int64),
    )
    return Scene(
        seconds, found, _stack(blobs), 4 / 3, lambda _: looked, lambda _: moving, slow, first
    )


def _box(x: float, y: float = 0.4, w: float = 0.05, h: float = 0.2) -> list[float]:
    return [x, y, x + w, y + h]


def _run(tracker: Tracker, scenes: Sequence[Scene]) -> list[list[Sighting]]:
    seen = []
    for scene in scenes:
        tracker.bury(scene.seconds)
        seen.append(tracker.step(scene))
    return seen


def test_a_walker_is_one_track() -> None:
    scenes = [_scene(0.2 * i, [(_box(0.1 + 0.02 * i), 0.8, PERSON)]) for i in range(20)]
    seen = _run(Tracker(), scenes)
    assert {sighting.ordinal for moment in seen for sighting in moment} == {0}
    assert seen[5][0].scores.tolist() == [0.8, 0.0, 0.0]


def test_a_mover_without_a_class_is_a_track_too() -> None:
    scenes = [_scene(0.2 * i, blobs=[_box(0.1 + 0.01 * i)], looked=False) for i in range(10)]
    seen = _run(Tracker(), scenes)
    assert [moment[0].ordinal for moment in seen] == [0] * 10
    assert all(np.isnan(moment[0].scores).all() for moment in seen)


def test_a_look_in_vain_is_told_from_no_look() -> None:
    tracker = Tracker()
    seen = _run(tracker, [_scene(0.0, blobs=[_box(0.1)]), _scene(0.2, blobs=[_box(0.1)])])
    assert seen[1][0].scores.tolist() == [0.0, 0.0, 0.0]
    assert tracker.live[0].empty == 2


def test_a_blob_that_gets_a_class_stays_the_same_track() -> None:
    tracker = Tracker()
    scenes = [_scene(0.2 * i, blobs=[_box(0.1)]) for i in range(3)]
    scenes += [_scene(0.6, [(_box(0.11), 0.7, PERSON)], [_box(0.11)])]
    seen = _run(tracker, scenes)
    assert [moment[0].ordinal for moment in seen] == [0, 0, 0, 0]
    assert tracker.live[0].kind == PERSON


def test_a_find_that_does_not_move_starts_nothing_unless_pictures_are_few() -> None:
    parked = [(_box(0.5), 0.9, VEHICLE)]
    assert _run(Tracker(), [_scene(0.0, parked, moving=0.0)]) == [[]]
    assert len(_run(Tracker(), [_scene(0.0, parked, moving=0.0, slow=True)])[0]) == 1


@pytest.mark.parametrize(
    ("kind", "score", "count"), [(PERSON, 0.5, 1), (PERSON, 0.45, 0), (VEHICLE, 0.9, 0)]
)
def test_who_surely_stands_in_the_first_picture_is_a_track_but_nothing_parked(
    kind: int, score: float, count: int
) -> None:
    standing = [(_box(0.5), score, kind)]
    assert len(_run(Tracker(), [_scene(0.0, standing, moving=0.0, first=True)])[0]) == count


def test_what_does_not_move_keeps_its_place_though_its_finds_jitter() -> None:
    tracker = Tracker()
    scenes = [
        _scene(0.2 * i, [(_box(x), score, PERSON)], moving=0.0, first=i == 0)
        for i, (x, score) in enumerate([(0.5, 0.7), (0.51, 0.6), (0.49, 0.65), (0.495, 0.8)])
    ]
    seen = _run(tracker, scenes)
    assert [moment[0].box[0] for moment in seen] == [0.5, 0.5, 0.5, 0.495]
    assert [moment[0].scores[PERSON] for moment in seen] == [0.7, 0.6, 0.65, 0.8]


def test_who_is_too_dim_to_be_seen_moving_is_followed_all_the_same() -> None:
    tracker = Tracker()
    steps = range(30)
    scenes = [
        _scene(0.2 * i, [(_box(0.2 + 0.01 * i), 0.7, PERSON)], moving=0.0, first=i == 0)
        for i in steps
    ]
    seen = _run(tracker, scenes)
    assert [moment[0].ordinal for moment in seen] == [0 for _ in steps]
    assert seen[-1][0].box[0] > 0.45


def test_a_walker_does_not_become_the_van_he_passes() -> None:
    tracker = Tracker()
    for i in range(5):
        tracker.step(_scene(0.2 * i, [(_box(0.1 + 0.02 * i), 0.8, PERSON)]))
    seen = tracker.step(_scene(1.0, [([0.15, 0.3, 0.3, 0.6], 0.9, VEHICLE)]))
    kinds = {live.ordinal: live.kind for live in tracker.live}
    assert kinds[0] == PERSON
    van = next(s for s in seen if s.scores[VEHICLE] > 0 and s.ordinal != 0)
    assert kinds[van.ordinal] == VEHICLE


def test_who_walks_past_a_parked_van_is_not_taken_for_a_part_of_it() -> None:
    tracker = Tracker()
    van, walker = [0.3, 0.3, 0.7, 0.7], _box(0.4, 0.4, 0.04, 0.2)
    seen = tracker.step(_scene(0.0, [(van, 0.9, VEHICLE)], [walker], moving=0.1))
    assert any(sighting.box == pytest.approx(walker) for sighting in seen)


def test_what_moves_of_a_driving_van_is_the_van() -> None:
    tracker = Tracker()
    van, wheel = [0.3, 0.3, 0.7, 0.7], _box(0.4, 0.4, 0.04, 0.2)
    assert len(tracker.step(_scene(0.0, [(van, 0.9, VEHICLE)], [wheel], moving=0.6))) == 1


def test_a_head_is_no_second_person() -> None:
    tracker = Tracker()
    whole, head = _box(0.5, 0.3, 0.1, 0.4), [0.52, 0.31, 0.57, 0.38]
    tracker.step(_scene(0.0, [(whole, 0.8, PERSON)]))
    tracker.step(_scene(0.2, [(whole, 0.8, PERSON), (head, 0.6, PERSON)]))
    assert len(tracker.live) == 1


def test_a_known_thing_is_there_though_the_detector_missed_it_once() -> None:
    tracker = Tracker()
    scenes = [_scene(0.2 * i, [(_box(0.1 + 0.01 * i), 0.8, PERSON)]) for i in range(5)]
    scenes += [_scene(1.0, moving=0.6)]
    assert _run(tracker, scenes)[-1][0].ordinal == 0


def test_what_is_gone_ends_later_with_a_class_than_without() -> None:
    tracker = Tracker()
    tracker.step(_scene(0.0, [(_box(0.1), 0.8, PERSON)], [_box(0.8)], looked=True))
    assert tracker.bury(0.8) == []
    assert tracker.bury(1.0) == [1]
    assert tracker.bury(2.1) == [0]
    assert tracker.live == []


def test_ordinals_rise_and_are_never_used_again() -> None:
    tracker = Tracker()
    tracker.step(_scene(0.0, blobs=[_box(0.1)]))
    tracker.bury(10.0)
    seen = tracker.step(_scene(10.0, blobs=[_box(0.1)]))
    assert seen[0].ordinal == 1


COORDINATE = st.floats(0, 0.9).map(lambda value: round(value, 2))
BOX = st.tuples(COORDINATE, COORDINATE, st.floats(0.01, 0.1), st.floats(0.01, 0.1)).map(
    lambda p: [p[0], p[1], p[0] + p[2], p[1] + p[3]]
)
FIND = st.tuples(BOX, st.floats(0.25, 1.0), st.sampled_from([0, 1, 2]))
MOMENTS = st.lists(
    st.tuples(
        st.lists(FIND, max_size=4), st.lists(BOX, max_size=4), st.booleans(), st.floats(0, 1)
    ),
    min_size=1,
    max_size=8,
)


@given(MOMENTS)
@settings(max_examples=60, deadline=None)
def test_whatever_is_observed_the_tracks_are_sound(moments: list[tuple]) -> None:  # type: ignore[type-arg]
    tracker, twin = Tracker(), Tracker()
    for index, (finds, blobs, looked, moving) in enumerate(moments):
        scene = _scene(0.3 * index, finds, blobs, looked=looked, moving=moving)
        copy = Tracker()
        copy.restore(twin.state())
        twin = copy
        assert tracker.bury(scene.seconds) == twin.bury(scene.seconds)
        seen, same = tracker.step(scene), twin.step(scene)
        ordinals = [sighting.ordinal for sighting in seen]
        assert ordinals == sorted(set(ordinals))
        assert ordinals == [sighting.ordinal for sighting in same]
        for sighting, other in zip(seen, same, strict=True):
            assert sighting.box == pytest.approx(other.box, abs=0)
            assert np.all((sighting.box >= 0) & (sighting.box <= 1))
            assert np.isnan(sighting.scores).all() != looked
    assert tracker.state() == twin.state()


def _runs(speed: float, score: float = 0.9, step: float = 0.2, height: float = 0.3) -> list[Scene]:
    """Somebody who crosses the picture at so many own heights a second."""
    shift = speed * height * step * 3 / 4  # the picture is wider than high
    places = [0.95 - shift * n for n in range(20) if 0.95 - shift * n >= 0]
    return [
        _scene(step * n, [(_box(x, w=0.05, h=height), score, PERSON)]) for n, x in enumerate(places)
    ]


@pytest.mark.parametrize("speed", [1.0, 3.0, 5.0])
def test_a_runner_is_one_track(speed: float) -> None:
    seen = _run(Tracker(), _runs(speed))
    assert len(seen) >= 4
    assert {sighting.ordinal for moment in seen for sighting in moment} == {0}


def test_what_nobody_can_run_is_another() -> None:
    seen = _run(Tracker(), _runs(9.0))
    assert [moment[-1].ordinal for moment in seen[:2]] == [0, 1]


def test_a_vague_find_far_away_is_another() -> None:
    first, second = _run(Tracker(), _runs(5.0, score=0.45))[:2]
    assert [first[0].ordinal, second[-1].ordinal] == [0, 1]


def test_who_is_known_to_stand_does_not_leap() -> None:
    stands = [_scene(0.2 * n, [(_box(0.2, h=0.3), 0.9, PERSON)]) for n in range(5)]
    comes = _scene(1.0, [(_box(0.35, h=0.3), 0.9, PERSON)])
    *_, last = _run(Tracker(), [*stands, comes])
    assert [sighting.ordinal for sighting in last] == [0, 1]  # and is still where something moves
