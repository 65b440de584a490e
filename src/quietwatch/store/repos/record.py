"""Commits as objects in the bucket, `<tenant>/commits/<repo>/<id>.json`.

A commit's object is JSON, a change a line, written so that the same rows always give the same
bytes: their SHA-256 is the commit's id. It names the parent, so that a damaged or exchanged commit
is noticed, and with it all that come after.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from pydantic import TypeAdapter

from quietwatch import names
from quietwatch.errors import InvalidName, RecordDamaged
from quietwatch.model import Blob, Commit, Entry, Meta, Origin, Repo
from quietwatch.names import iso, repo_path
from quietwatch.store.catalog.history import Making
from quietwatch.store.catalog.lines import Change
from quietwatch.store.formats import check_format, why

FORMAT = 1


class Read(NamedTuple):
    """What a commit's object says."""

    commit: Commit
    making: Making
    changes: list[Change]


def commits_folder(repo: Repo) -> str:
    """Where the commits of all repos lie that ever had this name."""
    return f"{repo.tenant}/commits/{repo.name}"


def commit_key(repo: Repo, commit: str) -> str:
    """Where a commit lies."""
    return f"{commits_folder(repo)}/{commit}.json"


def as_changes(wanted: Iterable[Entry]) -> list[Change]:
    """Changes as they are kept, by path; of several to one path the last stands.

    Raises:
        InvalidName: a path is none, or something is known of a file that JSON can't hold.
    """
    found: dict[str, Change] = {}
    for entry in wanted:
        path = repo_path(entry.path)
        meta = _meta(path, entry.meta) if entry.meta else "{}"
        blob = entry.blob
        found[path] = (
            Change(path, None, None, meta)
            if blob is None
            else Change(path, bytes.fromhex(blob.sha256), blob.size, meta)
        )
    return [found[path] for path in sorted(found)]


def as_entry(change: Change) -> Entry:
    """A row as a value."""
    blob = None
    if change.sha256 is not None and change.size is not None:
        blob = Blob(change.sha256.hex(), change.size)
    return Entry(change.path, blob, json.loads(change.meta) if change.meta != "{}" else {})


def changes_as_text(changes: Iterable[Change]) -> str:
    """The part of a commit's object that does not depend on its parent."""
    return ",\n".join(
        f'{{"path":{json.dumps(change.path, ensure_ascii=False)},'
        + ('"sha256":null,' if change.sha256 is None else f'"sha256":"{change.sha256.hex()}",')
        + f'"size":{"null" if change.size is None else change.size},"meta":{change.meta}}}'
        for change in changes
    )


def signed(commit: Commit, making: Making, changes: str) -> tuple[Commit, Making, bytes]:
    """A commit with its id, and its object; the same for the same values."""
    head = {
        "format": FORMAT,
        "repo": str(commit.repo),
        **making._asdict(),
        "parent": commit.parent,
        "time": iso(commit.time),
        "author": commit.author,
        "message": commit.message,
        "provenance": [{"repo": one.repo, "commit": one.commit} for one in commit.provenance],
    }
    opening = json.dumps(head, ensure_ascii=False, separators=(",", ":"))[:-1]
    data = f'{opening},"changes":[\n{changes}\n]}}\n'.encode()
    return replace(commit, id=hashlib.sha256(data).hexdigest()), making, data


def read(name: str, data: bytes) -> Read:
    """Read back a commit's object.

    Args:
        name: the id for which it stands.
        data: its bytes.

    Raises:
        RecordDamaged: it is not the commit of this id.
    """
    if hashlib.sha256(data).hexdigest() != name:
        raise RecordDamaged("its bytes are not those that were written")
    try:
        check_format(data, FORMAT)
        told = _OBJECT.validate_json(data)
        commit = Commit(
            id=name,
            repo=names.repo(told.repo, ""),
            parent=told.parent,
            time=datetime.fromisoformat(told.time),
            author=told.author,
            message=told.message,
            provenance=tuple(told.provenance),
            count=len(told.changes),
        )
    except (ValueError, InvalidName) as error:
        raise RecordDamaged(f"no commit can be read from it ({why(error)})") from error
    making = Making(told.born, told.branch, told.branch_born, told.nonce)
    return Read(commit, making, [_change(one) for one in told.changes])


@dataclass(frozen=True, slots=True)
class _Line:
    path: str
    sha256: str | None
    size: int | None
    meta: dict[str, str | int | float | bool | None]


@dataclass(frozen=True, slots=True)
class _Object:
    repo: str
    born: str
    branch: str
    branch_born: str
    nonce: str
    parent: str | None
    time: str
    author: str
    message: str
    provenance: list[Origin]
    changes: list[_Line]


_OBJECT = TypeAdapter(_Object)


def _change(line: _Line) -> Change:
    sha256 = None if line.sha256 is None else bytes.fromhex(line.sha256)
    return Change(line.path, sha256, line.size, _meta(line.path, line.meta) if line.meta else "{}")


def _meta(path: str, meta: Meta) -> str:
    try:
        return json.dumps(dict(meta), allow_nan=False, separators=(",", ":"), sort_keys=True)
    except (TypeError, ValueError) as error:
        raise InvalidName(
            f"what is to be known of '{path}' is not plain JSON ({error}); give text, numbers, "
            "true, false or null by name"
        ) from error
