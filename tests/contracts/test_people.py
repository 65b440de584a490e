"""Tokens, roles and the audit log, whichever database they lie in."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from quietwatch.errors import GrantMissing, LastAdmin, QuietwatchError
from quietwatch.model import Entry, Repo
from quietwatch.store.access import Door
from quietwatch.store.access.audit import Outcome, Wanted
from quietwatch.store.access.roles import EVERYTHING, Grant, Role
from quietwatch.store.place import Place, open_place
from tests.contracts.conftest import Database

FOOTAGE = Repo("home", "footage")
READER = Grant("user:ann", Role.READER, FOOTAGE)


@pytest.fixture
def place(database: Database, tmp_path: Path) -> Iterator[Place]:
    with open_place(tmp_path, "memory://", database()) as opened:
        yield opened


@pytest.fixture
def admin(place: Place) -> Door:
    token, _ = place.door(None).desk.make_token("user:root", admin=True)
    return place.door(token.text)


def test_a_role_is_given_and_taken(place: Place, admin: Door) -> None:
    admin.create(FOOTAGE)
    admin.desk.grant(READER)
    admin.desk.grant(READER)
    token, _ = admin.desk.make_token("user:ann", days=1)
    ann = place.door(token.text)
    assert ann.list("home") == (FOOTAGE,)
    assert list(ann.uses("home", "0" * 64)) == []
    with pytest.raises(QuietwatchError) as caught:
        ann.commit(FOOTAGE, [Entry("x", None)], message="")
    assert caught.value.code == "access-refused"
    admin.desk.take(READER)
    with pytest.raises(GrantMissing):
        admin.desk.take(READER)
    assert ann.list("home") == ()
    assert [deed.action for deed in admin.desk.audit(Wanted(principal="user:ann"))] == [
        *("list", "commit")
    ]


def test_a_change_and_its_line_stand_or_fall_together(
    admin: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin.create(FOOTAGE)
    admin.commit(FOOTAGE, [Entry("x", None)], message="")
    before = admin.desk.audit(Wanted(), 100)

    def fail(*_: object) -> None:
        raise QuietwatchError("no line can be added")

    monkeypatch.setattr("quietwatch.store.access.gate.note", fail)
    for change in (
        lambda: admin.commit(FOOTAGE, [Entry("y", None)], message=""),
        lambda: admin.create(Repo("home", "more")),
        lambda: admin.branch(FOOTAGE, "night"),
        lambda: admin.tag(FOOTAGE, "v1"),
        lambda: admin.remove(FOOTAGE),
        lambda: admin.desk.grant(READER),
        lambda: admin.desk.make_token("user:ann"),
    ):
        with pytest.raises(QuietwatchError, match="no line"):
            change()
    assert admin.list("home") == (FOOTAGE,)
    assert (list(admin.branches(FOOTAGE)), admin.tags(FOOTAGE)) == (["main"], {})
    assert len(list(admin.log(FOOTAGE))) == 1
    assert {row.principal for row in admin.desk.tokens()} == {"user:root"}
    assert admin.desk.audit(Wanted(), 100) == before


def test_two_admins_can_not_remove_each_other(place: Place, admin: Door) -> None:
    for turn in range(5):
        name = f"user:other{turn}"
        token, _ = admin.desk.make_token(name, admin=True)
        other = place.door(token.text)
        gone = {name: admin, "user:root": other}
        failed: list[Exception] = []
        start = threading.Barrier(2)

        def take(principal: str, door: Door) -> None:
            start.wait()  # noqa: B023
            try:
                door.desk.take(Grant(principal, Role.ADMIN, EVERYTHING))
            except QuietwatchError as error:
                failed.append(error)  # noqa: B023

        threads = [threading.Thread(target=take, args=each) for each in gone.items()]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        left = (*admin.desk.grants(), *other.desk.grants())
        admins = {grant.principal for grant in left if grant.role is Role.ADMIN}
        assert len(admins) == len(failed) == 1
        if admins != {"user:root"}:
            other.desk.grant(Grant("user:root", Role.ADMIN, EVERYTHING))
            other.desk.take(Grant(name, Role.ADMIN, EVERYTHING))


def test_the_last_admin_stays(admin: Door) -> None:
    [row] = admin.desk.tokens()
    with pytest.raises(LastAdmin):
        admin.desk.revoke(row.id)
    assert admin.desk.tokens() == [row]
    [deed] = admin.desk.audit(Wanted(outcome=Outcome.REFUSED))
    assert (deed.action, deed.target) == ("revoke", row.id)
