"""Tokens and roles are given by those who may; a clusterAdmin always stays."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from quietwatch.errors import (
    AccessRefused,
    GrantMissing,
    InvalidName,
    LastAdmin,
    QuietwatchError,
    RepoMissing,
    TokenMissing,
    UsageError,
)
from quietwatch.model import Repo
from quietwatch.names import ENGINE
from quietwatch.store.access import Door
from quietwatch.store.access.audit import Deed, Outcome, Wanted, note
from quietwatch.store.access.roles import EVERYTHING, Grant, Role
from quietwatch.store.place import Place, open_place
from tests.unit.store.access.conftest import FOOTAGE, FOREIGN, OTHER, statements

Caller = Callable[..., Door]
ALL_OF_HOME = Repo("home", "*")


@pytest.fixture
def owner(caller: Caller) -> Door:
    return caller("user:owner", (Role.OWNER, FOOTAGE))


def refused(admin: Door, principal: str, action: str) -> bool:
    wanted = Wanted(principal=principal, action=action, outcome=Outcome.REFUSED)
    return bool(admin.desk.audit(wanted, 1))


class TestFirstToken:
    def test_it_is_that_of_a_cluster_admin_and_stays(self, open_to_all: Place) -> None:
        desk = open_to_all.door(None).desk
        for wrong in ({}, {"days": 3}, {"admin": True, "days": 3}):
            with pytest.raises(UsageError, match="Its first is a clusterAdmin's"):
                desk.make_token("user:root", **wrong)  # type: ignore[arg-type]
        with pytest.raises(UsageError, match="Its first is a clusterAdmin's"):
            desk.grant(Grant("user:root", Role.ADMIN, EVERYTHING))
        assert desk.tokens() == []
        assert open_to_all.door(None).principal == "local"


class TestLastAdmin:
    def test_is_not_lost(self, tmp_path: Path) -> None:
        with open_place(tmp_path / "home", "memory://") as place:
            token, row = place.door(None).desk.make_token("user:root", admin=True)
            door = place.door(token.text)
            role = Grant("user:root", Role.ADMIN, EVERYTHING)
            second, _ = door.desk.make_token("user:second", admin=True, days=30)
            other = place.door(second.text)
            for desk in (door.desk, other.desk):  # the second's only token expires
                with pytest.raises(LastAdmin):
                    desk.take(role)
                with pytest.raises(LastAdmin):
                    desk.revoke(row.id)
            assert refused(door, "user:second", "take")
            lasting, _ = door.desk.make_token("user:second")
            other.desk.take(role)
            with pytest.raises(AccessRefused):
                door.desk.make_token("user:third")
            with pytest.raises(LastAdmin):
                place.door(lasting.text).desk.revoke(lasting.id)


class TestTokens:
    def test_only_an_admin_makes_them(self, owner: Door, admin: Door) -> None:
        for name in ("user:owner", "user:new"):
            with pytest.raises(AccessRefused, match="user:owner is not clusterAdmin"):
                owner.desk.make_token(name)
        assert refused(admin, "user:owner", "make_token")
        for name in ("ann", ENGINE):  # what the engine commits is believed after a rebuild
            with pytest.raises(InvalidName):
                admin.desk.make_token(name)

    def test_one_sees_and_revokes_ones_own(
        self, owner: Door, admin: Door, place: Place, caller: Caller
    ) -> None:
        caller("user:other")
        assert {row.principal for row in owner.desk.tokens()} == {"user:owner"}
        theirs = next(row for row in admin.desk.tokens() if row.principal == "user:other")
        seen = []
        for name in (theirs.id, "0" * 12):
            with statements(place) as sent, pytest.raises(TokenMissing) as caught:
                owner.desk.revoke(name)
            seen.append((sent, caught.value.detail.replace(name, "?")))
        assert seen[0] == seen[1]
        assert refused(admin, "user:owner", "revoke")
        for row in owner.desk.tokens():
            owner.desk.revoke(row.id)
        assert all(row.revoked for row in admin.desk.tokens() if row.principal == "user:owner")

    def test_the_secret_is_nowhere_in_the_catalog(
        self, admin: Door, place: Place, tmp_path: Path
    ) -> None:
        token, _ = admin.desk.make_token("user:secret", note="for a test")
        with pytest.raises(UsageError, match="by its id"):
            admin.desk.revoke(token.text)
        admin.desk.backup(tmp_path / "kept.gz")
        with place.catalog.reading() as connection:
            found = connection.exec_driver_sql("PRAGMA database_list").all()
        data = b"".join(
            path.read_bytes() for path in Path(found[0][2]).parent.glob("catalog.sqlite*")
        )
        assert token.id.encode() in data
        assert token.secret.encode() not in data


class TestRoles:
    def test_an_owner_gives_them_on_what_it_owns(self, owner: Door, caller: Caller) -> None:
        friend = caller("user:friend")
        for role in (Role.READER, Role.WRITER, Role.OWNER):
            grant = Grant("user:friend", role, FOOTAGE)
            owner.desk.grant(grant)
            owner.desk.grant(grant)  # again is no error
            assert friend.exists(FOOTAGE)
            owner.desk.take(grant)
            with pytest.raises(GrantMissing):
                owner.desk.take(grant)
        assert not friend.exists(FOOTAGE)

    @pytest.mark.parametrize(
        ("grant", "error"),
        [
            (Grant("user:owner", Role.READER, OTHER), RepoMissing),
            (Grant("user:owner", Role.READER, FOREIGN), RepoMissing),
            (Grant("user:owner", Role.READER, ALL_OF_HOME), AccessRefused),
            (Grant("user:owner", Role.ADMIN, EVERYTHING), AccessRefused),
        ],
        ids=lambda value: str(value.scope) if isinstance(value, Grant) else value.__name__,
    )
    def test_and_on_nothing_else(
        self, owner: Door, admin: Door, grant: Grant, error: type[QuietwatchError]
    ) -> None:
        for change in (owner.desk.grant, owner.desk.take):
            with pytest.raises(error):
                change(grant)
        assert refused(admin, "user:owner", "grant")
        assert grant not in admin.desk.grants()

    def test_a_writer_gives_none(self, caller: Caller) -> None:
        writer = caller("user:writer", (Role.WRITER, FOOTAGE))
        with pytest.raises(AccessRefused, match="is not repoOwner on home/footage"):
            writer.desk.grant(Grant("user:friend", Role.READER, FOOTAGE))

    def test_one_sees_ones_own_and_those_on_what_one_owns(
        self, owner: Door, caller: Caller, admin: Door
    ) -> None:
        reader = caller("user:reader", (Role.READER, FOOTAGE))
        all_of_home = caller("user:all", (Role.OWNER, ALL_OF_HOME))
        hidden = Grant("user:far", Role.READER, FOREIGN)
        mine = Grant("user:reader", Role.READER, FOOTAGE)
        admin.desk.grant(hidden)
        assert reader.desk.grants() == [mine]
        assert mine in owner.desk.grants()
        assert mine in all_of_home.desk.grants()
        for door in (owner, all_of_home):
            assert hidden not in door.desk.grants()
        assert {hidden, mine} < set(admin.desk.grants())


class TestAudit:
    def test_a_tenants_lines_are_for_who_owns_all_of_it(self, owner: Door, caller: Caller) -> None:
        all_of_home = caller("user:all", (Role.OWNER, ALL_OF_HOME))
        found = all_of_home.desk.audit(Wanted(tenant="home"), 100)
        assert {deed.tenant for deed in found} == {"home"}
        for door, wanted in (
            (all_of_home, Wanted()),
            (all_of_home, Wanted(tenant="acme")),
            (owner, Wanted(tenant="home")),
            (owner, Wanted(tenant="home", repo="footage")),
        ):
            with pytest.raises(AccessRefused):
                door.desk.audit(wanted)

    def test_the_catalog_is_for_admins(self, owner: Door, admin: Door, tmp_path: Path) -> None:
        for call in (
            owner.desk.status,
            owner.desk.rebuild,
            lambda: owner.desk.backup(tmp_path / "x"),
        ):
            with pytest.raises(AccessRefused, match="is not clusterAdmin"):
                call()
        assert not (tmp_path / "x").exists()
        status = admin.desk.status()
        assert (status.open, status.repos) == (False, 3)
        admin.desk.rebuild()
        assert admin.desk.audit(Wanted(action="rebuild"), 1)[0].outcome is Outcome.ALLOWED

    def test_old_lines_go_and_that_they_went_stays(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("quietwatch.store.access.desk._LINES", 2)
        with open_place(tmp_path / "home", "memory://") as place:
            now = datetime.now(UTC)
            with place.catalog.begin() as connection:
                for days in (20, 40, 41, 42, 43):
                    note(connection, line("home", now - timedelta(days=days)))
                note(connection, line("acme", now - timedelta(days=50)))
                note(connection, line(None, now - timedelta(days=60)))
            token, _ = place.door(None).desk.make_token("user:root", admin=True)
            root = place.door(token.text).desk
            assert root.forget_audit("home", 30, dry=True) == 5
            assert root.forget_audit("home", 30) == 5
            assert root.forget_audit("home", 30) == 0
            old = root.audit(Wanted(until=now - timedelta(days=10)))
            left = [(one.tenant, round((now - one.time) / timedelta(days=1))) for one in old]
            assert left == [("home", 20), ("acme", 50)]
            told = root.audit(Wanted(action="forget_audit"))
            assert [one.target.partition(" ")[0] for one in told] == ["1", "2", "2"]
            assert {(one.tenant, one.outcome) for one in told} == {("home", Outcome.ALLOWED)}

    def test_nobody_wipes_out_his_own_traces(self, admin: Door, caller: Caller) -> None:
        all_of_home = caller("user:all", (Role.OWNER, ALL_OF_HOME))
        with pytest.raises(AccessRefused, match="is not clusterAdmin"):
            all_of_home.desk.forget_audit("home", 0)
        assert refused(admin, "user:all", "forget_audit")


def line(tenant: str | None, time: datetime) -> Deed:
    """A line of the log."""
    return Deed(
        time=time,
        principal="user:ann",
        token=None,
        action="commit",
        tenant=tenant,
        repo=None,
        target="",
        outcome=Outcome.ALLOWED,
    )
