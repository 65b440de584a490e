"""Every method of the door, for every role, on what is one's own and what is not.

A method that is added without a rule, or without a line here, fails.
"""

import inspect
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from quietwatch.errors import AccessRefused, ObjectMissing, QuietwatchError, RepoMissing
from quietwatch.model import Blob, Entry, Origin, Repo
from quietwatch.store.access import Desk, Door
from quietwatch.store.access.audit import Outcome, Wanted
from quietwatch.store.access.gate import RULES
from quietwatch.store.access.roles import EVERYTHING, Grant, Need, Role
from quietwatch.store.place import Place
from quietwatch.store.repos import Repos
from tests.unit.store.access.conftest import DATA, FOOTAGE, FOREIGN, OTHER, fill, statements

Caller = Callable[..., Door]
Call = Callable[[Door, Repo, Path], Any]

NUMBERS = count()
PATH = "door/a.txt"


def blob_of(place: Place, repo: Repo) -> Blob:
    return place.blobs(repo.tenant).put_bytes(DATA + str(repo).encode())


def fresh(kind: str) -> str:
    return f"{kind}-{next(NUMBERS)}"


def ready(place: Place, repo: Repo) -> None:
    """What the calls below want to find, unless a call before them left it there."""
    fill(place, repo)
    if "night" not in place.repos.branches(repo):
        place.repos.branch(repo, "night")
    if "v1" not in place.repos.tags(repo):
        place.repos.tag(repo, "v1")


READ: dict[str, Call] = {
    "exists": lambda door, repo, _: door.exists(repo),
    "description": lambda door, repo, _: door.description(repo),
    "head": lambda door, repo, _: door.head(repo),
    "resolve": lambda door, repo, _: door.resolve(repo, "v1"),
    "log": lambda door, repo, _: list(door.log(repo)),
    "entries": lambda door, repo, _: list(door.entries(repo)),
    "count": lambda door, repo, _: door.count(repo) > 0,
    "entry": lambda door, repo, _: door.entry(repo, PATH),
    "changes": lambda door, repo, _: list(door.changes(repo, None, "main")),
    "diff": lambda door, repo, _: list(door.diff(repo, "main", "v1")),
    "branches": lambda door, repo, _: door.branches(repo),
    "tags": lambda door, repo, _: door.tags(repo),
    "made_from": lambda door, repo, _: door.made_from(repo, "0" * 64),
    "read": lambda door, repo, _: door.read(repo, PATH),
    "stream": lambda door, repo, _: list(door.stream(repo, PATH)),
    "fetch": lambda door, repo, folder: door.fetch(repo, PATH, folder / "a"),
    "fetch_files": lambda door, repo, folder: list(door.fetch_files(repo, folder)),
}
WRITE: dict[str, Call] = {
    "commit": lambda door, repo, _: door.commit(repo, [Entry("gone", None)], message="m"),
    "put_bytes": lambda door, repo, _: door.put_bytes(repo, b"new"),
    "put_file": lambda door, repo, _: door.put_file(repo, Path(__file__)),
    "put_files": lambda door, repo, _: list(door.put_files(repo, [Path(__file__)])),
    "branch": lambda door, repo, _: door.branch(repo, fresh("branch")),
    "drop_branch": lambda door, repo, _: door.drop_branch(repo, "night"),
    "tag": lambda door, repo, _: door.tag(repo, fresh("tag")),
    "drop_tag": lambda door, repo, _: door.drop_tag(repo, "v1"),
}
OWN: dict[str, Call] = {"remove": lambda door, repo, _: door.remove(repo)}
ON_REPO = {
    **dict.fromkeys(READ, Need.READ),
    **dict.fromkeys(WRITE, Need.WRITE),
    **dict.fromkeys(OWN, Need.OWN),
}
CALLS = READ | WRITE | OWN

ON_TENANT = {"create", "list", "uses", "stream_blob"}
"""Those that are tested one by one, below."""

