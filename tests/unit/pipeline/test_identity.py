from pathlib import Path

import pytest

from quietwatch.config import JudgeSettings, MediaSettings, RunSettings, Settings, VisionSettings
from quietwatch.errors import ExtraMissing
from quietwatch.model import Familiar, Reason
from quietwatch.pipeline.identity import Recipe, libraries
from quietwatch.vision import zoo

FOOTAGE, SEEN, PATH = "ab" * 32, "cd" * 32, "main/door/x"
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
    assert Recipe(changed).decide_key(SEEN, PATH) == DEFAULT.decide_key(SEEN, PATH)


@pytest.mark.parametrize(
    "changed",
    [Settings(run=RunSettings(workers=7)), Settings(media=MediaSettings(decoder_threads=4))],
)
def test_how_fast_it_is_made_does_not(changed: Settings) -> None:
    assert Recipe(changed).analyze_key(FOOTAGE) == DEFAULT.analyze_key(FOOTAGE)


def test_a_rule_changes_the_decision_alone() -> None:
    changed = Recipe(Settings(judge=JudgeSettings(alarm_score=0.9)))
    assert changed.analyze_key(FOOTAGE) == DEFAULT.analyze_key(FOOTAGE)
    assert changed.decide_key(SEEN, PATH) != DEFAULT.decide_key(SEEN, PATH)


def test_what_came_before_is_part_of_both() -> None:
    keys = {
        DEFAULT.analyze_key(FOOTAGE),
        DEFAULT.analyze_key(FOOTAGE, SEEN, 1.0),
        DEFAULT.analyze_key(FOOTAGE, SEEN, 2.0),
        DEFAULT.analyze_key(FOOTAGE, FOOTAGE, 1.0),
    }
    assert len(keys) == 4
    judged = {
        DEFAULT.decide_key(SEEN, PATH),
        DEFAULT.decide_key(SEEN, "main/yard/other"),
        DEFAULT.decide_key(FOOTAGE, PATH),
        DEFAULT.decide_key(SEEN, PATH, FOOTAGE),
    }
    assert len(judged) == 4


def test_what_was_known_is_part_of_the_decision_by_content() -> None:
    def known(name: str, light: int, why: Reason = Reason.STATIC_REPEAT) -> Familiar:
        return Familiar(name, why, (0.1, 0.2, 0.3, 0.4), (light,) * 24)

    one = known("a", 40)
    keys = [
        DEFAULT.decide_key(SEEN, PATH, None, each)
        for each in ((), (one,), (known("a", 41),), (known("b", 40),), (one, known("b", 40)))
    ]
    dismissed = known("a", 40, Reason.KNOWN_FALSE_ALARM)
    keys.append(DEFAULT.decide_key(SEEN, PATH, None, (dismissed,)))
    assert len(set(keys)) == len(keys)
    assert keys[0] == DEFAULT.decide_key(SEEN, PATH)
    assert keys[1] == DEFAULT.decide_key(SEEN, PATH, None, (known("a", 40),))


def test_a_signature_is_of_all_but_the_footage() -> None:
    others = [
        Settings(judge=JudgeSettings(alarm_score=0.9)),
        Settings(vision=VisionSettings(rate=4.0)),
    ]
    assert len({DEFAULT.signature, *(Recipe(one).signature for one in others)}) == 3
    assert Recipe(Settings(run=RunSettings(workers=7))).signature == DEFAULT.signature


def test_a_model_under_another_name_is_the_same_model(tmp_path: Path) -> None:
    copy = tmp_path / "mine.tflite"
    copy.write_bytes(zoo.file_of("efficientdet-lite0").read_bytes())
    mine = Recipe(Settings(vision=VisionSettings(model=str(copy))))
    assert mine.analyze_key(FOOTAGE) == DEFAULT.analyze_key(FOOTAGE)


@pytest.fixture
def saved_model(tmp_path: Path) -> Settings:
    """Settings that name a SavedModel."""
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "saved_model.pb").write_bytes(b"graph")
    return Settings(vision=VisionSettings(model=str(folder)))


def install(site: Path, distribution: str, version: str) -> str:
    """Lay TensorFlow out as pip does, as far as it is asked for its version; gives the folder."""
    (site / "tensorflow").mkdir(parents=True)
    (site / "tensorflow" / "__init__.py").touch()
    info = site / f"{distribution}-{version}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {distribution}\nVersion: {version}\n"
    )
    (info / "RECORD").write_text(f"tensorflow/__init__.py,,\n{info.name}/METADATA,,\n")
    return str(site)


def test_another_tensorflow_is_another_analysis(
    saved_model: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = set()
    for name, version in (
        ("tensorflow", "2.21.0"),
        ("tensorflow", "2.22.0"),
        ("tensorflow_cpu", "2.22.0"),
    ):
        with monkeypatch.context() as patch:
            patch.syspath_prepend(install(tmp_path / f"{name}-{version}", name, version))
            libraries.cache_clear()
            keys.add(Recipe(saved_model).analyze_key(FOOTAGE))
    libraries.cache_clear()
    assert len(keys) == 3


def test_a_saved_model_without_tensorflow_has_no_recipe(saved_model: Settings) -> None:
    with pytest.raises(ExtraMissing, match=r"pip install 'quietwatch\[train\]'"):
        Recipe(saved_model)
