"""What fails, what is damaged, and what follows one another."""

import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete

from quietwatch.config import JudgeSettings, Settings
from quietwatch.errors import (
    DecoderCrashed,
    InputError,
    RecordDamaged,
    StorageFull,
    UnreadableVideo,
)
from quietwatch.model import Picture
from quietwatch.pipeline import batch
from quietwatch.pipeline.runners.base import Tick, Work
from quietwatch.pipeline.work import Look
from quietwatch.store.catalog import clips, datums, happenings, work_tables
from quietwatch.store.catalog.datums import Datum
from tests.unit.pipeline.conftest import (
    TENANT,
    YARD,
    Tenant,
    arrival,
    dated,
    no_work,
)

if TYPE_CHECKING:
    from tests.conftest import Footage

OTHER_RULES = Settings(judge=JudgeSettings(review_score=0.2))


def failing(tenant: Tenant, error: Exception) -> Callable[[], Work]:
    """The real work, but that analyses fail."""

    def make() -> Work:
        work = tenant.work()

        def done(payload: object, tick: Tick) -> object:
            if isinstance(payload, Look):
                tenant.done.append(payload)
                raise error
            return work(payload, tick)

        return done

    return make


def failures(tenant: Tenant, *, due: bool = False) -> list[Datum]:
    with tenant.place.catalog.reading() as connection:
        return datums.failed(connection, TENANT, due=due)


def spoil(analysis: Path, member: str) -> None:
    """Damage one part of an analysis, and nothing else in it."""
    with zipfile.ZipFile(analysis) as file:
        name = next(name for name in file.namelist() if name.startswith(member))
        at = file.getinfo(name).header_offset + 30 + len(name)
    data = bytearray(analysis.read_bytes())
    data[at : at + 4] = b"\xaa" * 4
    analysis.write_bytes(data)


