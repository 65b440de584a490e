"""What is kept of a track while it lives."""

from dataclasses import dataclass, field

import numpy as np

from quietwatch.model import FloatArray

_SMOOTH = 0.5  # weight of the newest step in the velocity


@dataclass
class Live:
    """What is kept of a track while it lives; bounded, whatever its length.

    Attributes:
        ordinal: number of the track.
        box: where it was seen last.
        velocity: of its middle, fractions of the picture a second.
        born: stream time of the first sighting; `seen` of the last.
        seen: see `born`.
        finds: looks that found something there; `empty`: looks in vain since the last of them.
        empty: see `finds`.
        best: highest score of any kind so far, and `kind` its index in `CLASSES`, -1 for none.
        kind: see `best`.
        looked: stream time of the last look; negative before the first.
        sightings: how often it was seen.
        birthplace: where it was seen first, and `travelled`: it has been clear of that place.
        travelled: see `birthplace`.
        second_looks: second looks at it so far, and `second_at` the stream time of the last.
        second_at: see `second_looks`.
        head: to which side the head is of who goes on all fours: 1 right, -1 left, 0 not known.
        extent: what holds all places in which it was found; empty before the first find.
        frame: of the background around all these, and `framed` how much it is closed, as of
            `framed_at`, stream time; see `framing`.
        framed: see `frame`.
        framed_at: see `frame`.
    """

    ordinal: int
    box: list[float]
    velocity: list[float]
    born: float
    seen: float
    finds: int = 0
    empty: int = 0
    best: float = 0.0
    kind: int = -1
    looked: float = -1.0
    sightings: int = 1
    birthplace: list[float] = field(default_factory=list)
    travelled: bool = False
    second_looks: int = 0
    second_at: float = -1.0
    head: int = 0
    extent: list[float] = field(default_factory=list)
    frame: list[float] = field(default_factory=list)
    framed: float = 0.0
    framed_at: float = -1.0

    def predict(self, seconds: float) -> FloatArray:
        """Where it should be by now, clipped to the picture, for at most half a second ahead."""
        ahead = min(seconds - self.seen, 0.5)
        shift = np.array(self.velocity * 2) * ahead
        return np.asarray(np.clip(np.array(self.box) + shift, 0.0, 1.0), np.float64)

    def move(self, box: FloatArray, seconds: float) -> None:
        """Take up an observed box and learn the velocity from it."""
        gap = seconds - self.seen
        if gap > 0:
            old = np.array(self.box)
            step = ((box[:2] + box[2:]) - (old[:2] + old[2:])) / 2 / gap
            self.velocity = [
                float((1 - _SMOOTH) * before + _SMOOTH * now)
                for before, now in zip(self.velocity, step, strict=True)
            ]
        self.box = [float(part) for part in box]
        self.seen = seconds
        self.sightings += 1
        place = np.array(self.birthplace)
        self.travelled |= bool((box[2:] < place[:2]).any() or (box[:2] > place[2:]).any())

    def found(self, scores: FloatArray) -> None:
        """Take up what a look at its place has found of each kind; nothing, if all are 0."""
        best = float(scores.max())
        if best <= 0:
            self.empty += 1
            return
        self.finds, self.empty = self.finds + 1, 0
        held = self.extent or self.box
        low = (min(one, other) for one, other in zip(held[:2], self.box[:2], strict=True))
        high = (max(one, other) for one, other in zip(held[2:], self.box[2:], strict=True))
        self.extent = [*low, *high]
        if best > self.best:
            self.best, self.kind = best, int(scores.argmax())

    def looked_again(self, seconds: float) -> None:
        """Note a second look."""
        self.second_looks += 1
        self.second_at = seconds
