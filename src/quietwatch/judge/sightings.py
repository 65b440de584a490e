"""What was found and kept its place: of a track, and of all that an hour of a camera had.

It follows from the tracks alone, not from what was thought of them: what is remembered never rests
on what was remembered before.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from statistics import median
from typing import Final

import numpy as np

from quietwatch.judge.alike import SAME_LOOK, SAME_PLACE, Portraits, likeness, overlap
from quietwatch.judge.recall import LEAST_SCORE, box_of, portrait_of
from quietwatch.model import CLASSES, Box, FloatArray, Kind, Sighting, Track
from quietwatch.model.familiar import PORTRAIT_SIZE

MOST_OF_HOUR: Final = 16
"""Sightings of one hour of a camera that are kept: those that were found most often."""

_THERE = 0.8  # share of the finds that must be in one place: a light that passes spoils some boxes


@dataclass(frozen=True, slots=True)
class Hour:
    """What an hour of a camera showed, each thing once, also as arrays to be compared at once.

    Attributes:
        things: in order of their first finds.
        boxes: (N, 4) of them.
        portraits: (N, 24) of them.
    """

    things: tuple[Sighting, ...]
    boxes: FloatArray = field(init=False, repr=False, compare=False)
    portraits: Portraits = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        boxes = np.array([one.box for one in self.things], np.float64).reshape(-1, 4)
        rows = [one.portrait for one in self.things]
        portraits = np.array(rows, np.int64).reshape(-1, PORTRAIT_SIZE)
        object.__setattr__(self, "boxes", boxes)
        object.__setattr__(self, "portraits", portraits)


def sighting(track: Track, origin: datetime) -> Sighting | None:
    """What a track, or a part of one, was while it kept its place; None if it did not.

    Args:
        track: what was observed.
        origin: UTC time at which its stream began.
    """
    best = np.nan_to_num(track.scores)
    finds = [
        (index, CLASSES[int(best[index].argmax())], portrait)
        for index in range(len(track))
        if best[index].max() >= LEAST_SCORE and (portrait := portrait_of(track, index))
    ]
    if not finds:
        return None
    boxes = [box_of(track, index) for index, *_ in finds]
    box = _middle(boxes)
    there = sum(overlap(box, one) >= SAME_PLACE for one in boxes)
    if there < _THERE * len(boxes):
        return None
    kinds = Counter(kind for _, kind, _ in finds)
    looks = zip(*(portrait for *_, portrait in finds), strict=True)
    portrait = tuple(round(median(parts)) for parts in looks)
    if likeness(portrait, portrait) < SAME_LOOK:  # without light and shade: nothing to know it by
        return None
    first, last = (origin + timedelta(seconds=float(track.times[finds[at][0]])) for at in (0, -1))
    return Sighting(
        kind=max(CLASSES, key=lambda kind: kinds[kind]),
        box=box,
        portrait=portrait,
        finds=len(finds),
        first=first,
        last=last,
    )


def of_hour(found: Iterable[Sighting]) -> tuple[Sighting, ...]:
    """The sightings of an hour, each thing once: as it was found first, and how often in all.

    In whatever order they are given, the result is the same.
    """
    things: list[Sighting] = []
    for one in sorted(found, key=_order):
        for number, thing in enumerate(things):
            if is_same(thing, one):
                finds, last = thing.finds + one.finds, max(thing.last, one.last)
                things[number] = replace(thing, finds=finds, last=last)
                break
        else:
            things.append(one)
    things.sort(key=lambda thing: -thing.finds)  # of as many finds the earlier one
    return tuple(sorted(things[:MOST_OF_HOUR], key=_order))


def is_same(one: Sighting, other: Sighting) -> bool:
    """Whether two sightings are of one thing."""
    return (
        overlap(one.box, other.box) >= SAME_PLACE
        and likeness(one.portrait, other.portrait) >= SAME_LOOK
    )


def _order(one: Sighting) -> tuple[datetime, Box, tuple[int, ...], Kind, int]:
    return one.first, one.box, one.portrait, one.kind, one.finds


def _middle(boxes: list[Box]) -> Box:
    x1, y1, x2, y2 = (round(median(sides), 3) for sides in zip(*boxes, strict=True))
    return x1, y1, x2, y2