HOLDERS: dict[str, tuple[tuple[Role, Repo], ...]] = {
    "user:nobody": (),
    "user:reader": ((Role.READER, FOOTAGE),),
    "user:writer": ((Role.WRITER, FOOTAGE),),
    "user:owner": ((Role.OWNER, FOOTAGE),),
    "user:both": ((Role.READER, FOOTAGE), (Role.WRITER, FOOTAGE)),
    "user:reads-all": ((Role.READER, Repo("home", "*")),),
    "user:owns-all": ((Role.OWNER, Repo("home", "*")),),
    "user:elsewhere": ((Role.OWNER, FOREIGN), (Role.OWNER, Repo("third", "*"))),
    "user:admin": ((Role.ADMIN, EVERYTHING),),
}


PAIRS = [
    *((holder, FOOTAGE) for holder in HOLDERS),
    *((holder, OTHER) for holder in ("user:owner", "user:reads-all", "user:owns-all")),
    *((holder, FOREIGN) for holder in ("user:owner", "user:owns-all", "user:elsewhere")),
]
"""Who tries what: each kind of caller on its own, the stronger ones on what is not theirs."""


def level(holder: str, repo: Repo) -> Need:
    """What the roles of a holder give on a repo, worked out anew."""
    return max(
        (
            role.gives
            for role, scope in HOLDERS[holder]
            if scope in {EVERYTHING, Repo(repo.tenant, "*"), repo}
        ),
        default=Need.NOTHING,
    )


@pytest.fixture(scope="module")
def doors(caller: Caller) -> dict[str, Door]:
    return {name: caller(name, *roles) for name, roles in HOLDERS.items()}


def refusals(admin: Door) -> list[tuple[str, str]]:
    found = admin.desk.audit(Wanted(outcome=Outcome.REFUSED), 1000)
    return [(deed.principal, deed.action) for deed in found]


BESIDE = {"work", "look", "collect", "check", "erase"}
"""What commands ask the gate for, and then do without a door."""


def public(kind: type) -> set[str]:
    return {name for name, _ in inspect.getmembers(kind, inspect.isfunction) if name[0] != "_"}


def test_every_method_has_a_rule_and_a_line_here() -> None:
    assert set(CALLS) | ON_TENANT == public(Door)
    assert set(RULES) == public(Door) | public(Desk) | BESIDE
    assert {name: RULES[name] for name in ON_REPO} == ON_REPO


def test_whatever_can_be_done_to_repos_has_a_door() -> None:
    assert public(Repos) - {"rebuild", "write_marked"} <= public(Door)
    assert "rebuild" in public(Desk)  # and what was left unwritten is written by each that opens


@pytest.mark.parametrize(("holder", "repo"), PAIRS, ids=str)
@pytest.mark.parametrize("method", CALLS)
def test_a_role_lets_through_what_it_gives_and_nothing_else(
    method: str,
    repo: Repo,
    holder: str,
    place: Place,
    doors: dict[str, Door],
    admin: Door,
    tmp_path: Path,
) -> None:
    ready(place, repo)
    door, has, needs = doors[holder], level(holder, repo), ON_REPO[method]
    before = refusals(admin)
    if has >= needs:
        assert CALLS[method](door, repo, tmp_path) is not False
        assert refusals(admin) == before
        return
    if method == "exists":
        assert not door.exists(repo)
    else:
        with pytest.raises(AccessRefused if has else RepoMissing) as caught:
            CALLS[method](door, repo, tmp_path)
        assert bool(has) is (least_name(needs) in caught.value.detail)
    assert refusals(admin) == [(holder, method), *before]
    assert place.repos.exists(repo)


def least_name(need: Need) -> str:
    return next(role for role in Role if role.gives >= need)


def told(error: QuietwatchError, *names: str) -> tuple[type, str, str]:
    """What a caller sees of an error, whatever was asked for."""
    detail = error.detail
    for name in names:
        detail = detail.replace(name, "?")
    return type(error), error.code, detail


def asked(place: Place, call: Callable[[], Any]) -> tuple[Any, list[str]]:
    """What a caller is told, and which statements that took."""
    with statements(place) as sent:
        try:
            return call(), sent
        except QuietwatchError as error:
            return error, sent


