"""What people say of what is remembered: dismissed, taken back, forgotten; each is a commit.

It holds from the moment at which it is said: for footage that starts then or later, and for no
other, whenever that is judged.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from quietwatch.errors import PathMissing, UsageError
from quietwatch.judge.alike import SAME_LOOK, likeness, overlap
from quietwatch.judge.memory import Forgetting, Known
from quietwatch.judge.recall import box_of, portrait_of
from quietwatch.model import Box, Camera, Entry, Event, Portrait, Repo, Sighting
from quietwatch.pipeline.memory import files
from quietwatch.pipeline.memory.again import AT, FIRST
from quietwatch.pipeline.memory.files import FORMAT, MEMORY, Dismissed, Forgotten, Saying
from quietwatch.pipeline.sync import REPOS
from quietwatch.store.access import Door
from quietwatch.store.catalog import clips, happenings, sighted
from quietwatch.store.keep.followed import ORIGIN
from quietwatch.store.pack import PackReader
from quietwatch.store.place import Place

_LONG, _SLACK = timedelta(days=1), timedelta(seconds=1)  # of a clip, and of what its times say

Seen = tuple[Sighting, str]
"""What was seen, and the SHA-256 of the clip from which it is known."""


def dismiss(place: Place, door: Door, event: Event, note: str, at: datetime) -> bool:
    """Say that an event is a false alarm; False if that was said already and holds.

    Args:
        place: the store.
        door: for whoever says so.
        event: as it stands.
        note: why, in their words.
        at: UTC.

    Raises:
        UsageError: there is nothing to know it by.
        RepoMissing, AccessRefused: the caller may not write to `memory`.
    """
    before = _said(door, event)
    if before is not None and before.sayings[-1].undone is None:
        return False
    thing, clip = _seen(place, event)
    said = () if before is None else before.sayings
    saying = Saying(door.principal, at, note)
    now = Dismissed(FORMAT, event.event_id, event.start, event.end, thing, (*said, saying))
    _put(door, event, now, clip)
    return True


def take_back(door: Door, event: Event, at: datetime) -> bool:
    """Take back that an event is a false alarm; False if nobody says so. Raises as `dismiss`."""
    before = _said(door, event)
    if before is None or before.sayings[-1].undone is not None:
        return False
    *earlier, last = before.sayings
    undone = replace(last, undone_by=door.principal, undone=at)
    now = replace(before, sayings=(*earlier, undone))
    repo, path = _place_of(event)
    clip = str(door.entry(repo, path).meta.get(ORIGIN, ""))
    _put(door, event, now, clip)
    return True


def forget(
    place: Place, door: Door, camera: Camera, things: Iterable[Known] | None, at: datetime
) -> None:
    """Forget what is known of a camera.

    Args:
        place: the store.
        door: for whoever says so.
        camera: whose.
        things: that are known; None: all, also what is not known yet and only found so far.
        at: UTC.

    Raises:
        RepoMissing, AccessRefused: the caller may not write to `memory`.
    """
    repo = _repo(door, camera.tenant)
    whats = [(Forgetting(at), "")] if things is None else []
    for one in things or ():
        look = Forgetting(at, one.familiar.box, one.familiar.portrait)
        whats.append((look, _origin(place, door, camera, one)))
    entries = []
    for number, (what, clips_) in enumerate(whats):
        path = files.forgotten_path(camera, at, number)
        blob = door.put_bytes(repo, files.dump(Forgotten(FORMAT, door.principal, what)))
        meta = {AT: at.isoformat(), FIRST: at.isoformat()}
        entries.append(Entry(path, blob, meta | ({ORIGIN: clips_} if clips_ else {})))
    door.commit(repo, entries, message=f"forget what stands at {camera.site}/{camera.name}")


def _origin(place: Place, door: Door, camera: Camera, known: Known) -> str:
    """The SHA-256 of the clips that may have shown what is known as it is known, as in meta."""
    if known.event_id:
        try:
            path = files.dismissed_path(camera, known.event_id)
            return str(door.entry(Repo(camera.tenant, MEMORY), path).meta.get(ORIGIN, ""))
        except PathMissing:
            return ""
    first = known.first
    with place.catalog.reading() as connection:
        paths = sighted.paths_between(connection, camera, first - _LONG, first + _SLACK)
        found = sorted(
            clips.by_paths(connection, camera.tenant, paths), key=lambda one: one.clip.start
        )
    ends = [one.clip.start + timedelta(seconds=one.seconds) for one in found]
    there = [one for one, end in zip(found, ends, strict=True) if end + _SLACK >= first]
    return " ".join(sorted({one.clip.sha256 for one in there or found[-1:]}))


def _said(door: Door, event: Event) -> Dismissed | None:
    """What was said of an event so far."""
    repo, path = _place_of(event)
    if not door.exists(repo) or door.head(repo) is None:
        return None
    try:
        return files.dismissed(door.read(repo, path))
    except PathMissing:
        return None


def _put(door: Door, event: Event, now: Dismissed, clip: str) -> None:
    repo, path = _repo(door, event.camera.tenant), _place_of(event)[1]
    last = now.sayings[-1]
    first, at = now.sayings[0].at, last.undone or last.at
    meta = {AT: at.isoformat(), FIRST: first.isoformat(), ORIGIN: clip}
    verb = "dismiss" if last.undone is None else "no longer dismiss"
    blob = door.put_bytes(repo, files.dump(now))
    door.commit(repo, [Entry(path, blob, meta)], message=f"{verb} {event.event_id}")


def _place_of(event: Event) -> tuple[Repo, str]:
    path = files.dismissed_path(event.camera, event.event_id)
    return Repo(event.camera.tenant, MEMORY), path


def _repo(door: Door, tenant: str) -> Repo:
    """The repo, made if an older home has none yet."""
    repo = Repo(tenant, MEMORY)
    if not door.exists(repo):
        door.create(repo, REPOS[MEMORY])
    return repo


def _seen(place: Place, event: Event) -> Seen:
    """What an event was, as its best picture shows it; raises UsageError."""
    tenant = event.camera.tenant
    with place.catalog.reading() as connection:
        pictures = happenings.pictures(connection, tenant, [event.event_id])
        path = pictures.get(event.event_id, event.footage_path)
        record = next(clips.by_paths(connection, tenant, [path]), None)
    looks = []
    if record is not None and record.pack is not None:
        with place.blobs(tenant).at(record.pack) as file:
            looks = _looks(file, event)
    if record is None or not looks:
        raise UsageError(
            "no look of the detector has found it, it has hardly any light and shade, or its "
            "analysis is gone: there is nothing to know it by again"
        )
    box, portrait = max(looks, key=lambda look: overlap(look[0], event.box))
    kind = event.judgement.kind
    return Sighting(kind, box, portrait, len(looks), event.start, event.end), record.clip.sha256


def _looks(pack: Path, event: Event) -> list[tuple[Box, Portrait]]:
    """Where the event's track was found, and how it looked where it can be known again."""
    with pack.open("rb") as file, PackReader(file) as read:
        return [
            (box_of(track, index), portrait)
            for track in read.analysis().tracks
            if track.ordinal == event.track
            for index in range(len(track))
            if (portrait := portrait_of(track, index)) is not None
            and likeness(portrait, portrait) >= SAME_LOOK
        ]
