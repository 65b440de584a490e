"""Both stages over folders, with real clips: two cameras, two hours, one stream in three parts."""

import hashlib
import json
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest
from numpy.typing import NDArray

from quietwatch.config import JudgeSettings, VisionSettings
from quietwatch.errors import ConfigError
from quietwatch.events import table
from quietwatch.events.validate import validate
from quietwatch.model import Event
from quietwatch.names import clip_hour
from quietwatch.pipeline.folders import AnalyzeFolder, DecideFolder, Detectors, Outcome
from quietwatch.store.pack import PackReader
from quietwatch.vision import zoo

FIVE = datetime(2026, 11, 23, 17, tzinfo=UTC)
RATE = 10


def _paint(first: int, index: int, width: int, height: int) -> NDArray[np.uint8]:
    """A box flies across every four seconds."""
    picture = np.random.default_rng(first + index).normal(90, 2, (height, width, 3))
    left = 4 * ((first + index) % 40)
    picture[60:90, left : left + 30] = 240
    return np.clip(picture, 0, 255).astype(np.uint8)


@dataclass
class Tree:
    """Footage as it lies in the repo: what is put there, by path."""

    folder: Path
    footage: Any

    def video(self, camera: str, seconds: float, frames: int) -> str:
        """A clip that starts so many seconds after five; gives its path."""
        painter = partial(_paint, round(seconds * RATE) % 1000)
        made = self.footage.video(
            "a.mkv", codec="mjpeg", size=(320, 240), frames=frames, rate=RATE, painter=painter
        )
        return self.put(camera, seconds, made.read_bytes(), "mkv")

    def put(self, camera: str, seconds: float, data: bytes, ending: str, sha: str = "") -> str:
        start = FIVE + timedelta(seconds=seconds)
        name = f"{start:%Y%m%dT%H%M%S}.{start.microsecond // 1000:03d}Z"
        sha = sha or hashlib.sha256(data).hexdigest()
        path = f"{camera}/{start:%Y/%m/%d}/{name}-{sha[:8]}.{ending}"
        (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / path).write_bytes(data)
        return path


@pytest.fixture(scope="module")
def tree(footage: Any, tmp_path_factory: pytest.TempPathFactory) -> Tree:
    made = Tree(tmp_path_factory.mktemp("tree"), footage)
    for start, frames in ((0, 25), (2.5, 25), (5, 20)):
        made.video("main/door", start, frames)
    for start in (-2, -1):
        made.video("main/door", start, 10)
    made.video("yard/gate-2", 100, 20)
    return made


