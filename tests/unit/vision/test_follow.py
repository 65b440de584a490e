"""A stream that is cut anywhere gives the tracks of one that is not."""

import math
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quietwatch.config import VisionSettings
from quietwatch.model import Frame, Link, Snapshot, Track
from quietwatch.vision.follow import Follower

SETTINGS = VisionSettings()
FRAMES = 90
RATE = 10
FILMED: list[Frame] = []
"""What the camera saw, painted once."""
TAMPERED: list[Frame] = []


@pytest.fixture
def film(scene: Any) -> Sequence[Frame]:
    """Someone walks through, a box goes by unnamed, and lights flicker: nine seconds."""
    for index in range(len(FILMED), FRAMES):
        things = []
        if index >= 20:
            things.append((-20 + 5 * (index - 20), 120, 16, 40, (130, 0, 0)))
        if 30 <= index < 60:
            things.append((40 + 5 * (index - 30), 20, 24, 24, (230, 230, 230)))
        if index in {14, 15, 44, 70, 88, 89}:
            things.append((250, 60, 20, 20, (250, 250, 250)))
        FILMED.append(scene.frame(index, scene.picture(index, *things)))
    return FILMED


@pytest.fixture
def tampering(scene: Any) -> Sequence[Frame]:
    """Someone walks by; the lens is covered and uncovered, the camera turned: nine seconds."""
    for index in range(len(TAMPERED), FRAMES):
        picture = scene.picture(index, (2 * index, 120, 16, 40, (130, 0, 0)))
        if 52 <= index < 62:
            picture = np.full_like(picture, 30)
        elif index >= 80:
            picture = np.ascontiguousarray(np.roll(picture, (9, 9), (0, 1)))
        TAMPERED.append(scene.frame(index, picture))
    return TAMPERED


class Watched:
    """What came of following a film in clips."""

    def __init__(self, film: Sequence[Frame], detector: Any, cuts: Sequence[int]) -> None:
        self.parts: dict[int, list[Track]] = {}
        self.pictures: dict[int, Snapshot] = {}
        self.links: list[Link] = []
        self.noise = 0
        self.state: bytes | None = None
        for first, end in pairwise((0, *cuts, len(film))):
            follower = Follower(
                detector, SETTINGS, f"{first:064x}", first / RATE, self.state, second=detector
            )
            for index in range(first, end):
                frame = film[index]
                moved = Frame(index - first, frame.time_base, frame.luma, frame.to_rgb)
                for part in follower.take(moved):
                    self._keep(*part)
            for part in follower.pause():
                self._keep(*part)
            self.noise += follower.noise
            self.links.append(follower.link)
            self.state = follower.save()

    def _keep(self, track: Track, snapshot: Snapshot | None) -> None:
        self.parts.setdefault(track.ordinal, []).append(track)
        if snapshot is not None:
            self.pictures[track.ordinal] = snapshot

    @property
    def tracks(self) -> dict[int, str]:
        """The parts of each track end to end, as plain text in which NaN equals NaN."""
        told = {}
        for ordinal, parts in sorted(self.parts.items()):
            names = ("times", "boxes", "scores", "motion", "changed", "contrast", "measures")
            whole = [np.concatenate([getattr(part, name) for part in parts]) for name in names]
            told[ordinal] = repr([parts[0].scene, *(values.tolist() for values in whole)])
        return told


@pytest.fixture
def whole(film: Sequence[Frame], red_finder: Any) -> Watched:
    return Watched(film, red_finder, ())


def test_the_film_has_what_is_asked_of_it(whole: Watched) -> None:
    assert len(whole.tracks) >= 2
    assert whole.noise >= 1
    [link] = whole.links
    assert link.live
    assert link.unsettled == pytest.approx(8.8)  # the last flicker, not yet gone
    assert link == replace(Link(), footage="0" * 64, until=8.8, live=link.live, unsettled=8.8)


