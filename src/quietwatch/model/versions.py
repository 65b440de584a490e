"""Versions: blobs, what repos hold of them, and the commits that say so."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from quietwatch.model.checks import require

Meta = Mapping[str, str | int | float | bool | None]
"""What is known of a file beside its bytes: a few plain values by name."""

_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, order=True)
class Blob:
    """Immutable bytes.

    Attributes:
        sha256: of the bytes, 64 hex digits.
        size: bytes.
    """

    sha256: str
    size: int

    def __post_init__(self) -> None:
        require(bool(_SHA256.fullmatch(self.sha256)), "sha256 has 64 hex digits", self.sha256)
        require(self.size >= 0, "size is not negative", self.size)


@dataclass(frozen=True, slots=True, order=True)
class Repo:
    """A repo's full name: a named, versioned set of files that belongs to one tenant."""

    tenant: str
    name: str

    def __str__(self) -> str:
        return f"{self.tenant}/{self.name}"


@dataclass(frozen=True, slots=True)
class Entry:
    """A file of a repo, or a change to one.

    Attributes:
        path: in the repo, see `names.repo_path`.
        blob: its bytes; None in a change: the file is removed.
        meta: what is known of it beside its bytes.
    """

    path: str
    blob: Blob | None
    meta: Meta = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Difference:
    """A path that two commits hold differently, in bytes or in what is known of them.

    Attributes:
        path: in the repo.
        before: its bytes at the one commit, None if it is not there.
        after: its bytes at the other.
    """

    path: str
    before: Blob | None
    after: Blob | None


@dataclass(frozen=True, slots=True, order=True)
class Use:
    """A place where a blob stands, or stood.

    Attributes:
        repo: which holds it.
        path: under which it is held.
        commit: id of the commit that put it there.
    """

    repo: Repo
    path: str
    commit: str


@dataclass(frozen=True, slots=True, order=True)
class Origin:
    """A commit from which another was made: a repo of the same tenant, and the commit's id."""

    repo: str
    commit: str


@dataclass(frozen=True, slots=True)
class Commit:
    """An immutable change to one repo.

    Attributes:
        id: SHA-256 of its content, 64 hex digits.
        repo: whose change it is.
        parent: id of the commit before, None for the first.
        time: when it was made, UTC, whole milliseconds.
        author: principal that made it.
        message: why, for people.
        provenance: commits of other repos from which it was made.
        count: paths set or removed.
    """

    id: str
    repo: Repo
    parent: str | None
    time: datetime
    author: str
    message: str
    provenance: tuple[Origin, ...]
    count: int

    def __post_init__(self) -> None:
        require(bool(_SHA256.fullmatch(self.id)), "an id has 64 hex digits", self.id)
        require(self.time.utcoffset() == timedelta(0), "time is in UTC", self.time)
        require(self.count >= 0, "count is not negative", self.count)
