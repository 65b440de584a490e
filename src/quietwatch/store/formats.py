"""Every stored JSON says its format; a newer one is refused by name instead of read wrongly."""

from dataclasses import dataclass

from pydantic import TypeAdapter, ValidationError

from quietwatch.errors import RecordDamaged
from quietwatch.names import printable


@dataclass(frozen=True, slots=True)
class _Marked:
    format: int


_MARKED = TypeAdapter(_Marked)


def check_format(data: bytes, known: int) -> int:
    """The `format` that JSON says it has, if it can be read.

    Raises:
        RecordDamaged: a newer Quietwatch wrote it.
        ValueError: it is not JSON, or tells no format.
    """
    found = _MARKED.validate_json(data).format
    if found > known:
        raise RecordDamaged(
            f"a newer Quietwatch wrote it (format {found}, this one reads up to {known}); "
            "upgrade Quietwatch"
        )
    if found < 1:
        raise ValueError(f"no format has the number {found}")
    return found


def why(error: Exception) -> str:
    """In a few words on one line, why stored bytes are not what was written."""
    if not isinstance(error, ValidationError):
        return printable(str(error))
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    place = ".".join(str(part) for part in first["loc"])
    return printable(f"{place}: {first['msg']}" if place else first["msg"])
