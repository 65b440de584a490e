"""Footage that arrives: what is taken, what is not, and when it starts."""

import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from quietwatch.errors import SourceChanged, StoreUnavailable, UnreadableVideo
from quietwatch.media.files import LocalFile
from quietwatch.model import Arrival, Camera, Failure, Repo
from quietwatch.pipeline import ingest
from quietwatch.pipeline.runners.base import Tick, Work
from quietwatch.pipeline.work import Look, Probe
from tests.unit.pipeline.conftest import (
    DOOR,
    NOON,
    TENANT,
    YARD,
    Tenant,
    arrival,
    dated,
    no_work,
)

if TYPE_CHECKING:
    from tests.conftest import Footage


def meddling(tenant: Tenant, kind: type, meddle: Callable[[], object]) -> Callable[[], Work]:
    """The real work, and something that happens after each payload of a kind."""

    def make() -> Work:
        work = tenant.work()

        def done(payload: object, tick: Tick) -> object:
            made = work(payload, tick)
            if isinstance(payload, kind):
                meddle()
            return made

        return done

    return make


def test_unusable_inputs_are_named_and_the_others_done(
    tenant: Tenant, clip: Path, footage: "Footage", tmp_path: Path
) -> None:
    text = footage.file("text.mp4", b"this is no video at all\n" * 50)
    gone = tmp_path / "gone.mp4"
    found = Failure("nowhere", "not-readable", "refused")
    result = tenant.run(found, arrival(text, YARD), arrival(clip), arrival(gone, YARD))
    assert result.clips == 1
    assert [(failure.source, failure.error) for failure in result.failed] == sorted(
        [
            ("nowhere", "not-readable"),
            (str(text), "unreadable-video"),
            (str(gone), "not-readable"),
        ]
    )
    assert {path.rpartition("/")[0] for path in tenant.files("rejected")} == {"main/yard"}
    assert list(tenant.place.spool.rglob("*.*")) == []


def test_each_copy_of_bad_bytes_is_named(tenant: Tenant, footage: "Footage") -> None:
    bad = [footage.file(name, b"no video at all\n" * 50) for name in ("a.mp4", "b.mp4")]
    result = tenant.run(*(arrival(path) for path in bad))
    assert [failure.source for failure in result.failed] == sorted(str(path) for path in bad)
    assert tenant.records() == []


def test_a_file_that_changes_while_it_is_read_is_set_aside(
    tenant: Tenant, clip: Path, tmp_path: Path
) -> None:
    growing = tmp_path / "growing.mp4"
    shutil.copy(clip, growing)

    def grow() -> None:
        with growing.open("ab") as file:
            file.write(b"more")

    result = tenant.run(arrival(growing), work=meddling(tenant, Probe, grow))
    assert [failure.error for failure in result.failed] == ["source-changed"]
    assert tenant.records() == []
    assert tenant.place.repos.head(Repo(TENANT, "footage")) is None


def test_stills_that_change_while_they_are_read_are_set_aside(
    tenant: Tenant, footage: "Footage"
) -> None:
    files = footage.stills(["1.jpg", "2.jpg"])
    result = tenant.run(
        Arrival(DOOR, "stills", tuple(map(str, files)), None),
        work=meddling(tenant, Probe, lambda: files[1].write_bytes(b"more")),
    )
    assert [failure.error for failure in result.failed] == ["source-changed"]
    assert list(tenant.place.spool.rglob("*.*")) == []


def test_a_file_that_changes_after_it_was_kept_is_what_it_was(
    tenant: Tenant, clip: Path, tmp_path: Path
) -> None:
    source = tmp_path / "source.mp4"
    shutil.copy(clip, source)
    result = tenant.run(arrival(source), work=meddling(tenant, Look, source.unlink))
    assert (result.clips, result.failed) == (1, ())


def test_numbered_stills_are_one_clip_and_known_again(tenant: Tenant, footage: "Footage") -> None:
    files = footage.stills([f"{number}.jpg" for number in range(1, 5)])
    stills = Arrival(DOOR, str(files[0].parent), tuple(map(str, files)), NOON)
    first = tenant.run(stills)
    assert (first.clips, first.failed) == (1, ())
    assert first.records[0].clip.extension == "zip"
    assert tenant.run(stills, work=no_work).records == first.records
    assert list(tenant.place.spool.rglob("*.*")) == []


