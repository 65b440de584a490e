"""Pictures that cameras upload: the right camera, time, kind and verdict for each."""

import shutil
from pathlib import Path

import pytest

from quietwatch.config import Settings
from quietwatch.events.table import to_json
from quietwatch.pipeline import engine
from quietwatch.pipeline.runresult import RunResult
from quietwatch.sources.survey import survey
from quietwatch.store.place import open_place

PICTURES = Path(__file__).parents[1] / "pictures"

UPLOADS = {
    "dev1_1511891155.jpg": ("astronaut.jpg", "2017-11-28T17:45:55.000Z", "person", "alarm"),
    "dev1_1511891215500.jpg": ("cat.jpg", "2017-11-28T17:46:55.500Z", "animal", "suppressed"),
    "Yard Gate_20261123T160000Z.jpg": (
        "cameraman.jpg",
        "2026-11-23T16:00:00.000Z",
        "person",
        "alarm",
    ),
    "dev2_1511891155.jpg": ("raccoon.jpg", "2017-11-28T17:45:55.000Z", "animal", "suppressed"),
    "dev2_1511891160.jpg": ("pavement.jpg", "2017-11-28T17:46:00.000Z", "person", "alarm"),
    "dev2_1511891170.jpg": ("tree.jpg", "2017-11-28T17:46:10.000Z", None, None),
}
CAMERAS = {"dev1": "dev1", "dev2": "dev2", "Yard Gate": "yard-gate"}


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> RunResult:
    folder = tmp_path_factory.mktemp("uploads")
    for name, (picture, *_) in UPLOADS.items():
        shutil.copy(PICTURES / picture, folder / name)
    settings = Settings()
    with open_place(tmp_path_factory.mktemp("home"), "memory://stills") as place:
        runner = engine.runner_for(settings, place)
        arrivals = survey([str(folder)], settings)
        return engine.run(arrivals, place, settings, runner, lambda *_: None)


@pytest.mark.parametrize("name", list(UPLOADS))
def test_each_picture_is_judged_by_what_is_seen_in_it(name: str, result: RunResult) -> None:
    _, time, kind, verdict = UPLOADS[name]
    events = [to_json(e) for e in result.events if e.source.endswith("/" + name)]
    assert {e["camera"] for e in events} <= {CAMERAS[name.rpartition("_")[0]]}
    assert {e["start"] for e in events} <= {time}
    rang = [e for e in events if e["verdict"] == "alarm"]
    if verdict != "alarm":
        assert rang == []
    if kind is not None:
        best = max(events, key=lambda e: (e["verdict"] == verdict, e["score"]))
        assert (best["kind"], best["verdict"]) == (kind, verdict)


def test_every_upload_is_a_clip_of_its_camera_at_its_time(result: RunResult) -> None:
    assert result.failed == ()
    assert result.clips == len(UPLOADS)
    assert {record.clip.start_from for record in result.records} == {"recorder"}
    assert {record.clip.duration for record in result.records} == {0.0}


def test_at_least_six_of_the_seven_on_the_pavement_are_seen(result: RunResult) -> None:
    people = [
        event
        for event in result.events
        if event.source.endswith("dev2_1511891160.jpg") and event.judgement.kind == "person"
    ]
    assert 6 <= len(people) <= 10
