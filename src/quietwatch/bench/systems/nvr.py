"""The rules of a popular network video recorder, written anew from its documentation.

Motion proposes regions, the detector looks at them, finds of one kind are joined into tracks. A
track counts when the median of its last ten scores, a picture without a find being 0 and fewer than
three scores filled up with zeros, reaches the threshold, and when it has left the place in which it
was first found: what stands there is no alarm. Once it counts it always does. These are Frigate's
`min_score`, `threshold` and stationary objects (docs.frigate.video/configuration/object_filters).
"""

import statistics
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from quietwatch.bench.systems.glimpses import Glimpses
from quietwatch.model import Detections, FloatArray
from quietwatch.vision.association import affinity, match
from quietwatch.vision.boxes import iou

MIN_SCORE: Final = 0.5
"""A find of a lower score is none."""

THRESHOLD: Final = 0.7
"""The median from which a track counts, as it comes."""

_LAST = 10  # scores of which the median is taken
_LEAST = 3  # and how many there must be
_LOST_S = 5.0  # a track that was not found for so long has ended
_LEFT = 0.6  # overlap with its first place below which it has left it


@dataclass
class Followed:
    """A track.

    Attributes:
        kind: index into `CLASSES`.
        first: where it was found first, and `box` where last.
        box: see `first`.
        born: second of the first find, `seen` of the last.
        seen: see `born`.
        scores: the last ones.
        best: highest median so far.
        left: it has left its first place.
        rises: (second, median, box) whenever the highest median rose while it could be told.
    """

    kind: int
    first: FloatArray
    box: FloatArray
    born: float
    seen: float
    scores: deque[float] = field(default_factory=lambda: deque(maxlen=_LAST))
    best: float = 0.0
    left: bool = False
    rises: list[tuple[float, float, FloatArray]] = field(default_factory=list)

    def take(self, seconds: float, box: FloatArray | None, score: float) -> None:
        """Note a picture in which it was found, or (None, 0) was not."""
        self.scores.append(score)
        padded = [*self.scores, *[0.0] * (_LEAST - len(self.scores))]
        self.best = max(self.best, statistics.median(padded))
        if box is None:
            return
        self.box, self.seen = box, seconds
        self.left = self.left or bool(iou(self.first[None], box[None])[0, 0] < _LEFT)
        told = self.rises[-1][1] if self.rises else 0.0
        if self.left and self.best > told:
            self.rises.append((seconds, self.best, box))


class Joiner:
    """Joins finds into tracks, picture by picture.

    Args:
        aspect: width of the picture by its height.
    """

    def __init__(self, aspect: float) -> None:
        self._aspect = aspect
        self._live: list[Followed] = []
        self.tracks: list[Followed] = []

    @property
    def live(self) -> Sequence[Followed]:
        """The tracks that have not ended."""
        return self._live

    def step(self, seconds: float, finds: Detections) -> None:
        """Take the finds of a picture; those below `MIN_SCORE` are none."""
        self._live = [track for track in self._live if seconds - track.seen <= _LOST_S]
        good = np.flatnonzero(finds.scores >= MIN_SCORE)
        boxes, scores, kinds = finds.boxes[good], finds.scores[good], finds.kinds[good]
        places = np.array([track.box for track in self._live]).reshape(-1, 4)
        gaps = np.array([seconds - track.seen for track in self._live])
        fit = affinity(places, boxes, gaps, self._aspect)
        fit[np.array([t.kind for t in self._live], np.int64)[:, None] != kinds[None]] = 0
        taken = dict(match(fit))
        for row, track in enumerate(self._live):
            found = taken.get(row)
            if found is None:
                track.take(seconds, None, 0.0)
            else:
                track.take(seconds, boxes[found], float(scores[found]))
        for index in sorted(set(range(len(good))) - set(taken.values())):
            track = Followed(int(kinds[index]), boxes[index], boxes[index], seconds, seconds)
            track.take(seconds, boxes[index], float(scores[index]))
            self._live.append(track)
            self.tracks.append(track)


def tracks(seen: Glimpses) -> list[Followed]:
    """The tracks of a clip, in order of their first find."""
    joiner = Joiner(seen.aspect)
    for picture, seconds in enumerate(seen.times.tolist()):
        joiner.step(seconds, seen.near.of(picture))
    return joiner.tracks
