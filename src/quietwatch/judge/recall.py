"""Whether a track is something that is known: a fold, from each moment and earlier ones only.

What is known is known where it stands and as it looks. A track that leaves the place is something
else from then on, whatever it does later; one that looks otherwise is something else as long as it
does.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from quietwatch.judge.alike import likeness, overlap, ramp
from quietwatch.model import Box, Familiar, Portrait, Reason, Track
from quietwatch.model.measures import COLUMN, PORTRAIT

_AWAY = 0.3  # overlap below which a box is somewhere else
_NEAR = (0.4, 0.6)  # overlap from which it is there, hardly and surely
_LIKE = (0.65, 0.85)  # likeness, in the same way
_LOOKS = (
    3  # over about so many finds, and so many boxes, both are smoothed: what changes shows soon
)
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
        away: the track was somewhere else.
    """

    name: str
    why: Reason
    seen: int = 0
    found: int = 0
    place: float = 0.0
    look: float = 0.0
    away: bool = False

    def after(self, box: Box, portrait: Portrait | None, known: Familiar) -> "Match":
        """With one observation more."""
        here = overlap(box, known.box)
        look, found = self.look, self.found
        if portrait is not None:
            look = _lately(look, likeness(portrait, known.portrait), found)
            found += 1
        place = _lately(self.place, here, self.seen)
        away = self.away or here < _AWAY
        return Match(self.name, self.why, self.seen + 1, found, place, look, away)

    @property
    def sure(self) -> float:
        """How surely it is the known thing, 0 to 1."""
        if self.away or not self.found:
            return 0.0
        return ramp(self.place, *_NEAR) * ramp(self.look, *_LIKE)


@dataclass(frozen=True, slots=True)
class Recall:
    """How a track compares with all that is known and near it.

    Attributes:
        matches: those that the track is not away from, in the order of what is known.
        left: names of those that it was away from: they are not compared any more.
    """

    matches: tuple[Match, ...] = ()
    left: tuple[str, ...] = ()

    def sure(self, why: Reason) -> float:
        """How surely it is something known for this, 0 to 1."""
        return max((match.sure for match in self.matches if match.why is why), default=0.0)

    def after(self, box: Box, portrait: Portrait | None, familiar: Sequence[Familiar]) -> "Recall":
        """With one observation more."""
        old = {match.name: match for match in self.matches}
        left, matches = set(self.left), []
        for known in familiar:
            if known.name in left:
                continue
            match = old.get(known.name, Match(known.name, known.why)).after(box, portrait, known)
            if match.away:
                left.add(known.name)
            else:
                matches.append(match)
        names = [known.name for known in familiar if known.name in left]
        return Recall(tuple(matches), tuple(names))


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
    now = before if familiar else NOTHING
    for index in range(len(track)):
        if not familiar:
            yield now
            continue
        now = now.after(box_of(track, index), portrait_of(track, index), familiar)
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
