"""Whether a track is something that is known: a fold, from each moment and earlier ones only.

What is known is known where it stands and as it looks. A track that leaves the place, or is surely
found to look otherwise several times in a row, is something else from then on, whatever it does
later; one that looks otherwise for a moment is something else as long as it does. What becomes
known while a track lives is compared with all that the track was before, too.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from quietwatch.judge.alike import SAME_LOOK, likeness, overlap, ramp
from quietwatch.model import Box, Familiar, Portrait, Reason, Track
from quietwatch.model.measures import COLUMN, PORTRAIT

_AWAY = 0.3  # overlap below which a box is somewhere else
_NEAR = (0.4, 0.6)  # overlap from which it is there, hardly and surely
_LIKE = (0.65, 0.85)  # likeness, in the same way
_LOOKS = (
    3  # over about so many finds, and so many boxes, both are smoothed: what changes shows soon
)
LEAST_SCORE: Final = 0.3
"""Of a find that counts for how something looks, 0 to 1."""

_OTHERS = 3  # such finds in a row that look otherwise: it is something else for good
_SAME_BOX = 0.8  # overlap from which two boxes of a track are kept as one
_MOST_WAYS = 8  # places of a track, and looks, that are kept; who has more is nothing that stands
_COLUMNS = [COLUMN[name] for name in PORTRAIT]


@dataclass(frozen=True, slots=True)
class Match:
    """How a track compares with one known thing.

    Attributes:
        name: of the known thing.
        why: it is known.
        seen: observations so far; `found` those in which a look found something.
        found: see `seen`.
        place: overlap with its box of late, 0 to 1.
        look: likeness of late, 0 to 1; 0 before the first find.
        others: finds in a row, up to the last one, that looked otherwise.
        away: the track was somewhere else, or was something else.
    """

    name: str
    why: Reason
    seen: int = 0
    found: int = 0
    place: float = 0.0
    look: float = 0.0
    others: int = 0
    away: bool = False

    def after(self, now: "_Seen", known: Familiar) -> "Match":
        """With one observation more."""
        here = overlap(now.box, known.box)
        look, found, others = self.look, self.found, self.others
        if now.portrait is not None:
            alike = likeness(now.portrait, known.portrait)
            look = _lately(look, alike, found)
            found += 1
            if now.surely:
                others = others + 1 if alike < _LIKE[0] else 0
        place = _lately(self.place, here, self.seen)
        away = self.away or here < _AWAY or others >= _OTHERS
        return Match(self.name, self.why, self.seen + 1, found, place, look, others, away)

    @property
    def sure(self) -> float:
        """How surely it is the known thing, 0 to 1."""
        if self.away or not self.found:
            return 0.0
        return ramp(self.place, *_NEAR) * ramp(self.look, *_LIKE)


@dataclass(frozen=True, slots=True)
class Ways:
    """Where a track was and how it looked so far, whatever is known: each only once.

    Attributes:
        places: where it was, in order.
        looks: how it looked when it was surely found, and how often.
        many: there were more of either than are kept.
    """

    places: tuple[Box, ...] = ()
    looks: tuple[tuple[Portrait, int], ...] = ()
    many: bool = False

    def after(self, now: "_Seen") -> "Ways":
        """With one observation more."""
        if self.many:
            return self
        places, looks = self.places, self.looks
        if not any(overlap(now.box, place) >= _SAME_BOX for place in places):
            places = (*places, now.box)
        if now.surely and now.portrait is not None:
            looks = _counted(looks, now.portrait)
        if max(len(places), len(looks)) > _MOST_WAYS:
            return Ways(many=True)
        return Ways(places, looks)

    def are_others(self, known: Familiar) -> bool:
        """Whether the track was somewhere else than a known thing, or something else."""
        return (
            self.many
            or any(overlap(place, known.box) < _NEAR[0] for place in self.places)
            or any(
                times >= _OTHERS and likeness(look, known.portrait) < _LIKE[0]
                for look, times in self.looks
            )
        )


@dataclass(frozen=True, slots=True)
class Recall:
    """How a track compares with all that is known and near it.

    Attributes:
        matches: those that the track is not away from, in the order of what is known.
        left: names of those that it was away from: they are not compared any more.
        ways: of the track so far, for what becomes known later.
    """

    matches: tuple[Match, ...] = ()
    left: tuple[str, ...] = ()
    ways: Ways = Ways()

    def sure(self, why: Reason) -> float:
        """How surely it is something known for this, 0 to 1."""
        return max((match.sure for match in self.matches if match.why is why), default=0.0)

    def after(self, now: "_Seen", familiar: Sequence[Familiar]) -> "Recall":
        """With one observation more."""
        old = {match.name: match for match in self.matches}
        left, matches = set(self.left), []
        for known in familiar:
            if known.name in left:
                continue
            match = old.get(known.name) or Match(known.name, known.why)
            if not match.seen and self.ways.are_others(known):
                left.add(known.name)
                continue
            match = match.after(now, known)
            if match.away:
                left.add(known.name)
            else:
                matches.append(match)
        names = [known.name for known in familiar if known.name in left]
        return Recall(tuple(matches), tuple(names), self.ways.after(now))


@dataclass(frozen=True, slots=True)
class _Seen:
    """One observation: where, how it looked if a look found it, and whether surely."""

    box: Box
    portrait: Portrait | None
    surely: bool


NOTHING = Recall()
"""Nothing is known."""


def recalls(
    track: Track, familiar: Sequence[Familiar], before: Recall = NOTHING
) -> Iterator[Recall]:
    """How a track compares with what is known, after each observation.

    Args:
        track: what was observed, or the next part of it.
        familiar: what is known of the camera, each name once.
        before: where the part before left off.
    """
    now = before
    for index in range(len(track)):
        surely = bool(np.nan_to_num(track.scores[index]).max() >= LEAST_SCORE)
        seen = _Seen(box_of(track, index), portrait_of(track, index), surely)
        now = now.after(seen, familiar)
        yield now


def box_of(track: Track, index: int) -> Box:
    """Where a track was at an observation."""
    x1, y1, x2, y2 = (float(part) for part in track.boxes[index])
    return x1, y1, x2, y2


def portrait_of(track: Track, index: int) -> Portrait | None:
    """How a track looked at an observation, None where no look found it."""
    if not len(track.measures) or not (track.measures[index, _COLUMNS] >= 0).all():
        return None
    return tuple(round(100 * float(part)) for part in track.measures[index, _COLUMNS])


def _lately(mean: float, value: float, count: int) -> float:
    """A mean of late: of the first values all weigh the same, then the newest more."""
    return mean + (value - mean) / min(count + 1, _LOOKS)


def _counted(
    looks: tuple[tuple[Portrait, int], ...], portrait: Portrait
) -> tuple[tuple[Portrait, int], ...]:
    """The looks of a track with one more: that of the first that is as this one, or a new one."""
    for at, (look, times) in enumerate(looks):
        if likeness(portrait, look) >= SAME_LOOK:
            return (*looks[:at], (look, times + 1), *looks[at + 1 :])
    return (*looks, (portrait, 1))