@given(st.sets(st.integers(1, FRAMES - 1), max_size=6))
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_cuts_change_no_track_no_picture_and_no_count(
    film: Sequence[Frame], red_finder: Any, whole: Watched, cuts: set[int]
) -> None:
    parted = Watched(film, red_finder, sorted(cuts))
    assert parted.tracks == whole.tracks
    assert parted.pictures == whole.pictures
    assert parted.noise == whole.noise
    assert (parted.links[-1].live, parted.links[-1].unsettled) == (
        whole.links[-1].live,
        whole.links[-1].unsettled,
    )
    for before, after in pairwise(parted.links):
        assert after.before == before.footage
        assert after.until >= before.until


def test_a_cut_through_every_frame_changes_nothing(
    film: Sequence[Frame], red_finder: Any, whole: Watched
) -> None:
    parted = Watched(film, red_finder, range(1, FRAMES))
    assert parted.tracks == whole.tracks
    assert parted.pictures == whole.pictures
    assert {len(part) for parts in parted.parts.values() for part in parts} >= {1}


@given(st.sets(st.integers(1, FRAMES - 1), max_size=6))
@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_cuts_change_nothing_of_what_is_seen_of_the_camera(
    tampering: Sequence[Frame], red_finder: Any, cuts: set[int]
) -> None:
    whole = Watched(tampering, red_finder, ())
    scenes = [parts[0] for parts in whole.parts.values() if parts[0].scene]
    assert [scene.times[0] for scene in scenes] == pytest.approx([5.2, 8.0], abs=0.21)
    assert scenes[0].times[-1] == pytest.approx(6.0, abs=0.21)
    assert {tuple(box) for scene in scenes for box in scene.boxes} == {(0.0, 0.0, 1.0, 1.0)}
    assert all(scene.ordinal in whole.pictures for scene in scenes)
    parted = Watched(tampering, red_finder, sorted(cuts))
    assert parted.tracks == whole.tracks
    assert parted.pictures == whole.pictures
    assert parted.noise == whole.noise


def test_what_may_still_be_noise_is_told_when_it_is_none(
    film: Sequence[Frame], red_finder: Any
) -> None:
    """The unnamed box comes at 3.0 s; the clip ends after it was seen twice."""
    parted = Watched(film, red_finder, (34,))
    first, _ = parted.links
    assert first.unsettled is not None
    box = next(p for p in parted.parts.values() if p[0].times[0] == first.unsettled)
    assert len(box) == 1, "its first observations wait for the clip in which it is a track"
    assert box[0].times[0] < 3.4 < box[0].times[-1]


def test_only_better_pictures_follow(film: Sequence[Frame], red_finder: Any) -> None:
    state, worths = None, []
    for first, end in pairwise((0, 40, 50, 60, FRAMES)):
        follower = Follower(red_finder, SETTINGS, "0" * 64, first / RATE, state)
        for index in range(first, end):
            frame = film[index]
            moved = Frame(index - first, frame.time_base, frame.luma, frame.to_rgb)
            list(follower.take(moved))
        worths += [shown.seconds for _, shown in follower.pause() if shown is not None]
        state = follower.save()
    assert worths == sorted(worths)
    assert len(worths) < 8


def test_frames_that_overlap_the_clip_before_are_passed_over(
    film: Sequence[Frame], red_finder: Any
) -> None:
    first = Follower(red_finder, SETTINGS, "a" * 64)
    for frame in film[:40]:
        list(first.take(frame))
    list(first.pause())
    second = Follower(red_finder, SETTINGS, "b" * 64, 3.6, first.save())
    for index in range(36, FRAMES):
        frame = film[index]
        list(second.take(Frame(index - 36, frame.time_base, frame.luma, frame.to_rgb)))
    tracks = [track for track, _ in second.pause()]
    assert all(np.all(np.diff(track.times) > 0) for track in tracks)
    assert min(t.times[0] for t in tracks) >= first.link.until
    assert second.looked == 25  # of 5.0 s at five a second


def test_the_offset_is_taken_to_the_microsecond(film: Sequence[Frame], red_finder: Any) -> None:
    follower = Follower(red_finder, SETTINGS, "a" * 64, 0.1 + 0.2)
    list(follower.take(film[0]))
    assert follower.link.offset == 0.3
    assert follower.link.until == 0.3
    assert not math.isinf(follower.link.until)
