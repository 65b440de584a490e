"""What is known of a camera at a time: a fold of what was found in it before.

Pure and causal: finds in hours at or after the time say nothing, and hours older than `memory_days`
do not count any more. What was found in enough hours, over enough time, in one place and with one
look, is known; what somebody dismissed is known at once, for as long as `dismissed_days` says. What
somebody has forgotten since it was found is not.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray

from quietwatch.config import JudgeSettings
from quietwatch.judge.alike import SAME_LOOK, SAME_PLACE, Portraits, likenesses, overlaps
from quietwatch.judge.sightings import Hour
from quietwatch.model import Box, Familiar, FloatArray, Kind, Portrait, Reason, Sighting

MOST: Final = 200
"""Things that are known of a camera at once; beyond them the least useful are left out.

Those that somebody dismissed come first, the newest first; then those found in most hours, and of
these the ones found last.
"""

_CANDIDATES = 400  # things among which those that are known are sought, the first found first


@dataclass(frozen=True, slots=True)
class Dismissal:
    """Something that somebody said is a false alarm.

    Attributes:
        event_id: of the event that was dismissed.
        kind: what it was taken for.
        box: where it was; `portrait` how it looked.
        portrait: see `box`.
        at: UTC time at which it was said.
        undone: when it was taken back; None: it was not.
    """

    event_id: str
    kind: Kind
    box: Box
    portrait: Portrait
    at: datetime
    undone: datetime | None = None


@dataclass(frozen=True, slots=True)
class Forgetting:
    """Something that somebody wants forgotten: all of this look and place that was known by then.

    Attributes:
        at: UTC time at which it was said.
        box: where it is; None, as is the portrait: all of the camera's.
        portrait: how it looks.
    """

    at: datetime
    box: Box | None = None
    portrait: Portrait | None = None

    def covers(self, box: Box, portrait: Portrait, known: datetime) -> bool:
        """Whether something in a place, with a look, known since a time, is forgotten."""
        portraits = np.array([portrait], np.int64)
        return known < self.at and bool(self.among(np.array([box]), portraits)[0])

    def among(self, boxes: FloatArray, portraits: Portraits) -> NDArray[np.bool_]:
        """(N,) which of some things this is about: by (N, 4) where and (N, 24) how they look."""
        if self.box is None or self.portrait is None:
            return np.ones(len(boxes), np.bool_)
        there = overlaps(self.box, boxes) >= SAME_PLACE
        return np.asarray(there & (likenesses(self.portrait, portraits) >= SAME_LOOK))


@dataclass(frozen=True, slots=True)
class Past:
    """All that was ever kept of a camera.

    Attributes:
        hours: what was found by the hour, its beginning in UTC.
        dismissed: by people.
        forgotten: by people.
    """

    hours: Mapping[datetime, Hour] = field(default_factory=dict)
    dismissed: tuple[Dismissal, ...] = ()
    forgotten: tuple[Forgetting, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to know anything by."""
        return not (self.hours or self.dismissed)


@dataclass(frozen=True, slots=True)
class Known:
    """One thing that is known.

    Attributes:
        familiar: as judgement is told of it.
        kind: what it is taken for.
        hours: in how many hours it was found; 0 of what was dismissed.
        first: UTC time of the first find, or of the dismissal; `last` of the last find.
        last: see `first`.
        event_id: of the event that was dismissed, "" for none.
    """

    familiar: Familiar
    kind: Kind
    hours: int
    first: datetime
    last: datetime
    event_id: str = ""


