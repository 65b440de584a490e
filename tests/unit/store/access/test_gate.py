"""Who is let in, and what is written down of it."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from quietwatch.errors import AccessRefused, RepoMissing, StorageError
from quietwatch.model import Repo
from quietwatch.store.access import Door, Gate
from quietwatch.store.access import gate as module
from quietwatch.store.access.audit import Outcome, Wanted
from quietwatch.store.access.roles import EVERYTHING, Need, Role
from quietwatch.store.access.tokens import Token, new_token, read_token
from quietwatch.store.place import Place, open_place
from tests.unit.store.access.conftest import FOOTAGE, statements

Caller = Callable[..., Door]


def last(admin: Door, count: int = 1) -> list[tuple[str, str | None, str, str]]:
    found = admin.desk.audit(Wanted(outcome=Outcome.REFUSED), count)
    return [(deed.principal, deed.token, deed.action, deed.target) for deed in found]


def test_whoever_holds_an_open_store_may_do_everything(open_to_all: Place) -> None:
    gate = Gate(open_to_all.catalog, None)
    assert (gate.caller.principal, gate.caller.token) == ("local", None)
    assert gate.level(EVERYTHING) == gate.level(FOOTAGE) == Need.ADMIN
    assert Gate(open_to_all.catalog, "anything").caller == gate.caller


def test_it_is_shut_behind_those_who_came_while_it_was_open(tmp_path: Path) -> None:
    with open_place(tmp_path / "home", "memory://") as place:
        door = place.door(None)
        door.create(FOOTAGE)
        door.desk.make_token("user:root", admin=True)
        for call in (
            lambda: door.head(FOOTAGE),
            lambda: door.list("home"),
            lambda: door.desk.make_token("user:late", admin=True),
            door.desk.grants,
        ):
            with pytest.raises(AccessRefused, match="takes a token"):
                call()


def test_a_token_that_is_revoked_ends_for_who_is_inside(caller: Caller, admin: Door) -> None:
    door = caller("user:brief", (Role.READER, FOOTAGE))
    assert door.head(FOOTAGE)
    for row in admin.desk.tokens():
        if row.principal == "user:brief":
            admin.desk.revoke(row.id)
    with pytest.raises(AccessRefused, match="expired or revoked"):
        door.head(FOOTAGE)
    with pytest.raises(AccessRefused, match="expired or revoked"):
        door.list("home")


def test_a_token_that_does_not_stand_is_refused(tmp_path: Path) -> None:
    with open_place(tmp_path / "home", "memory://") as place:
        first, own = place.door(None).desk.make_token("user:root", admin=True)
        admin = place.door(first.text)
        token, row = admin.desk.make_token("user:ann", days=1)
        assert Gate(place.catalog, token.text).caller.principal == "user:ann"
        strange = new_token()
        for text, known in (
            (strange.text, None),
            (Token(own.id, strange.secret).text, own.id),
            (Token(row.id, first.secret).text, row.id),
            ("", None),
            (token.text.removeprefix("qw_"), None),
        ):
            assert refused(place, text) == "the token is unknown, expired or revoked"
            assert last(admin) == [("unknown", known, "enter", "a token that does not stand")]
        assert refused(place, None) == "this catalog takes a token"
        assert last(admin) == [("unknown", None, "enter", "no token")]
        late = datetime.now(UTC) + timedelta(days=1)
        assert refused(place, token.text, late) == "the token is unknown, expired or revoked"
        admin.desk.revoke(row.id)
        assert refused(place, token.text) == "the token is unknown, expired or revoked"


def refused(place: Place, text: str | None, time: datetime | None = None) -> str:
    with pytest.raises(AccessRefused) as caught:
        Gate(place.catalog, text, clock=module.now if time is None else lambda: time)
    token = None if text is None else read_token(text)
    assert token is None or token.secret not in caught.value.detail
    return re.split("[:;]", caught.value.detail)[0]


def test_a_token_that_expires_ends_for_who_is_inside(tmp_path: Path) -> None:
    with open_place(tmp_path / "home", "memory://") as place:
        first, _ = place.door(None).desk.make_token("user:root", admin=True)
        time = datetime.now(UTC)
        brief, _ = place.door(first.text).desk.make_token("user:brief", days=1)
        gate = Gate(place.catalog, brief.text, clock=lambda: time)
        assert gate.level(FOOTAGE) is Need.NOTHING
        time += timedelta(days=1, minutes=1)
        with pytest.raises(AccessRefused, match="expired or revoked"):
            gate.level(FOOTAGE)


def test_an_unknown_token_takes_the_queries_of_a_wrong_one(place: Place, admin: Door) -> None:
    known = admin.desk.tokens()[0].id
    sent = []
    for name in (known, "0" * 12):
        with statements(place) as found, pytest.raises(AccessRefused):
            Gate(place.catalog, Token(name, "0" * 40).text)
        sent.append(found)
    assert sent[0] == sent[1]


def test_what_has_no_rule_is_refused_even_to_an_admin(admin: Door) -> None:
    with pytest.raises(AccessRefused, match="no rule says who"):
        admin._gate.require("novel", FOOTAGE)
    assert last(admin)[0][2] == "novel"


def test_what_a_caller_names_may_be_anything(caller: Caller, admin: Door) -> None:
    door = caller("user:wild")
    for name in ("x" * 10_000, "a\nb\x1b[31m", "\udcff", "'; --"):
        with pytest.raises(RepoMissing) as caught:
            door.entry(Repo("home", name), name)
        caught.value.detail.encode()
        [deed] = admin.desk.audit(Wanted(principal="user:wild"), 1)
        assert deed.target.isprintable()
        assert len(deed.target) <= 400


def test_what_can_not_be_written_down_is_not_told_either(
    place: Place, caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    door = caller("user:quiet")

    def full(*_: object) -> None:
        raise StorageError("no space is left")

    monkeypatch.setattr(module, "note", full)
    with pytest.raises(StorageError, match="no space"):
        door.head(FOOTAGE)
    assert place.repos.exists(FOOTAGE)
