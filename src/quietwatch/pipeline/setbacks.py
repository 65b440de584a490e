"""What failed, and whether it is tried again."""

from quietwatch.errors import (
    DecoderCrashed,
    DecoderStalled,
    InputError,
    MemoryExceeded,
    QuietwatchError,
)
from quietwatch.store.catalog import datums
from quietwatch.store.catalog.datums import Datum

PASSING = (DecoderCrashed, DecoderStalled, MemoryExceeded)
"""Errors that may be the machine's fault: what failed so is tried again."""


def failed(key: str, path: str, tries: int, error: QuietwatchError) -> Datum:
    """The datum of an analysis that failed for the so-manieth time; raises what no clip can cost.

    Args:
        key: of the analysis.
        path: of the clip.
        tries: how often it was tried by now.
        error: how it ended.
    """
    if not isinstance(error, InputError):
        raise error
    passing = isinstance(error, PASSING)
    return Datum(
        key,
        "analyze",
        path,
        error=error.code,
        detail=error.detail,
        tries=tries if passing else datums.TRIES,
        retry_at=datums.next_try(tries) if passing else None,
    )
