"""The files of the repo `memory`, of each camera below `site/camera/`.

    YYYY/MM/DD.json                     what was found in a day (UTC) and kept its place, by hour
    dismissed/<event id>.json           that somebody dismissed an event, or took it back
    forgotten/<time>.json               that somebody wants something forgotten

The first are made by the engine and can be made again; the others are what people said.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import datetime
from typing import Final, TypeVar

import numpy as np
from pydantic import TypeAdapter

from quietwatch import names
from quietwatch.errors import RecordDamaged
from quietwatch.judge.memory import Dismissal, Forgetting
from quietwatch.model import Box, Camera, Portrait, Sighting
from quietwatch.model.checks import require
from quietwatch.model.familiar import check_portrait
from quietwatch.model.pictures import check_boxes
from quietwatch.store.formats import check_format, why

MEMORY: Final = "memory"
"""The repo's name."""

FORMAT: Final = 1
"""Raised when a reader of the old format could not read the new one."""

_DAY = re.compile(r"\d{4}/\d{2}/\d{2}\.json")
_SAID = re.compile(r"(dismissed|forgotten)/[^/]+\.json")

_YEARS = range(1000, 9000)
"""Of times in files: those that can be reckoned with for as long as anything is remembered."""

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Day:
    """What was found on a day of a camera.

    Attributes:
        format: of the stored bytes.
        hours: sightings by the hour (`YYYYMMDDTHH`, UTC); those without any are left out.
        erased: clips of the day that are erased, and are in nothing here: a count, by which the
            bytes differ from those that had been made of them, too.
    """

    format: int
    hours: dict[str, tuple[Sighting, ...]]
    erased: int = 0


@dataclass(frozen=True, slots=True)
class Saying:
    """That an event is a false alarm.

    Attributes:
        by: principal; `note` in their words.
        at: UTC.
        note: see `by`.
        undone_by: who took it back, `undone` when; None: nobody did.
        undone: see `undone_by`.
    """

    by: str
    at: datetime
    note: str = ""
    undone_by: str | None = None
    undone: datetime | None = None


