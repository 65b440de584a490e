import io
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from quietwatch.bench.systems.product import Product
from quietwatch.bench.systems.work import Raw, Sight
from quietwatch.camera.policy import Tamper
from quietwatch.config import JudgeSettings, Settings
from quietwatch.judge.contributions import RULES
from quietwatch.model import Analysis, Camera, Clip, Kind, Track
from quietwatch.model.measures import COLUMN, unmeasured
from quietwatch.pipeline import stages
from quietwatch.store.pack import PackReader, PackWriter
from quietwatch.vision import zoo

SETTINGS = Settings()
START = datetime(2026, 11, 23, 16, tzinfo=UTC)
FOOTAGE = "0" * 64
PRODUCT = Product(SETTINGS.judge)


@pytest.fixture(scope="module")
def pack(street: Path) -> bytes:
    buffer = io.BytesIO()
    piece = stages.Piece((street,), FOOTAGE)
    with PackWriter(buffer) as out:
        detector = zoo.load("efficientdet-lite0")
        stages.analyze(piece, detector, SETTINGS.media, SETTINGS.vision, out, lambda *_: None)
    return buffer.getvalue()


@pytest.fixture(scope="module")
def analysis(pack: bytes) -> Analysis:
    with PackReader(io.BytesIO(pack)) as reader:
        found = reader.analysis()
        return replace(found, tracks=tuple(found.tracks))


def decided(analysis: Analysis, settings: JudgeSettings) -> Any:
    """What the stage gives."""
    summary = analysis.summary
    clip = Clip(
        *(Camera("home", "main", "door"), FOOTAGE, 9, START, "name", summary.duration),
        *(summary.width, summary.height, "h264", "mp4"),
    )
    return tuple(stages.decide(clip, analysis, "a.mp4", settings).events)


@pytest.mark.parametrize("level", [0.2, 0.5, 0.7, 0.9, 0.97])
def test_alarms_are_those_of_the_stage_at_every_level(analysis: Analysis, level: float) -> None:
    review = min(level, SETTINGS.judge.review_score)
    settings = SETTINGS.judge.model_copy(update={"alarm_score": level, "review_score": review})
    alarms = [event.alarm_s for event in decided(analysis, settings)]
    told = [candidate.at(level) for candidate in PRODUCT.over(analysis, FOOTAGE)]
    assert [alarm and alarm.alarm_s for alarm in told] == alarms
    assert any(alarms)


def test_what_is_said_is_what_the_stage_says(analysis: Analysis) -> None:
    candidates = PRODUCT.over(analysis, FOOTAGE)
    events = decided(analysis, SETTINGS.judge)
    tracks = {track.ordinal: track for track in analysis.tracks}
    for candidate, event in zip(candidates, events, strict=True):
        assert (candidate.start_s, candidate.end_s) == (event.start_s, event.end_s)
        assert candidate.kind is event.judgement.kind
        assert candidate.reasons == event.judgement.reasons
        alarm, track = candidate.at(PRODUCT.shipped), tracks[event.track]
        if alarm is None:
            assert candidate.box == event.box
        else:
            rung = [round(time, 3) for time in track.times.tolist()].index(alarm.alarm_s)
            assert candidate.box == tuple(track.boxes[rung])
    alarms = [c for c in candidates if c.kind is Kind.PERSON and c.at(PRODUCT.shipped)]
    assert len({alarm.incident for alarm in alarms}) == 1  # one visit
    assert len(alarms) > 1


@pytest.mark.parametrize("level", [0.2, 0.5, 0.7, 0.97])
def test_tampering_rings_as_the_stage_has_it(analysis: Analysis, level: float) -> None:
    count = 100
    measures = unmeasured(count)
    for name, value in (("brightness", 0.2), ("see_through", 0.0), ("blank", 1.0), ("kept", 0.0)):
        measures[:, COLUMN[name]] = value
    whole, zeros = np.tile([0.0, 0.0, 1.0, 1.0], (count, 1)), np.zeros(count)
    looks = np.full((count, 3), np.nan)
    times = np.arange(count) / 5
    scene = Track(0, times, whole, looks, zeros, zeros, zeros, measures=measures, scene=True)
    covered = replace(analysis, tracks=(scene,), snapshots=())
    review = min(level, SETTINGS.judge.review_score)
    settings = SETTINGS.judge.model_copy(update={"alarm_score": level, "review_score": review})
    [event], [candidate] = decided(covered, settings), PRODUCT.over(covered, FOOTAGE)
    told = candidate.at(level)
    assert told is not None
    assert told.alarm_s == event.alarm_s
    assert event.box == (0.0, 0.0, 1.0, 1.0)
    silent = Product(SETTINGS.judge.model_copy(update={"tamper": Tamper.REVIEW}))
    assert silent.over(covered, FOOTAGE)[0].rises == ()


def test_without_a_rule_nothing_rings_later(analysis: Analysis) -> None:
    usual = PRODUCT.over(analysis, FOOTAGE)
    for rule in RULES:
        freer = replace(PRODUCT, without=frozenset({rule})).over(analysis, FOOTAGE)
        for before, after in zip(usual, freer, strict=True):
            one, other = before.at(PRODUCT.shipped), after.at(PRODUCT.shipped)
            assert one is None or (other is not None and other.alarm_s <= one.alarm_s)
    brief = replace(PRODUCT, without=frozenset({"brief"})).over(analysis, FOOTAGE)
    assert [c.rises for c in brief] != [c.rises for c in usual]


def test_it_reads_the_pack_that_the_analysis_left(
    pack: bytes, analysis: Analysis, tmp_path: Path
) -> None:
    target = tmp_path / "a.zip"
    target.write_bytes(pack)
    sight = Sight("a", (target,), FOOTAGE, Raw.ANALYSIS, target, SETTINGS.media, SETTINGS.vision)
    assert PRODUCT.candidates(sight) == PRODUCT.over(analysis, FOOTAGE)
