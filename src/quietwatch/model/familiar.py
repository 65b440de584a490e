"""What stands before a camera and is known: as it was found, and as judgement is told of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from quietwatch.model.box import Box
from quietwatch.model.checks import require
from quietwatch.model.kinds import Kind, Reason

Portrait = tuple[int, ...]
"""How something looks, as whole numbers 0 to 100: hundredths of `measures.PORTRAIT`, in order."""

PORTRAIT_SIZE: Final = 24
"""Numbers of a portrait."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """Something that was found and kept its place, in a clip or in an hour of a camera.

    Attributes:
        kind: what the detector took it for most often.
        box: where it was.
        portrait: how it looked.
        finds: how often it was found, at least 1.
        first: UTC time of the first find; `last` of the last.
        last: see `first`.
    """

    kind: Kind
    box: Box
    portrait: Portrait
    finds: int
    first: datetime
    last: datetime

    def __post_init__(self) -> None:
        check_portrait(self.portrait)
        require(self.finds >= 1, "it was found", self.finds)
        require(self.first <= self.last, "the last find is no earlier", (self.first, self.last))


@dataclass(frozen=True, slots=True)
class Familiar:
    """Something known that is to be told from what is new, where it stands and as it looks.

    Attributes:
        name: 12 hexadecimal digits, of one camera.
        why: `static-repeat` or `known-false-alarm`.
        box: where it stands.
        portrait: how it looks.
    """

    name: str
    why: Reason
    box: Box
    portrait: Portrait

    def __post_init__(self) -> None:
        check_portrait(self.portrait)
        require(
            self.why in {Reason.STATIC_REPEAT, Reason.KNOWN_FALSE_ALARM},
            "why it is known",
            self.why,
        )


def check_portrait(portrait: Portrait) -> None:
    """Raises ValueError for numbers that are no portrait."""
    require(
        len(portrait) == PORTRAIT_SIZE and all(0 <= part <= 100 for part in portrait),
        f"a portrait is {PORTRAIT_SIZE} numbers from 0 to 100",
        portrait,
    )
