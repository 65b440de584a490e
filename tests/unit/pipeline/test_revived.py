"""A lost catalog: made anew from the store, it knows all analyses, and only judging is left."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from quietwatch.config import KeepSettings
from quietwatch.model import Entry, Repo
from quietwatch.pipeline.work import Look
from quietwatch.store.catalog import datums
from quietwatch.store.catalog.needs import Horizon
from quietwatch.store.keep.erase import Order, carry_out, record
from quietwatch.store.keep.gc import collect
from quietwatch.store.place import Place, open_place
from quietwatch.store.repos import revived
from tests.unit.pipeline.conftest import NOON, TENANT, YARD, Tenant, arrival, no_work

KEY = "f" * 64


@pytest.fixture
def found(tenant: Tenant, clip: Path, other: Path) -> list[str]:
    """The texts of the events of three clips, two of them with the same bytes."""
    tenant.run(arrival(clip), arrival(other), arrival(clip, YARD))
    assert tenant.events()
    return texts(tenant)


@pytest.fixture
def rebuilt(tenant: Tenant, found: list[str], tmp_path: Path) -> Iterator[Tenant]:
    """The same after its catalog was lost and made anew."""
    assert found
    yield from anew(tenant.place, tmp_path)


def anew(place: Place, folder: Path) -> Iterator[Tenant]:
    place.close()
    for file in (folder / "home").glob("catalog.sqlite*"):
        file.unlink()
    with open_place(folder / "home") as opened:
        assert opened.repos.rebuild().lost == ()
        yield Tenant(opened)


def texts(tenant: Tenant) -> list[str]:
    return [repr(event) for event in tenant.events()]


@pytest.mark.parametrize("page", [1, 2, 1000])
def test_nothing_is_analyzed_again(
    tenant: Tenant, found: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, page: int
) -> None:
    monkeypatch.setattr(revived, "_AT_ONCE", page)
    for rebuilt in anew(tenant.place, tmp_path):
        assert_judged_only(rebuilt, found)


def assert_judged_only(rebuilt: Tenant, found: list[str]) -> None:
    assert rebuilt.events() == []
    assert rebuilt.process(work=no_work) == 0
    assert texts(rebuilt) == found
    assert rebuilt.process(work=no_work) == 0


def test_nor_by_a_run_over_the_same_footage(
    rebuilt: Tenant, found: list[str], clip: Path, other: Path
) -> None:
    result = rebuilt.run(arrival(clip), arrival(other), arrival(clip, YARD))
    assert not [one for one in rebuilt.done if isinstance(one, Look)]
    assert (result.failed, texts(rebuilt)) == ((), found)


def test_an_analysis_that_is_lost_too_is_made_again(rebuilt: Tenant, found: list[str]) -> None:
    lost = next(iter(rebuilt.files("analysis").values()))
    rebuilt.blob_file(lost.sha256).unlink()
    assert rebuilt.process() > 0
    assert texts(rebuilt) == found


def test_a_rebuild_of_what_is_known_changes_no_result(tenant: Tenant, found: list[str]) -> None:
    tenant.place.repos.rebuild()
    assert tenant.process(work=no_work) == 0
    assert texts(tenant) == found


@pytest.mark.usefixtures("found")
def test_what_was_erased_does_not_come_back(tenant: Tenant, tmp_path: Path) -> None:
    path = tenant.records()[0].path
    record(tenant.place, TENANT, [path], "request", Order("user:ann", "why"))
    carry_out(tenant.place, TENANT, Horizon(None))
    for fresh in anew(tenant.place, tmp_path):
        with fresh.place.catalog.reading() as connection:
            assert datums.keys_of(connection, TENANT, [path]) == []


@pytest.mark.usefixtures("found")
def test_what_others_put_into_the_repo_is_no_result(tenant: Tenant, tmp_path: Path) -> None:
    tenant.commit("analysis", "main/door/forged.mp4", b"by hand", {"key": KEY})
    for key in ("short", 5):
        tenant.place.repos.commit(
            Repo(TENANT, "analysis"),
            [Entry(f"{key}.mp4", tenant.place.blobs(TENANT).put_bytes(b"odd"), {"key": key})],
            author="engine",
            message="of an unknown kind",
        )
    for fresh in anew(tenant.place, tmp_path):
        with fresh.place.catalog.reading() as connection:
            assert datums.get(connection, TENANT, [KEY, "short", "5"]) == {}
        assert len(fresh.files("analysis")) == len(found_paths(fresh)) + 3


def found_paths(tenant: Tenant) -> set[str]:
    return set(tenant.files("footage"))


def test_gc_keeps_what_was_made_known_again(rebuilt: Tenant, found: list[str]) -> None:
    collect(rebuilt.place, TENANT, KeepSettings(grace_s=0), now=NOON)
    assert rebuilt.process(work=no_work) == 0
    assert texts(rebuilt) == found
