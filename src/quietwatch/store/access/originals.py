"""Pictures of a masked camera as they were taken: a role of its own opens them.

Masks black out what is analyzed and shown. The clips themselves lie in the store as they came, and
analyses from before a mask hold pictures from before it. Both are handed out to an `originalReader`
on `footage` alone: neither an owner nor a clusterAdmin is one by that.
"""

import re
from collections.abc import Iterable

from quietwatch.errors import AccessRefused
from quietwatch.model import Camera, Entry, Repo
from quietwatch.names import SLUG, printable
from quietwatch.store.access.audit import Outcome
from quietwatch.store.access.gate import Gate
from quietwatch.store.access.roles import Role
from quietwatch.store.masks import Masks
from quietwatch.store.repos import Repos

_FOOTAGE = "footage"
_PICTURED = frozenset({_FOOTAGE, "analysis"})
"""Repos whose files show what a camera saw, at paths that begin with site and camera."""


class Originals:
    """Asks for that role where something shows what a mask covers.

    Args:
        repos: the repos.
        masks: of all cameras.
        gate: that knows the caller.
    """

    def __init__(self, repos: Repos, masks: Masks, gate: Gate) -> None:
        self._repos = repos
        self._masks = masks
        self._gate = gate

    def require(self, action: str, repo: Repo, path: str) -> None:
        """Let the caller read a file, or raise; an original that is handed out is written down.

        Raises:
            AccessRefused: it shows what masks cover, and the caller is no `originalReader`.
            ConfigError: the masks can't be read, so that nobody knows.
        """
        if self._gate.is_local or not self._is_covered(repo, path):
            return
        outcome = Outcome.ALLOWED if self._opens(repo.tenant) else Outcome.REFUSED
        self._gate.write_down(action, repo, path, outcome)
        if outcome is Outcome.REFUSED:
            raise AccessRefused(
                f"{printable(str(repo))}:{printable(path)} shows what the privacy masks of its "
                f"camera cover; {self._gate.caller.principal} is not {Role.ORIGINAL} on "
                f"{repo.tenant}/{_FOOTAGE}, which it takes; ask an owner of it for the role"
            )

    def require_all(self, action: str, repo: Repo, entries: Iterable[Entry]) -> None:
        """The same for many files: all, or none."""
        if self._gate.is_local or repo.name not in _PICTURED:
            return
        for entry in entries:
            self.require(action, repo, entry.path)

    def require_blob(self, action: str, tenant: str, sha256: str) -> None:
        """The same for bytes that stand, or stood, in such a file."""
        if self._gate.is_local:
            return
        for use in self._repos.uses(tenant, sha256, _PICTURED):
            self.require(action, use.repo, use.path)

    def _is_covered(self, repo: Repo, path: str) -> bool:
        if repo.name not in _PICTURED:
            return False
        site, camera, *rest = (*path.split("/"), "", "")
        if not (rest and re.fullmatch(SLUG, site) and re.fullmatch(SLUG, camera)):
            return False
        return bool(self._masks.of(Camera(repo.tenant, site, camera)))

    def _opens(self, tenant: str) -> bool:
        return self._gate.holds(Role.ORIGINAL, Repo(tenant, _FOOTAGE))
