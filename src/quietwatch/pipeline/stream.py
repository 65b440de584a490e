"""Where a stream of clips stands on its way through both stages."""

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from quietwatch.pipeline.batch import Judged
from quietwatch.store.catalog.clips import ClipRecord
from quietwatch.store.catalog.datums import Datum


@dataclass(frozen=True, slots=True)
class Link:
    """A clip at its place in a stream; `offset` is the stream time at which it begins, seconds."""

    record: ClipRecord
    offset: float


@dataclass(slots=True)
class Stream:
    """The clips of a stream, those still to do, and what the last one left.

    An event may begin in one clip and be told of in the next ones. So when one clip is judged
    otherwise than before (`again`), all are, from the first; what they say is held until the last
    one is judged, and kept at once: no event is cut short or taken away for a moment.

    Attributes:
        chain: its clips, in order.
        records: what is known of them, by path.
        known: datums that they may need, by key.
        links: clips still to do.
        before: analysis of the clip before; None: the next one begins anew.
        judged: judgement of the clip before.
        origin: offset of the clip that began anew, seconds.
        again: whether a clip is judged otherwise than before.
        skipped: whether a clip was as it had been judged before.
        held: what was judged and waits for the last clip.
        done: how many clips were judged or set aside, and are not held.
        paths: of the clips that were judged since the first; `told` the ids of their events.
        told: see `paths`.
    """

    chain: Sequence[Link]
    records: Mapping[str, ClipRecord]
    known: dict[str, Datum]
    links: deque[Link] = field(init=False)
    before: Datum | None = None
    judged: Datum | None = None
    origin: float = 0.0
    again: bool = False
    skipped: bool = False
    held: list[Judged] = field(default_factory=list)
    done: int = 0
    paths: list[str] = field(default_factory=list)
    told: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.links = deque(self.chain)

    def restart(self) -> None:
        """Begin with the first clip again."""
        self.links = deque(self.chain)
        self.skipped = False
        self.held, self.paths, self.told = [], [], set()
        self.broken()

    def broken(self) -> None:
        """The clip can't be used: what follows starts anew."""
        self.before = self.judged = None
