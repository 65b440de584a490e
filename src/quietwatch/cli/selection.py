"""Which files of a repo are meant by what stands behind the colon: one, a folder, a pattern."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from quietwatch.errors import PathMissing
from quietwatch.model import Entry, Repo
from quietwatch.names import printable

if TYPE_CHECKING:
    from quietwatch.store.access import Door


@dataclass(frozen=True, slots=True)
class Selection:
    """What was chosen: all files that match the pattern and begin with the prefix.

    Attributes:
        commit: id of the commit, which stays what it is while its files are read.
        glob: the pattern.
        prefix: the prefix.
        file: the single file that was named.
        folder: the folder that was named, with a / behind it ("" is the whole repo); None if a
            file or a pattern was.
    """

    commit: str
    glob: str = "**"
    prefix: str = ""
    file: Entry | None = None
    folder: str | None = None


def choose(door: "Door", repo: Repo, at: str | datetime, path: str | None) -> Selection:
    """The files that are meant.

    Args:
        door: to the store.
        repo: where to look.
        at: the commit.
        path: of a file or a folder, a pattern such as `door/**/*.mp4`, nothing for all.

    Raises:
        PathMissing: neither a file nor a folder is called so. What `Door.resolve` raises.
    """
    commit = door.resolve(repo, at).id
    name = (path or "").removeprefix("/")
    if any(char in name for char in "*?["):
        return Selection(commit, glob=name)
    if not name:
        return Selection(commit, folder="")
    folder = f"{name.rstrip('/')}/"
    if next(iter(door.entries(repo, commit, prefix=folder)), None) is not None:
        return Selection(commit, prefix=folder, folder=folder)
    if name.endswith("/"):
        raise PathMissing(
            f"{repo} has no folder '{printable(name)}' at {commit[:12]}; see 'quietwatch ls'"
        )
    return Selection(commit, file=door.entry(repo, name, commit))
