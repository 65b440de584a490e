"""A clip that kills, stalls or bloats its decoder costs itself alone: real workers, real clips."""

import hashlib
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
from quietwatch.model import Repo
from quietwatch.pipeline import engine
from quietwatch.pipeline.runners.base import Runner
from quietwatch.pipeline.runners.local import LocalRunner
from quietwatch.pipeline.runresult import RunResult
from quietwatch.pipeline.work import Workplace
from quietwatch.sources.survey import survey
from quietwatch.store.place import Place, open_place
from tests.integration.homes import require_whole

SETTINGS = Settings(run=RunSettings(workers=2, tries=2, stall_s=5, memory_mb=1024))
DEEDS = {"bomb.mp4": "bomb", "crash.mp4": "segfault", "spin.mp4": "spin", "weak.mp4": "die-once"}
REJECTED = Repo("home", "rejected")
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


def run(folder: Path, place: Place, runner: Runner) -> RunResult:
    return engine.run(survey([str(folder)], SETTINGS), place, SETTINGS, runner, lambda *_: None)


def honest(folder: Path, home: Path) -> RunResult:
    with open_place(home) as place:
        return run(folder, place, engine.runner_for(SETTINGS, place))


def disturbed_run(deadly: ModuleType, folder: Path, home: Path) -> RunResult:
    hashes = {
        hashlib.sha256((folder / name).read_bytes()).hexdigest(): d for name, d in DEEDS.items()
    }
    vision = SETTINGS.vision
    with open_place(home) as place:
        workplace = Workplace(place.store_url, place.spool, vision.model, vision.inference_threads)
        factory = deadly.factory(workplace, folder.parent, hashes)
        return run(folder, place, LocalRunner(factory, SETTINGS.run))


def events(result: RunResult) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for event in result.events:
        found.setdefault(Path(event.source).name, []).append(to_json(event))
    return found


def test_each_deadly_clip_costs_itself_alone(
    deadly: ModuleType, folder: Path, tmp_path: Path
) -> None:
    undisturbed, home = tmp_path / "undisturbed", tmp_path / "home"
    expected = events(honest(folder, undisturbed))
    assert len(expected) == len(DEEDS) + 2

    disturbed = disturbed_run(deadly, folder, home)

    assert {Path(one.source).name: one.error for one in disturbed.failed} == CODES
    (crashed,) = [one for one in disturbed.failed if one.error == "decoder-crashed"]
    assert "was ended by SIGSEGV, at each of 2 tries" in crashed.detail
    assert all("; " in one.detail for one in disturbed.failed)  # what happened; what to do
    assert (disturbed.clips, disturbed.skipped) == (3, 0)
    assert events(disturbed) == {n: found for n, found in expected.items() if n not in CODES}
    assert left() == []
    require_whole(home)
    with open_place(home) as place:
        told = [entry.meta["error"] for entry in place.repos.entries(REJECTED)]
    assert sorted(str(error) for error in told) == sorted(CODES.values())

    mended = honest(folder, home)

    assert (mended.clips, mended.skipped, mended.failed) == (len(CODES), 3, ())
    assert events(mended) == expected
    assert list(home.rglob("*.part")) == []
    require_whole(home)


def left() -> list[int]:
    """Our worker processes that are alive."""
    return [
        child.pid
        for child in psutil.Process(os.getpid()).children(recursive=True)
        if child.status() != psutil.STATUS_ZOMBIE and "--multiprocessing-fork" in child.cmdline()
    ]
