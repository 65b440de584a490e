"""The door: repos and blobs for one caller, with the same methods as `Repos`.

Each method asks the gate first. A commit's author is the caller. Bytes are read by repo and path,
or by hash where a repo that the caller may read holds it.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from sqlalchemy import Connection

from quietwatch.addresses import ALL
from quietwatch.errors import ObjectMissing, RepoMissing
from quietwatch.model import Blob, Commit, Difference, Entry, Origin, Repo, Use
from quietwatch.names import printable
from quietwatch.store.access.audit import Outcome
from quietwatch.store.access.desk import Desk
from quietwatch.store.access.fetching import in_parallel
from quietwatch.store.access.gate import Gate
from quietwatch.store.access.originals import Originals
from quietwatch.store.catalog.refs import MAIN
from quietwatch.store.masks import Masks
from quietwatch.store.objects.blobs import Blobs
from quietwatch.store.repos import At, Repos

_SHA256 = re.compile(r"[0-9a-f]{64}")


class Door:
    """What a caller gets of a store.

    Where a method of `Repos` raises, the door's does so too; beside that each raises RepoMissing if
    the caller may not read the repo, and AccessRefused if it may, but not do this. Bytes that show
    what privacy masks cover take a role of their own (`originals`).

    Args:
        repos: behind the door.
        blobs: gives the blobs of a tenant.
        gate: that knows the caller.
    """

    def __init__(self, repos: Repos, blobs: Callable[[str], Blobs], gate: Gate) -> None:
        self._repos = repos
        self._blobs = blobs
        self._gate = gate
        self._originals = Originals(repos, Masks(repos, blobs), gate)
        self._put: set[tuple[str, str]] = set()

    @property
    def principal(self) -> str:
        """Who calls."""
        return self._gate.caller.principal

    @property
    def desk(self) -> Desk:
        """Tokens, roles, the audit log and the catalog."""
        return Desk(self._gate, self._repos)

    # Repos

    def exists(self, repo: Repo) -> bool:
        """Whether there is such a repo for the caller."""
        try:
            self._gate.require("exists", repo)
        except RepoMissing:
            return False
        return self._repos.exists(repo)

    def list(self, tenant: str) -> tuple[Repo, ...]:
        """The repos of a tenant that the caller may read, by name."""
        names = self._gate.readable(tenant)
        if names is None:
            return self._repos.list(tenant)
        if not names:
            self._gate.write_down("list", Repo(tenant, ALL), "", Outcome.REFUSED)
        return tuple(one for name in sorted(names) if self._repos.exists(one := Repo(tenant, name)))

    def description(self, repo: Repo) -> str:
        """As `Repos`."""
        self._gate.require("description", repo)
        return self._repos.description(repo)

    def create(self, repo: Repo, description: str = "") -> None:
        """As `Repos`; it takes repoOwner on all repos of the tenant."""
        self._gate.require("create", Repo(repo.tenant, ALL), repo.name)
        self._repos.create(repo, description, within=self._noted("create", repo))

    def remove(self, repo: Repo) -> None:
        """As `Repos`."""
        self._gate.require("remove", repo)
        self._repos.remove(repo, within=self._noted("remove", repo))

    # Reading

    def head(self, repo: Repo, branch: str = MAIN) -> Commit | None:
        """As `Repos`."""
        self._gate.require("head", repo, branch)
        return self._repos.head(repo, branch)

    def resolve(self, repo: Repo, at: At = MAIN) -> Commit:
        """As `Repos`."""
        self._gate.require("resolve", repo, str(at))
        return self._repos.resolve(repo, at)

    def log(self, repo: Repo, at: At = MAIN, limit: int | None = None) -> Iterator[Commit]:
        """As `Repos`."""
        self._gate.require("log", repo, str(at))
        return self._repos.log(repo, at, limit)

    def entries(
        self, repo: Repo, at: At = MAIN, glob: str = "**", prefix: str = ""
    ) -> Iterator[Entry]:
        """As `Repos`."""
        self._gate.require("entries", repo, str(at))
        return self._repos.entries(repo, at, glob, prefix)

    def count(self, repo: Repo, at: At = MAIN, prefixes: Iterable[str] = ("",)) -> int:
        """As `Repos`."""
        self._gate.require("count", repo, str(at))
        return self._repos.count(repo, at, prefixes)

    def entry(self, repo: Repo, path: str, at: At = MAIN) -> Entry:
        """As `Repos`."""
        self._gate.require("entry", repo, path)
        return self._repos.entry(repo, path, at)

    def changes(self, repo: Repo, since: At | None, until: At) -> Iterator[Entry]:
        """As `Repos`."""
        self._gate.require("changes", repo, str(until))
        return self._repos.changes(repo, since, until)

    def diff(self, repo: Repo, one: At, other: At) -> Iterator[Difference]:
        """As `Repos`."""
        self._gate.require("diff", repo, str(other))
        return self._repos.diff(repo, one, other)

    def branches(self, repo: Repo) -> dict[str, str | None]:
        """As `Repos`."""
        self._gate.require("branches", repo)
        return self._repos.branches(repo)

    def tags(self, repo: Repo) -> dict[str, str]:
        """As `Repos`."""
        self._gate.require("tags", repo)
        return self._repos.tags(repo)

    def uses(self, tenant: str, sha256: str) -> Iterator[Use]:
        """As `Repos`, of the repos that the caller may read."""
        names = self._gate.readable(tenant)
        if names is None:
            return self._repos.uses(tenant, sha256)
        return self._repos.uses(tenant, sha256, names)

    def made_from(self, repo: Repo, commit: str) -> tuple[Commit, ...]:
        """As `Repos`, of the repos that the caller may read."""
        self._gate.require("made_from", repo, commit)
        names = self._gate.readable(repo.tenant)
        found = self._repos.made_from(repo, commit)
        return tuple(one for one in found if names is None or one.repo.name in names)

    # Bytes

    def read(self, repo: Repo, path: str, at: At = MAIN) -> bytes:
        """The bytes of a file, which are checked."""
        self._gate.require("read", repo, path)
        self._originals.require("read", repo, path)
        return self._blobs(repo.tenant).read(self._blob(repo, path, at))

    def stream(self, repo: Repo, path: str, at: At = MAIN) -> Iterator[bytes]:
        """The same piece by piece; BlobDamaged comes after the last if they are not right."""
        self._gate.require("stream", repo, path)
        self._originals.require("stream", repo, path)
        return self._blobs(repo.tenant).stream(self._blob(repo, path, at))

    def fetch(self, repo: Repo, path: str, target: Path, at: At = MAIN) -> None:
        """The same into a file, which is there whole and right, or not at all."""
        self._gate.require("fetch", repo, path)
        self._originals.require("fetch", repo, path)
        self._blobs(repo.tenant).fetch(self._blob(repo, path, at), target)

    def fetch_files(
        self,
        repo: Repo,
        folder: Path,
        at: At = MAIN,
        *,
        glob: str = "**",
        prefix: str = "",
        above: str = "",
    ) -> Iterator[Entry]:
        """The files that `entries` gives, into a folder, several at a time; each when it is there.

        Args:
            repo: where they are.
            folder: to write to; made when it is not there.
            at: the commit.
            glob: pattern of their paths.
            prefix: with which their paths begin.
            above: left out at the beginning of their paths.
        """
        self._gate.require("fetch_files", repo, str(at))
        self._originals.require_all(
            "fetch_files", repo, self._repos.entries(repo, at, glob, prefix)
        )
        blobs = self._blobs(repo.tenant)

        def fetch(entry: Entry) -> Entry:
            if entry.blob is not None:
                blobs.fetch(entry.blob.sha256, folder / entry.path.removeprefix(above))
            return entry

        return in_parallel(fetch, self._repos.entries(repo, at, glob, prefix))

    def stream_blob(self, tenant: str, sha256: str) -> Iterator[bytes]:
        """The bytes of a blob, if a repo that the caller may read holds or held it.

        Raises:
            ObjectMissing: there is none, or none for this caller.
        """
        if not self._may_read_blob(tenant, sha256):
            self._gate.refuse("stream_blob", Repo(tenant, ALL), sha256, _no_blob(tenant, sha256))
        blobs = self._blobs(tenant)
        if not (_SHA256.fullmatch(sha256) and blobs.has(sha256)):
            raise _no_blob(tenant, sha256)
        self._originals.require_blob("stream_blob", tenant, sha256)
        return blobs.stream(sha256)

    def put_bytes(self, repo: Repo, data: bytes) -> Blob:
        """Keep bytes for a commit to this repo."""
        self._gate.require("put_bytes", repo)
        return self._remember(repo, self._blobs(repo.tenant).put_bytes(data))

    def put_file(self, repo: Repo, path: Path) -> Blob:
        """Keep a file's bytes for a commit to this repo."""
        self._gate.require("put_file", repo)
        return self._remember(repo, self._blobs(repo.tenant).put_file(path))

    def put_files(self, repo: Repo, paths: Iterable[Path], threads: int = 8) -> Iterator[Blob]:
        """The same of many, in their order."""
        self._gate.require("put_files", repo)
        found = self._blobs(repo.tenant).put_files(paths, threads)
        return (self._remember(repo, blob) for blob in found)

    # Writing

    def commit(
        self,
        repo: Repo,
        changes: Iterable[Entry],
        *,
        branch: str = MAIN,
        message: str,
        provenance: Iterable[Origin] = (),
    ) -> Commit:
        """As `Repos`; the author is the caller, who may read what the commit is made from.

        Raises:
            ObjectMissing: a blob was not put through this door, and is in no repo that the caller
                may read.
        """
        self._gate.require("commit", repo, branch)
        origins = tuple(provenance)
        for origin in origins:
            self._gate.require("resolve", Repo(repo.tenant, origin.repo), origin.commit)

        def within(connection: Connection, commit: Commit) -> None:
            told = f"{branch}: {commit.id}, {commit.count} changed"
            self._gate.allow(connection, "commit", repo, told)

        return self._repos.commit(
            repo,
            self._theirs(repo, changes),
            branch=branch,
            author=self.principal,
            message=message,
            provenance=origins,
            within=within,
        )

    def branch(self, repo: Repo, name: str, at: At = MAIN) -> None:
        """As `Repos`."""
        self._gate.require("branch", repo, name)
        self._repos.branch(repo, name, at, within=self._noted("branch", repo, name))

    def drop_branch(self, repo: Repo, name: str) -> None:
        """As `Repos`."""
        self._gate.require("drop_branch", repo, name)
        self._repos.drop_branch(repo, name, within=self._noted("drop_branch", repo, name))

    def tag(self, repo: Repo, name: str, at: At = MAIN) -> None:
        """As `Repos`."""
        self._gate.require("tag", repo, name)
        self._repos.tag(repo, name, at, within=self._noted("tag", repo, name))

    def drop_tag(self, repo: Repo, name: str) -> None:
        """As `Repos`."""
        self._gate.require("drop_tag", repo, name)
        self._repos.drop_tag(repo, name, within=self._noted("drop_tag", repo, name))

    def _blob(self, repo: Repo, path: str, at: At) -> str:
        """The hash of a file's bytes; a file that is there has some."""
        blob = self._repos.entry(repo, path, at).blob
        assert blob is not None  # noqa: S101  (only changes are without)
        return blob.sha256

    def _may_read_blob(self, tenant: str, sha256: str) -> bool:
        """Whether the caller may read anything of the tenant, or a repo that holds the blob."""
        names = self._gate.readable(tenant)
        if names is None or not _SHA256.fullmatch(sha256):
            return names is None
        return next(self._repos.uses(tenant, sha256, names), None) is not None

    def _remember(self, repo: Repo, blob: Blob) -> Blob:
        self._put.add((repo.tenant, blob.sha256))
        return blob

    def _theirs(self, repo: Repo, changes: Iterable[Entry]) -> Iterator[Entry]:
        """The changes, as long as the caller may read the bytes that they name.

        Else whoever knows a hash could have its bytes put where they may be read.
        """
        for entry in changes:
            if entry.blob is not None and (repo.tenant, entry.blob.sha256) not in self._put:
                self._require_blob(repo, entry.blob.sha256)
            yield entry

    def _require_blob(self, repo: Repo, sha256: str) -> None:
        if not self._may_read_blob(repo.tenant, sha256):
            self._gate.refuse("commit", repo, sha256, _no_blob(repo.tenant, sha256))
        self._originals.require_blob("commit", repo.tenant, sha256)

    def _noted(self, action: str, repo: Repo, target: str = "") -> Callable[[Connection], None]:
        """Writes the line of the audit log into the transaction of the change."""
        return lambda connection: self._gate.allow(connection, action, repo, target)


def _no_blob(tenant: str, sha256: str) -> ObjectMissing:
    return ObjectMissing(f"{printable(tenant)} has no blob {printable(sha256)}")
