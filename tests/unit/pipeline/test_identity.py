from pathlib import Path

import pytest

from quietwatch.config import JudgeSettings, MediaSettings, RunSettings, Settings, VisionSettings
from quietwatch.pipeline.identity import Recipe
from quietwatch.vision import zoo

FOOTAGE = "ab" * 32
DEFAULT = Recipe(Settings())


@pytest.mark.parametrize(
    "changed",
    [
        Settings(vision=VisionSettings(rate=4.0)),
        Settings(vision=VisionSettings(model="efficientdet-lite2")),
        Settings(media=MediaSettings(stills_rate=2.0)),
        Settings(media=MediaSettings(max_pixels=2**20)),
    ],
)
def test_what_shapes_an_analysis_changes_its_key(changed: Settings) -> None:
    assert Recipe(changed).analyze_key(FOOTAGE) != DEFAULT.analyze_key(FOOTAGE)
    assert Recipe(changed).decide_key == DEFAULT.decide_key


@pytest.mark.parametrize(
    "changed",
    [Settings(run=RunSettings(workers=7)), Settings(media=MediaSettings(decoder_threads=4))],
)
def test_how_fast_it_is_made_does_not(changed: Settings) -> None:
    assert Recipe(changed).analyze_key(FOOTAGE) == DEFAULT.analyze_key(FOOTAGE)


def test_a_rule_changes_the_decision_alone() -> None:
    changed = Recipe(Settings(judge=JudgeSettings(alarm_score=0.9)))
    assert changed.analyze_key(FOOTAGE) == DEFAULT.analyze_key(FOOTAGE)
    assert changed.decide_key != DEFAULT.decide_key


def test_a_model_under_another_name_is_the_same_model(tmp_path: Path) -> None:
    copy = tmp_path / "mine.tflite"
    copy.write_bytes(zoo.file_of("efficientdet-lite0").read_bytes())
    mine = Recipe(Settings(vision=VisionSettings(model=str(copy))))
    assert mine.analyze_key(FOOTAGE) == DEFAULT.analyze_key(FOOTAGE)
