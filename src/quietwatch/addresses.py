"""How people name what is in the store, and each other: `REPO@AT:PATH`, `TENANT/*`, `user:NAME`."""

import re
from datetime import UTC, datetime
from typing import NamedTuple

from quietwatch.errors import InvalidName
from quietwatch.model import Repo
from quietwatch.names import printable, repo

ALL = "*"
"""In the place of a repo: all repos of the tenant; of a tenant, too: everything."""

_TIME = re.compile(
    r"\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?(?:Z|[+-]\d{2}:\d{2})?)?", re.ASCII
)
_ADDRESS = re.compile(
    rf"(?P<repo>[^@:]*)(?:@(?:(?P<time>{_TIME.pattern})|(?P<ref>[^:]*)))?(?::(?P<path>.*))?",
    re.ASCII | re.DOTALL,
)
_PRINCIPAL = re.compile(r"(?:user|robot):[a-z0-9][a-z0-9._@+-]{0,127}")


class Address(NamedTuple):
    """Something in a repo; what was left out is None."""

    repo: Repo
    at: str | datetime | None
    path: str | None


def address(text: str, owner: str) -> Address:
    """Read `REPO@AT:PATH`: AT is a branch, a tag, a commit or a time; it and PATH may be left out.

    A time is `2026-11-23` or `2026-11-23T16:00:00Z`, in UTC unless it says otherwise. PATH stands
    as it is: a file, a folder or a pattern.

    Args:
        text: `REPO` may be `TENANT/REPO`.
        owner: the tenant, unless the text names one.

    Raises:
        InvalidName: it names no repo, or what looks like a time is none.
    """
    match = _ADDRESS.fullmatch(text)
    if match is None or match["ref"] == "":
        raise InvalidName(
            f"'{printable(text)}' names nothing in a repo; write REPO, REPO@BRANCH or "
            "REPO@BRANCH:PATH; a tag, a commit or a time may stand for the branch"
        )
    when = moment(match["time"]) if match["time"] else match["ref"]
    return Address(repo(match["repo"], owner), when, match["path"])


def at(text: str) -> str | datetime:
    """Read AT by itself: a time, or a name as it stands; raises InvalidName."""
    return moment(text) if _TIME.fullmatch(text) else text


def moment(text: str) -> datetime:
    """Read a time, in UTC unless it says otherwise.

    Raises:
        InvalidName: it is none.
    """
    try:
        found = datetime.fromisoformat(text)
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        raise InvalidName(
            f"'{printable(text)}' is no time; write 2026-11-23 or 2026-11-23T16:00:00Z (UTC)"
        ) from None


def tenant(name: str) -> str:
    """Check the name of a tenant, a slug.

    Raises:
        InvalidName: it is none.
    """
    try:
        return repo("any", name).tenant
    except InvalidName:
        raise InvalidName(
            f"'{printable(name)}' is no tenant; write small letters, digits and -, 63 at most"
        ) from None


def scope(text: str, owner: str) -> Repo:
    """Read on what a role is: `REPO`, `TENANT/REPO`, or `TENANT/*` for all repos of a tenant.

    Args:
        text: what was written.
        owner: the tenant, unless the text names one.

    Raises:
        InvalidName: it is none of these.
    """
    named, slash, name = text.rpartition("/")
    if name != ALL:
        return repo(text, owner)
    return Repo(tenant(named if slash else owner), ALL)


def principal(name: str) -> str:
    """Check the name of a principal: `user:NAME` or `robot:NAME`.

    Raises:
        InvalidName: it is neither.
    """
    if not _PRINCIPAL.fullmatch(name):
        raise InvalidName(
            f"'{printable(name)}' names nobody; write user:NAME or robot:NAME, the name of small "
            "letters, digits, ., _, @, + and -"
        )
    return name
