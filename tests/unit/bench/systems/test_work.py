from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from quietwatch.bench.alarms import Candidate
from quietwatch.bench.systems.plain import Motion
from quietwatch.bench.systems.product import Product
from quietwatch.bench.systems.work import Cache, Raw, costs, files_of, fill, judged, make_work
from quietwatch.config import RunSettings, Settings, VisionSettings
from quietwatch.errors import ConfigError, RecordDamaged
from quietwatch.pipeline.runners.inline import InlineRunner
from quietwatch.pipeline.runners.local import LocalRunner

if TYPE_CHECKING:
    from tests.conftest import Footage

SETTINGS = Settings()
WORK = partial(make_work, SETTINGS.vision.model, 1)
RUNNER = InlineRunner(WORK)


@pytest.fixture(scope="module")
def clip(footage: "Footage") -> Path:
    return footage.video("a.mp4", size=(320, 240), frames=20)


def untold(*_: object) -> None:
    pass


def test_a_clip_is_looked_at_once(clip: Path, tmp_path: Path) -> None:
    cache, told = Cache(tmp_path, SETTINGS), []
    sights = [cache.sight("a", clip, raw) for raw in Raw]
    fill(sights, RUNNER, lambda *done: told.append(done))
    assert told == [("looked at", 1, 2), ("looked at", 2, 2)]
    written = {sight.target: sight.target.stat().st_mtime_ns for sight in sights}
    fill(sights, RUNNER, lambda *_: pytest.fail("it was looked at before"))
    assert written == {sight.target: sight.target.stat().st_mtime_ns for sight in sights}
    assert costs(sights[0]).keys() == {"analyze"}
    assert costs(sights[1]).keys() == {"decode", "motion", "whole", "near"}


def test_what_was_seen_belongs_to_the_bytes_and_the_settings(clip: Path, tmp_path: Path) -> None:
    other = tmp_path / "b.mp4"
    other.write_bytes(clip.read_bytes())
    usual = Cache(tmp_path, SETTINGS)
    slower = Cache(tmp_path, Settings(vision=VisionSettings(rate=2)))
    targets = [cache.sight("x", clip, raw).target for cache in (usual, slower) for raw in Raw]
    assert len(set(targets)) == 4
    assert usual.sight("y", other, Raw.ANALYSIS).target == targets[0]
    other.write_bytes(b"other")
    assert usual.sight("y", other, Raw.ANALYSIS).target != targets[0]


def test_a_clip_that_is_none_is_named(tmp_path: Path, footage: "Footage") -> None:
    cache = Cache(tmp_path, SETTINGS)
    bad = footage.file("bad.mp4", b"no video")
    with pytest.raises(ConfigError, match=r"bad one can't be used .* take it out of the bench"):
        fill([cache.sight("bad one", bad, Raw.GLIMPSES)], RUNNER, untold)
    with pytest.raises(ConfigError, match="can't be read"):
        cache.sight("gone", tmp_path / "gone.mp4", Raw.GLIMPSES)
    assert not list(tmp_path.glob("*.npz"))


def test_costs_that_nobody_noted_are_not_known(clip: Path, tmp_path: Path) -> None:
    sight = Cache(tmp_path, SETTINGS).sight("a", clip, Raw.ANALYSIS)
    assert costs(sight) == {}
    sight.cost.write_text("{")
    assert costs(sight) == {}


def test_workers_look_and_judge(clip: Path, tmp_path: Path) -> None:
    runner = LocalRunner(WORK, RunSettings(workers=1))
    cache = Cache(tmp_path, SETTINGS)
    systems = (Product(SETTINGS.judge), Motion())
    pairs = [(system, cache.sight("a", clip, system.raw)) for system in systems]
    fill([sight for _, sight in pairs], runner, untold)
    told: list[Any] = []
    found = judged(pairs, runner, lambda *done: told.append(done))
    assert list(found) == pairs
    assert all(isinstance(one, Candidate) for some in found.values() for one in some)
    assert found[pairs[1]]  # the square moves
    assert told == [("judged", 2, 2)]
    assert judged(pairs, RUNNER, untold) == found


def test_what_is_damaged_in_the_cache_is_told(clip: Path, tmp_path: Path) -> None:
    sight = Cache(tmp_path, SETTINGS).sight("a", clip, Raw.GLIMPSES)
    sight.target.write_bytes(b"rubbish")
    with pytest.raises(RecordDamaged, match="remove the cache"):
        judged([(Motion(), sight)], RUNNER, untold)


def test_a_worker_refuses_what_it_does_not_know() -> None:
    with pytest.raises(TypeError, match="a sight or a judging; got str"):
        WORK()("what", untold)


def test_stills_come_in_order_of_their_numbers(footage: "Footage") -> None:
    names = ["s10.jpg", "s9.jpg", "s11.jpg"]
    folder = footage.stills(names)[0].parent
    (folder / "notes.txt").write_text("no still")
    assert [file.name for file in files_of(folder)] == ["s9.jpg", "s10.jpg", "s11.jpg"]
