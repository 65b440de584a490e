"""Who may have what a camera's privacy masks cover."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from quietwatch.addresses import ALL
from quietwatch.errors import AccessRefused, ConfigError
from quietwatch.model import Blob, Entry, Repo
from quietwatch.store.access import Door
from quietwatch.store.access.audit import Outcome, Wanted
from quietwatch.store.access.roles import EVERYTHING, Grant, Role
from quietwatch.store.place import Place, open_place

FOOTAGE, OPTICS, ANALYSIS, NOTES = (
    Repo("home", name) for name in ("footage", "optics", "analysis", "notes")
)
OF_DOOR = "main/door/2026/11/23/20261123T160000.000Z-00000000.mp4"
OF_YARD = OF_DOOR.replace("door", "yard")
MASKS = b"privacy: {masks: [[[0, 0], [1, 0], [1, 1]]]}"
READ = (Role.OWNER, Repo("home", ALL))

Caller = Callable[..., Door]


def put(place: Place, repo: Repo, path: str, data: bytes) -> Blob:
    """Commit a file, whatever the gate says."""
    if not place.repos.exists(repo):
        place.repos.create(repo)
    blob = place.blobs(repo.tenant).put_bytes(data)
    place.repos.commit(repo, [Entry(path, blob)], author="somebody", message="by hand")
    return blob


@pytest.fixture
def place(tmp_path: Path) -> Any:
    """A store with a masked camera, the door, and one that is not, the yard."""
    with open_place(tmp_path / "home", "memory://") as opened:
        for path in (OF_DOOR, OF_YARD):
            put(opened, FOOTAGE, path, path.encode())
        put(opened, ANALYSIS, OF_DOOR, b"pictures from before the mask")
        put(opened, OPTICS, "main/door.yaml", MASKS)
        opened.repos.create(NOTES)
        yield opened


@pytest.fixture
def admin(place: Place) -> Door:
    token, _ = place.door(None).desk.make_token("user:root", admin=True)
    return place.door(token.text)


@pytest.fixture
def caller(place: Place, admin: Door) -> Caller:
    def make(name: str, *roles: tuple[Role, Repo]) -> Door:
        for role, scope in roles:
            admin.desk.grant(Grant(name, role, scope))
        token, _ = admin.desk.make_token(name)
        return place.door(token.text)

    return make


def ways(door: Door, folder: Path, blob: Blob) -> list[Callable[[], object]]:
    """Every way in which bytes of the door's clip come out."""
    return [
        lambda: door.read(FOOTAGE, OF_DOOR),
        lambda: list(door.stream(FOOTAGE, OF_DOOR)),
        lambda: door.fetch(FOOTAGE, OF_DOOR, folder / "clip"),
        lambda: list(door.fetch_files(FOOTAGE, folder / "all")),
        lambda: list(door.stream_blob("home", blob.sha256)),
        lambda: door.read(ANALYSIS, OF_DOOR),
        lambda: door.commit(NOTES, [Entry("a.mp4", blob)], message="under another name"),
        lambda: door.commit(FOOTAGE, [Entry(OF_YARD, blob)], message="on another camera"),
    ]


@pytest.mark.parametrize("role", [READ, (Role.ADMIN, EVERYTHING)], ids=str)
def test_without_the_role_nothing_comes_out_by_any_way(
    place: Place, caller: Caller, tmp_path: Path, role: tuple[Role, Repo]
) -> None:
    door = caller("user:ann", role)
    blob = place.repos.entry(FOOTAGE, OF_DOOR).blob
    assert blob is not None
    for way in ways(door, tmp_path, blob):
        with pytest.raises(AccessRefused, match="originalReader on home/footage"):
            way()
    assert [path for path in tmp_path.rglob("*") if "home" not in path.parts] == []
    assert door.read(FOOTAGE, OF_YARD) == OF_YARD.encode()
    assert door.entry(FOOTAGE, OF_DOOR).blob == blob  # that it is there is no secret


@pytest.mark.parametrize("scope", [FOOTAGE, Repo("home", ALL)], ids=str)
def test_the_role_opens_all_of_it_and_each_is_written_down(
    place: Place, admin: Door, caller: Caller, tmp_path: Path, scope: Repo
) -> None:
    door = caller("user:ann", READ, (Role.ORIGINAL, scope))
    blob = place.repos.entry(FOOTAGE, OF_DOOR).blob
    assert blob is not None
    for way in ways(door, tmp_path, blob):
        way()
    told = admin.desk.audit(Wanted(principal="user:ann", action="read"), 99)
    assert [(deed.target, deed.outcome) for deed in told] == [(OF_DOOR, Outcome.ALLOWED)] * 2


def test_the_role_alone_reads_what_it_is_on(caller: Caller) -> None:
    door = caller("user:ann", (Role.ORIGINAL, FOOTAGE))
    assert door.read(FOOTAGE, OF_DOOR) == OF_DOOR.encode()
    with pytest.raises(AccessRefused):
        door.put_bytes(FOOTAGE, b"x")


def test_a_refusal_is_written_down(admin: Door, caller: Caller) -> None:
    with pytest.raises(AccessRefused):
        caller("user:ann", READ).read(FOOTAGE, OF_DOOR)
    [deed] = admin.desk.audit(Wanted(principal="user:ann", outcome=Outcome.REFUSED), 9)
    assert (deed.action, deed.target) == ("read", OF_DOOR)


def test_who_brings_footage_in_needs_no_more_than_that(caller: Caller) -> None:
    robot = caller("robot:door", (Role.WRITER, FOOTAGE))
    blob = robot.put_bytes(FOOTAGE, b"a new clip")
    robot.commit(FOOTAGE, [Entry(OF_DOOR.replace("T16", "T17"), blob)], message="new")


def test_what_holds_is_what_optics_say_now(place: Place, caller: Caller) -> None:
    door = caller("user:ann", READ)
    put(place, OPTICS, "default.yaml", MASKS)
    with pytest.raises(AccessRefused):
        door.read(FOOTAGE, OF_YARD)
    put(place, OPTICS, "main/yard.yaml", b"privacy: {masks: []}")
    assert door.read(FOOTAGE, OF_YARD)


def test_where_nobody_knows_nothing_comes_out(place: Place, caller: Caller) -> None:
    put(place, OPTICS, "main/door.yaml", b"privacy: {mask: 1}")
    with pytest.raises(ConfigError, match=r"optics:main/door.yaml:1"):
        caller("user:ann", READ).read(FOOTAGE, OF_DOOR)


def test_whoever_holds_the_files_of_an_open_store_can_read_them_anyway(place: Place) -> None:
    assert place.door(None).read(FOOTAGE, OF_DOOR) == OF_DOOR.encode()
