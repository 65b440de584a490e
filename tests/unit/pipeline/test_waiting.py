"""Settings of one camera that can't be used cost that camera, and wait to be mended."""

from pathlib import Path

import pytest

from quietwatch.config import Settings
from quietwatch.errors import DecoderCrashed
from quietwatch.model import Failure, Repo
from quietwatch.pipeline import engine
from quietwatch.pipeline.runners.inline import InlineRunner
from quietwatch.pipeline.runresult import Round
from quietwatch.pipeline.waiting import waiting
from quietwatch.pipeline.work import Look
from quietwatch.store.catalog import datums, jobs
from tests.unit.pipeline.conftest import DEFAULTS, DOOR, TENANT, YARD, Tenant, arrival, no_work
from tests.unit.pipeline.test_advance import failing

BROKEN = b"\nsmallest: 2\n"
BROKEN_MASKS = b"privacy: {masks: [[[0, 0]]]}\n"


def noted(tenant: Tenant) -> dict[str, str]:
    with tenant.place.catalog.reading() as connection:
        return {one.source: one.detail for one in waiting(connection, TENANT)}


def processed(tenant: Tenant, settings: Settings = DEFAULTS) -> tuple[Failure, ...]:
    runner = InlineRunner(tenant.work)
    return engine.process(tenant.place, settings, runner, lambda *_: None).waiting


def number_of_jobs(tenant: Tenant) -> int:
    with tenant.place.catalog.reading() as connection:
        return len(jobs.recent(connection, TENANT))


@pytest.mark.parametrize(("repo", "text"), [("rules", BROKEN), ("optics", BROKEN_MASKS)])
def test_the_others_go_on_and_it_is_named_with_file_and_line(
    tenant: Tenant, clip: Path, repo: str, text: bytes
) -> None:
    tenant.run()
    tenant.commit(repo, "main/yard.yaml", text)
    result = tenant.run(arrival(clip), arrival(clip, YARD))
    assert {record.clip.camera for record in result.records} == {DOOR}
    assert {event.camera for event in result.events} == {DOOR}
    [failure] = result.failed
    assert (failure.source, failure.error) == (str(clip), "invalid-config")
    assert failure.detail.startswith(f"{repo}:main/yard.yaml:")
    assert failure.detail.endswith("its footage waits")
    assert list(noted(tenant)) == ["main/yard"]
    assert len(tenant.files("footage")) == 2  # it was taken in all the same
    assert tenant.place.repos.head(Repo(TENANT, "rejected")) is None
    again = tenant.run(arrival(clip), arrival(clip, YARD), work=no_work)
    assert (again.failed, again.skipped) == (result.failed, 1)


def test_what_waits_is_made_up_to_date_when_it_is_mended(tenant: Tenant, clip: Path) -> None:
    tenant.run()
    tenant.commit("rules", "main/yard.yaml", BROKEN)
    tenant.run(arrival(clip), arrival(clip, YARD))
    tenant.commit("rules", "main/yard.yaml", b"smallest: 0\n")
    assert processed(tenant) == ()
    assert noted(tenant) == {}
    assert {event.camera for event in tenant.events()} == {DOOR, YARD}
    assert tenant.run(arrival(clip), arrival(clip, YARD), work=no_work).failed == ()


def test_what_was_told_of_it_before_stands(tenant: Tenant, clip: Path) -> None:
    tenant.run(arrival(clip), arrival(clip, YARD))
    before = tenant.events()
    tenant.commit("rules", "main/yard.yaml", BROKEN)
    [wrong] = processed(tenant)
    assert (wrong.source, wrong.error) == ("main/yard", "invalid-config")
    assert tenant.events() == before
    count = number_of_jobs(tenant)
    assert processed(tenant) == (wrong,)
    assert number_of_jobs(tenant) == count  # nothing is new: it is known from before
    tenant.commit("rules", "main/yard.yaml", None)
    assert processed(tenant) == ()


def test_a_profile_that_is_mended_frees_those_that_have_it(tenant: Tenant, clip: Path) -> None:
    tenant.run(arrival(clip), arrival(clip, YARD))
    tenant.commit("rules", "main/yard.yaml", b"profile: shed\n")
    [wrong] = processed(tenant)
    assert "no profile is called 'shed'" in wrong.detail
    tenant.commit("rules", "shed.yaml", b"smallest: 0\n")
    assert processed(tenant) == ()


def test_a_model_that_is_not_there_costs_its_camera(tenant: Tenant, clip: Path) -> None:
    tenant.run()
    tenant.commit("optics", "main/yard.yaml", b"vision: {model: no-such-model}\n")
    result = tenant.run(arrival(clip), arrival(clip, YARD))
    assert [failure.error for failure in result.failed] == ["invalid-config"]
    assert {event.camera for event in result.events} == {DOOR}


def test_what_failed_of_it_begins_no_job_after_job(
    tenant: Tenant, clip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(datums, "BACKOFF_S", (0, 0))
    tenant.run(arrival(clip, YARD), work=failing(tenant, DecoderCrashed("the worker died")))
    tenant.commit("rules", "main/yard.yaml", BROKEN)
    processed(tenant)
    count = number_of_jobs(tenant)
    processed(tenant)
    assert number_of_jobs(tenant) == count
    tenant.commit("rules", "main/yard.yaml", None)
    tenant.done.clear()
    processed(tenant)
    assert [type(one) for one in tenant.done] == [Look]


def test_who_watches_is_told_each_round(tenant: Tenant, clip: Path) -> None:
    tenant.run()
    tenant.commit("rules", "main/yard.yaml", BROKEN)
    told: list[Round] = []
    rounds = [[arrival(clip), arrival(clip, YARD)], []]
    engine.watch(
        rounds, tenant.place, DEFAULTS, InlineRunner(tenant.work), lambda *_: None, told.append
    )
    assert [[one.source for one in done.waiting] for done in told] == [["main/yard"]] * 2
    assert {event.camera for event in told[0].events} == {DOOR}
    assert [done.failed for done in told] == [(), ()]
