"""Read repos: what they hold at any commit, how they came to it, what differs."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import UTC, datetime

from sqlalchemy import Connection

from quietwatch.errors import CommitMissing, PathMissing, RepoMissing, UsageError
from quietwatch.model import Blob, Commit, Difference, Entry, Repo, Use
from quietwatch.names import commit_start, printable, repo_path
from quietwatch.store.catalog import history, listing, refs
from quietwatch.store.catalog.connect import Catalog
from quietwatch.store.catalog.history import Kept
from quietwatch.store.catalog.lines import AT_ONCE, Chain, Change, chain, slices
from quietwatch.store.catalog.refs import MAIN, Known
from quietwatch.store.repos.globs import first_after, literal_start, matcher
from quietwatch.store.repos.record import as_entry

At = str | datetime
"""A branch, a tag, a commit's id or its first 8 digits and more; or a time, on `main`."""

Pair = tuple[str, Change | None, Change | None]

_FEW = 50_000
"""Changed paths that are held in memory; with more, two lists are read side by side."""


class Reading:
    """What can be read of repos; asks only the catalog.

    Iterators read on as they are asked (what they raise comes with the first), and see the commit
    they began with whatever happens meanwhile.

    Args:
        catalog: an open one.
    """

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog

    def exists(self, repo: Repo) -> bool:
        """Whether there is such a repo."""
        with self.catalog.reading() as connection:
            return refs.find(connection, repo) is not None

    def list(self, tenant: str) -> tuple[Repo, ...]:
        """A tenant's repos, by name."""
        with self.catalog.reading() as connection:
            return refs.of_tenant(connection, tenant)

    def description(self, repo: Repo) -> str:
        """What a repo is for, in its owner's words; raises RepoMissing."""
        with self.catalog.reading() as connection:
            return refs.description(connection, known(connection, repo))

    def head(self, repo: Repo, branch: str = MAIN) -> Commit | None:
        """The last commit of a branch; None if it has none yet.

        Raises:
            RepoMissing: there is no such repo. CommitMissing: it has no such branch.
        """
        with self.catalog.reading() as connection:
            found = refs.all_refs(connection, known(connection, repo).id, branch)
            if not found or found[0].kind != "branch":
                raise CommitMissing(no_branch(repo, branch))
            kept = history.at(connection, found[0].point)
            return None if kept is None else kept.commit

    def resolve(self, repo: Repo, at: At = MAIN) -> Commit:
        """The commit that is meant.

        A time means what `main` held then: its last commit that is not later. Commits of a line
        never go back in time, so the answer for a time gone by stays the same for good.

        Raises:
            RepoMissing: there is no such repo. CommitMissing: nothing in it is meant by this.
        """
        with self.catalog.reading() as connection:
            return resolve(connection, repo, at).commit

    def log(self, repo: Repo, at: At = MAIN, limit: int | None = None) -> Iterator[Commit]:
        """A commit and those before it, the latest first; raises as `resolve`."""
        way = self._chain(repo, at)
        for count, kept in enumerate(history.back(self.catalog, way)):
            if count == limit:
                return
            yield kept.commit

    def entries(
        self, repo: Repo, at: At = MAIN, glob: str = "**", prefix: str = ""
    ) -> Iterator[Entry]:
        """The files at a commit, by path.

        Args:
            repo: where to look.
            at: the commit.
            glob: pattern that the whole path matches, see `globs`.
            prefix: with which the path begins.

        Raises:
            RepoMissing, CommitMissing: as `resolve`. UsageError: the pattern is none.
        """
        way, matches = self._chain(repo, at), matcher(glob)
        lower = max(prefix, literal_start(glob))
        for change in listing.walk(self.catalog, repo.tenant, way, lower, first_after(lower)):
            if matches(change.path) and change.path.startswith(prefix):
                yield as_entry(change)

    def count(self, repo: Repo, at: At = MAIN, prefixes: Iterable[str] = ("",)) -> int:
        """How many files there are at a commit whose paths begin with one of these.

        Args:
            repo: where to look.
            at: the commit.
            prefixes: none of which begins with another.

        Raises:
            RepoMissing, CommitMissing: as `resolve`.
        """
        way = self._chain(repo, at)
        spans = ((prefix, first_after(prefix)) for prefix in prefixes)
        return listing.count(self.catalog, repo.tenant, way, spans)

    def entry(self, repo: Repo, path: str, at: At = MAIN) -> Entry:
        """One file at a commit.

        Raises:
            RepoMissing, CommitMissing: as `resolve`. InvalidName: the path is none.
            PathMissing: it is not there.
        """
        name = repo_path(path)
        with self.catalog.reading() as connection:
            way = chain(connection, resolve(connection, repo, at).point)
            found = listing.find(connection, repo.tenant, way, [name])
        if not found:
            raise PathMissing(
                f"{repo} holds no '{printable(path)}' at {printable(str(at))}; list what it holds"
            )
        return as_entry(found[name])

    def changes(self, repo: Repo, since: At | None, until: At) -> Iterator[Entry]:
        """What became of files between a commit and a later one that goes back to it, by path.

        A file that went and came back as it was is not among them.

        Args:
            repo: where to look.
            since: the earlier commit; None: before the first.
            until: the later one.

        Raises:
            RepoMissing, CommitMissing: as `resolve`. UsageError: the later does not go back to the
                earlier.
        """
        if since is None:
            yield from self.entries(repo, until)
            return
        with self.catalog.reading() as connection:
            early = chain(connection, resolve(connection, repo, since).point)
            late = chain(connection, resolve(connection, repo, until).point)
        parted, _ = listing.between(early, late)
        if parted != early[0]:
            raise UsageError(
                f"{printable(str(until))} of {repo} does not go back to {printable(str(since))}; "
                "take a commit of its log, or 'diff'"
            )
        for path, _before, after in self._pairs(repo, early, late):
            yield Entry(path, None) if after is None else as_entry(after)

    def diff(self, repo: Repo, one: At, other: At) -> Iterator[Difference]:
        """The files that two commits hold differently, by path; raises as `resolve`."""
        with self.catalog.reading() as connection:
            ways = [chain(connection, resolve(connection, repo, at).point) for at in (one, other)]
        for path, before, after in self._pairs(repo, ways[0], ways[1]):
            yield Difference(path, _blob(before), _blob(after))

    def branches(self, repo: Repo) -> dict[str, str | None]:
        """The branches and the ids of their last commits, None for a branch that has none yet."""
        with self.catalog.reading() as connection:
            found = refs.all_refs(connection, known(connection, repo).id)
        return {ref.name: ref.commit for ref in found if ref.kind == "branch"}

    def tags(self, repo: Repo) -> dict[str, str]:
        """The tags and the ids of the commits they name."""
        with self.catalog.reading() as connection:
            found = refs.all_refs(connection, known(connection, repo).id)
        return {ref.name: ref.commit for ref in found if ref.kind == "tag" and ref.commit}

    def uses(
        self, tenant: str, sha256: str, within: Collection[str] | None = None
    ) -> Iterator[Use]:
        """Where a blob stands or stood in the tenant's repos, also in what was changed since.

        Args:
            tenant: whose blob it is.
            sha256: of the blob.
            within: names of the repos in which to look; None: in all.
        """
        after = (0, "", 0)
        while True:
            with self.catalog.reading() as connection:
                page = refs.places(
                    connection, tenant, bytes.fromhex(sha256), after, listing.PAGE, within
                )
            for (_, path, _), repo, commit in page:
                yield Use(repo, path, commit)
            if len(page) < listing.PAGE:
                return
            after = page[-1][0]

    def made_from(self, repo: Repo, commit: str) -> tuple[Commit, ...]:
        """The commits that name this one (by its whole id) as one from which they were made."""
        with self.catalog.reading() as connection:
            return tuple(kept.commit for kept in history.made_from(connection, repo, commit))

    def _chain(self, repo: Repo, at: At) -> Chain:
        with self.catalog.reading() as connection:
            return chain(connection, resolve(connection, repo, at).point)

    def _pairs(self, repo: Repo, one: Chain, other: Chain) -> Iterator[Pair]:
        """Each path that two points hold differently, with what either holds."""
        _, spans = listing.between(one, other)
        with self.catalog.reading() as connection:
            many = listing.count_changes(connection, spans) > _FEW
            paths = [] if many else listing.changed_paths(connection, repo.tenant, spans)
        pairs = (
            self._side_by_side(repo, one, other)
            if many
            else self._looked_up(repo, one, other, paths)
        )
        yield from (pair for pair in pairs if pair[1] != pair[2])

    def _looked_up(
        self, repo: Repo, one: Chain, other: Chain, paths: Sequence[str]
    ) -> Iterator[Pair]:
        for some in slices(paths, AT_ONCE):
            with self.catalog.reading() as connection:
                before = listing.find(connection, repo.tenant, one, some)
                after = listing.find(connection, repo.tenant, other, some)
            yield from ((path, before.get(path), after.get(path)) for path in some)

    def _side_by_side(self, repo: Repo, one: Chain, other: Chain) -> Iterator[Pair]:
        left = listing.walk(self.catalog, repo.tenant, one)
        right = listing.walk(self.catalog, repo.tenant, other)
        before, after = next(left, None), next(right, None)
        while before is not None or after is not None:
            path = min(side.path for side in (before, after) if side is not None)
            first = before if before is not None and before.path == path else None
            second = after if after is not None and after.path == path else None
            yield path, first, second
            before = next(left, None) if first is not None else before
            after = next(right, None) if second is not None else after


