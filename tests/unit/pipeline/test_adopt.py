"""Footage that somebody has put into the repo by hand."""

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import delete

from quietwatch.config import Settings
from quietwatch.model import Meta
from quietwatch.pipeline.adopt import lies_at
from quietwatch.pipeline.ingest import entry_meta
from quietwatch.pipeline.sync import sync
from quietwatch.pipeline.work import Look, ProbeStored
from quietwatch.store.catalog import datums, work_tables
from tests.unit.pipeline.conftest import DOOR, TENANT, YARD, Tenant, arrival, no_work

if TYPE_CHECKING:
    from tests.conftest import Footage

FOLDER = "main/door/2026/11/23"
NAME = "20261123T120000.500Z"


@pytest.fixture
def tenant(tenant: Tenant) -> Tenant:
    """With all its repos."""
    sync(tenant.place, TENANT, Settings())
    return tenant


def put(tenant: Tenant, data: bytes, path: str = "", meta: Meta | None = None) -> str:
    """Put a clip by hand, under the path that it must have or another one."""
    path = path or f"{FOLDER}/{NAME}-{hashlib.sha256(data).hexdigest()[:8]}.mp4"
    tenant.commit("footage", path, data, meta)
    return path


def test_it_becomes_a_clip(tenant: Tenant, clip: Path) -> None:
    path = put(tenant, clip.read_bytes())
    assert tenant.process() == 1
    assert [type(one) for one in tenant.done] == [ProbeStored, Look]
    [record] = tenant.records()
    assert (record.path, record.source) == (path, f"footage:{path}")
    assert (record.clip.camera, record.clip.start.microsecond) == (DOOR, 500_000)
    assert record.clip.duration == pytest.approx(1.2)
    assert (record.clip.width, record.clip.height, record.clip.codec) == (320, 240, "h264")
    assert tenant.events()
    tenant.process(work=no_work)


def test_a_run_of_the_same_bytes_knows_it(tenant: Tenant, clip: Path) -> None:
    put(tenant, clip.read_bytes())
    tenant.process()
    result = tenant.run(arrival(clip), work=no_work)
    assert (result.skipped, len(tenant.files("footage"))) == (1, 1)


def test_a_run_of_the_same_bytes_knows_it_before_anybody_has_looked(
    tenant: Tenant, clip: Path
) -> None:
    path = put(tenant, clip.read_bytes())
    tenant.commit("footage", f"{FOLDER}/copy.mp4", clip.read_bytes())
    result = tenant.run(arrival(clip), arrival(clip, YARD))
    assert next(record.path for record in result.records) == path
    assert len(tenant.files("footage")) == 3
    tenant.commit("footage", path, None)
    assert lies_at(tenant.place, DOOR, result.records[0].clip.sha256) is None


def test_of_a_lost_catalog_a_moved_file_is_the_clip_that_it_was(
    tenant: Tenant, clip: Path, tmp_path: Path
) -> None:
    first = tenant.run(arrival(clip))
    moved = tmp_path / "moved.mp4"
    moved.write_bytes(clip.read_bytes())
    with tenant.place.catalog.begin() as connection:
        for table in (work_tables.clips, work_tables.arrivals, work_tables.marks):
            connection.execute(delete(table))
    again = tenant.run(arrival(moved), work=no_work)
    assert [record.path for record in again.records] == [first.records[0].path]
    assert len(tenant.files("footage")) == 1


def test_what_the_repo_says_of_it_is_believed(tenant: Tenant, clip: Path) -> None:
    [record] = tenant.run(arrival(clip)).records
    yard = record.path.replace("main/door", "main/yard")
    put(tenant, clip.read_bytes(), yard, entry_meta(record.clip, "somewhere"))
    assert tenant.process(work=no_work) == 0
    assert [(one.path, one.source) for one in tenant.records()][1:] == [(yard, "somewhere")]


@pytest.mark.parametrize(
    "meta",
    [
        {"duration": -1.0, "codec": "h264", "source": "x", "width": 320, "height": 240},
        {"duration": 1.0, "codec": "h264", "source": "x", "width": 0, "height": 240},
        {"duration": "long", "codec": "h264", "source": "x", "width": 320, "height": 240},
        {"duration": 1.0},
    ],
)
def test_what_can_not_be_true_is_looked_up(tenant: Tenant, clip: Path, meta: Meta) -> None:
    put(tenant, clip.read_bytes(), meta=meta)
    assert tenant.process() == 1
    [record] = tenant.records()
    assert record.clip.duration == pytest.approx(1.2)


@pytest.mark.parametrize(
    "path",
    [
        "readme.txt",
        "main/readme.txt",
        "main/door/notes.txt",
        f"{FOLDER}/clip.mp4",
        f"main/Door/2026/11/23/{NAME}-%s.mp4",
        f"main/door/2026/11/24/{NAME}-%s.mp4",  # another day than it says
        f"{FOLDER}/{NAME}-00000000.mp4",  # other bytes than it says
        f"{FOLDER}/20261323T120000.500Z-%s.mp4",
    ],
)
def test_what_is_named_otherwise_is_no_clip(tenant: Tenant, clip: Path, path: str) -> None:
    data = clip.read_bytes()
    path = path.replace("%s", hashlib.sha256(data).hexdigest()[:8])
    put(tenant, data, path)
    assert tenant.process(work=no_work) == 0
    assert (tenant.records(), list(tenant.files("footage"))) == ([], [path])
    assert tenant.run(arrival(clip)).clips == 1


def test_what_can_not_be_used_is_a_failure_like_any_other(tenant: Tenant, clip: Path) -> None:
    bad = put(tenant, b"no video at all\n" * 50)
    good = put(tenant, clip.read_bytes())
    assert tenant.process() == 1
    assert {record.path: record.error for record in tenant.records()} == {
        bad: "unreadable-video",
        good: None,
    }
    with tenant.place.catalog.reading() as connection:
        assert [datum.path for datum in datums.failed(connection, TENANT)] == [bad]
    assert len(tenant.files("rejected")) == 1
    tenant.process(work=no_work)


def test_one_whose_bytes_are_gone_costs_itself(tenant: Tenant, clip: Path) -> None:
    path = put(tenant, clip.read_bytes())
    tenant.blob_file(tenant.files("footage")[path].sha256).unlink()
    assert tenant.process() == 0
    assert [record.error for record in tenant.records()] == ["footage-missing"]


def test_it_goes_on_from_the_clip_before(tenant: Tenant, footage: "Footage") -> None:
    """Also when the two came in different ways."""
    first = footage.video("a.mp4", size=(320, 240), frames=10)
    second: Any = footage.video("b.mp4", size=(320, 240), frames=12)
    put(tenant, first.read_bytes())
    tenant.process()
    data = second.read_bytes()
    name = f"20261123T120001.500Z-{hashlib.sha256(data).hexdigest()[:8]}"
    put(tenant, data, f"{FOLDER}/{name}.mp4")
    tenant.process()
    assert [one.before is None for one in tenant.done if isinstance(one, Look)] == [True, False]
