"""What arrives while we watch, round after round: nothing is missed, nothing half written taken.

Folders tell by file events, buckets are asked for what is new since the last key, or tell by a
queue. Either may miss something, so now and then all sources are looked through: what is known
costs little.
"""

import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from zoneinfo import ZoneInfo

from watchfiles._rust_notify import RustNotify

from quietwatch.config import Settings
from quietwatch.errors import StoreUnavailable, UsageError
from quietwatch.model import Arrival, Failure
from quietwatch.names import printable
from quietwatch.sources import folder
from quietwatch.sources.bucket import Tail
from quietwatch.sources.notices import Notices
from quietwatch.sources.piece import Piece
from quietwatch.sources.survey import Cameras, received
from quietwatch.sources.whole import is_whole
from quietwatch.store.objects import url

_TICK_S = 1.0  # how often folders are asked whether something happened, and files whether whole
_GROUP_MS, _STEP_MS = (
    1600,
    50,
)  # how long changes are gathered, and how long none may come meanwhile


def lookout(
    sources: Sequence[str], settings: Settings, home: Path | None, queue: str | None = None
) -> "Lookout":
    """Watch sources.

    Args:
        sources: folders and bucket URLs.
        settings: whose footage it is, and how often is looked.
        home: folder of our own results.
        queue: URL of a queue that tells of the buckets.

    Raises:
        SourceNotFound: a folder is not there. UsageError: a source is neither, or a URL is wrong.
        ExtraMissing: what speaks to the queue is not installed.
    """
    for source in sources:
        if url.is_url(source):
            url.parse(source)
        else:
            folder.require(source)
            if not Path(source).is_dir():
                raise UsageError(
                    f"{printable(source)} is no folder; name the folder in which footage arrives"
                )
    notices = None
    if queue is not None:
        buckets = [url.parse(source) for source in sources if url.is_url(source)]
        notices = Notices(queue, buckets, ZoneInfo(settings.source.timezone))
    return Lookout(sources, settings, home, notices)


class Lookout:
    """Watches sources.

    Args:
        sources: folders and bucket URLs.
        settings: whose footage it is, and how often is looked.
        home: folder of our own results, left out where it lies in a source.
        queue: notices of new objects, where there is one.
    """

    def __init__(
        self,
        sources: Sequence[str],
        settings: Settings,
        home: Path | None = None,
        queue: Notices | None = None,
    ) -> None:
        self._troubles: dict[object, str] = {}
        self._folders = [source for source in sources if not url.is_url(source)]
        self._zone = ZoneInfo(settings.source.timezone)
        self._home = home
        self._settings = settings.watch
        self._cameras = Cameras(settings.source.tenant, settings.source.site)
        buckets = [url.parse(source) for source in sources if url.is_url(source)]
        self._tails = [Tail(bucket, self._zone) for bucket in buckets]
        self._queue = queue
        self._unfinished: set[tuple[str, Path]] = set()

    @property
    def trouble(self) -> list[str]:
        """What is wrong with buckets and the queue now, a sentence each."""
        return list(self._troubles.values())

    def rounds(self, stop: threading.Event) -> Iterator[Iterable[Arrival | Failure]]:
        """What has arrived since the round before; an empty round now and then.

        What a round gives must be dealt with before the next is asked for: then its notices are
        taken from the queue.
        """
        with ExitStack() as stack:
            # Watched before they are looked through: what comes meanwhile must not be missed.
            events = [stack.enter_context(_events(self._folders))] if self._folders else []
            yield self._everything()
            reconciled = polled = time.monotonic()
            while (changed := self._changed(events, stop)) is not None:
                now = time.monotonic()
                if now - reconciled >= self._settings.reconcile_s:
                    reconciled = polled = now
                    yield self._everything()
                    continue
                due = now - polled >= self._settings.poll_s
                polled = now if due else polled
                found = self._found(changed, poll=due)
                if found or due:  # an empty round lets what failed be tried again
                    yield found
                self._done()

    def _found(self, changed: set[tuple[str, Path]], *, poll: bool) -> list[Arrival | Failure]:
        found = list(self._in_folders(changed))
        if poll:
            found += self._in_buckets(everything=False)
        return found + self._in_queue()

    def _everything(self) -> Iterator[Arrival | Failure]:
        walk = folder.Walk(self._zone, self._home)
        for source in self._folders:
            yield from self._whole(source, received(walk.pieces(source), self._cameras))
        yield from self._in_buckets(everything=True)

    def _changed(
        self, events: list[RustNotify], stop: threading.Event
    ) -> set[tuple[str, Path]] | None:
        """Source and folder of each change within a tick; None when it is to stop."""
        if not events:
            return None if stop.wait(_TICK_S) else set()
        match events[0].watch(_GROUP_MS, _STEP_MS, round(_TICK_S * 1000), stop):
            case "stop":
                return None
            case "signal":
                raise KeyboardInterrupt
            case "timeout":
                return set()
            case changes:
                return {place for _, path in changes for place in self._places(Path(path))}

    def _places(self, path: Path) -> Iterator[tuple[str, Path]]:
        for source in self._folders:
            top = Path(source)
            if path == top or path.is_relative_to(top.absolute()) or path.is_relative_to(top):
                inner = path if path.is_dir() else path.parent
                absolute = inner.absolute()
                if absolute.is_relative_to(top.absolute()):
                    yield source, top / absolute.relative_to(top.absolute())

    def _in_folders(self, changed: set[tuple[str, Path]]) -> Iterator[Arrival | Failure]:
        places, self._unfinished = changed | self._unfinished, set()
        walk = folder.Walk(self._zone, self._home)
        for source, part in sorted(places):
            pieces = walk.part(source, part) if Path(source).is_dir() else walk.pieces(source)
            yield from self._whole(source, received(pieces, self._cameras))

    def _whole(
        self, source: str, arrivals: Iterable[Arrival | Failure]
    ) -> Iterator[Arrival | Failure]:
        """Those that are whole; the folders of the others are looked at again."""
        for arrival in arrivals:
            if isinstance(arrival, Arrival):
                files = map(Path, arrival.files)
                writing = [file for file in files if not is_whole(file, self._settings.settle_s)]
                if writing:
                    self._unfinished.add((source, writing[0].parent))
                    continue
            yield arrival

    def _in_buckets(self, *, everything: bool) -> Iterator[Arrival | Failure]:
        for tail in self._tails:
            try:
                pieces: list[Piece | Failure] = list(tail.all() if everything else tail.new())
            except StoreUnavailable as error:  # the others go on; it is asked again
                self._troubles[tail] = error.detail
                continue
            self._troubles.pop(tail, None)
            yield from received(pieces, self._cameras)

    def _in_queue(self) -> list[Arrival | Failure]:
        if self._queue is None:
            return []
        try:
            pieces = list(self._queue.pieces())
        except StoreUnavailable as error:  # the notices stay; buckets are listed all the same
            self._queue.leave()
            self._troubles[self._queue] = error.detail
            return []
        self._troubles.pop(self._queue, None)
        return list(received(pieces, self._cameras))

    def _done(self) -> None:
        """What was told of is dealt with."""
        if self._queue is not None:
            try:
                self._queue.done()
            except StoreUnavailable as error:  # they come again, and are known then
                self._troubles[self._queue] = error.detail


def _events(folders: Sequence[str]) -> RustNotify:
    """The system's file events of folders and all below them, from now on."""
    # The package's own `watch` begins only when it is asked for the first change.
    debug, polling, recursive, ignore_denied = False, False, True, True
    return RustNotify(list(folders), debug, polling, 300, recursive, ignore_denied)
