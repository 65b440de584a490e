import io
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from quietwatch.config import JudgeSettings, Settings
from quietwatch.errors import RecordDamaged
from quietwatch.model import Analysis, Camera, Clip, Event, Kind, Reason, Summary, Track, Verdict
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


def _followed(piece: stages.Piece, detector: Detector) -> tuple[Analysis, bytes]:
    """The analysis of a clip of a stream, and the state at its end."""
    buffer = io.BytesIO()
    with PackWriter(buffer) as pack:
        stages.analyze(piece, detector, SETTINGS.media, SETTINGS.vision, pack, lambda *_: None)
    with PackReader(buffer) as reader:
        return _whole(reader), reader.state()


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
        found = _whole(reader)
        jpegs = reader.pictures({track.ordinal for track in found.tracks})
        assert sorted(jpegs) == [snapshot.track for snapshot in found.snapshots]
        return found


def _whole(reader: PackReader) -> Analysis:
    analysis = reader.analysis()
    return replace(analysis, tracks=tuple(analysis.tracks))


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


def _scene(index: int, width: int, height: int) -> NDArray[np.uint8]:
    """Gray; a box flies by from the third second on, another flickers, somebody stands."""
    shown = cv2.imread(str(PICTURES / "cameraman.jpg"))
    assert shown is not None
    picture = np.random.default_rng(index).normal(90, 2, (height, width, 3))
    picture[:200, :200] = cv2.resize(shown, (200, 200))
    if 24 <= index < 70:
        left = 4 * (index - 24)
        picture[205:235, left : left + 30] = 240
    if index in {30, 31, 48, 60}:
        picture[60:80, 260:280] = 250
    return np.clip(picture, 0, 255).astype(np.uint8)


class _Stream:
    """A film that came in clips, analyzed and judged clip after clip."""

    def __init__(self, footage: Any, detector: Detector, cuts: tuple[int, ...]) -> None:
        self.decided: list[stages.Decided] = []
        self.analyses: list[Analysis] = []
        self.clips: list[Clip] = []
        state = memory = None
        for first, end in pairwise((0, *cuts, 80)):
            painter = partial(_shifted, first)
            size = (320, 240)
            path = footage.video(
                "a.mkv", codec="mjpeg", size=size, frames=end - first, rate=10, painter=painter
            )
            piece = stages.Piece((path,), f"{first:064x}", first / 10, state)
            analysis, state = _followed(piece, detector)
            start = datetime(2026, 11, 23, 16, tzinfo=UTC) + timedelta(seconds=first / 10)
            clip = replace(_clip(analysis), sha256=piece.footage, start=start)
            decided = stages.decide(clip, analysis, f"{first}.mkv", JudgeSettings(), memory)
            memory = decided.state
            self.analyses.append(analysis)
            self.decided.append(decided)
            self.clips.append(clip)

    @property
    def events(self) -> dict[str, Event]:
        """By id the last that was told of each."""
        return {event.event_id: event for one in self.decided for event in one.events}


def _shifted(first: int, index: int, width: int, height: int) -> NDArray[np.uint8]:
    return _scene(first + index, width, height)


@pytest.fixture(scope="module")
def whole(footage: Any, detector: Detector) -> _Stream:
    return _Stream(footage, detector, ())


@pytest.mark.parametrize("cuts", [(26,), (10, 20, 30, 40, 50, 60, 70), (25, 26, 27, 28, 71)])
def test_a_stream_cut_into_clips_gives_the_events_of_one_clip(
    footage: Any, detector: Detector, whole: _Stream, cuts: tuple[int, ...]
) -> None:
    parted = _Stream(footage, detector, cuts)
    assert len(whole.events) >= 2
    assert sorted(parted.events) == sorted(whole.events)
    for identity, event in parted.events.items():
        other = whole.events[identity]
        # It tells of the clip in which it began, and of times from the start of that.
        clip = next(c for c in parted.clips if c.sha256 == event.footage)
        shift = (clip.start - whole.clips[0].start).total_seconds()
        assert event.source == f"{int(event.footage, 16)}.mkv"
        assert clip.start <= event.start < clip.start + timedelta(seconds=clip.duration)
        assert event.start_s == pytest.approx(other.start_s - shift)
        assert event.end_s == pytest.approx(other.end_s - shift)
        assert (event.alarm_s is None) == (other.alarm_s is None)
        if event.alarm_s is not None and other.alarm_s is not None:
            assert event.alarm_s == pytest.approx(other.alarm_s - shift)
        own = ("source", "start_s", "end_s", "alarm_s", "footage", "footage_path")
        same = {name: getattr(other, name) for name in own}
        assert replace(event, **same) == other
    assert sum(a.summary.noise for a in parted.analyses) == whole.analyses[0].summary.noise


def test_an_event_goes_on_in_later_clips_and_is_forgotten_when_its_track_ends(
    footage: Any, detector: Detector
) -> None:
    parted = _Stream(footage, detector, (40, 78))
    first, second, third = parted.decided
    before = {event.event_id: event for event in first.events}
    going_on = [event for event in second.events if event.event_id in before]
    assert going_on
    for event in going_on:
        known = before[event.event_id]
        assert event.end > known.end
        assert event.end_s > parted.clips[0].duration
        assert event.revision >= known.revision
        assert (event.start, event.footage) == (known.start, known.footage)
    flown = [event for event in second.events if event.judgement.kind is Kind.UNKNOWN]
    assert flown
    assert not {event.event_id for event in flown} & {event.event_id for event in third.events}
    assert len(third.state) < len(second.state)
    for decided in parted.decided:
        assert decided.pictured <= {event.event_id for event in decided.events}
    assert all(before[identity] for identity in first.pictured)


def test_a_clip_is_not_judged_as_if_the_one_before_had_not_been(
    footage: Any, detector: Detector
) -> None:
    parted = _Stream(footage, detector, (30, 50))
    last = parted.clips[2], parted.analyses[2], "50.mkv", JudgeSettings()
    for state in (None, parted.decided[0].state):
        with pytest.raises(RecordDamaged, match="decide that one first"):
            stages.decide(*last, state)
    assert stages.decide(*last, parted.decided[1].state) == parted.decided[2]
