"""Following a stream clip after clip: frames in, tracks with pictures out, and the state between.

A stream that is cut into clips gives the same tracks as one that is not: the same numbers and the
same observations. Only a track that lives when a clip ends comes in parts, one from each clip in
which it was observed; put end to end they are the track.
"""

from collections.abc import Iterator

from quietwatch.config import VisionSettings
from quietwatch.model import Frame, Link, Snapshot, Track
from quietwatch.vision.analyze import Analyzer
from quietwatch.vision.collect import Collector
from quietwatch.vision.detector import Detector
from quietwatch.vision.state import State, dump, loaded


class Follower:
    """Follows everything in one clip of a stream.

    Args:
        detector: names what it sees.
        settings: rate and bounds of looking.
        footage: SHA-256 of the clip.
        offset: stream time of its first frame, seconds; taken to the microsecond.
        state: what `save` gave at the end of the clip before; None for the first of a stream.
        second: a better detector for second looks; None takes none.

    Raises:
        RecordDamaged: the state is damaged, or of another version.
    """

    def __init__(
        self,
        detector: Detector,
        settings: VisionSettings,
        footage: str,
        offset: float = 0.0,
        state: bytes | None = None,
        second: Detector | None = None,
    ) -> None:
        self._footage = footage
        self._before = ""
        self._offset = round(offset, 6)
        self._analyzer = Analyzer(detector, settings, origin=self._offset, second=second)
        self._collector = Collector()
        if state is not None:
            with loaded(state) as saved:
                self._analyzer.restore(saved)
                self._collector.restore(saved.values["collector"])
                self._before = str(saved.values["footage"])

    @property
    def looked(self) -> int:
        """Frames of this clip that were searched for motion so far."""
        return self._analyzer.looked

    @property
    def looks(self) -> int:
        """Calls of the detector for this clip so far."""
        return self._analyzer.looks

    @property
    def second_looks(self) -> int:
        """Calls of the detector of second looks for this clip so far."""
        return self._analyzer.second_looks

    @property
    def noise(self) -> int:
        """Movers that ended in this clip so far and were seen too seldom to be tracks."""
        return self._collector.noise

    @property
    def link(self) -> Link:
        """The clip's place in its stream; whole after `pause`."""
        collector = self._collector
        return Link(
            footage=self._footage,
            before=self._before,
            offset=self._offset,
            until=self._analyzer.until,
            live=collector.live,
            unsettled=collector.unsettled,
        )

    def take(self, frame: Frame) -> Iterator[tuple[Track, Snapshot | None]]:
        """Take the next frame; yields what it ended: tracks, or their last parts."""
        yield from self._collector.take(self._analyzer.step(frame), frame)

    def pause(self) -> Iterator[tuple[Track, Snapshot | None]]:
        """At the end of the clip: the parts of the tracks that live on."""
        yield from self._collector.pause()

    def save(self) -> bytes:
        """After `pause`: the whole state, to go on from in the next clip."""
        state = self._analyzer.state()
        own = {"footage": self._footage, "collector": self._collector.state()}
        return dump(State({**state.values, **own}, state.arrays))
