from pathlib import Path

import pytest

from quietwatch.config import JudgeSettings, MediaSettings, RunSettings, Settings, VisionSettings
from quietwatch.errors import EmptyFile, NotReadable
from quietwatch.pipeline.identity import Recipe, footage_key
from quietwatch.vision import zoo

FOOTAGE = "ab" * 32
DEFAULT = Recipe(Settings())


def test_the_key_of_a_file_is_the_hash_of_its_bytes(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(b"abc")
    assert footage_key((path,)) == (
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        3,
    )


def test_the_key_of_numbered_stills_knows_their_order(tmp_path: Path) -> None:
    one, other = tmp_path / "1.jpg", tmp_path / "2.jpg"
    one.write_bytes(b"one")
    other.write_bytes(b"other")
    there, size = footage_key((one, other))
    assert footage_key((other, one)) != (there, size)
    assert size == 8


def test_nothing_and_what_is_not_there_have_no_key(tmp_path: Path) -> None:
    empty = tmp_path / "empty.mp4"
    empty.touch()
    with pytest.raises(EmptyFile):
        footage_key((empty,))
    with pytest.raises(NotReadable, match="No such file"):
        footage_key((tmp_path / "gone.mp4",))


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
