"""Tracks made by hand: what moved where, and what the detector said of it."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pytest

from quietwatch.judge.features import Features, history
from quietwatch.model import CLASSES, Kind, Portrait, Track
from quietwatch.model.measures import COLUMN, PORTRAIT, unmeasured

MakeTrack = Callable[..., Track]
PARTS = ("times", "boxes", "scores", "motion", "changed", "contrast", "measures")


@pytest.fixture
def first() -> Callable[[Track, int], Track]:
    """`first(track, count)`: the track as it was known after so many observations."""

    def cut(track: Track, count: int) -> Track:
        return replace(track, **{part: getattr(track, part)[:count] for part in PARTS})

    return cut


@pytest.fixture
def between() -> Callable[[Track, int, int], Track]:
    """`between(track, first, end)`: the part of the track with these observations."""

    def cut(track: Track, first: int, end: int) -> Track:
        return replace(track, **{part: getattr(track, part)[first:end] for part in PARTS})

    return cut


@pytest.fixture
def measure() -> Callable[[Track, float], Features]:
    """`measure(track, aspect)`: the features of a whole track."""

    def last(track: Track, aspect: float) -> Features:
        return list(history(track, aspect))[-1].features

    return last


@pytest.fixture
def make_track() -> MakeTrack:
    """`make_track(path, kind, score, ...)`: a track along a path of box middles."""

    def make(
        path: Sequence[tuple[float, float]],
        kind: Kind = Kind.UNKNOWN,
        score: float = 0.0,
        *,
        step: float = 0.2,
        size: tuple[float, float] = (0.05, 0.15),
        motion: float = 0.5,
        changed: float = 0.02,
        contrast: float = 0.2,
        looks: bool = True,
        still: bool = False,
    ) -> Track:
        count = len(path)
        middles, half = np.array(path, np.float64), np.array(size) / 2
        boxes = np.clip(np.hstack([middles - half, middles + half]), 0.0, 1.0)
        scores = np.zeros((count, len(CLASSES))) if looks else np.full((count, 3), np.nan)
        if kind is not Kind.UNKNOWN:
            scores[:, CLASSES.index(kind)] = score
        return Track(
            ordinal=0,
            times=np.arange(count, dtype=np.float64) * step,
            boxes=boxes,
            scores=scores,
            motion=np.full(count, motion),
            changed=np.full(count, changed),
            contrast=np.full(count, contrast),
            still=still,
        )

    return make


@pytest.fixture
def walk() -> list[tuple[float, float]]:
    """Four seconds across half the picture."""
    return [(0.2 + 0.02 * index, 0.5) for index in range(20)]


MakePortrait = Callable[..., Portrait]


@pytest.fixture
def portrait() -> MakePortrait:
    """`portrait(seed, red=..., blue=...)`: how something looks; another seed, another thing."""

    def make(seed: int = 0, red: int = 50, blue: int = 50) -> Portrait:
        light = np.random.default_rng(seed).normal(0, 1, 16)
        cells = np.clip(50 + 25 * (light - light.mean()) / light.std(), 0, 100).round()
        return (*(int(cell) for cell in cells), *[red] * 4, *[blue] * 4)

    return make


@pytest.fixture
def seen_as() -> Callable[[Track, Portrait], Track]:
    """`seen_as(track, portrait)`: the track as it looks wherever it was found."""

    def looking(track: Track, look: Portrait) -> Track:
        rows = unmeasured(len(track))
        found = np.nan_to_num(track.scores).max(axis=1) > 0
        rows[np.ix_(found, [COLUMN[name] for name in PORTRAIT])] = np.array(look) / 100
        return replace(track, measures=rows)

    return looking
