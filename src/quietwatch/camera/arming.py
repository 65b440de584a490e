"""When a camera is armed: spans of days in its own time zone, by the clock or by the sun.

Sunrise and sunset are those of the library astral (the formulas of NOAA's solar calculator), which
is loaded only where a schedule asks for the sun.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Discriminator, Field, Tag

_CLOCK = re.compile(r"(?:([01]\d|2[0-3]):([0-5]\d)|24:00)")
_SUN = re.compile(r"(sunrise|sunset)(?:([+-])(\d{1,3})m)?")

UtcSpan = tuple[datetime, datetime]
"""From the first moment to before the second, both UTC."""


class Day(StrEnum):
    """Days of the week, in the order of `date.weekday`."""

    MONDAY = "mon"
    TUESDAY = "tue"
    WEDNESDAY = "wed"
    THURSDAY = "thu"
    FRIDAY = "fri"
    SATURDAY = "sat"
    SUNDAY = "sun"


_WEEK = tuple(Day)


def _moment(text: str) -> str:
    if _CLOCK.fullmatch(text) or _SUN.fullmatch(text):
        return text
    raise ValueError("write a time as HH:MM, sunrise, sunset, or sunset-30m")


Moment = Annotated[str, AfterValidator(_moment)]


class Span(BaseModel):
    """A span of time, on some days of the week.

    Attributes:
        days: on which it begins, local.
        start: HH:MM (to 24:00), or `sunrise` or `sunset`, with minutes as in `sunset-30m`.
        end: likewise; when it is not after `start`, that of the next day.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    days: Annotated[tuple[Day, ...], Field(min_length=1)] = _WEEK
    start: Moment
    end: Moment

    @property
    def needs_sun(self) -> bool:
        """Whether it needs to know where on earth the camera stands."""
        return any(_SUN.fullmatch(text) is not None for text in (self.start, self.end))


def _form(value: Any) -> str:
    return "word" if isinstance(value, str) else "spans"


Armed = Annotated[
    Annotated[Literal["always", "never"], Tag("word")]
    | Annotated[tuple[Span, ...], Field(max_length=100), Tag("spans")],
    Discriminator(_form),
]
"""`always`, `never`, or the spans in which it is."""


def armed_spans(
    armed: Sequence[Span],
    timezone: str,
    place: tuple[float, float] | None,
    begin: datetime,
    end: datetime,
) -> tuple[UtcSpan, ...]:
    """The spans of a schedule that touch some time, in order; they may overlap.

    A clock that is put forward or back moves the spans with it: 22:00 is what the clock on the wall
    says. On a day on which the sun does not rise or set, a span by the sun is the whole day: rather
    armed too long than too short.

    Args:
        armed: the schedule.
        timezone: IANA name of the zone in which its times are meant.
        place: latitude and longitude, degrees; None where no span needs the sun.
        begin: UTC; `end`: likewise.
        end: see `begin`.
    """
    zone = ZoneInfo(timezone)
    first = begin.astimezone(zone).date() - timedelta(days=2)
    days = (end.astimezone(zone).date() - first).days + 2
    found = [
        span
        for ahead in range(days)
        for span in _on(first + timedelta(days=ahead), armed, zone, place)
        if span[0] < end and span[1] > begin
    ]
    return tuple(sorted(found))


def _on(
    day: date, armed: Sequence[Span], zone: ZoneInfo, place: tuple[float, float] | None
) -> Iterator[UtcSpan]:
    for span in armed:
        if _WEEK[day.weekday()] not in span.days:
            continue
        start, end = (_utc(text, day, zone, place) for text in (span.start, span.end))
        if start is None or end is None:
            yield _clock(day, 0, 0, zone), _clock(day + timedelta(days=1), 0, 0, zone)
            continue
        if end <= start:
            end = _utc(span.end, day + timedelta(days=1), zone, place)
        if end is not None:
            yield start, end


def _utc(
    text: str, day: date, zone: ZoneInfo, place: tuple[float, float] | None
) -> datetime | None:
    """The moment of a day; None where the sun does not rise or set on it."""
    if sun := _SUN.fullmatch(text):
        at = _of_sun(sun[1], day, zone, place)
        minutes = int(f"{sun[2] or '+'}{sun[3] or 0}")
        return None if at is None else at + timedelta(minutes=minutes)
    if text == "24:00":
        return _clock(day + timedelta(days=1), 0, 0, zone)
    hour, minute = text.split(":")
    return _clock(day, int(hour), int(minute), zone)


def _clock(day: date, hour: int, minute: int, zone: ZoneInfo) -> datetime:
    local = datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone)
    return local.astimezone(ZoneInfo("UTC"))


def _of_sun(
    which: str, day: date, zone: ZoneInfo, place: tuple[float, float] | None
) -> datetime | None:
    from astral import Observer  # noqa: PLC0415 - few schedules ask for the sun
    from astral.sun import sunrise, sunset  # noqa: PLC0415

    if place is None:
        raise ValueError("expected: latitude and longitude for a schedule by the sun; got none")
    observer = Observer(*place)
    try:
        at = (sunrise if which == "sunrise" else sunset)(observer, date=day, tzinfo=zone)
    except ValueError:  # polar day or night
        return None
    return at.astimezone(ZoneInfo("UTC")).replace(microsecond=0)
