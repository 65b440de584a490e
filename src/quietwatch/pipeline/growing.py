"""Events that grow from clip to clip: what is remembered of a stream between two of its clips.

Some 4 KB for each track that lives, up to 2 KB for its path and 1 KB for its looks; what has ended
is forgotten.
"""

from bisect import bisect_left
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Self

from pydantic import TypeAdapter

from quietwatch.errors import RecordDamaged
from quietwatch.judge.decide import Decision
from quietwatch.judge.health import SceneDecision
from quietwatch.model import Box, Link
from quietwatch.store.formats import check_format, why

FORMAT: Final = 4
"""Raised when a reader of the old format could not read the new one."""

_SHOWN = 64  # points of an event's path in the table
_KEPT = 128  # of a path between clips

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Place:
    """A clip, as an event tells of it that began there.

    Attributes:
        footage: SHA-256 of the clip.
        path: of the clip in the repo `footage`.
        source: path or URL of the clip as given.
        start: UTC time of its first frame.
        offset: stream time of its first frame, seconds; `until` of the last that was looked at.
        until: see `offset`.
    """

    footage: str
    path: str
    source: str
    start: datetime
    offset: float
    until: float


@dataclass(frozen=True, slots=True)
class Trail:
    """Where something has been: every `stride`-th point of its path, the first one first.

    The stride is a power of two, and which points are kept depends on their number alone, not on
    where the stream was cut.
    """

    count: int = 0
    stride: int = 1
    points: tuple[Point, ...] = ()

    def path(self, more: tuple[Point, ...]) -> tuple[Point, ...]:
        """The whole way and `more` points behind it, evenly thinned to at most 64, both ends kept.

        Of a way that was thinned before, the nearest points that were kept stand for those that
        are gone.
        """
        total = self.count + len(more)
        known = dict(enumerate(more, self.count))
        known |= {index * self.stride: point for index, point in enumerate(self.points)}
        order = sorted(known)
        shown = min(total, _SHOWN)
        wanted = (round(index * (total - 1) / max(shown - 1, 1)) for index in range(shown))
        return tuple(known[_nearest(order, index)] for index in wanted)

    def extended(self, more: tuple[Point, ...]) -> "Trail":
        """The trail with `more` points behind it."""
        count, stride = self.count + len(more), self.stride
        while count > _KEPT * stride:
            stride *= 2
        old = self.points[:: stride // self.stride]
        new = more[-self.count % stride :: stride]
        return Trail(count, stride, old + new)


@dataclass(frozen=True, slots=True)
class Growing:
    """An event whose track may go on.

    Attributes:
        place: the clip in which it began.
        decision: what was decided last.
        trail: its path.
        box: where it was in its best picture so far; None as long as there is none.
    """

    place: Place
    decision: Decision | SceneDecision
    trail: Trail = Trail()
    box: Box | None = None


@dataclass(frozen=True, slots=True)
class Memory:
    """What is remembered of a stream after one of its clips.

    Attributes:
        format: of the stored bytes.
        stream: SHA-256 of the first clip.
        footage: SHA-256 of the last clip, the one after which this is.
        recent: clips in which something was seen that may yet become an event, in order.
        growing: the events whose tracks may go on, by number of the track.
    """

    format: int
    stream: str
    footage: str
    recent: tuple[Place, ...]
    growing: dict[int, Growing]

    @staticmethod
    def recall(state: bytes | None, footage: str, link: Link) -> "Memory":
        """What is remembered when a clip is judged.

        Args:
            state: what `dump` gave after the clip before; None for the first of a stream.
            footage: SHA-256 of the clip to be judged.
            link: its place in its stream, as its analysis has it.

        Raises:
            RecordDamaged: the state is damaged, was written by a newer Quietwatch, or is not that
                after the clip before.
        """
        memory = _begun(footage) if state is None else _parsed(state)
        if link.before != memory.footage:
            raise RecordDamaged(
                "this is not what was decided after the clip before; decide that one first"
            )
        return memory

    def after(
        self, footage: str, link: Link, places: tuple[Place, ...], growing: dict[int, Growing]
    ) -> Self:
        """What is remembered after a clip: of all these events and places what may be needed."""
        since = link.unsettled
        return type(self)(
            FORMAT,
            self.stream,
            footage,
            () if since is None else tuple(place for place in places if place.until >= since),
            {number: growing[number] for number in link.live if number in growing},
        )

    def dump(self) -> bytes:
        """The bytes of it, exactly as it is: JSON."""
        return _MEMORIES.dump_json(self)


_MEMORIES = TypeAdapter(Memory)


def place_of(places: tuple[Place, ...], seconds: float) -> Place:
    """The clip in which a moment of the stream was looked at; the last one if none says so."""
    return next((place for place in places if seconds <= place.until), places[-1])


def _begun(footage: str) -> Memory:
    return Memory(FORMAT, footage, "", (), {})


def _parsed(data: bytes) -> Memory:
    try:
        check_format(data, FORMAT)
        return _MEMORIES.validate_json(data)
    except ValueError as error:  # also of pydantic and of the values themselves
        raise RecordDamaged(
            f"what was decided after the clip before is damaged ({why(error)}); decide that clip "
            "again"
        ) from error


def _nearest(order: list[int], index: int) -> int:
    """The one of some rising numbers that is nearest; of two as near the lower."""
    right = bisect_left(order, index)
    near = order[max(right - 1, 0) : right + 1]
    return min(near, key=lambda known: abs(known - index))
