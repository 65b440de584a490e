"""Footage that lies in the repo and is not known yet: put by hand, or known to a lost catalog."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from quietwatch.errors import InputError, InvalidName, PathMissing
from quietwatch.model import Blob, Camera, Clip, Entry, Repo
from quietwatch.names import clip_hour, clip_path, read_clip_path
from quietwatch.pipeline.runners.base import Outcome, Task
from quietwatch.pipeline.tuning import Tuning
from quietwatch.pipeline.work import Probed, ProbeStored
from quietwatch.store.catalog import clips, erasures
from quietwatch.store.catalog.clips import ClipRecord
from quietwatch.store.place import Place

FOOTAGE = "footage"
"""The repo of clips."""


@dataclass(slots=True)
class _Group:
    """Clips of a camera and hour of which some must be probed before they are known."""

    records: list[ClipRecord]
    open: dict[str, Entry] = field(default_factory=dict)


class Adopt:
    """Turns what lies in `footage` into clips.

    Args:
        place: the store.
        tenant: whose footage.
        tuning: how footage is looked at.
    """

    def __init__(self, place: Place, tenant: str, tuning: Tuning) -> None:
        self._place = place
        self._tenant = tenant
        self._tuning = tuning
        self._parked: list[_Group] = []
        self._probing: dict[str, tuple[_Group, Entry]] = {}

    def known(self, groups: Iterable[Sequence[Entry]]) -> Iterator[list[ClipRecord]]:
        """The groups of which all is known; the others are kept for `tasks`."""
        for entries in groups:
            wanted = {entry.path: entry for entry in entries if entry.blob is not None}
            with self._place.catalog.reading() as connection:
                found = [
                    record
                    for record in clips.by_paths(connection, self._tenant, wanted)
                    if _is_same(record, wanted[record.path])
                ]
            for record in found:
                del wanted[record.path]
            wanted = {p: entry for p, entry in wanted.items() if _is_clip(entry, self._tenant)}
            told = [one for e in wanted.values() if (one := self._told(e)) is not None]
            if told:
                self._keep(told)
            for record in told:
                del wanted[record.path]
            group = _Group([*found, *told], wanted)
            if wanted:
                self._parked.append(group)
            elif not self._is_settled(group.records):
                yield group.records

    def _is_settled(self, records: Sequence[ClipRecord]) -> bool:
        """Whether footage of a group is erased, and the rest of it has results: these stand.

        What was made of streams of which a part is gone can't be made again, and must not change.
        """
        if any(record.decision is None and record.error is None for record in records):
            return False
        hours = {clip_hour(record.path) for record in records}
        with self._place.catalog.reading() as connection:
            return any(
                erasures.any_below(connection, self._tenant, FOOTAGE, hour) for hour in hours
            )

    def tasks(self) -> Iterator[Task | None]:
        """Probes of what nobody knows, until all are settled."""
        for group in self._parked:
            for path, entry in list(group.open.items()):
                if entry.blob is None:
                    continue
                camera, _ = read_clip_path(path, self._tenant)
                key = f"adopt:{path}"
                self._probing[key] = (group, entry)
                media = self._tuning.of(camera).media
                probe = ProbeStored(self._tenant, entry.blob.sha256, media)
                yield Task(key, probe, prepares=True)
        while self._probing:
            yield None

    def waits_for(self, key: str) -> bool:
        """Whether a task is one of ours."""
        return key in self._probing

    def settle(self, outcome: Outcome) -> None:
        """Take up what a probe found."""
        group, entry = self._probing.pop(outcome.task.key)
        del group.open[entry.path]
        camera, start = read_clip_path(entry.path, self._tenant)
        if isinstance(outcome.made, Probed):
            info, duration = outcome.made.info, outcome.made.duration
            clip = _clip(camera, start, entry, duration, info.width, info.height, info.codec)
        elif isinstance(outcome.error, InputError):  # its analysis will fail alike, and be told of
            clip = _unknown(camera, start, entry)
        else:
            raise TypeError(f"expected: Probed or an error; got {outcome}")
        record = ClipRecord(clip, entry.path, f"footage:{entry.path}")
        group.records.append(record)
        self._keep([record])

    def adopted(self) -> Iterator[list[ClipRecord]]:
        """The groups that were kept, now that they are known."""
        parked, self._parked = self._parked, []
        for group in parked:
            if group.records:
                yield group.records

    def _told(self, entry: Entry) -> ClipRecord | None:
        """What the repo itself says of a clip, None where it does not."""
        meta = entry.meta
        camera, start = read_clip_path(entry.path, self._tenant)
        try:
            duration, codec, source = meta["duration"], meta["codec"], meta["source"]
            width, height = meta["width"], meta["height"]
        except KeyError:
            return None
        if not (
            isinstance(duration, int | float) and isinstance(width, int) and isinstance(height, int)
        ):
            return None
        try:
            clip = _clip(camera, start, entry, float(duration), width, height, str(codec))
        except ValueError:  # no clip is so: somebody has written it by hand
            return None
        return ClipRecord(clip, entry.path, str(source))

    def _keep(self, records: Sequence[ClipRecord]) -> None:
        with self._place.catalog.begin() as connection:
            clips.put(connection, records)


def lies_at(place: Place, camera: Camera, sha256: str) -> str | None:
    """Where a clip with these bytes of this camera lies that may not be known yet."""
    repo = Repo(camera.tenant, FOOTAGE)
    for use in place.repos.uses(camera.tenant, sha256, {FOOTAGE}):
        if use.path.startswith(f"{camera.site}/{camera.name}/"):
            try:
                entry = place.repos.entry(repo, use.path)
            except PathMissing:  # it did, and was taken away
                continue
            if entry.blob and entry.blob.sha256 == sha256 and _is_clip(entry, camera.tenant):
                return entry.path
    return None


def _is_clip(entry: Entry, tenant: str) -> bool:
    """Whether it is named as a clip with these bytes is; else it is a file beside the clips."""
    try:
        camera, start = read_clip_path(entry.path, tenant)
    except InvalidName:
        return False
    return clip_path(_unknown(camera, start, entry)) == entry.path


def _is_same(record: ClipRecord, entry: Entry) -> bool:
    return entry.blob is not None and record.clip.sha256 == entry.blob.sha256


def _unknown(camera: Camera, start: datetime, entry: Entry) -> Clip:
    """A clip of which its bytes and its path are all that is known."""
    return _clip(camera, start, entry, 0.0, 1, 1, "unknown")


def _clip(
    camera: Camera,
    start: datetime,
    entry: Entry,
    duration: float,
    width: int,
    height: int,
    codec: str,
) -> Clip:
    blob = entry.blob or Blob("0" * 64, 0)
    started_by = entry.meta.get("start_from")
    return Clip(
        camera=camera,
        sha256=blob.sha256,
        size=blob.size,
        start=start,
        start_from=started_by if started_by in {"recorder", "metadata", "mtime"} else "name",  # type: ignore[arg-type]
        duration=duration,
        width=width,
        height=height,
        codec=codec,
        extension=entry.path.rpartition(".")[2],
    )
