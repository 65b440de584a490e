"""Who is let in, and what is written down of it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
        with pytest.raises(RepoMissing):
            door.head(FOOTAGE)
        assert door.list("home") == ()
        with pytest.raises(AccessRefused):
            door.desk.make_token("user:late", admin=True)


def test_a_token_that_does_not_stand_is_refused(place: Place, admin: Door, caller: Caller) -> None:
    caller("user:ann")
    ann = next(row for row in admin.desk.tokens() if row.principal == "user:ann")
    token, row = admin.desk.make_token("user:ann", days=1)
    late = lambda: datetime.now(UTC) + timedelta(days=1)  # noqa: E731
    assert Gate(place.catalog, token.text).caller.principal == "user:ann"
    strange = new_token()
    for text, clock, known in (
        (strange.text, module.now, None),
        (Token(ann.id, strange.secret).text, module.now, ann.id),
        (token.text, late, row.id),
        ("", module.now, None),
        (token.text.replace("qw_", ""), module.now, None),
    ):
        with pytest.raises(AccessRefused, match="unknown, expired or revoked") as caught:
            Gate(place.catalog, text, clock=clock)
        assert last(admin) == [("unknown", known, "enter", "a token that does not stand")]
        found = read_token(text)
        assert found is None or found.secret not in caught.value.detail
    admin.desk.revoke(row.id)
    with pytest.raises(AccessRefused):
        Gate(place.catalog, token.text)
    with pytest.raises(AccessRefused, match="takes a token"):
        Gate(place.catalog, None)
    assert last(admin) == [("unknown", None, "enter", "no token")]


def test_an_unknown_token_takes_the_queries_of_a_wrong_one(place: Place, admin: Door) -> None:
    known = admin.desk.tokens()[0].id
    sent = []
    for name in (known, "0" * 12):
        with statements(place) as found, pytest.raises(AccessRefused):
            Gate(place.catalog, Token(name, "0" * 40).text)
        sent.append(found)
    assert sent[0] == sent[1]


def test_what_has_no_rule_is_refused_even_to_an_admin(place: Place, admin: Door) -> None:
    for door in (admin, place.door(None) if not admin.desk.tokens() else admin):
        with pytest.raises(AccessRefused, match="no rule says who"):
            door._gate.require("novel", FOOTAGE)
    assert last(admin)[0][2] == "novel"


@given(st.lists(st.sampled_from(list(Role)), max_size=4))
def test_the_highest_role_counts(roles: list[Role]) -> None:
    gives = [role.gives for role in roles]
    assert max(gives, default=Need.NOTHING) == max([Need.NOTHING, *gives])


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
