"""Roles, named as in Pachyderm but for our own `originalReader`, and what each lets one do."""

from dataclasses import dataclass
from enum import IntEnum, StrEnum

from quietwatch.addresses import ALL
from quietwatch.errors import UsageError
from quietwatch.model import Repo


class Need(IntEnum):
    """What an action takes; each lets one do what those below it do, too."""

    NOTHING = 0
    READ = 1
    WRITE = 2
    OWN = 3
    ADMIN = 4


class Role(StrEnum):
    """What a principal may be."""

    READER = "repoReader"
    WRITER = "repoWriter"
    OWNER = "repoOwner"
    ADMIN = "clusterAdmin"
    ORIGINAL = "originalReader"

    @property
    def gives(self) -> Need:
        """The most that it lets one do."""
        return _GIVES[self]


_GIVES = {
    Role.READER: Need.READ,
    Role.WRITER: Need.WRITE,
    Role.OWNER: Need.OWN,
    Role.ADMIN: Need.ADMIN,
    Role.ORIGINAL: Need.READ,
}

EVERYTHING = Repo(ALL, ALL)
"""On which a `clusterAdmin` is one."""


def least(need: Need) -> Role:
    """The role that just gives what is needed; something is."""
    return next(role for role in Role if role.gives >= need)


@dataclass(frozen=True, slots=True, order=True)
class Grant:
    """A role that a principal has.

    Attributes:
        principal: who has it.
        role: which.
        scope: on what: one repo, `TENANT/*`, or `*/*` for a `clusterAdmin`, and only for one.
    """

    principal: str
    role: Role
    scope: Repo

    def __post_init__(self) -> None:
        if (self.role is Role.ADMIN) != (self.scope.tenant == ALL):
            raise UsageError(
                "a clusterAdmin is one over all, the other roles are on REPO, TENANT/REPO or "
                f"TENANT/*; {self.role} can't be on {self.scope}"
            )
