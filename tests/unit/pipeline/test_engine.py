"""One pass after another over small footage: what is done, what is not done again."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import delete

from quietwatch.config import JudgeSettings, Settings, VisionSettings
from quietwatch.errors import ConfigError, StorageError
from quietwatch.model import Arrival, Origin, Repo
from quietwatch.names import clip_path
from quietwatch.pipeline import engine, ingest, onepass
from quietwatch.pipeline.runners.base import Tick
from quietwatch.pipeline.runners.inline import InlineRunner
from quietwatch.pipeline.runners.local import LocalRunner
from quietwatch.pipeline.runresult import Round
from quietwatch.pipeline.work import Look, Probe
from quietwatch.store.catalog import happenings, jobs, work_tables
from quietwatch.store.place import open_place
from tests.unit.pipeline.conftest import (
    DEFAULTS,
    DOOR,
    TENANT,
    YARD,
    Tenant,
    arrival,
    dated,
    no_work,
)

NO_THREATS = Settings(judge=JudgeSettings(threats=(), review_score=0.2))


def test_new_footage_is_analyzed_and_known_footage_is_not(tenant: Tenant, clip: Path) -> None:
    first = tenant.run(arrival(clip))
    assert (first.clips, first.skipped, first.failed) == (1, 0, ())
    assert len(first.events) >= 1
    assert [type(one) for one in tenant.done] == [Probe, Look]
    again = tenant.run(arrival(clip), work=no_work)
    assert (again.clips, again.skipped) == (0, 1)
    assert (again.events, again.records) == (first.events, first.records)


def test_what_is_brought_in_and_made_of_it_lies_in_repos(tenant: Tenant, clip: Path) -> None:
    [record] = tenant.run(arrival(clip)).records
    assert record.path == clip_path(record.clip)
    assert tenant.files("footage")[record.path].sha256 == record.clip.sha256
    assert {path: blob.sha256 for path, blob in tenant.files("analysis").items()} == {
        record.path: record.pack
    }
    repos = tenant.place.repos
    made_from = {
        Origin(name, head.id)
        for name in ("footage", "models", "optics", "rules")
        if (head := repos.head(Repo(TENANT, name)))
    }
    head = repos.head(Repo(TENANT, "analysis"))
    assert head is not None
    assert (len(made_from), set(head.provenance)) == (4, made_from)
    assert head.message == "analyze 1 clip"


def test_the_same_bytes_are_one_clip_a_camera(tenant: Tenant, clip: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.mp4"
    shutil.copy2(clip, copy)
    result = tenant.run(arrival(clip), arrival(copy), arrival(copy, YARD))
    assert result.clips == 2
    assert [record.clip.camera for record in result.records] == [DOOR, YARD]
    assert [record.source for record in result.records] == [str(clip), str(copy)]
    assert len([one for one in tenant.done if isinstance(one, Look)]) == 1
    assert len(tenant.files("footage")) == len(tenant.files("analysis")) == 2


def test_bytes_that_another_camera_had_before_are_not_looked_at_again(
    tenant: Tenant, clip: Path
) -> None:
    tenant.run(arrival(clip))
    result = tenant.run(arrival(clip, YARD))
    assert (result.clips, result.skipped) == (0, 1)
    assert {event.camera for event in result.events} == {YARD}
    assert len(tenant.files("analysis")) == 2


def test_events_name_the_source_as_it_was_given_this_time(
    tenant: Tenant, clip: Path, tmp_path: Path
) -> None:
    tenant.run(arrival(clip))
    moved = tmp_path / "moved.mp4"
    shutil.copy2(clip, moved)
    result = tenant.run(arrival(moved), work=no_work)
    assert {event.source for event in result.events} == {str(moved)}
    assert {record.source for record in tenant.records()} == {str(clip)}


class TestChanges:
    def test_a_changed_rule_judges_again_without_a_pixel(self, tenant: Tenant, clip: Path) -> None:
        tenant.run(arrival(clip))
        result = tenant.run(arrival(clip), settings=NO_THREATS, work=no_work)
        assert (result.clips, result.skipped) == (0, 1)
        assert {event.judgement.score for event in result.events} == {0.0}

    def test_a_changed_look_analyzes_anew(self, tenant: Tenant, clip: Path) -> None:
        [before] = tenant.run(arrival(clip)).records
        slower = Settings(vision=VisionSettings(rate=2.0))
        result = tenant.run(arrival(clip), settings=slower)
        assert (result.clips, result.skipped) == (1, 0)
        [record] = result.records
        assert record.analysis != before.analysis
        assert tenant.files("analysis")[record.path].sha256 == record.pack != before.pack

    def test_a_look_that_was_had_before_is_taken_as_it_was(
        self, tenant: Tenant, clip: Path
    ) -> None:
        first = tenant.run(arrival(clip))
        tenant.run(arrival(clip), settings=Settings(vision=VisionSettings(rate=2.0)))
        again = tenant.run(arrival(clip), work=no_work)
        assert (again.clips, again.skipped) == (0, 1)
        assert (again.events, again.records) == (first.events, first.records)
        [record] = again.records
        assert tenant.files("analysis")[record.path].sha256 == record.pack

    def test_a_camera_s_own_rules_judge_its_clips_again(self, tenant: Tenant, clip: Path) -> None:
        tenant.run(arrival(clip), arrival(clip, YARD))
        tenant.commit("rules", "main/yard.json", b'{"threats": [], "review_score": 0.2}')
        assert tenant.process(work=no_work) == 0
        scores = {event.camera: event.judgement.score for event in tenant.events()}
        assert scores[YARD] == 0.0 < scores[DOOR]

    def test_a_camera_s_own_optics_analyze_its_clips_anew(self, tenant: Tenant, clip: Path) -> None:
        tenant.run(arrival(clip), arrival(clip, YARD))
        tenant.commit("optics", "main/yard.json", b'{"vision": {"rate": 2.0}}')
        door, yard = tenant.records()
        assert tenant.process() == 1
        new_door, new_yard = tenant.records()
        assert new_door == door
        assert new_yard.analysis != yard.analysis

    def test_rules_for_all_that_can_not_be_read_end_the_pass_and_are_named(
        self, tenant: Tenant, clip: Path
    ) -> None:
        tenant.run(arrival(clip))
        tenant.commit("rules", "default.yaml", b"threats: [moth]")
        with pytest.raises(ConfigError, match=r"rules:default.yaml:1: "):
            tenant.process()
        with tenant.place.catalog.reading() as connection:
            assert len(jobs.recent(connection, TENANT)) == 1

    def test_rules_that_are_put_meanwhile_hold_from_the_next_pass(
        self, tenant: Tenant, clip: Path
    ) -> None:
        tenant.run(arrival(clip))
        before = tenant.events()

        def found() -> Iterator[Arrival]:
            rules = b'{"threats": [], "review_score": 0.2}'
            tenant.commit("rules", "main/door.json", rules)
            yield arrival(clip)

        tenant.run(found=found(), work=no_work)
        assert tenant.events() == before
        tenant.process(work=no_work)
        assert {event.judgement.score for event in tenant.events()} == {0.0}

    def test_another_gap_joins_incidents_anew(
        self, tenant: Tenant, clip: Path, other: Path
    ) -> None:
        near = dated(other, hours=0.01)
        apart, joined = (
            Settings(judge=JudgeSettings(alarm_score=0.02, review_score=0.01, incident_gap=gap))
            for gap in (0, 3600)
        )
        tenant.run(arrival(clip), arrival(near), settings=apart)
        assert len({event.incident_id for event in tenant.events()}) > 1
        tenant.process(joined, no_work)
        assert len({event.incident_id for event in tenant.events()}) == 1
        tenant.process(apart, no_work)
        assert len({event.incident_id for event in tenant.events()}) > 1


class TestProcess:
    def test_everything_is_brought_up_to_date(
        self, tenant: Tenant, clip: Path, other: Path
    ) -> None:
        dated(other, hours=5)
        tenant.run(arrival(clip), arrival(other, YARD))
        slower = Settings(vision=VisionSettings(rate=2.0))
        assert tenant.process(slower) == 2
        assert tenant.process(slower, no_work) == 0

    def test_a_run_brings_only_what_is_named_up_to_date(
        self, tenant: Tenant, clip: Path, other: Path
    ) -> None:
        dated(other, hours=5)
        tenant.run(arrival(clip), arrival(other))
        tenant.run(arrival(clip), settings=NO_THREATS, work=no_work)
        scores = {event.footage: event.judgement.score for event in tenant.events()}
        assert len(scores) == len([score for score in scores.values() if score > 0]) + 1
        tenant.process(NO_THREATS, no_work)
        assert {event.judgement.score for event in tenant.events()} == {0.0}

    def test_where_nothing_changed_nothing_is_looked_at(
        self, tenant: Tenant, clip: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        tenant.run(arrival(clip))

        def never(*_: object) -> None:
            raise AssertionError("nothing is concerned: no group may be read")

        monkeypatch.setattr(onepass, "groups", never)
        tenant.process(work=no_work)
        tenant.run(arrival(clip), work=no_work)
        with tenant.place.catalog.reading() as connection:
            assert len(jobs.recent(connection, TENANT)) == 1

    def test_an_empty_tenant_has_nothing_to_do(self, tenant: Tenant) -> None:
        assert tenant.process(work=no_work) == 0
        result = tenant.run(work=no_work)
        assert (result.clips, result.skipped, result.events, result.records) == (0, 0, (), ())

    def test_a_job_tells_how_much_there_is_to_do(
        self, tenant: Tenant, clip: Path, other: Path
    ) -> None:
        three = [arrival(clip), arrival(clip, YARD), arrival(dated(other, hours=0.01))]
        told: list[tuple[int, int]] = []
        work = tenant.work()

        def looked(payload: object, tick: Tick) -> object:
            if isinstance(payload, Look):
                with tenant.place.catalog.reading() as connection:
                    [job] = jobs.recent(connection, TENANT, limit=1)
                told.append((job.total, job.judged))
            return work(payload, tick)

        tenant.run(*three, work=lambda: looked)
        assert told == [(3, 0), (3, 0)]  # of two cameras the same bytes, looked at once
        tenant.commit("footage", "main/door/2026/11/23/20261123T120100.000Z-00000000.txt", b"?")
        tenant.commit("footage", "main/door/readme.txt", b"no clip")
        with tenant.place.catalog.begin() as connection:
            connection.execute(delete(work_tables.marks))
        tenant.run(*three, arrival(dated(other, hours=7)), settings=NO_THREATS, work=tenant.work)
        tenant.run(*three, settings=NO_THREATS, work=no_work)
        with tenant.place.catalog.reading() as connection:
            found = jobs.recent(connection, TENANT)
        assert [(job.total, job.judged + job.failed) for job in found] == [(3, 3), (3, 3)]

    def test_what_turns_out_to_be_up_to_date_is_taken_off(
        self, tenant: Tenant, clip: Path, other: Path
    ) -> None:
        tenant.run(arrival(clip), arrival(clip, YARD))
        with tenant.place.catalog.begin() as connection:
            connection.execute(delete(work_tables.marks))
        told: list[int] = []
        work = tenant.work()

        def looked(payload: object, tick: Tick) -> object:
            if isinstance(payload, Look):
                with tenant.place.catalog.reading() as connection:
                    told.extend(job.total for job in jobs.recent(connection, TENANT, limit=1))
            return work(payload, tick)

        tenant.run(arrival(dated(other, hours=5)), work=lambda: looked)
        tenant.process(work=no_work)
        with tenant.place.catalog.reading() as connection:
            whole, _, first = jobs.recent(connection, TENANT)
        assert (told, whole.total, whole.judged, first.total) == ([1], 0, 0, 2)

    def test_a_job_tells_how_far_it_got(self, tenant: Tenant, clip: Path) -> None:
        tenant.run(arrival(clip))
        tenant.run(arrival(clip), settings=NO_THREATS, work=no_work)
        with tenant.place.catalog.reading() as connection:
            later, first = jobs.recent(connection, TENANT)
        assert (first.state, first.analyzed, first.judged, first.failed) == ("done", 1, 1, 0)
        assert (later.state, later.analyzed, later.judged, later.failed) == ("done", 0, 1, 0)
        assert first.inputs["rules"] != later.inputs["rules"]
        assert first.inputs["footage"] == later.inputs["footage"] is not None


class TestRevisions:
    def test_they_are_added_only_when_something_changed(self, tenant: Tenant, clip: Path) -> None:
        event = tenant.run(arrival(clip)).events[0]
        tenant.run(arrival(clip), settings=NO_THREATS, work=no_work)
        same = Settings(judge=JudgeSettings(threats=(), review_score=0.2, incident_gap=7))
        tenant.run(arrival(clip), settings=same, work=no_work)
        with tenant.place.catalog.reading() as connection:
            said = happenings.history(connection, TENANT, event.event_id)
        assert [one.event.judgement.score for one in said] == [event.judgement.score, 0.0]
        assert said[0].job < said[1].job
        assert not any(one.withdrawn for one in said)

    def test_an_event_that_is_none_any_more_is_withdrawn(self, tenant: Tenant, clip: Path) -> None:
        before = {event.event_id for event in tenant.run(arrival(clip)).events}
        blind = Settings(vision=VisionSettings(rate=0.2))
        after = {event.event_id for event in tenant.run(arrival(clip), settings=blind).events}
        gone = before - after
        assert gone
        assert {event.event_id for event in tenant.events()} == after
        with tenant.place.catalog.reading() as connection:
            said = happenings.history(connection, TENANT, min(gone))
        assert [one.withdrawn for one in said] == [False, True]


def test_arrivals_are_asked_for_only_when_there_is_room(
    tenant: Tenant, clip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ingest, "_LOOK_AHEAD", 1)
    probed: list[int] = []

    def found() -> Iterator[Arrival]:
        for camera in (DOOR, YARD):
            probed.append(len(tenant.done))
            yield arrival(clip, camera)

    assert tenant.run(found=found()).clips == 2
    assert probed == [0, 1]


def test_one_engine_at_a_time(tenant: Tenant, clip: Path) -> None:
    def found() -> Iterator[Arrival]:
        with pytest.raises(StorageError, match="another"):
            tenant.process()
        yield arrival(clip)

    assert tenant.run(found=found()).clips == 1


def test_what_a_lost_catalog_knew_is_found_again_without_a_look(tenant: Tenant, clip: Path) -> None:
    first = tenant.run(arrival(clip))
    with tenant.place.catalog.begin() as connection:
        for table in (work_tables.clips, work_tables.arrivals, work_tables.marks):
            connection.execute(delete(table))
    tenant.process(work=no_work)
    assert tenant.records() == list(first.records)
    assert tenant.events() == sorted(first.events, key=lambda e: (e.start, e.event_id))
    assert tenant.run(arrival(clip)).skipped == 1


def test_a_store_in_memory_is_served_in_this_process(tmp_path: Path, clip: Path) -> None:
    with open_place(tmp_path / "home", "memory://engine") as place:
        runner = engine.runner_for(DEFAULTS, place)
        assert isinstance(runner, InlineRunner)
        result = engine.run(iter([arrival(clip)]), place, DEFAULTS, runner, lambda *_: None)
        assert (result.clips, len(result.failed)) == (1, 0)
    with open_place(tmp_path / "home") as place:
        assert isinstance(engine.runner_for(DEFAULTS, place), LocalRunner)


class TestWatch:
    @staticmethod
    def watch(tenant: Tenant, rounds: Iterator[list[Arrival]]) -> list[Round]:
        told: list[Round] = []
        runner = InlineRunner(tenant.work)
        engine.watch(rounds, tenant.place, DEFAULTS, runner, lambda *_: None, told.append)
        return told

    def test_round_after_round_is_brought_in_and_told_of(
        self, tenant: Tenant, clip: Path, other: Path
    ) -> None:
        rounds = iter([[arrival(clip)], [], [arrival(other), arrival(clip)]])
        first, second, third = self.watch(tenant, rounds)
        assert [one.clips for one in (first, second, third)] == [1, 0, 1]
        assert second.events == ()
        assert set(first.events) | set(third.events) == set(tenant.events())
        assert len(tenant.files("events")) == 1

    def test_what_the_repos_say_holds_from_the_next_round_on(
        self, tenant: Tenant, clip: Path
    ) -> None:
        def rounds() -> Iterator[list[Arrival]]:
            yield [arrival(clip)]
            tenant.commit("rules", "main/door.json", b'{"threats": [], "review_score": 0.2}')
            yield []

        first, second = self.watch(tenant, rounds())
        assert {event.judgement.score for event in first.events} != {0.0}
        assert {event.judgement.score for event in second.events} == {0.0}
        assert (first.clips, second.clips) == (1, 0)

    def test_what_fails_is_told_of_in_its_round(
        self, tenant: Tenant, clip: Path, tmp_path: Path
    ) -> None:
        bad = tmp_path / "bad.mp4"
        bad.write_bytes(b"no video at all\n" * 50)
        first, second = self.watch(tenant, iter([[arrival(bad)], [arrival(clip)]]))
        assert [failure.error for failure in first.failed] == ["unreadable-video"]
        assert (second.failed, second.clips) == ((), 1)
        assert len(tenant.files("rejected")) == 1
