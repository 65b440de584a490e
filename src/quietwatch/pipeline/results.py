"""What a store knows, put together for people: the report."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TypeVar

from quietwatch.errors import (
    BlobDamaged,
    ConfigError,
    ObjectMissing,
    QuietwatchError,
    RecordDamaged,
)
from quietwatch.events.report import Report, ReportClip, fitting
from quietwatch.media.veil import Veil
from quietwatch.model import Camera, Event, Failure, Verdict
from quietwatch.store.catalog import clips, happenings
from quietwatch.store.catalog.clips import ClipRecord
from quietwatch.store.masks import Masks
from quietwatch.store.pack import PackReader
from quietwatch.store.place import Place

Aside = Callable[[QuietwatchError], None]
"""Told of what is damaged and left out, so that one bad file doesn't cost all the others."""

_Told = TypeVar("_Told")
_TITLE = "What the cameras saw"
_MOST_PICTURES = 400  # in a report; alarms first
_DAMAGE = (RecordDamaged, BlobDamaged, ObjectMissing)


def pictured(place: Place, events: Iterable[Event]) -> dict[str, list[Event]]:
    """The events that a report may show with a picture, by the blob of the analysis that has it.

    Args:
        place: the store.
        events: all of the report, of one tenant.
    """
    order = [Verdict.ALARM, Verdict.REVIEW, Verdict.SUPPRESSED]
    weighty = sorted(
        events, key=lambda e: (order.index(e.judgement.verdict), -e.judgement.score, e.event_id)
    )[:_MOST_PICTURES]
    if not weighty:
        return {}
    tenant = weighty[0].camera.tenant
    with place.catalog.reading() as connection:
        paths = happenings.pictures(connection, tenant, [event.event_id for event in weighty])
        records = clips.by_paths(connection, tenant, set(paths.values()))
        packs = {record.path: record.pack for record in records}
    found: dict[str, list[Event]] = {}
    for event in weighty:
        pack = packs.get(paths.get(event.event_id, ""))
        if pack is not None:
            found.setdefault(pack, []).append(event)
    return found


def make_report(
    place: Place,
    records: Sequence[ClipRecord],
    events: Sequence[Event],
    failed: Sequence[Failure],
    aside: Aside,
) -> Report:
    """What the report of some clips of one tenant shows, with pictures for the weightiest events.

    `aside` is told of each analysis that is damaged: its pictures are left out. Only the pictures
    that the page has room for are read.
    """
    stored = pictured(place, events)
    read = _Packs(place, events[0].camera.tenant if events else "")
    sizes = _of_tracks(read.picture_sizes, stored, aside)
    fits = fitting(events, sizes)
    chosen = {key: [e for e in shown if e.event_id in fits] for key, shown in stored.items()}
    pictures = _veiled(place, events, _of_tracks(read.pictures, chosen, aside), aside)
    made_from = tuple(
        ReportClip(
            *(r.clip.camera, r.source, r.clip.start, r.seconds),
            *(r.notes, r.clip.start_from, r.noise),
        )
        for r in records
    )
    return Report(_TITLE, made_from, tuple(events), pictures, tuple(failed))


def _veiled(
    place: Place, events: Sequence[Event], pictures: Mapping[str, bytes], aside: Aside
) -> dict[str, bytes]:
    """The pictures as they may be shown: one from before a mask is black under it, too.

    Those of a camera whose masks can't be read are left out.
    """
    masks = Masks(place.repos, place.blobs)
    cameras = {event.event_id: event.camera for event in events if event.event_id in pictures}
    veils: dict[Camera, Veil] = {}
    for camera in sorted(set(cameras.values())):
        try:
            veils[camera] = Veil(masks.of(camera))
        except ConfigError as error:  # nobody knows what may be seen
            aside(error)
    shown: dict[str, bytes] = {}
    for event_id, camera in cameras.items():
        if camera not in veils:
            continue
        try:
            shown[event_id] = veils[camera].jpeg(pictures[event_id])
        except RecordDamaged as error:
            aside(error)
    return shown


class _Packs:
    """Reads pictures out of the analyses of a tenant."""

    def __init__(self, place: Place, tenant: str) -> None:
        self._place = place
        self._tenant = tenant

    def picture_sizes(self, pack: str, tracks: set[int]) -> dict[int, int]:
        """Bytes of the picture of each of these tracks that has one."""
        with self._reading(pack) as found:
            return found.picture_sizes(tracks)

    def pictures(self, pack: str, tracks: set[int]) -> dict[int, bytes]:
        """The JPEG of each of these tracks that has one."""
        with self._reading(pack) as found:
            return found.pictures(tracks)

    @contextmanager
    def _reading(self, pack: str) -> Iterator[PackReader]:
        blobs = self._place.blobs(self._tenant)
        with blobs.at(pack) as path, path.open("rb") as file, PackReader(file) as found:
            yield found


def _of_tracks(
    tell: Callable[[str, set[int]], dict[int, _Told]],
    events: Mapping[str, Sequence[Event]],
    aside: Aside,
) -> dict[str, _Told]:
    """By event_id what each analysis tells of the tracks of its events."""
    found: dict[str, _Told] = {}
    for pack, members in events.items():
        if not members:
            continue
        try:
            told = tell(pack, {event.track for event in members})
        except _DAMAGE as error:
            aside(error)
            continue
        found |= {event.event_id: told[event.track] for event in members if event.track in told}
    return found