@dataclass(frozen=True, slots=True)
class Dismissed:
    """What people said of an event, in order.

    Attributes:
        format: of the stored bytes.
        event_id: of the event.
        start: when it was, UTC; `end` likewise.
        end: see `start`.
        thing: what was seen.
        sayings: in order of time.
    """

    format: int
    event_id: str
    start: datetime
    end: datetime
    thing: Sighting
    sayings: tuple[Saying, ...]

    def dismissals(self) -> tuple[Dismissal, ...]:
        """The same for judgement."""
        thing = self.thing
        return tuple(
            Dismissal(self.event_id, thing.kind, thing.box, thing.portrait, one.at, one.undone)
            for one in self.sayings
        )


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What somebody wants forgotten.

    Attributes:
        format: of the stored bytes.
        by: principal.
        what: where it is and how it looks, and since when.
    """

    format: int
    by: str
    what: Forgetting


@dataclass(slots=True)
class Files:
    """The files of a camera by kind: path, and a name that equal bytes share.

    Attributes:
        days: by the day as the path has it, `YYYY/MM/DD`.
        dismissed: in order of their paths.
        forgotten: likewise.
    """

    days: dict[str, tuple[str, str]] = field(default_factory=dict)
    dismissed: list[tuple[str, str]] = field(default_factory=list)
    forgotten: list[tuple[str, str]] = field(default_factory=list)

    def add(self, camera: Camera, path: str, name: str) -> None:
        """Take a file for what its path says; one that is none of these is passed over."""
        inner = path.removeprefix(folder(camera))
        if _DAY.fullmatch(inner):
            self.days[inner.removesuffix(".json")] = path, name
        elif _SAID.fullmatch(inner):
            kind = self.dismissed if inner.startswith("dismissed") else self.forgotten
            kind.append((path, name))


def folder(camera: Camera) -> str:
    """Where the files of a camera lie."""
    return f"{camera.site}/{camera.name}/"


def said_of(tenant: str, path: str) -> Camera | None:
    """Of which camera people say something in a file; None for one of another kind."""
    site, name, inner = (*path.split("/", 2), "", "")[:3]
    return Camera(tenant, site, name) if _SAID.fullmatch(inner) else None


def dismissed_path(camera: Camera, event_id: str) -> str:
    """Where it stands that an event was dismissed."""
    return f"{folder(camera)}dismissed/{event_id}.json"


def forgotten_path(camera: Camera, at: datetime, number: int = 0) -> str:
    """Where it stands that something was forgotten at a time; of several things by number."""
    return f"{folder(camera)}forgotten/{at:%Y%m%dT%H%M%S.%f}Z-{number}.json"


_DAYS = TypeAdapter(Day)
_DISMISSED = TypeAdapter(Dismissed)
_FORGOTTEN = TypeAdapter(Forgotten)
_SHOWN: TypeAdapter[tuple[Sighting, ...]] = TypeAdapter(tuple[Sighting, ...])


def dump(file: Day | Dismissed | Forgotten) -> bytes:
    """The bytes of a file; equal ones give equal bytes."""
    made = TypeAdapter(type(file)).dump_python(file, mode="json")
    return json.dumps(made, indent=1, sort_keys=True).encode() + b"\n"


def day(data: bytes) -> Day:
    """Read a day; raises RecordDamaged, as the others do."""
    found = _read(_DAYS, data)
    try:
        _check(tuple(hours(found)))
    except ValueError as error:
        raise _damaged(error) from error
    return found


def hours(day: Day) -> dict[datetime, tuple[Sighting, ...]]:
    """What was found by the hour, its beginning in UTC."""
    return {names.hour_of(hour): found for hour, found in day.hours.items()}


def dismissed(data: bytes) -> Dismissed:
    """Read what people said of an event."""
    return _read(_DISMISSED, data)


def forgotten(data: bytes) -> Forgotten:
    """Read what somebody wants forgotten."""
    return _read(_FORGOTTEN, data)


def shown(found: tuple[Sighting, ...]) -> str | None:
    """What a clip shows, as the catalog keeps it; None for nothing."""
    return _SHOWN.dump_json(found).decode() if found else None


def read_shown(text: str) -> tuple[Sighting, ...]:
    """Read what `shown` gave."""
    return _SHOWN.validate_json(text)


def _read(adapter: TypeAdapter[_T], data: bytes) -> _T:
    try:
        check_format(data, FORMAT)
        found = adapter.validate_json(data)
        _check(found)
    except (ValueError, TypeError, OverflowError) as error:  # also of the values themselves
        raise _damaged(error) from error
    return found


def _check(value: object) -> None:
    """See that all times and places in something read can be reckoned with."""
    if isinstance(value, datetime):
        reckoned = value.tzinfo is not None and value.year in _YEARS
        require(reckoned, "a time has a zone, and is of our days", value)
    elif isinstance(value, Sighting | Forgetting):
        _check_place(value.box, value.portrait)
    elif isinstance(value, Dismissed):
        require(bool(value.sayings), "somebody has said it", value.sayings)
    for part in _parts(value):
        _check(part)


def _check_place(box: Box | None, portrait: Portrait | None) -> None:
    require((box is None) == (portrait is None), "both box and portrait, or neither", box)
    if box is not None:
        check_boxes(np.array([box]))
    if portrait is not None:
        check_portrait(portrait)


def _parts(value: object) -> Iterable[object]:
    if is_dataclass(value):
        return (getattr(value, part.name) for part in fields(value))
    if isinstance(value, Mapping):
        return value.values()
    return value if isinstance(value, tuple) else ()


def _damaged(error: Exception) -> RecordDamaged:
    return RecordDamaged(
        f"a file of the repo {MEMORY} is damaged ({why(error)}); go back to the commit before"
    )
