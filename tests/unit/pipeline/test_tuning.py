import json
from typing import Any

import pytest

from quietwatch.config import JudgeSettings, RunSettings, Settings, VisionSettings
from quietwatch.errors import ConfigError
from quietwatch.model import Camera, Kind
from quietwatch.pipeline.tuning import DEFAULT, Tuning, optics_file, own, rules_file

DOOR, YARD = Camera("home", "main", "door"), Camera("home", "main", "yard")


def tuning(optics: dict[str, Any], rules: dict[str, Any], base: Settings | None = None) -> Tuning:
    def reader(files: dict[str, Any]) -> Any:
        return lambda path: json.dumps(files[path]).encode() if path in files else None

    return Tuning(reader(optics), reader(rules), base or Settings())


def test_without_files_the_settings_hold() -> None:
    settings = Settings(run=RunSettings(workers=3), vision=VisionSettings(rate=2.0))
    assert tuning({}, {}, settings).of(DOOR) == settings


def test_a_camera_s_own_file_holds_what_differs() -> None:
    found = tuning(
        {
            DEFAULT: {"vision": {"rate": 4.0, "max_regions": 3}},
            own(DOOR): {"vision": {"rate": 2.0}},
        },
        {DEFAULT: {"threats": ["person"]}, own(YARD): {"alarm_score": 0.9}},
    )
    assert (found.of(DOOR).vision.rate, found.of(DOOR).vision.max_regions) == (2.0, 3)
    assert found.of(YARD).vision.rate == 4.0
    assert found.of(YARD).judge.threats == found.of(DOOR).judge.threats == (Kind.PERSON,)
    assert (found.of(YARD).judge.alarm_score, found.of(DOOR).judge.alarm_score) == (0.9, 0.7)
    assert own(DOOR) == "main/door.json"


def test_what_the_files_say_is_what_the_settings_said() -> None:
    settings = Settings(
        vision=VisionSettings(rate=2.0), judge=JudgeSettings(threats=(), review_score=0.2)
    )
    files = (optics_file(settings), rules_file(settings))
    optics, rules = (dict.fromkeys([DEFAULT], data) for data in files)
    found = Tuning(optics.get, rules.get, Settings())
    assert found.of(DOOR).vision == settings.vision
    assert found.of(DOOR).judge == settings.judge
    assert files == (optics_file(settings), rules_file(settings))


def test_what_changes_no_result_is_no_part_of_optics() -> None:
    assert b"decoder_threads" not in optics_file(Settings())


@pytest.mark.parametrize(
    ("optics", "rules", "said"),
    [
        ({"vision": {"speed": 1}}, {}, "optics:main/door.json: vision.speed: is not a setting"),
        ({"vision": {"rate": -1}}, {}, "optics:main/door.json: vision.rate"),
        ({"judge": {}}, {}, "optics:main/door.json: judge: is no section"),
        ({"vision": 7}, {}, "vision: it holds settings"),
        ([], {}, "not a JSON object"),
        ({}, {"threats": ["moth"]}, "rules:main/door.json: threats"),
    ],
)
def test_what_is_wrong_is_named(optics: Any, rules: Any, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        tuning({own(DOOR): optics}, {own(DOOR): rules}).of(DOOR)


def test_what_is_no_json_is_named() -> None:
    with pytest.raises(ConfigError, match=r"rules:default.json is not JSON"):
        Tuning(lambda _: None, {DEFAULT: b"{"}.get, Settings()).of(DOOR)


def yaml_tuning(rules: dict[str, str]) -> Tuning:
    files = {path: text.encode() for path, text in rules.items()}
    return Tuning(lambda _: None, files.get, Settings())


def test_a_camera_has_its_profile_below_its_own_file_and_above_the_default() -> None:
    found = yaml_tuning(
        {
            DEFAULT: '{"threats": ["animal"], "smallest": 0.5, "alarm_score": 0.9}',
            "yard.yaml": "smallest: 0.2\nlargest: 0.8",
            "main/yard.yaml": "profile: yard\nlargest: 0.9",
        }
    )
    yard, door = found.of(YARD).judge, found.of(DOOR).judge
    assert (yard.smallest, yard.largest, yard.alarm_score) == (0.2, 0.9, 0.9)
    assert yard.threats == door.threats == (Kind.ANIMAL,)
    assert (door.smallest, door.largest) == (0.5, 1.0)


def test_yaml_is_laid_over_json_of_the_same_name() -> None:
    found = yaml_tuning(
        {
            DEFAULT: '{"alarm_score": 0.9, "smallest": 0.1}',
            "default.yaml": "alarm_score: 0.8",
            own(DOOR): '{"largest": 0.5, "smallest": 0.2}',
            own(DOOR, ".yaml"): "largest: 0.6",
        }
    ).of(DOOR)
    judge = found.judge
    assert (judge.alarm_score, judge.smallest, judge.largest) == (0.8, 0.2, 0.6)
