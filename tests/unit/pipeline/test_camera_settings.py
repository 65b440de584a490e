"""Settings of cameras in the pipeline: what changes what, and what is not done again."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from quietwatch.errors import QuietwatchError
from quietwatch.model import Reason, Summary, Verdict
from quietwatch.pipeline.results import make_report
from quietwatch.pipeline.work import Look, Probe
from quietwatch.store.catalog import jobs
from quietwatch.store.pack import PackReader
from tests.unit.pipeline.conftest import DOOR, TENANT, YARD, Tenant, arrival, no_work

FAR = b"zones: [{corners: [[0, 0], [0.01, 0], [0, 0.01]]}]\n"
MASK = ((0.0, 0.0), (1.0, 0.0), (1.0, 0.5), (0.0, 0.5))
MASKED = b"privacy: {masks: [{name: sky, corners: [[0, 0], [1, 0], [1, 0.5], [0, 0.5]]}]}\n"


def no_damage(error: QuietwatchError) -> None:
    raise AssertionError(error)


def judged(tenant: Tenant) -> int:
    """How many clips the newest job judged."""
    with tenant.place.catalog.reading() as connection:
        return jobs.recent(connection, TENANT)[0].judged


def reasons(tenant: Tenant) -> dict[str, set[Reason]]:
    """The first reason of the events of each camera."""
    found: dict[str, set[Reason]] = {"door": set(), "yard": set()}
    for event in tenant.events():
        found[event.camera.name].add(event.judgement.reasons[0])
    return found


@pytest.fixture
def two(tenant: Tenant, clip: Path) -> Tenant:
    """A tenant with the same clip on two cameras."""
    tenant.run(arrival(clip), arrival(clip, YARD))
    tenant.done.clear()
    return tenant


def test_a_changed_rule_judges_one_camera_again_and_decodes_nothing(two: Tenant) -> None:
    before = reasons(two)
    two.commit("rules", "main/yard.yaml", FAR)
    assert two.process(work=no_work) == 0
    assert judged(two) == 1
    after = reasons(two)
    assert after["yard"] == {Reason.OUTSIDE_ZONE}
    assert after["door"] == before["door"] != after["yard"]
    scores = {event.camera: event.judgement.score for event in two.events()}
    assert scores[YARD] == scores[DOOR]


def test_a_changed_profile_judges_those_again_that_have_it(two: Tenant) -> None:
    two.commit("rules", "shed.yaml", b"smallest: 0\n")
    two.commit("rules", "main/yard.yaml", b"profile: shed\n")
    two.process(work=no_work)
    two.commit("rules", "shed.yaml", FAR)
    assert two.process(work=no_work) == 0
    assert judged(two) == 1
    assert reasons(two)["yard"] == {Reason.OUTSIDE_ZONE}
    assert Reason.OUTSIDE_ZONE not in reasons(two)["door"]


def test_a_schedule_is_that_of_the_clip_s_time(two: Tenant) -> None:
    """The clip ends at 12:00 UTC, which is 13:00 in Berlin."""
    night = b"timezone: Europe/Berlin\narmed: [{start: 20:00, end: 06:00}]\n"
    two.commit("rules", "main/yard.yaml", night)
    two.process(work=no_work)
    assert reasons(two)["yard"] == {Reason.DISARMED}
    assert {e.judgement.verdict for e in two.events() if e.camera == YARD} == {Verdict.SUPPRESSED}
    two.commit("rules", "main/yard.yaml", night.replace(b"20:00, end: 06:00", b"12:59, end: 13:05"))
    two.process(work=no_work)
    assert reasons(two)["yard"] == reasons(two)["door"]


def seen(tenant: Tenant, number: int) -> tuple[Summary, dict[int, bytes]]:
    """What the analysis of a clip says of it as a whole, and its pictures."""
    with tenant.pack_file(tenant.records()[number]).open("rb") as file, PackReader(file) as pack:
        analysis = pack.analysis()
        return analysis.summary, pack.pictures({one.track for one in analysis.snapshots})


def upper_half(jpeg: bytes) -> int:
    """The brightest pixel of the upper half, but for what JPEG smears over its edge."""
    picture = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    return int(picture[: picture.shape[0] // 2 - 8].max())


def test_a_mask_analyzes_its_camera_alone_and_is_black_in_its_pictures(two: Tenant) -> None:
    door, yard = two.records()
    two.commit("optics", "main/yard.yaml", MASKED)
    assert two.process() == 1
    [look] = two.done
    assert isinstance(look, Look)
    assert look.masks == (MASK,)
    new_door, new_yard = two.records()
    assert (new_door, new_yard.analysis != yard.analysis) == (door, True)
    assert seen(two, 0)[0].masks == ()
    summary, pictures = seen(two, 1)
    assert summary.masks == (MASK,)
    assert pictures
    assert all(upper_half(jpeg) < 12 for jpeg in pictures.values())


def test_pictures_from_before_a_mask_are_black_under_it_when_they_are_shown(two: Tenant) -> None:
    def report() -> dict[str, bytes]:
        page = make_report(two.place, two.records(), two.events(), (), no_damage)
        return dict(page.pictures)

    open_to_all = report()
    assert max(map(upper_half, open_to_all.values())) > 60
    two.commit("optics", "main/yard.yaml", MASKED)
    veiled = report()
    of_yard = {event.event_id for event in two.events() if event.camera == YARD}
    assert of_yard <= veiled.keys()
    for event_id, jpeg in veiled.items():
        assert (upper_half(jpeg) < 12) == (event_id in of_yard)
        assert (jpeg == open_to_all[event_id]) == (event_id not in of_yard)


def test_a_name_or_a_comment_changes_nothing(two: Tenant) -> None:
    two.commit("optics", "main/yard.yaml", MASKED)
    two.process()
    two.commit("optics", "main/yard.yaml", b"# renamed\n" + MASKED.replace(b"sky", b"window"))
    assert two.process(work=no_work) == 0
    assert judged(two) == 0


def test_new_footage_of_a_masked_camera_is_masked_from_the_first_look(
    tenant: Tenant, clip: Path
) -> None:
    tenant.run()
    tenant.commit("optics", "default.yaml", MASKED)
    tenant.run(arrival(clip))
    probe, look = tenant.done
    assert isinstance(probe, Probe)
    assert isinstance(look, Look)
    assert look.masks == (MASK,)


def test_pictures_are_not_shown_where_masks_can_not_be_read(two: Tenant) -> None:
    two.commit("optics", "main/yard.yaml", b"privacy: {masks: [[[0, 0]]]}\n")
    told: list[QuietwatchError] = []
    page = make_report(two.place, two.records(), two.events(), (), told.append)
    pictured = {event.camera for event in two.events() if event.event_id in page.pictures}
    assert pictured == {DOOR}
    assert [error.code for error in told] == ["invalid-config"]
