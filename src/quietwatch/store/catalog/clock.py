"""Times as the catalog keeps them: whole microseconds since 1970."""

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICRO = timedelta(microseconds=1)


def micros(time: datetime) -> int:
    """A time as a number, exactly."""
    return (time - _EPOCH) // _MICRO


def moment(number: int) -> datetime:
    """A number as a time in UTC, exactly."""
    return _EPOCH + timedelta(microseconds=number)


def now() -> int:
    """This moment."""
    return micros(datetime.now(UTC))
