from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from quietwatch.camera.arming import Armed, Span, UtcSpan, armed_spans

BERLIN = (52.52, 13.405)
ARMED: TypeAdapter[Any] = TypeAdapter(Armed)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def spans(
    *armed: dict[str, Any],
    since: str,
    until: str,
    zone: str = "Europe/Berlin",
    place: tuple[float, float] | None = BERLIN,
) -> tuple[UtcSpan, ...]:
    schedule = [Span.model_validate(one) for one in armed]
    return armed_spans(schedule, zone, place, utc(since), utc(until))


def test_a_night_begins_on_its_day_and_ends_on_the_next() -> None:
    found = spans(
        {"days": ["fri"], "start": "22:00", "end": "06:30"}, since="2026-11-16", until="2026-11-23"
    )
    assert found == ((utc("2026-11-20T21:00"), utc("2026-11-21T05:30")),)


def test_what_began_the_evening_before_still_holds() -> None:
    found = spans(
        {"start": "22:00", "end": "06:00"}, since="2026-11-20T02:00", until="2026-11-20T02:01"
    )
    assert found == ((utc("2026-11-19T21:00"), utc("2026-11-20T05:00")),)


def test_a_day_has_24_hours_and_its_edges_meet() -> None:
    found = spans(
        {"start": "00:00", "end": "24:00"}, since="2026-11-19T23:00", until="2026-11-21T23:00"
    )
    assert found == (
        (utc("2026-11-19T23:00"), utc("2026-11-20T23:00")),
        (utc("2026-11-20T23:00"), utc("2026-11-21T23:00")),
    )


def test_the_clock_on_the_wall_counts_when_it_is_put_forward() -> None:
    night = {"start": "22:00", "end": "06:00"}
    [before, after] = spans(night, since="2026-03-28T21:30", until="2026-03-29T21:00")
    assert before == (utc("2026-03-28T21:00"), utc("2026-03-29T04:00"))  # seven hours
    assert after[0] == utc("2026-03-29T20:00")


def test_the_sun_is_where_almanacs_have_it() -> None:
    """Berlin on 2026-06-21: sunrise 4:43, sunset 21:33 local; within two minutes."""
    [night] = spans(
        {"start": "sunset-30m", "end": "sunrise+60m"},
        since="2026-06-21T20:00",
        until="2026-06-21T21:00",
    )
    assert abs(night[0] - utc("2026-06-21T19:03")) <= timedelta(minutes=2)
    assert abs(night[1] - utc("2026-06-22T03:43")) <= timedelta(minutes=2)


@pytest.mark.parametrize("day", ["2026-06-21", "2026-12-21"])
def test_where_the_sun_does_not_rise_or_set_the_whole_day_is_armed(day: str) -> None:
    tromso = (69.65, 18.96)
    found = spans(
        {"start": "sunset", "end": "sunrise"},
        since=f"{day}T10:00",
        until=f"{day}T11:00",
        zone="Europe/Oslo",
        place=tromso,
    )
    assert any(begin <= utc(f"{day}T10:00") and utc(f"{day}T11:00") <= end for begin, end in found)


def test_a_schedule_by_the_sun_needs_a_place() -> None:
    with pytest.raises(ValueError, match="latitude and longitude"):
        spans(
            {"start": "sunset", "end": "sunrise"},
            since="2026-06-21",
            until="2026-06-22",
            place=None,
        )


@given(
    st.integers(0, 525_600),
    st.sampled_from(["Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Pacific/Auckland"]),
    st.sampled_from(["00:00", "06:15", "22:00", "sunset", "sunrise-45m"]),
    st.sampled_from(["24:00", "06:15", "23:59", "sunrise", "sunset+45m"]),
    st.integers(1, 3000),
)
def test_how_time_is_cut_changes_nothing(
    minute: int, zone: str, start: str, end: str, minutes: int
) -> None:
    schedule = [Span(start=start, end=end)]
    begin = utc("2026-01-01") + timedelta(minutes=minute)
    until = begin + timedelta(minutes=minutes)
    middle = begin + timedelta(minutes=minutes) / 2
    whole = armed_spans(schedule, zone, BERLIN, begin, until)
    parts = [
        *armed_spans(schedule, zone, BERLIN, begin, middle),
        *armed_spans(schedule, zone, BERLIN, middle, until),
    ]
    assert sorted(set(parts)) == list(whole)
    assert all(first < last for first, last in whole)


@pytest.mark.parametrize(
    "armed",
    [
        "sometimes",
        [{"start": "25:00", "end": "06:00"}],
        [{"start": "7:00", "end": "06:00"}],
        [{"start": "sunset-1h", "end": "06:00"}],
        [{"start": "22:00"}],
        [{"days": [], "start": "22:00", "end": "06:00"}],
        [{"days": ["friday"], "start": "22:00", "end": "06:00"}],
        7,
    ],
)
def test_what_is_no_schedule_is_refused(armed: Any) -> None:
    with pytest.raises(ValidationError):
        ARMED.validate_python(armed)


def test_words_and_spans_are_kept_as_written() -> None:
    for armed in ("always", "never", [{"days": ["mon"], "start": "22:00", "end": "sunrise"}]):
        found = ARMED.validate_python(armed)
        assert ARMED.dump_python(found, mode="json") == armed
