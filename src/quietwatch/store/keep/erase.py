"""Erasing: what was made of footage goes with it, and nobody reads any of it from then on.

A deed is put on record first; from then on readers are told `erased`. Then its files are removed
from the branches, then their bytes from the bucket. Who is killed between leaves the deed on
record, and the next `erase` or `gc` carries it out.
"""

import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby

from sqlalchemy import Connection

from quietwatch.model import Entry, Repo
from quietwatch.store.catalog import clips, datums, erasures, jobs, lines, listing, sighted
from quietwatch.store.catalog.erasures import REQUEST, Erasure
from quietwatch.store.catalog.needs import Horizon
from quietwatch.store.keep import followed, models
from quietwatch.store.keep.followed import FOOTAGE
from quietwatch.store.keep.sweep import Step, condemn, no_step, sweep
from quietwatch.store.place import Place
from quietwatch.store.repos import deeds
from quietwatch.store.repos.deeds import LIFTED, Deed, File
from quietwatch.store.repos.reading import resolve

AT_ONCE = 1000
"""Clips of one deed."""


@dataclass(frozen=True, slots=True)
class Order:
    """Who has something erased.

    Attributes:
        by: principal.
        why: for people; told to whoever asks for what is erased.
        noted: writes it into the audit log, in the transaction that records it.
    """

    by: str
    why: str
    noted: Callable[[Connection, str], None] | None = None


@dataclass(frozen=True, slots=True)
class Carried:
    """What carrying deeds out did.

    Attributes:
        files: removed from branches.
        blobs: whose bytes were taken away, by SHA-256 with their size.
        waiting: blobs that a writer holds or another file needs; they go when nobody does.
        models: that learned from what was erased, and say so now.
    """

    files: int = 0
    blobs: tuple[tuple[str, int], ...] = ()
    waiting: int = 0
    models: tuple[str, ...] = ()

    def __add__(self, later: "Carried") -> "Carried":
        """Both, the one after the other."""
        blobs, models = self.blobs + later.blobs, self.models + later.models
        return Carried(self.files + later.files, blobs, later.waiting, models)


def record(
    place: Place,
    tenant: str,
    paths: Sequence[str],
    kind: str,
    order: Order,
) -> Deed | None:
    """Put the erasing of clips on record; None if there is nothing to erase.

    Args:
        place: the store.
        tenant: whose clips.
        paths: in `footage`; at most `AT_ONCE`.
        kind: `erasures.REQUEST` follows the footage to copies in other repos, `RETENTION` does not.
        order: whose it is.

    Raises:
        StorageError: nothing is erased; or it is on record, and is carried out later.
    """
    with place.catalog.reading() as connection:
        wanted = followed.of_paths(connection, tenant, paths)
        if kind == REQUEST:
            wanted += followed.copies(connection, tenant, wanted)
        known = erasures.of_blobs(connection, tenant, {one.sha256 for one in wanted})
        asked = {_file(one) for one in known if kind != REQUEST or one.kind == REQUEST}
    new = tuple(one for one in wanted if one not in asked)
    if not new:
        return None
    deed = deeds.made(kind, secrets.token_hex(8), datetime.now(UTC), order.by, order.why, new)

    def within(connection: Connection) -> None:
        erasures.put(connection, tenant, deed.rows)
        error = deed.rows[0].error if kind == REQUEST else None
        gone = [one.path for one in new if one.repo == FOOTAGE]
        clips.erase(connection, tenant, gone, error)
        if kind == REQUEST:  # what else their days showed is written anew
            sighted.drop(connection, tenant, gone)
        if order.noted is not None:
            order.noted(connection, f"{deed.deed}: {len(gone)} clip{'' if len(gone) == 1 else 's'}")

    deeds.record(place.catalog, place.objects, tenant, deed, within)
    return deed


