"""The whole pipeline on real servers: a catalog in PostgreSQL, and each object store."""

import itertools
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from quietwatch.config import JudgeSettings, RunSettings, Settings, VisionSettings
from quietwatch.errors import StorageError
from quietwatch.model import Event
from quietwatch.pipeline import engine
from quietwatch.pipeline.runresult import RunResult
from quietwatch.sources.survey import survey
from quietwatch.store.place import Place, open_place
from tests.adapters import ObjectStore

if TYPE_CHECKING:
    from tests.conftest import Footage

SETTINGS = Settings(run=RunSettings(workers=1), vision=VisionSettings(rate=2.0))
START = 1795464000


@pytest.fixture(scope="module")
def source(footage: "Footage", tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two clips of a camera that follow one another, and one that is no video."""
    folder = tmp_path_factory.mktemp("source")
    for number in range(2):
        clip = footage.video("clip.mp4", size=(320, 240), frames=20, rate=10)
        clip.rename(folder / f"door_{START + 2 * number}.mp4")
        clip = folder / f"door_{START + 2 * number}.mp4"
        with clip.open("ab") as file:
            file.write(bytes([0, 0, 0, 9]) + b"free" + bytes([number]))
    (folder / "broken.mp4").write_bytes(b"no video at all\n" * 50)
    return folder


@pytest.fixture
def opened(
    object_store: ObjectStore, postgres_server: Any, tmp_path: Path
) -> Callable[[str], Place]:
    """Opens the same store and catalog from a home of the name given."""
    store, catalog = object_store.fresh(), postgres_server.database()
    return lambda home: open_place(tmp_path / home, store, catalog)


def run(place: Place, source: Path, settings: Settings = SETTINGS) -> RunResult:
    runner = engine.runner_for(settings, place)
    arrivals = survey([str(source)], settings, place.home.path)
    return engine.run(arrivals, place, settings, runner, lambda *_: None)


def told(events: tuple[Event, ...]) -> list[Event]:
    return [replace(event, source="") for event in events]


def test_it_is_the_same_pipeline(
    opened: Callable[[str], Place], source: Path, tmp_path: Path
) -> None:
    with open_place(tmp_path / "local") as local:
        expected = run(local, source)
    with opened("one") as place:
        first = run(place, source)
        assert (first.clips, [one.error for one in first.failed]) == (2, ["unreadable-video"])
        assert told(first.events) == told(expected.events)
        assert len(first.events) > 0
        again = run(place, source)
        assert (again.clips, again.skipped, again.events) == (0, 2, first.events)
    with opened("another") as place:  # another machine, which has nothing in its home
        assert run(place, source).skipped == 2
        other = Settings(**{**dict(SETTINGS), "judge": JudgeSettings(threats=())})
        judged = run(place, source, other)
        assert (judged.clips, judged.skipped) == (0, 2)
        assert {event.judgement.score for event in judged.events} == {0.0}


def test_two_engines_do_not_work_at_once(opened: Callable[[str], Place], source: Path) -> None:
    with opened("one") as first, opened("two") as second:
        with first.exclusive(), pytest.raises(StorageError, match="another engine is at work"):
            run(second, source)
        assert run(second, source).clips == 2


def test_a_lost_catalog_is_made_anew_from_the_bucket(
    object_store: ObjectStore, postgres_server: Any, source: Path, tmp_path: Path
) -> None:
    store, numbers = object_store.fresh(), itertools.count()
    with open_place(tmp_path / "one", store, postgres_server.database()) as place:
        first = run(place, source)
    with open_place(tmp_path / "two", store, postgres_server.database()) as place:
        assert place.repos.rebuild().lost == ()
        os.utime(source / "broken.mp4", (START, START + next(numbers)))
        again = run(place, source)
    assert told(again.events) == told(first.events)
    assert len(again.records) == 2
