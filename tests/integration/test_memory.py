"""A statue that is found again and again, and a person who walks by: real pictures, real models.

Footage of 2031, so that what people say today is said before it.
"""

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import cv2
import numpy as np
import pytest

from quietwatch.bench.scenes import backgrounds, camera, decoys, hard
from quietwatch.bench.scenes.compose import RATE, Scene
from quietwatch.bench.scenes.stage import Stage
from quietwatch.bench.truth import Half
from quietwatch.config import JudgeSettings, Settings
from quietwatch.events.table import to_json
from quietwatch.media.writer import write_video
from quietwatch.model import Arrival, Camera, Event, Reason, Repo, Verdict
from quietwatch.model.pictures import Picture
from quietwatch.pipeline import engine
from quietwatch.pipeline.memory.files import MEMORY
from quietwatch.pipeline.runners.inline import InlineRunner
from quietwatch.pipeline.work import Look, Workplace, make_work
from quietwatch.store.catalog import clips, happenings
from quietwatch.store.place import Place, open_place

YARD = Camera("home", "main", "yard")
START = datetime(2031, 5, 5, 6, tzinfo=UTC)
RULES = Settings(judge=JudgeSettings(review_score=0.2))  # a statue alone is for review then
SECONDS = 4.0

Make = Callable[[float, bool], Path]


@pytest.fixture(scope="module")
def make(tmp_path_factory: pytest.TempPathFactory) -> Make:
    """`make(hour, somebody)`: a clip of a statue in the light of that hour; somebody may pass."""
    folder = tmp_path_factory.mktemp("yard")

    def made(hour: float, somebody: bool = False) -> Path:  # noqa: FBT001
        at = START + timedelta(hours=hour)
        path = folder / f"yard_{at:%Y%m%dT%H%M%S}Z.mp4"
        if path.exists():
            return path
        rng = np.random.default_rng(3)
        ground = backgrounds.outdoors(Half.TUNE, rng)
        scene = Scene(ground.picture.copy(), SECONDS, "yard")
        decoys.statue(Stage(rng, Half.TUNE, ground, "day", scene))
        own = np.random.default_rng(int(hour * 10))
        if somebody:
            hard.walker(Stage(own, Half.TUNE, ground, "day", scene))
        gain = float(own.uniform(0.85, 1.1))

        def light(picture: Picture, _: float) -> None:
            cv2.convertScaleAbs(picture, picture, alpha=gain)

        scene.light = [light]  # without what the scene's own seed would change in the course
        scene.camera = [camera.noise(own, scene.size, 4.0)]
        write_video(path, scene.pictures(), scene.size, RATE, quality=24, keyframe_s=2.0)
        return path

    return made


class Yard:
    """A home with one camera."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.looked = 0

    def run(self, *paths: Path, settings: Settings = RULES) -> None:
        """Bring clips in; everything is up to date then."""
        arrivals = [Arrival(YARD, str(path), (str(path),), _start(path)) for path in paths]
        runner = InlineRunner(lambda: self._work)
        engine.run(iter(arrivals), self.place, settings, runner, lambda *_: None)
        engine.process(self.place, settings, runner, lambda *_: None)

    def _work(self, payload: object, tick: object) -> object:
        self.looked += isinstance(payload, Look)
        work = make_work(Workplace(self.place.store_url, self.place.spool, "efficientdet-lite0", 1))
        return work(payload, tick)  # type: ignore[arg-type]

    def events(self) -> list[Event]:
        """All events, by start."""
        with self.place.catalog.reading() as connection:
            return list(happenings.matching(connection, "home"))

    def statue(self, hour: float) -> Event:
        """That of the statue in the clip of an hour."""
        at = START + timedelta(hours=hour)
        [found] = [e for e in self.events() if e.start == at and _is_statue(e)]
        return found

    def decisions(self) -> dict[str, str | None]:
        """The key of each clip's judgement."""
        with self.place.catalog.reading() as connection:
            return {r.path: r.decision for r in clips.of_camera(connection, YARD)}


def _start(path: Path) -> datetime:
    return datetime.strptime(path.stem, "yard_%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)


def _is_statue(event: Event) -> bool:
    return event.box[3] - event.box[1] > 0.4 and event.end - event.start > timedelta(seconds=1)


@pytest.fixture
def yard(tmp_path: Path) -> Iterator[Yard]:
    with open_place(tmp_path / "home") as place:
        yield Yard(place)


def test_a_statue_that_is_found_again_and_again_is_held_back_and_whoever_passes_it_rings(
    yard: Yard, make: Make, tmp_path: Path
) -> None:
    hours = [0, 3, 7, 24, 27]
    files = [make(hour, hour == 27) for hour in hours]
    yard.run(*files[:3])
    for event in yard.events():
        print(event.start, event.box, event.judgement, event.end - event.start)
    before = yard.statue(7)
    assert before.judgement.verdict is Verdict.REVIEW
    yard.run(files[3])
    for event in yard.events():
        print(event.start, event.box, event.judgement, event.end - event.start)
    held = yard.statue(24)
    assert held.judgement.verdict is Verdict.SUPPRESSED
    assert Reason.STATIC_REPEAT in held.judgement.reasons
    yard.run(files[4])
    for event in yard.events():
        print(event.start, event.box, event.judgement, event.end - event.start)
    assert [e for e in yard.events() if e.judgement.verdict is Verdict.ALARM]
