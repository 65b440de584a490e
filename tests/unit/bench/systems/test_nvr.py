from collections.abc import Sequence
from typing import Any

import pytest

from quietwatch.bench.systems import nvr
from quietwatch.model import Kind

Found = tuple[Kind, float, tuple[float, float, float, float]]


def walk(scores: Sequence[float], kind: Kind = Kind.PERSON) -> list[list[Found]]:
    """Someone who walks to the right, found with these scores; 0 is not found."""
    return [
        [(kind, score, (0.1 + 0.01 * i, 0.4, 0.15 + 0.01 * i, 0.6))] if score else []
        for i, score in enumerate(scores)
    ]


def medians(found: Sequence[Sequence[Found]], glimpses: Any) -> list[list[float]]:
    seen = glimpses(near=found)
    return [[round(score, 6) for _, score, _ in track.rises] for track in nvr.tracks(seen)]


def test_the_median_counts_and_too_few_scores_are_filled_up(glimpses: Any) -> None:
    # One find of 0.9 has a median of 0; from the second on it is one of the scores.
    assert medians(walk([0.9]), glimpses) == [[]]
    track, *none = nvr.tracks(glimpses(near=walk([0.9, 0.8, 0.7, 0.95, 0.95, 0.95])))
    assert not none
    assert track.best == pytest.approx(0.925)


def test_a_picture_without_a_find_is_a_zero(glimpses: Any) -> None:
    track, *_ = nvr.tracks(glimpses(near=walk([0.8, 0, 0.8, 0, 0, 0.8, 0, 0])))
    assert track.best == pytest.approx(0.8)  # of the first three; once it counts it always does
    track, *_ = nvr.tracks(glimpses(near=walk([0.8, 0, 0, 0.8, 0, 0, 0.8, 0, 0])))
    assert track.best <= 0.4


def test_only_the_last_ten_count(glimpses: Any) -> None:
    track, *_ = nvr.tracks(glimpses(near=walk([0.55] * 20 + [0.9] * 6)))
    assert track.best == pytest.approx(0.9)
    track, *_ = nvr.tracks(glimpses(near=walk([0.55] * 20 + [0.9] * 4)))
    assert track.best == pytest.approx(0.55)


def test_weak_finds_are_none(glimpses: Any) -> None:
    assert nvr.tracks(glimpses(near=walk([0.49] * 10))) == []


def test_what_stays_in_its_place_is_no_alarm(glimpses: Any) -> None:
    statue = [[(Kind.PERSON, 0.9, (0.1, 0.4, 0.2, 0.7))]] * 10
    assert medians(statue, glimpses) == [[]]
    gone = [[(Kind.PERSON, 0.9, (0.14, 0.4, 0.24, 0.7))]]
    assert medians(statue + gone, glimpses) == [[0.9]]


def test_kinds_are_tracks_of_their_own(glimpses: Any) -> None:
    both = [
        [*person, *car]
        for person, car in zip(walk([0.8] * 6), walk([0.7] * 6, Kind.VEHICLE), strict=True)
    ]
    tracks = nvr.tracks(glimpses(near=both))
    assert sorted((track.kind, track.best) for track in tracks) == [(0, 0.8), (1, 0.7)]


def test_what_was_lost_for_long_is_another(glimpses: Any) -> None:
    still = [[(Kind.PERSON, 0.8, (0.1, 0.4, 0.2, 0.7))]]
    near = still + [[]] * 20 + still
    assert len(nvr.tracks(glimpses(near=near))) == 1
    near = still + [[]] * 26 + still
    assert len(nvr.tracks(glimpses(near=near))) == 2


def test_rises_are_in_order(glimpses: Any) -> None:
    track, *_ = nvr.tracks(glimpses(near=walk([0.5, 0.6, 0.7, 0.8, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9])))
    times = [seconds for seconds, _, _ in track.rises]
    scores = [score for _, score, _ in track.rises]
    assert times == sorted(times)
    assert scores == sorted(scores)
    assert len(set(scores)) == len(scores)
