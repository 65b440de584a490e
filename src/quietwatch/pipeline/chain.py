"""Shim."""

from collections.abc import Iterable

from quietwatch.model import Clip


def streams(clips: Iterable[Clip]) -> list[list[Clip]]:
    return [[clip] for clip in clips]