def known(connection: Connection, repo: Repo) -> Known:
    """The repo's rows, or RepoMissing."""
    found = refs.find(connection, repo)
    if found is None:
        raise no_repo(repo)
    return found


def no_repo(repo: Repo) -> RepoMissing:
    """The error for a repo that is not there; the door's for one that the caller may not see."""
    return RepoMissing(f"there is no repo {printable(str(repo))}; list those there are")


def resolve(connection: Connection, repo: Repo, at: At) -> Kept:
    """The commit that is meant; raises as `Reading.resolve`."""
    found = known(connection, repo)
    if isinstance(at, datetime):
        return _at_time(connection, found, at)
    named = refs.all_refs(connection, found.id, at)
    if named:
        kept = history.at(connection, named[0].point)
        if kept is None:
            raise CommitMissing(f"branch '{at}' of {repo} has no commit yet")
        return kept
    fitting = history.begins_with(connection, found.id, at) if commit_start(at) else []
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        raise CommitMissing(f"several commits of {repo} begin with {at}; write more digits")
    raise CommitMissing(
        f"{repo} has no branch, tag or commit '{printable(at)}'; see its log, branches and tags"
    )


def no_branch(repo: Repo, branch: str) -> str:
    """The sentence for a branch that is not there."""
    return f"{repo} has no branch '{printable(branch)}'; make it first, or name one it has"


def _at_time(connection: Connection, repo: Known, time: datetime) -> Kept:
    if time.utcoffset() is None:
        raise UsageError(f"{time} could be any hour of the day; say in which time zone it is")
    main = refs.all_refs(connection, repo.id, MAIN)[0]
    point = history.latest(connection, chain(connection, main.point), time.astimezone(UTC))
    kept = history.at(connection, point) if point is not None else None
    if kept is None:
        raise CommitMissing(f"{repo.repo} had no commit yet at {time.isoformat()}")
    return kept


def _blob(change: Change | None) -> Blob | None:
    return None if change is None else as_entry(change).blob