def known_at(past: Past, time: datetime, settings: JudgeSettings) -> tuple[Known, ...]:
    """What is known of a camera when a clip begins.

    Args:
        past: what there is; of it only what was there by then counts.
        time: UTC time at which the clip begins.
        settings: how long things are remembered, and how often they must have been found.

    Returns:
        what was dismissed, the newest first, then what was found, the most often found first.
    """
    forgotten = [one for one in past.forgotten if one.at <= time]
    until = time.replace(minute=0, second=0, microsecond=0)
    since = until - timedelta(days=settings.memory_days)
    repeats = [
        _known(thing)
        for thing in _standing(past.hours, since, until, forgotten)
        if len(thing.hours) >= settings.memory_times
        and thing.last - thing.first.first >= timedelta(hours=settings.memory_spread_h)
    ]
    repeats.sort(key=lambda one: (-one.hours, -one.last.timestamp(), one.familiar.name))
    return (*_dismissed(past.dismissed, time, settings, forgotten), *repeats)[:MOST]


def familiar(known: Iterable[Known]) -> tuple[Familiar, ...]:
    """The same as judgement is told of it, in an order that hangs on nothing else."""
    return tuple(sorted((one.familiar for one in known), key=lambda one: one.name))


@dataclass(frozen=True, slots=True)
class _Thing:
    """Something found in one or more hours: as it was first, in which of them, and when last."""

    first: Sighting
    hours: frozenset[int]
    last: datetime


def _standing(
    hours: Mapping[datetime, Hour],
    since: datetime,
    until: datetime,
    forgotten: Sequence[Forgetting],
) -> Iterator[_Thing]:
    """Each thing found from one hour up to before another: the first find, and all that are as it.

    What was still found in the hour at the end, or after it, is left out: an hour has what its
    clips showed, and clips may be longer than what is left of it.

    The same as going through them in order and giving each to the first thing that it is; but each
    thing is compared with all that are left at once.
    """
    wanted = sorted(hour for hour in hours if since <= hour < until)
    if not wanted:
        return
    found = [thing for hour in wanted for thing in hours[hour].things]
    boxes = np.concatenate([hours[hour].boxes for hour in wanted])
    portraits = np.concatenate([hours[hour].portraits for hour in wanted])
    of_hour = np.repeat(np.arange(len(wanted)), [len(hours[hour].things) for hour in wanted])
    left = np.array([thing.last < until for thing in found], np.bool_)
    for each in forgotten:
        before = sum(hour < each.at for hour in wanted)
        left &= (of_hour >= before) | ~each.among(boxes, portraits)
    for _ in range(_CANDIDATES):
        if not left.any():
            return
        first = found[int(left.argmax())]
        near = np.flatnonzero(left & (overlaps(first.box, boxes) >= SAME_PLACE))
        same = near[likenesses(first.portrait, portraits[near]) >= SAME_LOOK]
        left[left.argmax()] = False
        left[same] = False
        last = max((found[number].last for number in same), default=first.last)
        yield _Thing(first, frozenset(of_hour[same].tolist()), last)


def _known(thing: _Thing) -> Known:
    one = thing.first
    name = _name(f"{one.box}|{one.portrait}")
    known = Familiar(name, Reason.STATIC_REPEAT, one.box, one.portrait)
    return Known(known, one.kind, len(thing.hours), one.first, thing.last)


def _dismissed(
    dismissed: Iterable[Dismissal],
    time: datetime,
    settings: JudgeSettings,
    forgotten: Sequence[Forgetting],
) -> list[Known]:
    span = timedelta(days=settings.dismissed_days)
    holding = [
        one
        for one in dismissed
        if one.at <= time < one.at + span
        and (one.undone is None or time < one.undone)
        and not any(each.covers(one.box, one.portrait, one.at) for each in forgotten)
    ]
    holding.sort(key=lambda one: (-one.at.timestamp(), one.event_id))
    newest = {one.event_id: one for one in reversed(holding)}
    return [_told(one) for one in reversed(newest.values())]


def _told(one: Dismissal) -> Known:
    name = _name(one.event_id)
    known = Familiar(name, Reason.KNOWN_FALSE_ALARM, one.box, one.portrait)
    return Known(known, one.kind, 0, one.at, one.at, one.event_id)


def _name(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]
