"""Times, lengths and counts as people read them; English, UTC, no locale."""

from datetime import UTC, datetime
from typing import Final

_MONTHS: Final = (
    *("Jan", "Feb", "Mar", "Apr", "May", "Jun"),
    *("Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
)


def day(time: datetime) -> str:
    """23 Nov 2026."""
    at = time.astimezone(UTC)
    return f"{at.day} {_MONTHS[at.month - 1]} {at.year}"


def clock(time: datetime) -> str:
    """16:00:01."""
    return f"{time.astimezone(UTC):%H:%M:%S}"


def moment(time: datetime) -> str:
    """23 Nov 2026, 16:00:01."""
    return f"{day(time)}, {clock(time)}"


def media_time(seconds: float) -> str:
    """Place in a clip: 1:02.5, or 1:00:02.5 from an hour on."""
    tenths = round(seconds * 10)
    minutes, tenths = divmod(tenths, 600)
    hours, minutes = divmod(minutes, 60)
    rest = f"{tenths // 10:02d}.{tenths % 10}"
    return f"{hours}:{minutes:02d}:{rest}" if hours else f"{minutes}:{rest}"


def length(seconds: float) -> str:
    """45 s, 12 min, 3.5 h, 12 days."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    if seconds < 100:
        return f"{seconds:.0f} s"
    if seconds < 5400:
        return f"{seconds / 60:.0f} min"
    if seconds < 172800:
        return f"{seconds / 3600:.1f} h"
    return f"{seconds / 86400:.0f} days"


def count(amount: int, one: str, many: str = "") -> str:
    """1 alarm, 2 alarms, 1,200 alarms."""
    return f"{amount:,} {one if amount == 1 else many or one + 's'}"


def share(part: int, whole: int) -> str:
    """A share in whole percent that never rounds something to nothing, or nearly all to all."""
    if whole == 0:
        return "0 %"
    value = min(max(round(100 * part / whole), 1 if part else 0), 100 if part == whole else 99)
    return f"{value} %"


def rate(events: int, seconds: float) -> str:
    """Events an hour of footage; a dash where there is none to go by."""
    if seconds <= 0:
        return "\u2013"
    value = events * 3600 / seconds
    return f"{value:,.0f}" if value >= 10 or value == 0 else f"{value:.1f}"


def sentence(text: str) -> str:
    """With a capital and a full stop."""
    ended = text if text.endswith((".", "!", "?")) else f"{text}."
    return ended[:1].upper() + ended[1:]
