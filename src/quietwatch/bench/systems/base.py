"""What a system is to the bench: it takes what was seen of a clip, and gives candidates."""

from typing import Protocol

from quietwatch.bench.alarms import Candidate, Join
from quietwatch.bench.results import Role
from quietwatch.bench.systems.work import Raw, Sight


class System(Protocol):
    """A way to make alarms of footage. Adapters: `product.py`, `plain.py`."""

    @property
    def name(self) -> str:
        """What it is called."""
        ...

    @property
    def words(self) -> str:
        """What it does, a sentence for people."""
        ...

    @property
    def role(self) -> Role:
        """What it is in the comparison."""
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
    def join(self) -> Join:
        """What it makes of alarms that follow one another."""
        ...

    def candidates(self, sight: Sight) -> tuple[Candidate, ...]:
        """Judge a clip that was looked at; looks at nothing but what was seen.

        Raises:
            RecordDamaged: what was seen of it can't be read. StorageError: nor the file.
        """
        ...