@pytest.mark.parametrize("holder", ["user:nobody", "user:reader", "user:owns-all"])
@pytest.mark.parametrize("method", CALLS)
def test_what_is_anothers_is_as_what_is_not_there(
    method: str, holder: str, place: Place, doors: dict[str, Door], tmp_path: Path
) -> None:
    ready(place, FOREIGN)
    there = FOREIGN
    for gone in (Repo("acme", "nothing"), Repo("nowhere", "footage")):
        one = asked(place, lambda: CALLS[method](doors[holder], there, tmp_path))
        other = asked(place, lambda: CALLS[method](doors[holder], gone, tmp_path))  # noqa: B023
        assert one[1] == other[1]
        if method == "exists":
            assert one[0] is other[0] is False
        else:
            assert told(one[0], str(there)) == told(other[0], str(gone))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("method", CALLS)
def test_a_repo_of_ones_own_tenant_hides_as_well(
    method: str, place: Place, doors: dict[str, Door], tmp_path: Path
) -> None:
    ready(place, OTHER)
    gone = Repo("home", "nothing")
    one = asked(place, lambda: CALLS[method](doors["user:owner"], OTHER, tmp_path))
    other = asked(place, lambda: CALLS[method](doors["user:owner"], gone, tmp_path))
    assert one[1] == other[1]
    if method != "exists":
        assert told(one[0], str(OTHER)) == told(other[0], str(gone))


def test_the_words_are_those_of_a_repo_that_is_not_there(
    place: Place, doors: dict[str, Door]
) -> None:
    gone = Repo("home", "nothing")
    hidden, _ = asked(place, lambda: doors["user:reader"].head(gone))
    missing, _ = asked(place, lambda: doors["user:reads-all"].head(gone))
    assert told(hidden) == told(missing)


def test_anothers_blob_is_as_one_that_is_not_there(place: Place, doors: dict[str, Door]) -> None:
    there, gone = blob_of(place, FOREIGN).sha256, "0" * 64
    for holder in ("user:nobody", "user:reader", "user:owns-all"):
        for tenant in ("acme", "nowhere", "home"):
            one = asked(place, lambda: doors[holder].stream_blob(tenant, there))  # noqa: B023
            other = asked(place, lambda: doors[holder].stream_blob(tenant, gone))  # noqa: B023
            assert isinstance(one[0], ObjectMissing)
            assert told(one[0], there) == told(other[0], gone)
            assert one[1] == other[1]


def test_a_blob_is_read_by_whoever_reads_a_repo_that_holds_it(
    place: Place, doors: dict[str, Door]
) -> None:
    ready(place, FOOTAGE)
    ready(place, OTHER)
    mine, theirs = blob_of(place, FOOTAGE).sha256, blob_of(place, OTHER).sha256
    assert b"".join(doors["user:reader"].stream_blob("home", mine)) == b"bytes of home/footage"
    with pytest.raises(ObjectMissing):
        doors["user:reader"].stream_blob("home", theirs)
    assert list(doors["user:reads-all"].stream_blob("home", theirs))
    for strange in ("", "../x", mine.upper(), mine[:-1]):
        for holder in ("user:reader", "user:admin"):
            with pytest.raises(ObjectMissing):
                doors[holder].stream_blob("home", strange)


def test_uses_are_those_in_repos_that_one_reads(place: Place, doors: dict[str, Door]) -> None:
    ready(place, FOOTAGE)
    ready(place, OTHER)
    mine = blob_of(place, FOOTAGE)
    place.repos.commit(OTHER, [Entry("copy", mine)], author="user:maker", message="")
    seen = {
        name: {use.repo for use in door.uses("home", mine.sha256)} for name, door in doors.items()
    }
    assert seen["user:reader"] == {FOOTAGE}
    assert seen["user:owns-all"] == seen["user:admin"] == {FOOTAGE, OTHER}
    assert seen["user:nobody"] == seen["user:elsewhere"] == set()


