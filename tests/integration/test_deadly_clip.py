"""A clip that kills, stalls or bloats its decoder costs itself alone: real workers, real clips."""

import importlib
import os
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import psutil
import pytest

from quietwatch.config import RunSettings, Settings
from quietwatch.events.table import to_json
from quietwatch.pipeline import engine
from quietwatch.pipeline.onepass import RunResult
from quietwatch.pipeline.runners.base import Runner
from quietwatch.pipeline.runners.local import LocalRunner
from quietwatch.sources.survey import survey
from quietwatch.store.home import Home

SETTINGS = Settings(run=RunSettings(workers=2, tries=2, stall_s=5, memory_mb=1024))
DEEDS = {"bomb.mp4": "bomb", "crash.mp4": "segfault", "spin.mp4": "spin", "weak.mp4": "die-once"}
CODES = {
    "bomb.mp4": "memory-exceeded",
    "crash.mp4": "decoder-crashed",
    "spin.mp4": "decoder-stalled",
}


@pytest.fixture
def deadly(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(Path(__file__).parents[1] / "toys")
    return importlib.import_module("deadly_work")


@pytest.fixture
def folder(people: Callable[..., Path], tmp_path: Path) -> Path:
    """Clips of which no two are the same; the good ones lie at both ends."""
    for number, name in enumerate(("a.mp4", *DEEDS, "z.mp4")):
        people(tmp_path / "source" / name, 2 * number)
    return tmp_path / "source"


def run(folder: Path, home: Home, runner: Runner) -> RunResult:
    return engine.run(survey([str(folder)], SETTINGS), home, SETTINGS, runner, lambda *_: None)


def events(result: RunResult) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for event in result.events:
        found.setdefault(Path(event.source).name, []).append(to_json(event))
    return found


def test_each_deadly_clip_costs_itself_alone(
    deadly: ModuleType, folder: Path, tmp_path: Path, whole: Callable[[Path], None]
) -> None:
    undisturbed = Home(tmp_path / "undisturbed")
    expected = events(run(folder, undisturbed, engine.local_runner(SETTINGS, undisturbed)))
    assert len(expected) == len(DEEDS) + 2

    home = Home(tmp_path / "home")
    factory = deadly.factory(SETTINGS, home.path, DEEDS)
    disturbed = run(folder, home, LocalRunner(factory, SETTINGS.run))

    assert {Path(one.source).name: one.error for one in disturbed.failed} == CODES
    (crashed,) = [one for one in disturbed.failed if one.error == "decoder-crashed"]
    assert "was ended by SIGSEGV, at each of 2 tries" in crashed.detail
    assert all("; " in one.detail for one in disturbed.failed)  # what happened; what to do
    assert (disturbed.clips, disturbed.skipped) == (3, 0)
    assert events(disturbed) == {n: found for n, found in expected.items() if n not in CODES}
    assert left() == []
    whole(home.path)

    mended = run(folder, home, engine.local_runner(SETTINGS, home))

    assert (mended.clips, mended.skipped, mended.failed) == (len(CODES), 3, ())
    assert events(mended) == expected
    assert list(home.path.rglob("*.part")) == []
    whole(home.path)


def left() -> list[int]:
    """Our worker processes that are alive."""
    return [
        child.pid
        for child in psutil.Process(os.getpid()).children(recursive=True)
        if child.status() != psutil.STATUS_ZOMBIE and "--multiprocessing-fork" in child.cmdline()
    ]
