"""Commit to repos."""

import random
import time
from collections.abc import Callable, Iterable

from sqlalchemy import Connection

from quietwatch.errors import CatalogUnavailable, CommitMissing
from quietwatch.model import Commit, Entry, Origin, Repo
from quietwatch.store.catalog import history, lines
from quietwatch.store.catalog.faults import in_each_others_way
from quietwatch.store.catalog.history import Kept
from quietwatch.store.catalog.lines import Point, Tip
from quietwatch.store.catalog.refs import MAIN, Known
from quietwatch.store.repos import marks
from quietwatch.store.repos.draft import Draft
from quietwatch.store.repos.naming import Naming
from quietwatch.store.repos.reading import known, no_branch
from quietwatch.store.repos.rebuild import Rebuilt, rebuild
from quietwatch.store.repos.record import commit_key
from quietwatch.store.repos.rescue import rescue

Within = Callable[[Connection, Commit], None]
"""What a caller does to the catalog in the transaction of a commit."""

_TRIES = 6
_PAUSE = 0.05  # seconds, doubled with each try


class Repos(Naming):
    """Repos in a catalog and a bucket; nobody is asked who may, that is the door's part."""

    def commit(
        self,
        repo: Repo,
        changes: Iterable[Entry],
        *,
        branch: str = MAIN,
        author: str,
        message: str,
        provenance: Iterable[Origin] = (),
        within: Within | None = None,
    ) -> Commit:
        """Set and remove files, all of them or none. When it returns, it lasts.

        Another writer's commit to the same branch is no conflict: this one comes after it. Of the
        same path the later commit stands. All changes are held in memory (about 1 kB each).

        Args:
            repo: to change.
            changes: files set, their blobs being in the store; without a blob: removed. Of several
                to one path the last counts.
            branch: that moves.
            author: the principal that makes it.
            message: why, for people.
            provenance: commits from which it was made.
            within: called with a transaction and the commit before it stands: what it does to the
                catalog stands or falls with the commit. It must do nothing else, and is called
                again, in a new transaction, when another writer was in the way.

        Raises:
            RepoMissing, CommitMissing: no such repo or branch. InvalidName: as `Draft.of`.
            StorageFull, CatalogUnavailable: nothing has changed.
            ObjectMissing: as `rescue`; nothing has changed.
            StoreUnavailable: the bucket takes nothing now. Either nothing has changed, or the
                commit stands in the catalog and is written to the bucket before the next.
        """
        draft = Draft.of(repo, changes, author, message, provenance)
        self.write_marked()
        self.objects.settle()  # blobs must last before anything says that they are there
        self.catalog.make_room(history.milliseconds(self._clock()))
        commit, point, data = self._place(draft, branch, within)
        try:
            key = commit_key(repo, commit.id)
            marks.write_commit(self.catalog, self.objects, key, data, point)
        except BaseException:
            self._behind = True
            raise
        return commit

    def rebuild(self) -> Rebuilt:
        """Make the repos of the catalog anew from the bucket alone; see `rebuild`."""
        self.write_marked()
        return rebuild(self.catalog, self.objects)

    def _place(
        self, draft: Draft, branch: str, within: Within | None
    ) -> tuple[Commit, Point, bytes]:
        """Put a commit on the branch; who loses against another writer holds it the next time."""
        for left in reversed(range(_TRIES)):
            try:
                placed = self._try(draft, branch, within, hold=left < _TRIES - 1)
            except CatalogUnavailable as error:
                if not (left and in_each_others_way(error)):
                    raise
                time.sleep(_PAUSE * 2 ** (_TRIES - left) * random.random())  # noqa: S311
            else:
                if placed is not None:
                    return placed
        raise CatalogUnavailable(
            f"{branch} of {draft.repo} is moved by others all the time; try again"
        )

    def _try(
        self, draft: Draft, branch: str, within: Within | None, *, hold: bool
    ) -> tuple[Commit, Point, bytes] | None:
        """Put a commit on the branch as it is found; None if another writer was first.

        Unless the branch is held, all that can be done before the transaction is done before.
        """
        made = None
        if not hold:
            with self.catalog.reading() as connection:
                found, tip = _tip(connection, draft.repo, branch)
            made = draft.after(tip, found, self._clock())
        with self.catalog.begin() as connection:
            if made is None:
                found, tip = _tip(connection, draft.repo, branch, hold=True)
                made = draft.after(tip, found, self._clock())
            commit, making, data = made
            point = lines.advance(connection, found.id, tip)
            if point is None:
                return None
            rescue(connection, self.objects, draft)
            moment = history.milliseconds(commit.time)
            lines.put(connection, draft.repo.tenant, point, moment, draft.changes)
            history.keep(connection, found.id, Kept(commit, point, making), marked=True)
            if within is not None:
                within(connection, commit)
        return commit, point, data


def _tip(
    connection: Connection, repo: Repo, branch: str, *, hold: bool = False
) -> tuple[Known, Tip]:
    found = known(connection, repo)
    tip = lines.tip(connection, found.id, branch, hold=hold)
    if tip is None:
        raise CommitMissing(no_branch(repo, branch))
    return found, tip
