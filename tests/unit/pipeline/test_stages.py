import io
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from quietwatch.config import JudgeSettings, Settings
from quietwatch.model import Analysis, Camera, Clip, Reason, Summary, Track, Verdict
from quietwatch.pipeline import stages
from quietwatch.store.pack import PackReader, PackWriter
from quietwatch.vision import zoo
from quietwatch.vision.detector import Detector

SETTINGS = Settings()
FOOTAGE = "0" * 64
CAMERA = Camera("home", "main", "door")
PICTURES = Path(__file__).parents[2] / "pictures"


@pytest.fixture(scope="module")
def detector() -> Detector:
    return zoo.load("efficientdet-lite0")


def _analyze(files: tuple[Path, ...], detector: Detector, ticks: list[Any]) -> Analysis:
    buffer = io.BytesIO()
    with PackWriter(buffer) as pack:
        stages.analyze(
            stages.Piece(files, FOOTAGE),
            detector,
            SETTINGS.media,
            SETTINGS.vision,
            pack,
            lambda done, total: ticks.append((done, total)),
        )
    with PackReader(buffer) as reader:
        assert reader.state()[:2] in {b"PK", b""}
        found = reader.analysis()
        jpegs = reader.pictures({track.ordinal for track in found.tracks})
        assert sorted(jpegs) == [snapshot.track for snapshot in found.snapshots]
        return found


def _clip(analysis: Analysis) -> Clip:
    summary = analysis.summary
    start = datetime(2026, 11, 23, 16, tzinfo=UTC)
    size = (summary.width, summary.height)
    return Clip(CAMERA, FOOTAGE, 9, start, "name", summary.duration, *size, "h264", "mp4")


def test_a_video_becomes_tracks_and_every_track_an_event(footage: Any, detector: Detector) -> None:
    path = footage.video("a.mp4", size=(320, 240), frames=30, rate=10)
    ticks: list[Any] = []
    analysis = _analyze((path,), detector, ticks)
    assert (analysis.summary.frames, len(ticks)) == (30, 30)
    assert analysis.summary.looked == 15
    assert analysis.summary.duration == pytest.approx(3.0)
    assert analysis.summary.model == detector.model_id
    events = stages.decide(_clip(analysis), analysis, "a.mp4", JudgeSettings()).events
    assert [event.track for event in events] == [track.ordinal for track in analysis.tracks]
    for event, track in zip(events, analysis.tracks, strict=True):
        assert event.start_s == pytest.approx(track.times[0], abs=0.001)
        assert (event.end - event.start).total_seconds() == pytest.approx(
            event.end_s - event.start_s, abs=0.001
        )
        assert len(event.path) <= 64
        assert event.footage_path.startswith("main/door/2026/11/23/20261123T160000.000Z-00000000")


def test_what_flickered_is_counted(footage: Any, detector: Detector) -> None:
    def paint(index: int, width: int, height: int) -> NDArray[np.uint8]:
        picture = np.full((height, width, 3), 90, np.uint8)
        if index in (20, 60):
            picture[40:60, 40:60] = 200
        return picture

    path = footage.video("a.mp4", size=(320, 240), frames=80, rate=10, painter=paint)
    analysis = _analyze((path,), detector, [])
    assert analysis.tracks == ()
    assert analysis.summary.noise == 2


def test_who_stands_still_all_along_is_shown_but_rings_nobody(
    footage: Any, detector: Detector
) -> None:
    shown = cv2.imread(str(PICTURES / "cameraman.jpg"))  # gray in three channels
    assert shown is not None
    noise = np.random.default_rng(1)

    def paint(index: int, width: int, height: int) -> NDArray[np.uint8]:  # noqa: ARG001
        picture = cv2.resize(shown, (width, height)) + noise.normal(0, 2, (height, width, 1))
        return np.clip(picture, 0, 255).astype(np.uint8)

    path = footage.video("a.mp4", size=(320, 320), frames=40, rate=10, painter=paint)
    analysis = _analyze((path,), detector, [])
    [event] = stages.decide(_clip(analysis), analysis, "a.mp4", JudgeSettings()).events
    assert event.start_s == 0
    assert event.judgement.verdict is Verdict.REVIEW
    assert event.judgement.reasons == (Reason.NO_TRAVEL, Reason.PERSON)


def test_a_still_is_judged_by_what_is_seen(detector: Detector) -> None:
    analysis = _analyze((PICTURES / "cameraman.jpg",), detector, [])
    assert analysis.summary.lone_still
    assert analysis.summary.looks > 1
    events = stages.decide(_clip(analysis), analysis, "x.jpg", JudgeSettings()).events
    assert Verdict.ALARM in {event.judgement.verdict for event in events}
    assert {event.start_s for event in events} == {0.0}
    assert [snapshot.track for snapshot in analysis.snapshots] == [
        t.ordinal for t in analysis.tracks
    ]


def test_the_path_of_a_long_track_is_thinned_from_end_to_end() -> None:
    boxes = np.linspace([0.0, 0.1, 0.1, 0.3], [0.9, 0.1, 1.0, 0.3], 500)
    fill = np.zeros(500)
    track = Track(0, np.arange(500.0), boxes, np.zeros((500, 3)), fill, fill, fill)
    summary = Summary(1, "m@0", "mov", "h264", 640, 480, 500.0, None, False, 1, 1, 1, ())
    analysis = Analysis(summary, (track,), ())
    [event] = stages.decide(_clip(analysis), analysis, "a.mp4", JudgeSettings()).events
    assert len(event.path) == 64
    assert event.path[0] == (0.05, 0.2)
    assert event.path[-1] == (0.95, 0.2)
    assert json.dumps(event.path)
