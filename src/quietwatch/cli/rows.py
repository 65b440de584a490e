"""What lists are made of: values of the store as the JSON has them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from quietwatch.model import Commit, Entry, Failure
from quietwatch.names import iso

if TYPE_CHECKING:
    from quietwatch.model import Difference
    from quietwatch.store.access.audit import Deed
    from quietwatch.store.access.roles import Grant
    from quietwatch.store.access.tokens import TokenRow
    from quietwatch.store.catalog.datums import Datum
    from quietwatch.store.catalog.jobs import Job

Values = dict[str, Any]


def commit(one: Commit) -> Values:
    """A commit."""
    return {
        "commit": one.id,
        "repo": str(one.repo),
        "parent": one.parent,
        "time": iso(one.time),
        "author": one.author,
        "message": one.message,
        "changes": one.count,
        "made_from": [{"repo": origin.repo, "commit": origin.commit} for origin in one.provenance],
    }


def file(one: Entry) -> Values:
    """A file of a repo."""
    return {
        "path": one.path,
        "size": None if one.blob is None else one.blob.size,
        "sha256": None if one.blob is None else one.blob.sha256,
        "meta": dict(one.meta),
    }


def job(one: "Job") -> Values:
    """A job."""
    return {
        "job": one.id,
        "state": one.state,
        "began": iso(one.began),
        "ended": None if one.ended is None else iso(one.ended),
        "total": one.total,
        "analyzed": one.analyzed,
        "judged": one.judged,
        "failed": one.failed,
        "inputs": dict(one.inputs),
    }


def datum(one: "Datum") -> Values:
    """A unit of work that failed."""
    from quietwatch.store.catalog.clock import moment as of  # noqa: PLC0415 - heavy

    again = None if one.retry_at is None else iso(of(one.retry_at))
    return {
        "path": one.path,
        "error": one.error,
        "detail": one.detail,
        "tries": one.tries,
        "again": again,
    }


def waiting(one: Failure) -> Values:
    """A camera whose footage waits."""
    return {"camera": one.source, "error": one.error, "detail": one.detail}


def camera_waiting(one: Failure) -> Values:
    """The same in a list of units of work that failed: it is tried when it is mended."""
    failed = {"error": one.error, "detail": one.detail, "tries": 0, "again": None}
    return {"path": f"{one.source}/", **failed}


def folded(entries: Iterable[Entry], above: str) -> Iterator[Values]:
    """The files of one folder, and the folders in it, each as one row with what is in it.

    Args:
        entries: all that are below the folder, by path.
        above: the folder's path with a / behind it; "" for the whole repo.
    """
    folders: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    files = []
    for one in entries:
        name, slash, _ = one.path.removeprefix(above).partition("/")
        if slash:
            counted = folders[name]
            counted[0] += 1
            counted[1] += one.blob.size if one.blob else 0
        else:
            files.append(one)
    for name, (count, size) in folders.items():
        yield {"path": f"{above}{name}/", "files": count, "size": size, "sha256": None}
    yield from map(file, files)


def difference(one: "Difference") -> Values:
    """A path that two commits hold differently."""
    before, after = one.before, one.after
    return {
        "path": one.path,
        "change": "added" if before is None else "removed" if after is None else "changed",
        "before": None if before is None else before.sha256,
        "after": None if after is None else after.sha256,
        "size_before": None if before is None else before.size,
        "size_after": None if after is None else after.size,
    }


def token(one: "TokenRow", now: datetime) -> Values:
    """A token, without its secret."""
    state = "valid" if one.stands(int(now.timestamp() * 1000)) else "expired"
    return {
        "token": one.id,
        "principal": one.principal,
        "state": state if one.revoked is None else "revoked",
        "note": one.note,
        "made": _time(one.made),
        "made_by": one.made_by,
        "expires": _time(one.expires),
        "revoked": _time(one.revoked),
    }


def grant(one: "Grant") -> Values:
    """A role of a principal."""
    on = "everything" if one.scope.tenant == "*" else str(one.scope)
    return {"principal": one.principal, "role": one.role.value, "on": on}


def deed(one: "Deed") -> Values:
    """A line of the audit log."""
    on = "" if one.tenant is None else f"{one.tenant}/{one.repo or '*'}"
    return {
        "time": iso(one.time),
        "principal": one.principal,
        "token": one.token,
        "outcome": one.outcome.value,
        "action": one.action,
        "on": on,
        "target": one.target,
    }


def _time(milliseconds: int | None) -> str | None:
    if milliseconds is None:
        return None
    return iso(datetime.fromtimestamp(milliseconds / 1000, UTC))
