"""Footage that arrives, into the repo `footage`: what is new is probed, put and committed."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from sqlalchemy import Connection

from quietwatch.errors import (
    AmbiguousCamera,
    FootageDamaged,
    FootageMissing,
    InputError,
    QuietwatchError,
    SourceChanged,
)
from quietwatch.model import Arrival, Blob, Camera, Clip, Commit, Entry, Failure, Note, Repo
from quietwatch.pipeline.adopt import FOOTAGE, lies_at
from quietwatch.pipeline.intake import (
    Taken,
    looks_of,
    name_notes,
    path_of,
    place_of,
    readable,
    take,
)
from quietwatch.pipeline.runners.base import Outcome, Task
from quietwatch.pipeline.tuning import Tuning
from quietwatch.pipeline.work import Probe, Probed
from quietwatch.store.catalog import clips, datums, erasures
from quietwatch.store.catalog.clips import ClipRecord, Known
from quietwatch.store.place import Place

_LOST = {FootageDamaged.code, FootageMissing.code}
_LOOK_AHEAD = 2000  # arrivals whose history is asked for at once
_BATCH = 256  # clips of one commit
_BATCH_BYTES = 2**30  # and their bytes: what is in the spool is bounded


@dataclass(frozen=True, slots=True)
class Named:
    """A clip of the sources that were named.

    Attributes:
        path: in `footage`.
        sources: paths or URLs as given this time: of the one taken, then of its copies.
        notes: what is odd about its name.
    """

    path: str
    sources: list[str]
    notes: tuple[Note, ...]

    @property
    def source(self) -> str:
        """Of several copies the first gives the clip its name."""
        return self.sources[0]


@dataclass(slots=True)
class _Waiting:
    """Footage under way: what is known of it, and the copies that came after it."""

    taken: Taken
    clip: Clip | None = None
    copies: list[Arrival] = field(default_factory=list)


class Ingest:
    """Takes arrivals of one tenant in.

    Attributes:
        named: the clips of what arrived, by path, in order of arrival.
        failed: what could not be used; `rejected` the same, where it is known whose it is.
        rejected: see `failed`.

    Args:
        place: the store.
        tenant: whose footage it is.
        tuning: how footage is looked at.
        stall_s: longest time without a byte of an input, seconds.
        author: who brings it in.
    """

    def __init__(
        self, place: Place, tenant: str, tuning: Tuning, stall_s: float, author: str
    ) -> None:
        self.named: dict[str, Named] = {}
        self.failed: list[Failure] = []
        self.rejected: list[tuple[Camera, Failure]] = []
        self._place = place
        self._repo = Repo(tenant, FOOTAGE)
        self._tuning = tuning
        self._stall_s = stall_s
        self._author = author
        self._probing: dict[str, _Waiting] = {}
        self._by_footage: dict[tuple[Camera, str], _Waiting] = {}
        self._ready: list[_Waiting] = []
        self._count = 0
        with place.catalog.reading() as connection:
            self._called = clips.called(connection, tenant)
            failed = datums.failed(connection, tenant)
        self._lost = {datum.path for datum in failed if datum.error in _LOST}

    @property
    def idle(self) -> bool:
        """Whether nothing is being probed."""
        return not self._probing

    def waits_for(self, key: str) -> bool:
        """Whether a task is one of ours."""
        return key in self._probing

    def tasks(self, arrivals: Iterable[Arrival | Failure]) -> Iterator[Task]:
        """What has to be probed; what is known is settled on the way.

        Raises:
            StorageError: the store or the catalog does not do its work.
        """
        rest = iter(arrivals)
        while part := list(islice(rest, _LOOK_AHEAD)):
            self.failed += [one for one in part if isinstance(one, Failure)]
            for arrival in self._unknown([one for one in part if isinstance(one, Arrival)]):
                for whole in self._readable(arrival):
                    task = self._take(whole)
                    if task is not None:
                        yield task

    def settle(self, outcome: Outcome) -> None:
        """Take up what a probe found; commits when enough has come together."""
        waiting = self._probing.pop(outcome.task.key)
        if outcome.error is not None:
            self._drop(waiting, outcome.error)
            return
        if not isinstance(outcome.made, Probed):
            raise TypeError(f"expected: Probed; got {type(outcome.made).__name__}")
        waiting.clip = waiting.taken.clip(outcome.made.info, outcome.made.duration)
        self._ready.append(waiting)
        if (
            len(self._ready) >= _BATCH
            or sum(w.taken.size for w in self._ready if w.taken.ours) > _BATCH_BYTES
        ):
            self.flush()

    def flush(self) -> None:
        """Put and commit what has been probed.

        Raises:
            StorageError: it can't be kept; what was committed before is.
        """
        ready, self._ready = self._ready, []
        if not ready:
            return
        blobs = self._place.blobs(self._repo.tenant)
        with self._place.leasing(self._repo.tenant, [w.taken.sha256 for w in ready]):
            put = blobs.put_files([w.taken.file for w in ready])
            whole = []
            for waiting, blob in zip(ready, put, strict=True):
                if blob.sha256 != waiting.taken.sha256 or waiting.taken.has_changed:
                    self._drop(waiting, _changed())
                else:
                    whole.append(waiting)
            if whole:
                self._commit(whole)
        for waiting in whole:
            waiting.taken.release()

    def _unknown(self, arrivals: list[Arrival]) -> Iterator[Arrival]:
        """Those that were not taken in before, or have changed since."""
        places = [place_of(arrival) for arrival in arrivals]
        with self._place.catalog.reading() as connection:
            known = clips.known(connection, self._repo.tenant, places)
        for arrival, place in zip(arrivals, places, strict=True):
            found = known.get(place)
            if (
                found
                and found.stamp == looks_of(arrival)
                and _is_of(found.path, arrival.camera)
                and found.path not in self._lost
            ):
                try:
                    self._require_name(arrival)
                except AmbiguousCamera as error:
                    self._fail(arrival, error)
                    continue
                self._name(found.path, arrival)
            else:
                yield arrival

    def _readable(self, arrival: Arrival) -> Iterator[Arrival]:
        """The arrival without those of its stills that can't be read, unless that is known."""
        fewer, failed = readable(arrival, self._stall_s)
        for failure in failed:
            self._set_aside(arrival.camera, failure)
        if not failed:
            yield arrival
        elif fewer.files:
            yield from self._unknown([fewer])

    def _take(self, arrival: Arrival) -> Task | None:
        try:
            self._require_name(arrival)
            taken = take(arrival, self._place.spool, self._stall_s)
        except InputError as error:
            self._fail(arrival, error)
            return None
        clip = (arrival.camera, taken.sha256)
        if clip in self._by_footage:  # the same bytes on one camera are one clip
            taken.release()
            self._by_footage[clip].copies.append(arrival)
            return None
        with self._place.catalog.reading() as connection:
            path = clips.by_footage(connection, [clip]).get(clip) or lies_at(self._place, *clip)
            refused = erasures.refused(connection, self._repo.tenant, FOOTAGE, taken.sha256)
        if path is None and refused is not None:
            self._fail(arrival, refused.error)
            taken.release()
            return None
        if path is not None:
            if path in self._lost:
                self._mend(path, taken)
            self._know([(path, taken)])
            self._name(path, arrival)
            taken.release()
            return None
        self._count += 1
        key = f"probe:{self._count}"
        self._by_footage[clip] = self._probing[key] = _Waiting(taken)
        media = self._tuning.media(arrival.camera)
        return Task(key, Probe(taken.file, media), prepares=True)

    def _commit(self, whole: list[_Waiting]) -> None:
        records = [_record(waiting) for waiting in whole]
        entries = [_entry(record) for record in records]
        names = {
            w.taken.arrival.camera: w.taken.arrival.named
            for w in whole
            if w.taken.arrival.named and w.taken.arrival.camera not in self._called
        }
        seen = {
            place_of(w.taken.arrival): Known(w.taken.looks, record.path)
            for w, record in zip(whole, records, strict=True)
            if _can_be_known(w.taken.arrival)
        }

        def within(connection: Connection, _: Commit | None) -> None:
            clips.put(connection, records)
            clips.know(connection, self._repo.tenant, seen)
            clips.call(connection, names)

        count = f"{len(entries)} clip{'s' if len(entries) > 1 else ''}"
        self._place.repos.commit(
            self._repo, entries, author=self._author, message=f"bring in {count}", within=within
        )
        self._called |= names
        for waiting, record in zip(whole, records, strict=True):
            self._name(record.path, waiting.taken.arrival)
            for copy in waiting.copies:
                self._name(record.path, copy)
            del self._by_footage[record.clip.camera, record.clip.sha256]

    def _name(self, path: str, arrival: Arrival) -> None:
        named = self.named.setdefault(path, Named(path, [], name_notes(arrival)))
        named.sources.append(arrival.source)

    def _know(self, pairs: list[tuple[str, Taken]]) -> None:
        seen = {
            place_of(taken.arrival): Known(taken.looks, path)
            for path, taken in pairs
            if _can_be_known(taken.arrival)
        }
        if seen:
            with self._place.catalog.begin(lasting=False) as connection:
                clips.know(connection, self._repo.tenant, seen)

    def _mend(self, path: str, taken: Taken) -> None:
        """Put footage again that the store has lost; what it cost is tried again."""
        blobs = self._place.blobs(self._repo.tenant)
        with self._place.leasing(self._repo.tenant, [taken.sha256]):
            blobs.delete([taken.sha256])  # what is there may be damaged
            blobs.put_file(taken.file)
        with self._place.catalog.begin() as connection:
            datums.found(connection, self._repo.tenant, path)
            datums.retry(connection, self._repo.tenant, path)
        self._lost.discard(path)

    def _require_name(self, arrival: Arrival) -> None:
        """See that the camera is called as it was before.

        Raises:
            AmbiguousCamera: it has another name, which gives the same slug.
        """
        known = self._called.get(arrival.camera)
        if arrival.named and known and arrival.named != known:
            raise AmbiguousCamera(
                f"'{arrival.named}' gives the camera {arrival.camera.name}, which was called "
                f"'{known}' in an earlier run; rename one of them, or run them apart with a site "
                "of their own"
            )

    def _drop(self, waiting: _Waiting, error: QuietwatchError) -> None:
        taken = waiting.taken
        del self._by_footage[taken.arrival.camera, taken.sha256]
        for arrival in (taken.arrival, *waiting.copies):  # each copy of bad bytes is named
            self._fail(arrival, error)
        taken.release()

    def _fail(self, arrival: Arrival, error: QuietwatchError) -> None:
        self._set_aside(arrival.camera, Failure(arrival.source, error.code, error.detail))

    def _set_aside(self, camera: Camera, failure: Failure) -> None:
        self.failed.append(failure)
        self.rejected.append((camera, failure))


def _record(waiting: _Waiting) -> ClipRecord:
    if waiting.clip is None:
        raise ValueError("expected: a clip that was probed")
    return ClipRecord(waiting.clip, path_of(waiting.clip), waiting.taken.arrival.source)


def entry_meta(clip: Clip, source: str) -> dict[str, str | int | float | bool | None]:
    """What the repo keeps of a clip beside its bytes, so that it need not be probed again."""
    return {
        "start_from": clip.start_from,
        "duration": clip.duration,
        "width": clip.width,
        "height": clip.height,
        "codec": clip.codec,
        "source": source,
    }


def _entry(record: ClipRecord) -> Entry:
    clip = record.clip
    return Entry(record.path, Blob(clip.sha256, clip.size), entry_meta(clip, record.source))


def _can_be_known(arrival: Arrival) -> bool:
    return bool(arrival.files or arrival.stamp)


def _is_of(path: str, camera: Camera) -> bool:
    return path.startswith(f"{camera.site}/{camera.name}/")


def _changed() -> SourceChanged:
    return SourceChanged("the file changed while it was read; run again when it is whole")
