"""A store with two tenants, and callers of every kind."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event

from quietwatch.model import Entry, Repo
from quietwatch.store.access import Door
from quietwatch.store.access.roles import Grant
from quietwatch.store.place import Place, open_place

FOOTAGE, OTHER = Repo("home", "footage"), Repo("home", "other")
FOREIGN = Repo("acme", "footage")
DATA = b"bytes of "


@pytest.fixture(scope="module")
def open_to_all(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A store in which nobody has a token yet."""
    with open_place(tmp_path_factory.mktemp("open") / "home", "memory://") as opened:
        yield opened


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A store with repos of two tenants."""
    with open_place(tmp_path_factory.mktemp("place") / "home", "memory://") as opened:
        for repo in (FOOTAGE, OTHER, FOREIGN):
            fill(opened, repo)
        yield opened


@pytest.fixture(scope="module")
def admin(place: Place) -> Door:
    """The first clusterAdmin."""
    token, _ = place.door(None).desk.make_token("user:root", admin=True)
    return place.door(token.text)


@pytest.fixture(scope="module")
def caller(place: Place, admin: Door) -> Callable[..., Door]:
    """Makes a door for a principal with these roles."""

    def make(name: str, *roles: tuple[Any, Repo]) -> Door:
        for role, scope in roles:
            admin.desk.grant(Grant(name, role, scope))
        token, _ = admin.desk.make_token(name)
        return place.door(token.text)

    return make


def fill(place: Place, repo: Repo) -> None:
    """Make a repo with one file, unless it is there."""
    if place.repos.exists(repo):
        return
    place.repos.create(repo)
    blob = place.blobs(repo.tenant).put_bytes(DATA + str(repo).encode())
    place.repos.commit(repo, [Entry("door/a.txt", blob)], author="user:maker", message="")


@contextmanager
def statements(place: Place) -> Iterator[list[str]]:
    """The statements that are sent to the database meanwhile."""
    found: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_: object) -> None:
        found.append(statement)

    event.listen(place.catalog.engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(place.catalog.engine, "before_cursor_execute", note)