@pytest.fixture(scope="module")
def packs(tree: Tree, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("packs") / "new" / "folder"
    outcomes = list(AnalyzeFolder(tree.folder, out).run())
    assert [one.error for one in outcomes] == [None] * 6
    return out


def content(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def read_file(path: Path) -> list[Event]:
    return [table._event(row) for row in pq.read_table(path).to_pylist()]


def errors(outcomes: Iterable[Outcome]) -> dict[str, str]:
    return {one.path: one.error.code for one in outcomes if one.error is not None}


def piecewise(whole: Path, work: Callable[[Path, Path], Any], folder: Path) -> dict[str, bytes]:
    """What comes out when each hour of a camera is given by itself, through links."""
    out = folder / "out"
    for number, hour in enumerate(sorted({_hour(path) for path in content(whole)})):
        part = folder / str(number)
        for path in content(whole):
            if _hour(path) == hour:
                (part / path).parent.mkdir(parents=True, exist_ok=True)
                (part / path).symlink_to(whole / path)
        work(part, out)
    return content(out)


def _hour(path: str) -> str:
    return clip_hour(path.removesuffix(".zip"))


def test_each_clip_has_a_pack_at_its_path(tree: Tree, packs: Path) -> None:
    assert sorted(content(packs)) == [f"{path}.zip" for path in sorted(content(tree.folder))]


def test_clips_without_a_gap_are_taken_up_one_from_the_other(packs: Path) -> None:
    links = []
    for path in sorted((packs / "main/door/2026/11/23").iterdir()):
        with path.open("rb") as file, PackReader(file) as pack:
            links.append(pack.analysis().summary.link)
    assert [link.offset for link in links] == [0.0, 1.0, 0.0, 2.5, 5.0]  # the hour parts them
    assert [bool(link.before) for link in links] == [False, True, False, True, True]
    assert [b.before == a.footage for a, b in pairwise(links)] == [*(True, False, True, True)]


def test_hours_give_the_same_packs_one_by_one(tree: Tree, packs: Path, tmp_path: Path) -> None:
    parts = piecewise(tree.folder, lambda part, out: list(AnalyzeFolder(part, out).run()), tmp_path)
    assert parts == content(packs)


def test_events_are_one_published_file_an_hour_of_a_camera(packs: Path, tmp_path: Path) -> None:
    outcomes = list(DecideFolder(packs, tmp_path, tenant="acme").run())
    assert errors(outcomes) == {}
    day = "2026/11/23/20261123T"
    assert list(content(tmp_path)) == [
        f"main/door/{day}16.parquet",
        f"main/door/{day}17.parquet",
        f"yard/gate-2/{day}17.parquet",
    ]
    for path in content(tmp_path):
        assert validate(tmp_path / path) == []
    events = read_file(tmp_path / f"main/door/{day}17.parquet")
    assert events
    assert {str(event.camera) for event in events} == {"acme/main/door"}
    assert {event.source for event in events} == {event.footage_path for event in events}
    across = [event for event in events if event.end_s > 2.5 > event.start_s]
    assert across, "what flies on in the next clip is one event"


def test_hours_give_the_same_events_one_by_one_and_again(packs: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        list(DecideFolder(packs, tmp_path / name).run())
    assert content(tmp_path / "one") == content(tmp_path / "two")
    parts = piecewise(
        packs, lambda part, out: list(DecideFolder(part, out).run()), tmp_path / "parts"
    )
    assert parts == content(tmp_path / "one")


def test_what_can_t_be_used_is_named_and_parts_the_stream(
    tree: Tree, footage: Any, tmp_path: Path
) -> None:
    bad = Tree(tmp_path / "in", footage)
    good = [bad.video("main/door", start, 10) for start in (0, 2)]
    torn = bad.put("main/door", 1, (tree.folder / good[0]).name.encode() * 50, "mp4")
    empty = bad.put("main/door", 3, b"", "mkv")
    wrong = bad.put("main/door", 4, (bad.folder / good[0]).read_bytes(), "mkv", "0" * 64)
    (bad.folder / "main" / "readme.txt").write_text("hello")
    (bad.folder / "main" / ".hidden").write_text("not looked at")
    out = tmp_path / "out"
    found = errors(AnalyzeFolder(bad.folder, out).run())
    assert found == {
        torn: "unreadable-video",
        empty: "empty-file",
        wrong: "invalid-name",
        "main/readme.txt": "invalid-name",
    }
    made = content(out)
    assert sorted(made) == sorted(
        [f"{path}.zip" for path in good] + [f"{path}.rejected.json" for path in found]
    )
    for path, code in found.items():
        told = json.loads(made[f"{path}.rejected.json"])
        assert (told["code"], sorted(told)) == (code, ["code", "detail"])
        assert str(tmp_path) not in told["detail"]
    decided = list(DecideFolder(out, tmp_path / "events").run())
    assert [one.path for one in decided] == [f"{path}.zip" for path in good]
    assert errors(decided) == {}


def test_an_analysis_without_those_before_it_is_named(packs: Path, tmp_path: Path) -> None:
    torn = tmp_path / "torn"
    shutil.copytree(packs, torn)
    hour = sorted((torn / "main/door/2026/11/23").glob("*T17*"))
    hour[1].write_bytes(hour[1].read_bytes()[:-30])
    found = errors(DecideFolder(torn, tmp_path / "events").run())
    codes = ["analysis-damaged", *["record-damaged"] * (len(hour) - 2)]
    paths = [path.relative_to(torn).as_posix() for path in hour[1:]]
    assert found == dict(zip(paths, codes, strict=True))
    [event, *_] = read_file(tmp_path / "events/main/door/2026/11/23/20261123T17.parquet")
    assert event.footage_path == hour[0].relative_to(torn).as_posix().removesuffix(".zip")


def test_a_pack_under_another_name_is_named(packs: Path, tmp_path: Path) -> None:
    [pack] = (packs / "yard").rglob("*.zip")
    place = tmp_path / "in" / pack.relative_to(packs).parent
    place.mkdir(parents=True)
    shutil.copy(pack, place / "20261123T170000.000Z-00000000.mkv.zip")
    shutil.copy(pack, place / "notes.txt")
    found = errors(DecideFolder(tmp_path / "in", tmp_path / "out").run())
    assert set(found.values()) == {"invalid-name"}
    assert len(found) == 2
    assert not list((tmp_path / "out").rglob("*.parquet"))


def test_optics_choose_the_model_and_the_rate_of_a_camera(tree: Tree, tmp_path: Path) -> None:
    optics, models = tmp_path / "optics", tmp_path / "models"
    (optics / "yard").mkdir(parents=True)
    models.mkdir()
    (models / "mine.tflite").write_bytes(zoo.file_of("efficientdet-lite0").read_bytes())
    (optics / "default.json").write_text('{"vision": {"model": "mine"}}')
    (optics / "yard" / "gate-2.json").write_text('{"vision": {"rate": 2.0}}')
    mask = "privacy: {masks: [[[0, 0], [1, 0], [1, 1]]]}"
    (optics / "yard" / "gate-2.yaml").write_text(mask)
    part = tmp_path / "in"
    shutil.copytree(tree.folder / "yard", part / "yard")
    list(AnalyzeFolder(part, tmp_path / "out", optics, models).run())
    [path] = (tmp_path / "out").rglob("*.zip")
    with path.open("rb") as file, PackReader(file) as pack:
        summary = pack.analysis().summary
    assert summary.model.startswith("mine@")
    assert summary.looked == 4
    assert list(summary.masks) == [((0, 0), (1, 0), (1, 1))]
    for name in ("theirs", "../models/mine", str(models / "mine.tflite")):
        (optics / "default.json").write_text(json.dumps({"vision": {"model": name}}))
        with pytest.raises(ConfigError, match="neither in the folder of models nor shipped"):
            list(AnalyzeFolder(part, tmp_path / "out", optics, models).run())


def test_a_model_is_loaded_once_until_another_takes_its_name(tmp_path: Path) -> None:
    detectors, shipped, mine = Detectors(), VisionSettings(), VisionSettings(model="mine")
    assert detectors.of(shipped, None) is detectors.of(shipped, tmp_path)
    (tmp_path / "mine.tflite").write_bytes(zoo.file_of("efficientdet-lite0").read_bytes())
    first = detectors.of(mine, tmp_path)
    assert detectors.of(mine, tmp_path) is first
    (tmp_path / "mine.tflite").write_bytes(zoo.file_of("efficientdet-lite2").read_bytes())
    assert detectors.of(mine, tmp_path).size == 448


def test_rules_are_those_of_the_camera(packs: Path, tmp_path: Path) -> None:
    rules = tmp_path / "rules"
    (rules / "main").mkdir(parents=True)
    (rules / "main" / "door.json").write_text(JudgeSettings(threats=()).model_dump_json())
    list(DecideFolder(packs, tmp_path / "out", rules).run())
    files = (tmp_path / "out" / "main").rglob("*.parquet")
    found = [event for file in files for event in read_file(file)]
    things = [event for event in found if event.box != (0.0, 0.0, 1.0, 1.0)]  # not the camera
    assert {event.judgement.score for event in things} == {0.0}


def test_rules_of_a_camera_that_are_wrong_cost_that_camera(packs: Path, tmp_path: Path) -> None:
    rules, out = tmp_path / "rules", tmp_path / "out"
    (rules / "main").mkdir(parents=True)
    (rules / "main" / "door.json").write_text('{"alarm_score": 2}')
    outcomes = list(DecideFolder(packs, out, rules).run())
    assert set(errors(outcomes).values()) == {"invalid-config"}
    assert all(path.startswith("main/door/") for path in errors(outcomes))
    assert (len(errors(outcomes)), len(outcomes)) == (5, 6)
    [told] = {path.read_text() for path in out.rglob("*.rejected.json")}
    assert "rules:main/door.json: alarm_score" in json.loads(told)["detail"]
    [events] = out.rglob("*.parquet")
    assert events.is_relative_to(out / "yard")


def test_rules_of_all_cameras_that_are_wrong_end_it(packs: Path, tmp_path: Path) -> None:
    rules = tmp_path / "rules"
    rules.mkdir()
    (rules / "default.json").write_text('{"alarm_score": 2}')
    with pytest.raises(ConfigError, match=r"rules:default\.json: alarm_score"):
        list(DecideFolder(packs, tmp_path / "out", rules).run())


@pytest.mark.parametrize(
    "wrong",
    [
        {"vision": {"speed": 3}},
        {"vision": {"model": "theirs"}},
        {"vision": {"second_model": "theirs"}},
        {"profile": "nowhere"},
    ],
)
def test_optics_of_a_camera_that_are_wrong_cost_that_camera(
    tree: Tree, packs: Path, tmp_path: Path, wrong: dict[str, object]
) -> None:
    optics, part, out = tmp_path / "optics", tmp_path / "in", tmp_path / "out"
    (optics / "main").mkdir(parents=True)
    (optics / "main" / "door.json").write_text(json.dumps(wrong))
    shutil.copytree(tree.folder, part)
    found = errors(AnalyzeFolder(part, out, optics).run())
    assert set(found) == {path for path in content(part) if path.startswith("main/door/")}
    assert set(found.values()) == {"invalid-config"}
    [path] = out.rglob("*.zip")
    assert path.read_bytes() == (packs / path.relative_to(out)).read_bytes()
