"""`fsck`: whether the bucket holds what the catalog says, and what it costs where it does not."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection, or_, select

from quietwatch.errors import ObjectMissing
from quietwatch.model import Repo
from quietwatch.names import blob_folder, blob_key, blob_of_key
from quietwatch.store.catalog import happenings, needs
from quietwatch.store.catalog.erasures import is_erased
from quietwatch.store.catalog.needs import MADE_AGAIN, Horizon
from quietwatch.store.catalog.tables import commits, entries, lines, repos
from quietwatch.store.catalog.work_tables import clips
from quietwatch.store.place import Place
from quietwatch.store.repos.record import commit_key, commits_folder

_READERS = 8
"""Blobs read at once."""

_CLIPS = ("footage", "analysis")
"""Repos in which a clip has its own path."""


class Trouble(StrEnum):
    """What is found."""

    MISSING = "missing"
    DAMAGED = "damaged"
    ORPHANED = "orphaned"
    COMMIT_MISSING = "commit-missing"
    COMMIT_DAMAGED = "commit-damaged"
    COMMIT_UNKNOWN = "commit-unknown"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it should be.

    Attributes:
        trouble: what.
        name: SHA-256 of the blob, or id of the commit.
        size: bytes that it should have; of an orphan: that it has.
        files: where it stands or stood, `repo:path`.
        clips: paths of the clips that it touches.
        events: ids of the events that began in these.
    """

    trouble: Trouble
    name: str
    size: int = 0
    files: tuple[str, ...] = ()
    clips: tuple[str, ...] = ()
    events: tuple[str, ...] = ()

    @property
    def is_wrong(self) -> bool:
        """Whether anything is lost by it; an orphan is in nobody's way, and `gc` takes it."""
        return self.trouble is not Trouble.ORPHANED


def check(place: Place, tenant: str, *, deep: bool = False) -> Iterator[Finding]:
    """Look through all of a tenant.

    Args:
        place: the store.
        tenant: whose.
        deep: read every blob and every commit, and compare them with their names.

    Raises:
        StorageError: the bucket or the catalog can't be read.
    """
    for start in range(256):
        yield from _blobs(place, tenant, start, deep=deep)
    yield from _commits(place, tenant, deep=deep)


def _blobs(place: Place, tenant: str, start: int, *, deep: bool) -> Iterator[Finding]:
    """The blobs whose hash begins with a byte."""
    folder = f"{blob_folder(tenant)}/{start:02x}"
    there = {
        sha256: found.size
        for found in place.objects.list(folder)
        if (sha256 := blob_of_key(found.key)) is not None
    }
    with place.catalog.reading() as connection:
        wanted = _wanted(connection, tenant, start)
        known = needs.needed(connection, tenant, there, Horizon(None))
    whole = []
    for sha256, size in sorted(wanted.items()):
        if sha256 not in there:
            yield _of_blob(place, tenant, Trouble.MISSING, sha256, size)
        elif there[sha256] != size:
            yield _of_blob(place, tenant, Trouble.DAMAGED, sha256, size)
        else:
            whole.append(sha256)
    if deep:
        for sha256 in _damaged(place, tenant, whole):
            yield _of_blob(place, tenant, Trouble.DAMAGED, sha256, wanted[sha256])
    for sha256 in sorted(set(there) - known - set(wanted)):
        yield Finding(Trouble.ORPHANED, sha256, there[sha256])


def _wanted(connection: Connection, tenant: str, start: int) -> dict[str, int]:
    """The blobs that must be there, with their sizes.

    A replaced file that was made of others may be gone: it is not kept for ever.
    """
    first, last = bytes([start]) + bytes(31), bytes([start]) + b"\xff" * 31
    rows = connection.execute(
        select(entries.c.sha256, entries.c.size)
        .distinct()
        .join(lines, lines.c.id == entries.c.line)
        .join(repos, repos.c.id == lines.c.repo)
        .where(
            entries.c.tenant == tenant,
            entries.c.sha256.between(first, last),
            repos.c.removed.is_(None),
            or_(entries.c.until.is_(None), repos.c.name.not_in(MADE_AGAIN)),
            ~is_erased(),
        )
    )
    return {row.sha256.hex(): row.size for row in rows}


def _damaged(place: Place, tenant: str, shas: Iterable[str]) -> Iterator[str]:
    """Those whose bytes are not those they are named after."""

    def is_damaged(sha256: str) -> bool:
        digest = hashlib.sha256()
        try:
            for piece in place.objects.stream(blob_key(tenant, sha256)):
                digest.update(piece)
        except ObjectMissing:  # taken away since it was listed: nobody needed it
            return False
        return digest.hexdigest() != sha256

    with ThreadPoolExecutor(_READERS, "quietwatch-fsck") as pool:
        listed = list(shas)
        for sha256, damaged in zip(listed, pool.map(is_damaged, listed), strict=True):
            if damaged:
                yield sha256


def _of_blob(place: Place, tenant: str, trouble: Trouble, sha256: str, size: int) -> Finding:
    uses = {(use.repo.name, use.path) for use in place.repos.uses(tenant, sha256)}
    paths = {path for name, path in uses if name in _CLIPS}
    with place.catalog.reading() as connection:
        shown = select(clips.c.path).where(clips.c.tenant == tenant, clips.c.pack == sha256)
        paths |= set(connection.scalars(shown))
        events = {one.event_id for one in happenings.of_clips(connection, tenant, paths)}
    files = tuple(sorted(f"{name}:{path}" for name, path in uses))
    return Finding(trouble, sha256, size, files, tuple(sorted(paths)), tuple(sorted(events)))


def _commits(place: Place, tenant: str, *, deep: bool) -> Iterator[Finding]:
    """The objects of commits."""
    for repo, known in _known(place, tenant).items():
        folder = commits_folder(repo)
        there = {
            found.key.rpartition("/")[2].removesuffix(".json")
            for found in place.objects.list(folder)
        }
        told = (f"{repo.name}:",)
        for commit in sorted(known - there):
            if not place.objects.info(commit_key(repo, commit)):  # just written, maybe
                yield Finding(Trouble.COMMIT_MISSING, commit, files=told)
        for commit in sorted(there - known):
            yield Finding(Trouble.COMMIT_UNKNOWN, commit, files=told)
        for commit in sorted(known & there) if deep else ():
            data = place.objects.read(commit_key(repo, commit))
            if hashlib.sha256(data).hexdigest() != commit:
                yield Finding(Trouble.COMMIT_DAMAGED, commit, files=told)


def _known(place: Place, tenant: str) -> Mapping[Repo, set[str]]:
    """The commits that the catalog knows, also of repos that were removed, by name of the repo."""
    found: dict[Repo, set[str]] = {}
    with place.catalog.reading() as connection:
        rows = connection.execute(
            select(repos.c.name, commits.c.id)
            .outerjoin(commits, commits.c.repo == repos.c.id)
            .where(repos.c.tenant == tenant)
        )
        for name, commit in rows:
            found.setdefault(Repo(tenant, name), set()).update({commit} - {None})
    return found
