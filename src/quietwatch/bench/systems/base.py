"""What a system is to the bench: it takes what was seen of a clip, and gives alarms."""

from collections.abc import Callable
from typing import Protocol

from quietwatch.bench.alarms import Raised
from quietwatch.bench.systems.work import Raw, Sight

Told = Callable[[float], tuple[Raised, ...]]
"""The alarms of a clip at a threshold, in order of time. It looks at nothing but what was seen."""


class System(Protocol):
    """A way to make alarms of footage. Adapters: `product.py`, `plain.py`."""

    @property
    def name(self) -> str:
        """What it is called."""
        ...

    @property
    def raw(self) -> Raw:
        """What it needs to have seen of a clip."""
        ...

    @property
    def spends(self) -> tuple[str, ...]:
        """What of the costs of its look it needs; see `work.costs`."""
        ...

    @property
    def shipped(self) -> float:
        """The threshold that it comes with."""
        ...

    @property
    def levels(self) -> tuple[float, ...]:
        """The thresholds that are tried, rising; the shipped one is among them."""
        ...

    def told(self, sight: Sight) -> Told:
        """Judge a clip that was looked at.

        Raises:
            RecordDamaged: what was seen of it can't be read. StorageError: nor the file.
        """
        ...