def test_an_empty_still_costs_itself_and_the_others_are_known_again(
    tenant: Tenant, footage: "Footage", monkeypatch: pytest.MonkeyPatch
) -> None:
    files = footage.stills(["1.jpg", "2.jpg", "3.jpg"])
    files[1].write_bytes(b"")
    stills = Arrival(DOOR, "yard", tuple(map(str, files)), NOON)
    first = tenant.run(stills)
    assert [(one.source, one.error) for one in first.failed] == [("yard: 2.jpg", "empty-file")]
    assert len(tenant.files("rejected")) == first.clips == 1
    monkeypatch.setattr(ingest, "take", lambda *_: pytest.fail("what is known is not read"))
    assert tenant.run(stills).records == first.records


def test_a_known_file_is_not_opened(
    tenant: Tenant, clip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = tenant.run(arrival(clip))

    monkeypatch.setattr(LocalFile, "__init__", lambda *_: pytest.fail("it is known"))
    assert tenant.run(arrival(clip)).records == first.records


class TestFetched:
    @staticmethod
    def remote(clip: Path, fetched: list[Path], stamp: str = "") -> Arrival:
        def fetch(folder: Path) -> tuple[Path, ...]:
            own = folder / f"fetched-{len(fetched)}"
            own.mkdir()
            path = own / "clip.mp4"
            shutil.copy2(clip, path)
            fetched.append(path)
            return (path,)

        return Arrival(DOOR, "s3://bucket/clip.mp4", (), NOON, fetch=fetch, stamp=stamp)

    def test_it_is_removed_when_it_is_done_also_when_it_was_known(
        self, tenant: Tenant, clip: Path
    ) -> None:
        fetched: list[Path] = []
        remote = self.remote(clip, fetched)
        assert tenant.run(remote).clips == 1
        assert tenant.run(remote, remote, work=no_work).skipped == 1
        assert len(fetched) == 3
        assert [path for path in fetched if path.parent.exists()] == []

    def test_what_a_stamp_tells_to_be_the_same_is_not_fetched_again(
        self, tenant: Tenant, clip: Path
    ) -> None:
        fetched: list[Path] = []
        first = tenant.run(self.remote(clip, fetched, "v1"))
        assert tenant.run(self.remote(clip, fetched, "v1"), work=no_work).events == first.events
        assert len(fetched) == 1
        tenant.run(self.remote(clip, fetched, "v2"), work=no_work)
        assert len(fetched) == 2

    def test_what_can_not_be_fetched_is_one_failure_and_a_lost_store_ends_the_run(
        self, tenant: Tenant
    ) -> None:
        def broken(_: Path) -> tuple[Path, ...]:
            raise UnreadableVideo("cut off on the way")

        def lost(_: Path) -> tuple[Path, ...]:
            raise StoreUnavailable("the store does not answer")

        result = tenant.run(Arrival(DOOR, "s3://b/x.mp4", (), None, fetch=broken))
        assert [failure.error for failure in result.failed] == ["unreadable-video"]
        with pytest.raises(StoreUnavailable):
            tenant.run(Arrival(DOOR, "s3://b/x.mp4", (), None, fetch=lost))

    def test_what_changed_on_the_way_is_one_failure(self, tenant: Tenant, clip: Path) -> None:
        def changed(_: Path) -> tuple[Path, ...]:
            raise SourceChanged("the object was removed after it was listed; run again")

        gone = Arrival(YARD, "s3://b/x.mp4", (), None, fetch=changed)
        result = tenant.run(gone, arrival(clip))
        assert [failure.error for failure in result.failed] == ["source-changed"]
        assert result.clips == 1


class TestKnown:
    def test_a_file_with_other_bytes_is_another_clip(
        self, tenant: Tenant, clip: Path, other: Path, tmp_path: Path
    ) -> None:
        path = tmp_path / "clip.mp4"
        shutil.copy2(clip, path)
        first = tenant.run(arrival(path))
        shutil.copy2(other, path)
        second = tenant.run(arrival(path))
        assert (second.clips, len(tenant.records())) == (1, 2)
        assert second.records[0].clip.sha256 != first.records[0].clip.sha256

    def test_a_file_of_another_camera_by_now_is_taken_again(
        self, tenant: Tenant, clip: Path
    ) -> None:
        tenant.run(arrival(clip))
        result = tenant.run(arrival(clip, YARD))
        assert [record.clip.camera for record in result.records] == [YARD]

    def test_a_camera_keeps_the_name_it_was_called_by(
        self, tenant: Tenant, clip: Path, other: Path
    ) -> None:
        tenant.run(arrival(clip, named="Front Door"))
        result = tenant.run(
            arrival(clip, named="front_door"), arrival(other, named="front-door"), work=no_work
        )
        assert [failure.error for failure in result.failed] == ["ambiguous-camera"] * 2
        assert "'Front Door'" in result.failed[0].detail
        assert (result.records, result.events) == ((), ())
        assert tenant.run(arrival(clip), work=no_work).skipped == 1

    def test_a_name_that_can_not_be_shown_is_noted(
        self, tenant: Tenant, clip: Path, tmp_path: Path
    ) -> None:
        odd = tmp_path / "do\nor.mp4"
        shutil.copy2(clip, odd)
        one = arrival(odd, source="do\\nor.mp4")
        for work in (None, no_work):
            [(source, note)] = tenant.run(one, work=work).notes
            assert (source, note.code) == ("do\\nor.mp4", "name-escaped")


def test_clips_are_committed_when_enough_have_come_together(
    tenant: Tenant, clip: Path, other: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ingest, "_BATCH", 2)
    tenant.run(arrival(clip), arrival(other), arrival(clip, YARD))
    log = list(tenant.place.repos.log(Repo(TENANT, "footage")))
    assert [commit.message for commit in log] == ["bring in 1 clip", "bring in 2 clips"]
    assert {commit.author for commit in log} == {"run"}


def test_a_clip_tells_in_the_repo_what_it_is(tenant: Tenant, clip: Path) -> None:
    tenant.run(arrival(clip))
    [entry] = tenant.place.repos.entries(Repo(TENANT, "footage"))
    assert entry.meta == {
        "start_from": "mtime",
        "duration": pytest.approx(1.2),
        "width": 320,
        "height": 240,
        "codec": "h264",
        "source": str(clip),
    }


@pytest.mark.parametrize(
    ("metadata", "named", "start_from", "expected"),
    [
        ({"creation_time": "2025-01-02T03:04:05.678901Z"}, (NOON, "recorder"), "recorder", NOON),
        (
            {"creation_time": "2025-01-02T03:04:05.678901Z"},
            (NOON, "name"),
            "metadata",
            datetime(2025, 1, 2, 3, 4, 5, tzinfo=UTC),  # MP4 keeps whole seconds
        ),
        ({}, (NOON, "name"), "name", NOON),
        ({}, (None, "name"), "mtime", datetime(2026, 11, 23, 11, 59, 59, tzinfo=UTC)),
    ],
)
def test_when_a_clip_starts(
    tenant: Tenant,
    footage: "Footage",
    metadata: Any,
    named: Any,
    start_from: str,
    expected: datetime,
) -> None:
    path = dated(footage.video("a.mp4", frames=10, rate=10, metadata=metadata))
    [record] = tenant.run(arrival(path, start=named[0], start_from=named[1])).records
    assert record.clip.start_from == start_from
    assert abs((record.clip.start - expected).total_seconds()) < 0.002
    assert record.clip.start.microsecond % 1000 == 0


def test_a_camera_of_another_site_is_another_camera(tenant: Tenant, clip: Path) -> None:
    annex = Camera(TENANT, "annex", "door")
    result = tenant.run(arrival(clip), arrival(clip, annex))
    assert [record.path.split("/")[0] for record in result.records] == ["annex", "main"]
