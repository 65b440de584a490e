"""What is known of a camera when a clip begins, from the files of `memory`.

A file that can't be read says nothing: then less is known, and more rings. `fsck` tells of it.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from quietwatch.config import JudgeSettings
from quietwatch.errors import BlobDamaged, Erased, ObjectMissing, RecordDamaged
from quietwatch.judge.memory import Dismissal, Forgetting, Known, Past, familiar, known_at
from quietwatch.judge.sightings import Hour
from quietwatch.model import Camera, Clip, Familiar
from quietwatch.pipeline.memory import files
from quietwatch.pipeline.memory.files import Files
from quietwatch.pipeline.memory.shelf import Shelf

_UNREADABLE = (RecordDamaged, BlobDamaged, ObjectMissing, Erased)

_MOST_READ = 20_000
"""Hours, of files that were read, that are held: 1.5 KB each for one thing that stands."""


class Days:
    """Days that were read, for all who ask; the ones not asked for the longest are let go."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, dict[datetime, Hour]] = OrderedDict()
        self._hours = 0

    def get(self, name: str, read: Callable[[], bytes]) -> dict[datetime, Hour]:
        """The sightings of a day by hour; raises RecordDamaged, and what `read` does."""
        if name not in self._known:
            day = files.hours(files.day(read()))
            self._known[name] = made = {hour: Hour(things) for hour, things in day.items()}
            self._hours += len(made)
        self._known.move_to_end(name)
        found = self._known[name]
        while self._hours > _MOST_READ and len(self._known) > 1:
            _, gone = self._known.popitem(last=False)
            self._hours -= len(gone)
        return found


@dataclass(slots=True)
class _Camera:
    """What is read of a camera so far.

    Attributes:
        files: that there are.
        dismissed: by people.
        forgotten: by people.
        known: what was known at a time, by all that it depends on.
    """

    files: Files
    dismissed: tuple[Dismissal, ...]
    forgotten: tuple[Forgetting, ...]
    known: dict[object, tuple[Known, ...]] = field(default_factory=dict)


class Memories:
    """What is known of the cameras of a tenant, as some files say.

    Args:
        shelf: where they are.
        days: days that were read before.
    """

    def __init__(self, shelf: Shelf, days: Days | None = None) -> None:
        self._shelf = shelf
        self._days = Days() if days is None else days
        self._cameras: dict[Camera, _Camera] = {}

    def of(self, clip: Clip, settings: JudgeSettings) -> tuple[Familiar, ...]:
        """What judgement is told of a clip: what was known when it began; raises as `known`."""
        return familiar(self.known(clip.camera, clip.start, settings))

    def known(self, camera: Camera, time: datetime, settings: JudgeSettings) -> tuple[Known, ...]:
        """What was known of a camera at a time.

        Raises:
            StorageError: the store does not answer.
        """
        found = self._camera(camera)
        if not (found.files.days or found.dismissed):
            return ()
        hour = time.replace(minute=0, second=0, microsecond=0)
        limits = (
            *(settings.memory_days, settings.memory_times, settings.memory_spread_h),
            settings.dismissed_days,
        )
        turns = sum(turn <= time for turn in _turns(found, settings))
        key = (hour, turns, limits)
        if key not in found.known:
            past = Past(self._hours(found, hour, settings), found.dismissed, found.forgotten)
            found.known[key] = known_at(past, time, settings)
        return found.known[key]

    def _camera(self, camera: Camera) -> _Camera:
        if camera not in self._cameras:
            there = Files()
            for path, name in self._shelf.list(camera):
                there.add(camera, path, name)
            dismissed, forgotten = list[Dismissal](), list[Forgetting]()
            for one in there.dismissed:
                with suppress(*_UNREADABLE):
                    dismissed += files.dismissed(self._shelf.read(*one)).dismissals()
            for one in there.forgotten:
                with suppress(*_UNREADABLE):
                    forgotten.append(files.forgotten(self._shelf.read(*one)).what)
            self._cameras[camera] = _Camera(there, tuple(dismissed), tuple(forgotten))
        return self._cameras[camera]

    def _hours(
        self, found: _Camera, until: datetime, settings: JudgeSettings
    ) -> dict[datetime, Hour]:
        """The hours that may count at a time."""
        first, last = (f"{day:%Y/%m/%d}" for day in (until - _span(settings), until))
        hours: dict[datetime, Hour] = {}
        for day, (path, name) in found.files.days.items():
            if not first <= day <= last:
                continue
            with suppress(*_UNREADABLE):
                hours |= self._days.get(name, partial(self._shelf.read, path, name))
        return hours


def _turns(found: _Camera, settings: JudgeSettings) -> Iterator[datetime]:
    """The times at which what people said begins or ends to hold."""
    for one in found.dismissed:
        yield one.at
        yield one.at + timedelta(days=settings.dismissed_days)
        if one.undone is not None:
            yield one.undone
    for each in found.forgotten:
        yield each.at


def _span(settings: JudgeSettings) -> timedelta:
    return timedelta(days=settings.memory_days)
