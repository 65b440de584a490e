"""Whole passes, one after the other: names meet names of earlier ones."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from quietwatch.config import Settings
from quietwatch.model import Arrival, Camera, Failure
from quietwatch.pipeline import engine
from quietwatch.pipeline.engine import RunResult
from quietwatch.pipeline.runners.inline import InlineRunner
from quietwatch.sources.survey import survey
from quietwatch.store.home import Home

DOOR = Camera("home", "main", "front-door")
DEFAULTS = Settings()


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


@pytest.fixture(scope="module")
def clip(footage: Any) -> Path:
    path: Path = footage.video("clip.mp4", frames=5)
    return path


def _run(home: Home, *arrivals: Arrival | Failure) -> RunResult:
    runner = InlineRunner(lambda: engine.make_work(DEFAULTS, home.path))
    return engine.run(arrivals, home, DEFAULTS, runner, lambda *_: None)


def _named(path: Path, name: str) -> Arrival:
    return Arrival(DOOR, str(path), (path,), None, named=name)


def test_another_name_of_the_same_slug_is_refused_in_a_later_run_too(
    home: Home, clip: Path, footage: Any, tmp_path: Path
) -> None:
    first, second = tmp_path / "in" / "Front Door", tmp_path / "in" / "front door"
    first.mkdir(parents=True)
    shutil.copy2(clip, first)
    found = survey([str(first.parent)], DEFAULTS)
    assert _run(home, *found).failed == ()

    first.rename(second)
    other = footage.video("other.mp4", frames=5).rename(second / "clip.mp4")
    [failure] = _run(home, *survey([str(second.parent)], DEFAULTS)).failed
    assert (failure.source, failure.error) == (str(other), "ambiguous-camera")
    kept = home.name_file(DOOR)
    for part in ("'front door'", "'Front Door'", str(kept)):
        assert part in failure.detail

    kept.unlink()  # as the sentence says
    assert _run(home, *survey([str(second.parent)], DEFAULTS)).failed == ()
    assert home.get_name(DOOR) == "front door"


def test_a_name_is_kept_only_with_a_clip_and_a_damaged_one_is_kept_anew(
    home: Home, clip: Path, footage: Any
) -> None:
    bad = footage.file("bad.mp4", b"no video at all")
    assert len(_run(home, _named(bad, "Bad Door")).failed) == 1
    assert home.get_name(DOOR) is None
    _run(home, _named(clip, "Door"))
    home.name_file(DOOR).write_bytes(b"{")
    assert _run(home, _named(clip, "Door")).failed == ()
    assert home.get_name(DOOR) == "Door"
