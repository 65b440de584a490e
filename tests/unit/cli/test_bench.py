import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from quietwatch.bench import truth
from quietwatch.bench.readers import FORMATS
from quietwatch.bench.results import Results
from quietwatch.cli.bench import FormatName, HalfName, SystemName
from quietwatch.model import Kind


@pytest.fixture(scope="module")
def folder(people: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One labelled clip: people walk in it from the first picture on."""
    made = tmp_path_factory.mktemp("bench") / "walkers"
    made.mkdir()
    shutil.copy(people, made / "square.mp4")
    person = truth.TrueEvent(kind=Kind.PERSON, start_s=0, end_s=2)
    truth.write(
        made / "square.truth.json",
        truth.Truth(duration_s=2.1, half=truth.Half.TUNE, events=(person,)),
    )
    return made


@pytest.fixture(scope="module")
def done(call: Any, folder: Path) -> Any:
    """The bench over it, with what it printed."""
    out = folder.parent / "out"
    result = call("bench", folder, "--cache", out / "cache", "--out", out)
    assert result.exit_code == 0, result.output
    return result


def test_all_systems_are_told_of_side_by_side(done: Any, folder: Path) -> None:
    for name in SystemName:
        assert name in done.stdout
    assert "without brief" in done.stdout
    out = folder.parent / "out"
    results = Results.model_validate_json((out / "results.json").read_bytes())
    assert [one.name for one in results.systems] == list(SystemName)
    assert results.bench == "walkers"
    product = results.systems[0]
    assert (product.counts.caught, product.counts.events, product.counts.false_alarms) == (1, 1, 0)
    assert (out / "index.html").read_bytes().startswith(b"<!doctype html>")


def test_programs_get_one_object_and_what_was_seen_is_not_looked_at_again(
    done: Any, call: Any, folder: Path
) -> None:
    assert done
    cache = folder.parent / "out" / "cache"
    before = {path: path.stat().st_mtime_ns for path in cache.iterdir()}
    out = folder.parent / "other"
    told = ("--tune", folder, "--systems", "nvr", "--systems", "motion", "--format", "json")
    result = call("bench", "run", folder, "--cache", cache, "--out", out, *told)
    assert result.exit_code == 0, result.output
    values = json.loads(result.stdout)
    assert values["schema"] == 1
    assert [one["name"] for one in values["systems"]] == ["motion", "nvr"]
    assert before == {path: path.stat().st_mtime_ns for path in cache.iterdir()}


def test_a_folder_without_truth_is_told(call: Any, tmp_path: Path) -> None:
    result = call("bench", tmp_path, "--out", tmp_path / "out")
    assert result.exit_code == 2
    assert "no labelled clip" in result.stderr
    assert not list(tmp_path.iterdir())


def test_settings_can_be_named(call: Any, folder: Path, tmp_path: Path) -> None:
    config = tmp_path / "s.toml"
    config.write_text("[judge]\nalarm_score = 0.995\n")
    told = ("--systems", "quietwatch", "--cache", folder.parent / "out" / "cache")
    result = call("bench", folder, *told, "--config", config, "--out", tmp_path / "o")
    assert result.exit_code == 0, result.output
    results = Results.model_validate_json((tmp_path / "o" / "results.json").read_bytes())
    assert results.systems[0].threshold == 0.995
    assert results.systems[0].counts.caught == 0


def test_labels_of_public_footage_become_truth(call: Any, people: Path, tmp_path: Path) -> None:
    footage, labels = tmp_path / "videos", tmp_path / "labels"
    for place in (footage, labels):
        place.mkdir()
    shutil.copy(people, footage / "VIRAT_S_0001.mp4")
    rows = [f"1 20 {frame} {100 + 9 * frame} 200 40 90 1" for frame in range(20)]
    (labels / "VIRAT_S_0001.viratdata.objects.txt").write_text("\n".join(rows) + "\n")
    result = call("bench", "import", "virat", labels, footage, "--format", "json")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["clips"] == 1
    (clip,) = truth.labelled(footage)
    assert [event.kind for event in clip.truth.events] == [Kind.PERSON]
    result = call("bench", "import", "virat", labels, tmp_path / "gone")
    assert result.exit_code == 2
    assert "no folder" in result.stderr


def test_scenes_are_made(call: Any, tmp_path: Path) -> None:
    made = tmp_path / "made"
    options = ("--kind", "empty", "--clips", 1, "--seconds", 1, "--seed", 5, "--format", "json")
    result = call("bench", "scenes", made, "--half", "tune", *options)
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["clips"] == 1
    (clip,) = truth.labelled(made)
    assert (clip.truth.half, clip.truth.seed) == (truth.Half.TUNE, 5)
    assert clip.truth.duration_s == pytest.approx(1)


def test_scenes_of_no_kind_are_refused(call: Any, tmp_path: Path) -> None:
    result = call("bench", "scenes", tmp_path, "--kind", "dragon")
    assert result.exit_code == 2
    assert "dragon" in result.stderr


def test_words_are_those_of_the_bench() -> None:
    assert [one.value for one in FormatName] == list(FORMATS)
    assert [one.value for one in HalfName] == [one.value for one in truth.Half]