def carry_out(place: Place, tenant: str, horizon: Horizon, step: Step = no_step) -> Carried:
    """Do all of what is on record and not done yet.

    Raises:
        StorageError: it broke off; what is left is done the next time.
    """
    with place.catalog.begin() as connection:
        erasures.put(connection, tenant, followed.late(connection, tenant))
        left = erasures.unfinished(connection, tenant)
    if not left:
        return Carried()
    files = 0
    for (_, name), members in groupby(left, key=lambda one: (one.deed, one.repo)):
        files += _remove(place, Repo(tenant, name), list(members), step)
    _clear_spool(place, tenant, left)
    step("mark models")
    marked = models.mark(place, tenant, [one for one in left if one.kind == REQUEST])
    sizes = {one.sha256: one.size for one in left}
    step("condemn")
    condemn(place, tenant, sizes)
    taken = sweep(place, tenant, sorted(sizes), horizon, step)
    blobs = tuple((sha256, sizes[sha256]) for sha256 in taken)
    return Carried(files, blobs, len(sizes) - len(taken), marked)


def lift(
    place: Place,
    tenant: str,
    paths: Sequence[str],
    order: Order,
) -> list[File]:
    """Take the erasing of clips back: their bytes may come in again, if somebody still has them.

    Returns:
        the files that had been erased.

    Raises:
        StorageError: it is taken back, or nothing has changed.
    """
    with place.catalog.reading() as connection:
        found = tuple(_file(one) for one in erasures.with_clips(connection, tenant, paths))
    if not found:
        return []
    deed = deeds.made(LIFTED, secrets.token_hex(8), datetime.now(UTC), order.by, order.why, found)

    def within(connection: Connection) -> None:
        deeds.take_back(connection, tenant, deed)
        clips.drop(connection, tenant, [one.path for one in found if one.repo == FOOTAGE])
        datums.forget_erased(connection, tenant, [one.path for one in found])
        jobs.drop_mark(connection, tenant, jobs.RESULTS)  # what comes back as it was is no change
        if order.noted is not None:
            order.noted(connection, f"lifted by {deed.deed}: {len(found)} files")

    deeds.record(place.catalog, place.objects, tenant, deed, within)
    return list(found)


def _file(one: Erasure) -> File:
    return File(one.repo, one.path, one.sha256, one.size)


def _remove(place: Place, repo: Repo, members: Sequence[Erasure], step: Step) -> int:
    """Remove the files of one deed from all branches of a repo; gives how many."""
    if not place.repos.exists(repo):
        return 0
    removed = 0
    for branch, head in place.repos.branches(repo).items():
        for some in lines.slices(members, 10 * AT_ONCE):
            gone = [] if head is None else list(_standing(place, repo, branch, some))
            if not gone:
                continue
            step(f"remove from {repo.name}")
            place.repos.commit(
                repo,
                [Entry(path, None) for path in gone],
                branch=branch,
                author=some[0].by,
                message=f"erase {len(gone)} file{'' if len(gone) == 1 else 's'}: {some[0].why}",
            )
            removed += len(gone)
    return removed


def _standing(place: Place, repo: Repo, branch: str, members: Sequence[Erasure]) -> Iterator[str]:
    """The paths of those that stand at the head of a branch."""
    wanted = {(one.path, one.sha256) for one in members}
    with place.catalog.reading() as connection:
        way = lines.chain(connection, resolve(connection, repo, branch).point)
        found = listing.find(connection, repo.tenant, way, {path for path, _ in wanted})
    for path, change in sorted(found.items()):
        if change.sha256 is not None and (path, change.sha256.hex()) in wanted:
            yield path


def _clear_spool(place: Place, tenant: str, members: Sequence[Erasure]) -> None:
    """Remove analyses that were made and not committed yet."""
    paths = {one.path for one in members if one.repo == FOOTAGE}
    with place.catalog.reading() as connection:
        keys = datums.keys_of(connection, tenant, paths)
    place.home.forget_made(keys)
