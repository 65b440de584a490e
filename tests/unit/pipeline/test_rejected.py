"""What could not be used, on record."""

import json

import pytest

from quietwatch.config import Settings
from quietwatch.model import Failure, Repo
from quietwatch.pipeline.rejected import REJECTED, keep_rejected
from quietwatch.pipeline.sync import sync
from quietwatch.store.catalog import leases
from tests.unit.pipeline.conftest import DOOR, TENANT, YARD, Tenant

EMPTY = Failure("a.mp4", "empty-file", "the file has no bytes")


@pytest.fixture
def synced(tenant: Tenant) -> Tenant:
    sync(tenant.place, TENANT, Settings())
    return tenant


def commits(tenant: Tenant) -> list[str]:
    return [commit.message for commit in tenant.place.repos.log(Repo(TENANT, REJECTED))]


def test_each_input_has_a_file_that_says_why(synced: Tenant) -> None:
    other = Failure("b\u2602.mp4", "no-video", "sound alone")
    keep_rejected(synced.place, TENANT, [(DOOR, EMPTY), (YARD, other), (DOOR, EMPTY)])
    assert commits(synced) == ["set 2 inputs aside"]
    found = {}
    for entry in synced.place.repos.entries(Repo(TENANT, REJECTED)):
        assert entry.blob is not None
        found[entry.path.rpartition("/")[0]] = (
            json.loads(synced.place.blobs(TENANT).read(entry.blob.sha256)),
            entry.meta,
        )
    assert found == {
        f"{camera.site}/{camera.name}": (
            {"source": one.source, "error": one.error, "detail": one.detail},
            {"source": one.source, "error": one.error},
        )
        for camera, one in ((DOOR, EMPTY), (YARD, other))
    }


def test_it_is_said_once_and_again_only_when_it_is_something_else(synced: Tenant) -> None:
    keep_rejected(synced.place, TENANT, [])
    for error in ("empty-file", "empty-file", "no-video"):
        keep_rejected(synced.place, TENANT, [(DOOR, Failure("a.mp4", error, "why"))])
    assert commits(synced) == ["set 1 input aside"] * 2
    assert len(synced.files(REJECTED)) == 1


def test_what_is_set_aside_is_leased_until_it_is_committed(
    synced: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    held: set[str] = set()
    original = synced.place.repos.commit

    def commit(*given: object, **named: object) -> object:
        with synced.place.catalog.reading() as connection:
            held.update(leases.leased(connection, TENANT))
        return original(*given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(synced.place.repos, "commit", commit)
    keep_rejected(synced.place, TENANT, [(DOOR, EMPTY)])
    assert held == {blob.sha256 for blob in synced.files(REJECTED).values()}


def test_a_name_that_is_no_text_is_no_trouble(synced: Tenant) -> None:
    keep_rejected(synced.place, TENANT, [(DOOR, Failure("a\udcff.mp4", "empty-file", "none"))])
    assert len(synced.files(REJECTED)) == 1