class TestFailures:
    def test_a_crash_is_tried_three_times_and_then_set_aside(
        self, tenant: Tenant, clip: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(datums, "BACKOFF_S", (0, 0))
        crashing = failing(tenant, DecoderCrashed("the worker died on it"))
        result = tenant.run(arrival(clip), work=crashing)
        assert [failure.error for failure in result.failed] == ["decoder-crashed"]
        assert (result.clips, result.skipped, result.events) == (0, 0, ())
        for tries in (2, 3):
            tenant.process(work=crashing)
            [datum] = failures(tenant)
            assert (datum.tries, datum.error) == (tries, "decoder-crashed")
        assert failures(tenant, due=True) == []
        tenant.process(work=no_work)
        [path] = tenant.files("rejected")
        assert path.startswith("main/door/")
        again = tenant.run(arrival(clip), work=crashing)  # who names it wants it tried again
        assert again.failed == result.failed
        assert failures(tenant)[0].tries == 1

    def test_it_is_not_tried_again_before_its_time(self, tenant: Tenant, clip: Path) -> None:
        tenant.run(arrival(clip), work=failing(tenant, DecoderCrashed("the worker died on it")))
        assert tenant.process(work=no_work) == 0

    def test_what_goes_well_at_last_is_no_failure(
        self, tenant: Tenant, clip: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(datums, "BACKOFF_S", (0, 0))
        tenant.run(arrival(clip), work=failing(tenant, DecoderCrashed("the worker died on it")))
        assert tenant.process() == 1
        result = tenant.run(arrival(clip), work=no_work)
        assert (result.failed, result.skipped, len(failures(tenant))) == ((), 1, 0)

    def test_what_can_not_be_analyzed_is_told_and_not_tried_again(
        self, tenant: Tenant, clip: Path, other: Path
    ) -> None:
        broken = failing(tenant, UnreadableVideo("no frame of it can be decoded"))
        first = tenant.run(arrival(clip), work=broken)
        assert [failure.error for failure in first.failed] == ["unreadable-video"]
        again = tenant.run(arrival(clip), work=no_work)
        assert again.failed == first.failed
        both = tenant.run(arrival(clip), arrival(dated(other, hours=0)))  # of the same hour
        assert (both.clips, both.failed) == (1, first.failed)
        assert len([one for one in tenant.done if isinstance(one, Look)]) == 2

    def test_who_asks_for_it_has_it_tried_again(self, tenant: Tenant, clip: Path) -> None:
        tenant.run(arrival(clip), work=failing(tenant, UnreadableVideo("no frame of it")))
        with tenant.place.catalog.begin() as connection:
            assert datums.retry(connection, TENANT) == 1
        assert tenant.process() == 1
        assert tenant.run(arrival(clip), work=no_work).failed == ()

    def test_footage_that_is_gone_or_damaged_costs_its_clip(
        self, tenant: Tenant, clip: Path, other: Path
    ) -> None:
        first = tenant.run(arrival(clip), arrival(other), arrival(clip, YARD))
        gone, spoiled, _ = first.records
        tenant.blob_file(gone.clip.sha256).unlink()
        tenant.blob_file(spoiled.clip.sha256).write_bytes(b"other bytes")
        tenant.commit("optics", "main/door.json", b'{"vision": {"rate": 2.0}}')
        tenant.process()
        assert {(datum.path, datum.error) for datum in failures(tenant)} == {
            (gone.path, "footage-missing"),
            (spoiled.path, "footage-damaged"),
        }
        # Whoever brings it in again mends it.
        again = tenant.run(arrival(clip), arrival(other), arrival(clip, YARD))
        assert (again.failed, len(again.records), failures(tenant)) == ((), 3, [])

    def test_an_error_of_the_store_ends_the_pass_and_nothing_is_set_aside(
        self, tenant: Tenant, clip: Path
    ) -> None:
        with pytest.raises(StorageFull):
            tenant.run(arrival(clip), work=failing(tenant, StorageFull("no space is left")))
        assert failures(tenant) == []
        assert tenant.run(arrival(clip)).clips == 1

    @pytest.mark.parametrize("error", [DecoderCrashed("died"), UnreadableVideo("broken")])
    def test_the_same_bytes_fail_for_each_camera(
        self, tenant: Tenant, clip: Path, error: InputError
    ) -> None:
        result = tenant.run(arrival(clip), arrival(clip, YARD), work=failing(tenant, error))
        assert [failure.error for failure in result.failed] == [error.code] * 2
        assert len([one for one in tenant.done if isinstance(one, Look)]) == 1


class TestDamage:
    def test_of_a_known_clip_the_analysis_is_read_only_when_it_is_needed(
        self, tenant: Tenant, clip: Path
    ) -> None:
        first = tenant.run(arrival(clip))
        pack = tenant.pack_file(first.records[0])
        spoil(pack, "tracks/")
        assert tenant.run(arrival(clip), work=no_work).events == first.events
        assert tenant.run(arrival(clip), settings=OTHER_RULES).clips == 1
        assert tenant.run(arrival(clip), settings=OTHER_RULES, work=no_work).skipped == 1

    def test_a_damaged_or_lost_analysis_is_made_anew_with_the_same_bytes(
        self, tenant: Tenant, clip: Path
    ) -> None:
        first = tenant.run(arrival(clip), arrival(clip, YARD))
        pack = tenant.pack_file(first.records[0])
        whole = pack.read_bytes()
        for settings, spoiling in (
            (OTHER_RULES, lambda: pack.write_bytes(whole[:-20])),
            (Settings(), pack.unlink),
        ):
            spoiling()
            again = tenant.run(arrival(clip), arrival(clip, YARD), settings=settings)
            assert again.failed == ()
            assert pack.read_bytes() == whole
        assert again.events == first.events

    def test_an_analysis_whose_footage_is_gone_too_costs_its_clip(
        self, tenant: Tenant, clip: Path
    ) -> None:
        [record] = tenant.run(arrival(clip)).records
        tenant.pack_file(record).unlink()
        tenant.blob_file(record.clip.sha256).unlink()
        result = tenant.run(arrival(clip), settings=OTHER_RULES)
        assert [failure.error for failure in result.failed] == ["footage-missing"]

    def test_a_pack_that_a_killed_run_left_is_taken(self, tenant: Tenant, clip: Path) -> None:
        first = tenant.run(arrival(clip))
        [record] = first.records
        assert record.analysis is not None
        made = tenant.place.spool / "made" / f"{record.analysis}.zip"
        made.write_bytes(tenant.pack_file(record).read_bytes())
        with tenant.place.catalog.begin() as connection:
            datums.forget(connection, TENANT, record.analysis)
        again = tenant.run(arrival(clip), settings=OTHER_RULES)
        assert (again.clips, again.records[0].pack) == (1, record.pack)
        assert not made.exists()


class TestStreams:
    @pytest.fixture(scope="class")
    @staticmethod
    def pieces(footage: "Footage") -> list[Path]:
        """Three clips of a second that follow one another; the square moves on in each."""

        def painter(first: int) -> Callable[[int, int, int], Picture]:
            return lambda index, *size: footage.moving_square(index + first, *size)

        return [
            dated(
                footage.video(
                    f"{number}.mp4", size=(320, 240), frames=10, painter=painter(10 * number)
                ),
                hours=-(2 - number) / 3600,
            )
            for number in range(3)
        ]

    def test_clips_that_follow_one_another_are_one_stream(
        self, tenant: Tenant, pieces: list[Path]
    ) -> None:
        result = tenant.run(*map(arrival, pieces))
        assert (result.clips, result.failed) == (3, ())
        looks = [one for one in tenant.done if isinstance(one, Look)]
        assert [look.before is None for look in looks] == [True, False, False]
        assert [round(look.offset, 3) for look in looks] == [0.0, 1.0, 2.0]
        assert len(result.events) < 3
        assert max((event.end - event.start).total_seconds() for event in result.events) > 1

    def test_brought_in_one_by_one_they_tell_the_same(
        self, tenant: Tenant, pieces: list[Path]
    ) -> None:
        for piece in pieces:
            assert tenant.run(arrival(piece)).clips == 1
        whole = tenant.events()
        other = Tenant(tenant.place)
        other.run(*map(arrival, pieces), settings=OTHER_RULES, work=no_work)
        other.run(*map(arrival, pieces), work=no_work)
        assert tenant.events() == whole

    def test_one_that_comes_late_leaves_no_event_behind(
        self, tenant: Tenant, pieces: list[Path]
    ) -> None:
        at_once = {(e.start, e.end, e.track) for e in tenant.run(*map(arrival, pieces)).events}
        first, late, last = (arrival(piece, YARD) for piece in pieces)
        tenant.run(first, last)
        tenant.run(late)
        found = {(e.start, e.end, e.track) for e in tenant.events() if e.camera == YARD}
        assert found == at_once

    def test_judged_again_they_say_nothing_that_is_not_so_at_the_end(
        self, tenant: Tenant, pieces: list[Path], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        events = tenant.run(*map(arrival, pieces)).events
        monkeypatch.setattr(batch, "_MOST", 1)  # each clip is a batch of its own
        gap = Settings(judge=JudgeSettings(incident_gap=7))  # and the judgements are the same
        for settings in (gap, OTHER_RULES):
            tenant.run(*map(arrival, pieces), settings=settings, work=no_work)
        with tenant.place.catalog.reading() as connection:
            said = {e.event_id: happenings.history(connection, TENANT, e.event_id) for e in events}
        assert not any(one.withdrawn for some in said.values() for one in some)
        spoken = {identity: [one.event for one in some] for identity, some in said.items()}
        assert [some for some in spoken.values() if len(some) != len(set(some))] == []

    def test_one_judged_otherwise_has_all_of_its_stream_judged_again(
        self, tenant: Tenant, pieces: list[Path]
    ) -> None:
        tenant.run(*map(arrival, pieces))
        whole = tenant.events()
        last = tenant.records()[-1]
        with tenant.place.catalog.begin() as connection:
            clips.put(connection, [replace(last, decision="f" * 64)])
            happenings.put(connection, [replace(e, end=e.start, end_s=e.start_s) for e in whole], 1)
            connection.execute(delete(work_tables.marks))
        tenant.process(work=no_work)
        assert tenant.events() == whole

    def test_a_damaged_judgement_costs_no_analysis(
        self, tenant: Tenant, pieces: list[Path]
    ) -> None:
        tenant.run(*map(arrival, pieces[:2]))
        last = tenant.records()[-1]
        with tenant.place.catalog.begin() as connection:
            known = datums.get(connection, TENANT, [last.decision or ""])
            datums.put(connection, TENANT, [replace(d, state=b"{") for d in known.values()])
        with pytest.raises(RecordDamaged, match="decide that clip again"):
            tenant.run(arrival(pieces[2]))
        assert tenant.pack_file(last).exists()

    def test_what_the_clip_before_left_is_made_anew_when_it_is_damaged(
        self, tenant: Tenant, pieces: list[Path]
    ) -> None:
        tenant.run(*map(arrival, pieces))
        whole = [(e.start, e.end) for e in tenant.events()]
        again = [arrival(piece, YARD) for piece in pieces]
        tenant.run(*again[:2], settings=OTHER_RULES)
        pack = tenant.pack_file(tenant.records()[-1])
        for number in range(2):
            pack.unlink() if number else spoil(pack, "state.bin")
            with tenant.place.catalog.begin() as connection:
                last = clips.by_paths(connection, TENANT, [tenant.records()[2].path])
                datums.forget(connection, TENANT, next(iter(last)).analysis or "")
                connection.execute(delete(work_tables.marks))
            result = tenant.run(*again)
            assert (result.failed, len(result.records)) == ((), 3)
        found = [(e.start, e.end) for e in tenant.events() if e.camera == YARD]
        assert found == whole
