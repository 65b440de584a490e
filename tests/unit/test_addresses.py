"""What people write for things of the store is read in one way, or refused."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quietwatch import addresses, names
from quietwatch.addresses import Address
from quietwatch.errors import InvalidName
from quietwatch.model import Repo

FOOTAGE = Repo("home", "footage")
DAY = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("footage", (FOOTAGE, None, None)),
        ("acme/footage", (Repo("acme", "footage"), None, None)),
        ("footage@main", (FOOTAGE, "main", None)),
        ("footage@v1.0", (FOOTAGE, "v1.0", None)),
        ("footage@0123abcd", (FOOTAGE, "0123abcd", None)),
        ("footage:door", (FOOTAGE, None, "door")),
        ("footage:", (FOOTAGE, None, "")),
        ("footage@main:a/b c@d:e", (FOOTAGE, "main", "a/b c@d:e")),
        ("footage:a@b", (FOOTAGE, None, "a@b")),
        ("footage:a\nb", (FOOTAGE, None, "a\nb")),
        ("footage@2026-11-23", (FOOTAGE, DAY, None)),
        ("footage@2026-11-23:door", (FOOTAGE, DAY, "door")),
        (
            "footage@2026-11-23T16:00:30.5Z",
            (FOOTAGE, DAY.replace(hour=16, second=30, microsecond=500_000), None),
        ),
        ("footage@2026-11-23T16:00Z:a:b", (FOOTAGE, DAY.replace(hour=16), "a:b")),
        ("footage@2026-11-23T16:00", (FOOTAGE, DAY.replace(hour=16), None)),
        ("footage@2026-11-23T16:00:00+01:00:x", (FOOTAGE, DAY.replace(hour=15), "x")),
        ("footage@2026-11-23x", (FOOTAGE, "2026-11-23x", None)),
    ],
)
def test_an_address(text: str, expected: tuple[Repo, str | datetime | None, str | None]) -> None:
    assert addresses.address(text, "home") == Address(*expected)


@pytest.mark.parametrize(
    "text",
    [
        *("", "@main", ":door", "Footage", "a/b/c", "footage@", "footage@:door", "foot age"),
        *("footage@2026-13-01", "footage@2026-11-23T25:00", "footage@0001-01-01T00:00+23:00"),
    ],
)
def test_what_is_no_address(text: str) -> None:
    with pytest.raises(InvalidName):
        addresses.address(text, "home")


@given(st.text(max_size=30))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        found = addresses.address(text, "home")
    except InvalidName as error:
        error.detail.encode()
    else:
        assert text.startswith((found.repo.name, str(found.repo)))


@given(st.datetimes(datetime(1970, 1, 2), datetime(2199, 1, 1)), st.integers(-12, 12))  # noqa: DTZ001
def test_a_time_is_that_of_its_zone(time: datetime, hours: int) -> None:
    moment = time.replace(tzinfo=timezone(timedelta(hours=hours)))
    assert addresses.at(moment.isoformat()) == moment
    assert addresses.at(time.isoformat()) == time.replace(tzinfo=UTC)


def test_no_branch_can_be_taken_for_a_time() -> None:
    for name in ("2026-11-23", "0000-99-99"):
        with pytest.raises(InvalidName, match="could be taken for a day"):
            names.ref(name)
    assert names.ref("2026-11-23.1") == "2026-11-23.1"


@pytest.mark.parametrize("text", ["main", "night.2", "0123abcd", "20261123"])
def test_a_name_stands_as_it_is(text: str) -> None:
    assert addresses.at(text) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("footage", FOOTAGE),
        ("acme/footage", Repo("acme", "footage")),
        ("*", Repo("home", "*")),
        ("acme/*", Repo("acme", "*")),
    ],
)
def test_a_scope(text: str, expected: Repo) -> None:
    assert addresses.scope(text, "home") == expected


@pytest.mark.parametrize("text", ["", "*/*", "*/a", "/*", "a/b/*", "A/*", "foot*"])
def test_what_is_no_scope(text: str) -> None:
    with pytest.raises(InvalidName):
        addresses.scope(text, "home")


@pytest.mark.parametrize("name", ["user:ann", "robot:cam-7", "user:a.b+c@example.com"])
def test_a_principal(name: str) -> None:
    assert addresses.principal(name) == name


@pytest.mark.parametrize(
    "name", ["", "ann", "user:", "user:Ann", "group:x", "user:a b", "local", "user:" + "a" * 129]
)
def test_what_is_no_principal(name: str) -> None:
    with pytest.raises(InvalidName):
        addresses.principal(name)


def test_a_tenant() -> None:
    assert addresses.tenant("acme-2") == "acme-2"
    for name in ("", "Acme", "a/b", "a b", "*"):
        with pytest.raises(InvalidName, match="is no tenant"):
            addresses.tenant(name)
