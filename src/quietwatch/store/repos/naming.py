"""Make and remove repos, branches and tags."""

import secrets
from collections.abc import Callable
from datetime import UTC, datetime

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from quietwatch import names
from quietwatch.errors import CatalogBehind, CommitMissing, RefExists, RepoExists, UsageError
from quietwatch.model import Repo
from quietwatch.names import printable
from quietwatch.store.catalog import history, lines, refs
from quietwatch.store.catalog.connect import Catalog
from quietwatch.store.catalog.lines import Point
from quietwatch.store.catalog.refs import MAIN, Known, Ref
from quietwatch.store.objects.objects import Objects
from quietwatch.store.repos import marks
from quietwatch.store.repos.draft import plain
from quietwatch.store.repos.reading import At, Reading, known, resolve
from quietwatch.store.repos.turns import FORMAT, Deed, Turn, folder

Clock = Callable[[], datetime]

Alongside = Callable[[Connection], None]
"""Statements of a caller that stand or fall with the change they are given to."""


def system_clock() -> datetime:
    """The time as the machine has it, UTC."""
    return datetime.now(UTC)


class Naming(Reading):
    """Which repos, branches and tags there are; what is read of them, and changes of it.

    Whatever a process that was killed left unwritten is written first.

    Args:
        catalog: an open one.
        objects: the bucket.
        clock: tells the time, UTC.

    Raises:
        StoreUnavailable, StorageFull: something was left unwritten and can't be written now.
    """

    def __init__(self, catalog: Catalog, objects: Objects, *, clock: Clock = system_clock) -> None:
        super().__init__(catalog)
        self.objects = objects
        self._clock = clock
        self._behind = True
        self.write_marked()

    def write_marked(self) -> None:
        """Write what the catalog knows and the bucket may not hold, if that may be anything."""
        if self._behind:
            marks.write_marked(self.catalog, self.objects)
            self._behind = False

    def create(self, repo: Repo, description: str = "", *, within: Alongside | None = None) -> None:
        """Make a repo, with a branch `main` that has no commit yet.

        Args:
            repo: its name.
            description: what it is for.
            within: called in the transaction; may be given to every change here.

        Raises:
            RepoExists: there is one. InvalidName: its name is none.
            CatalogBehind: the bucket knows it, the catalog does not.
        """
        names.repo(str(repo), repo.tenant)
        self.write_marked()
        self._require_new(repo)
        time = history.milliseconds(self._clock())
        turn = Turn(
            format=FORMAT,
            repo=str(repo),
            born=secrets.token_hex(8),
            turn=1,
            deed="repo-created",
            time=time,
            name=MAIN,
            branch_born=secrets.token_hex(8),
            description=plain(description),
        )
        try:
            with self.catalog.begin() as connection:
                number = refs.add(connection, repo, turn.born, turn.description, time)
                start = Point(lines.open_line(connection, number), 0)
                refs.set_ref(connection, number, Ref(MAIN, "branch", turn.branch_born, start, None))
                marks.mark(connection, turn)
                _call(within, connection)
        except IntegrityError as error:
            raise RepoExists(f"there is a repo {repo} already; take it, or another name") from error
        self._write(turn)

    def remove(self, repo: Repo, *, within: Alongside | None = None) -> None:
        """Remove a repo; its commits stay in the bucket, its name is free again.

        Raises:
            RepoMissing: there is none.
        """
        self.write_marked()
        with self.catalog.begin() as connection:
            found = known(connection, repo)
            turn = self._turn(connection, found, "repo-removed")
            refs.remove(connection, found, turn.time)
            marks.mark(connection, turn)
            _call(within, connection)
        self._write(turn)

    def branch(
        self, repo: Repo, name: str, at: At = MAIN, *, within: Alongside | None = None
    ) -> None:
        """Make a branch that begins at a commit.

        Raises:
            RepoMissing, CommitMissing: as `resolve`. InvalidName: as `names.ref`.
            RefExists: a branch or tag has this name.
        """
        self._set(repo, name, "branch", at, within)

    def tag(self, repo: Repo, name: str, at: At = MAIN, *, within: Alongside | None = None) -> None:
        """Name a commit for good; raises as `branch`."""
        self._set(repo, name, "tag", at, within)

    def drop_branch(self, repo: Repo, name: str, *, within: Alongside | None = None) -> None:
        """Forget a branch; its commits stay, and can be read by their ids.

        Raises:
            RepoMissing: no such repo. CommitMissing: no such branch. UsageError: it is `main`.
        """
        if name == MAIN:
            raise UsageError(f"{MAIN} can't be dropped; remove the repo if nobody needs it")
        self._drop(repo, name, "branch", within)

    def drop_tag(self, repo: Repo, name: str, *, within: Alongside | None = None) -> None:
        """Forget a tag; raises RepoMissing, CommitMissing: there is none."""
        self._drop(repo, name, "tag", within)

    def _set(self, repo: Repo, name: str, kind: str, at: At, within: Alongside | None) -> None:
        names.ref(name)
        self.write_marked()
        try:
            with self.catalog.begin() as connection:
                found, kept = known(connection, repo), resolve(connection, repo, at)
                born = secrets.token_hex(8)
                deed: Deed = "branch-made" if kind == "branch" else "tag-made"
                turn = self._turn(
                    connection, found, deed, name=name, branch_born=born, commit=kept.commit.id
                )
                refs.set_ref(
                    connection, found.id, Ref(name, kind, born, kept.point, kept.commit.id)
                )
                marks.mark(connection, turn)
                _call(within, connection)
        except IntegrityError as error:
            raise RefExists(
                f"{repo} has a branch or tag '{name}' already; drop it first, or take another name"
            ) from error
        self._write(turn)

    def _drop(self, repo: Repo, name: str, kind: str, within: Alongside | None) -> None:
        self.write_marked()
        with self.catalog.begin() as connection:
            found = known(connection, repo)
            deed: Deed = "branch-dropped" if kind == "branch" else "tag-dropped"
            turn = self._turn(connection, found, deed, name=name)
            dropped = refs.drop_ref(connection, found.id, name, kind)
            if not dropped:
                raise CommitMissing(f"{repo} has no {kind} '{printable(name)}'; list what it has")
            marks.mark(connection, turn)
            _call(within, connection)
        self._write(turn)

    def _turn(
        self,
        connection: Connection,
        found: Known,
        deed: Deed,
        *,
        name: str = "",
        branch_born: str = "",
        commit: str | None = None,
    ) -> Turn:
        number = refs.turn(connection, found.id)
        if number is None:  # it was removed since it was found
            known(connection, found.repo)
            raise CommitMissing(f"{found.repo} was made anew meanwhile; try again")
        return Turn(
            format=FORMAT,
            repo=str(found.repo),
            born=found.born,
            turn=number,
            deed=deed,
            time=history.milliseconds(self._clock()),
            name=name,
            branch_born=branch_born,
            commit=commit,
        )

    def _write(self, turn: Turn) -> None:
        try:
            marks.write_turns(self.catalog, self.objects, turn.key)
        except BaseException:
            self._behind = True
            raise

    def _require_new(self, repo: Repo) -> None:
        with self.catalog.reading() as connection:
            if refs.anything_of(connection, repo):
                return
        if next(iter(self.objects.list(folder(repo))), None) is not None:
            raise CatalogBehind(
                f"the bucket holds a repo {repo} that the catalog {self.catalog.url} does not "
                "know; make the catalog anew from the bucket with 'quietwatch catalog rebuild'"
            )


def _call(within: Alongside | None, connection: Connection) -> None:
    if within is not None:
        within(connection)