def test_a_list_has_what_one_may_read(place: Place, doors: dict[str, Door], admin: Door) -> None:
    for repo in (FOOTAGE, OTHER, FOREIGN):
        ready(place, repo)
    seen = {name: door.list("home") for name, door in doors.items()}
    assert seen["user:reader"] == (FOOTAGE,)
    assert set(seen["user:reads-all"]) == set(seen["user:admin"]) == set(place.repos.list("home"))
    before = refusals(admin)
    for tenant in ("home", "acme", "nowhere"):
        assert doors["user:nobody"].list(tenant) == ()
    assert refusals(admin) == [("user:nobody", "list")] * 3 + before


def test_a_repo_is_made_by_who_owns_all_of_the_tenant(place: Place, doors: dict[str, Door]) -> None:
    for holder, door in doors.items():
        repo = Repo("home", fresh("repo"))
        if holder in {"user:owns-all", "user:admin"}:
            door.create(repo, "mine")
            assert door.description(repo) == "mine"
        else:
            with pytest.raises(AccessRefused, match="is not repoOwner on home/\\*"):
                door.create(repo)
            assert not place.repos.exists(repo)


def test_the_author_is_the_caller(place: Place, doors: dict[str, Door]) -> None:
    ready(place, FOOTAGE)
    made = doors["user:writer"].commit(FOOTAGE, [Entry("x", None)], message="mine")
    assert made.author == "user:writer"


def test_bytes_are_committed_by_who_put_them_or_may_read_them(
    place: Place, doors: dict[str, Door]
) -> None:
    ready(place, FOOTAGE)
    ready(place, OTHER)
    door, theirs = doors["user:writer"], blob_of(place, OTHER)
    with pytest.raises(ObjectMissing):
        door.commit(FOOTAGE, [Entry("stolen", theirs)], message="a hash that I know")
    with pytest.raises(ObjectMissing):
        door.commit(FOOTAGE, [Entry("x", Blob("0" * 64, 1))], message="of nothing")
    assert list(door.entries(FOOTAGE, prefix="stolen")) == []
    door.commit(FOOTAGE, [Entry("again", blob_of(place, FOOTAGE))], message="may be read")
    door.commit(FOOTAGE, [Entry("new", door.put_bytes(FOOTAGE, b"fresh"))], message="was put")
    assert door.read(FOOTAGE, "new") == b"fresh"


def test_a_commit_is_made_from_what_one_may_read(place: Place, doors: dict[str, Door]) -> None:
    ready(place, FOOTAGE)
    ready(place, OTHER)
    origin = Origin("other", place.repos.resolve(OTHER).id)
    with pytest.raises(RepoMissing):
        doors["user:writer"].commit(FOOTAGE, [], message="", provenance=[origin])
    made = doors["user:owns-all"].commit(FOOTAGE, [], message="", provenance=[origin])
    assert doors["user:owns-all"].made_from(OTHER, origin.commit)[-1] == made
    assert made not in doors["user:admin"].made_from(FOOTAGE, made.id)


def test_a_write_stands_in_the_audit_log_with_the_change(
    place: Place, doors: dict[str, Door], admin: Door
) -> None:
    ready(place, FOOTAGE)
    made = doors["user:owner"].commit(FOOTAGE, [Entry("y", None)], message="")
    doors["user:owner"].branch(FOOTAGE, name := fresh("branch"))
    with pytest.raises(QuietwatchError):
        doors["user:owner"].branch(FOOTAGE, name)
    branch, commit = admin.desk.audit(Wanted(principal="user:owner", outcome=Outcome.ALLOWED), 2)
    assert (branch.action, branch.target, branch.repo) == ("branch", name, "footage")
    assert made.id in commit.target
    assert (commit.tenant, commit.outcome) == ("home", Outcome.ALLOWED)


def test_a_role_that_is_taken_away_ends_at_once(caller: Caller, admin: Door, place: Place) -> None:
    ready(place, FOOTAGE)
    door = caller("user:leaver", (Role.READER, FOOTAGE))
    assert door.head(FOOTAGE)
    admin.desk.take(Grant("user:leaver", Role.READER, FOOTAGE))
    with pytest.raises(RepoMissing):
        door.head(FOOTAGE)
