"""A statue that is found again and again, and a person who walks by: real pictures, real models.

Footage of 2031, so that what people say today is said before it.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pyarrow.parquet as pq
import pytest

from quietwatch.bench.scenes import backgrounds, camera, decoys
from quietwatch.bench.scenes.compose import RATE, Scene
from quietwatch.bench.scenes.stage import Stage
from quietwatch.bench.scenes.walking import Person
from quietwatch.bench.truth import Half
from quietwatch.config import Settings, VisionSettings
from quietwatch.errors import Erased
from quietwatch.events.table import to_json
from quietwatch.judge.alike import overlap
from quietwatch.judge.memory import Known
from quietwatch.media.writer import write_video
from quietwatch.model import Arrival, Camera, Event, Kind, Reason, Repo, Verdict
from quietwatch.model.pictures import Picture
from quietwatch.pipeline import engine
from quietwatch.pipeline.folders import DecideFolder
from quietwatch.pipeline.memory import sayings
from quietwatch.pipeline.memory.files import MEMORY
from quietwatch.pipeline.memory.recall import Memories
from quietwatch.pipeline.memory.shelf import Stored
from quietwatch.pipeline.runners.base import Tick, Work
from quietwatch.pipeline.runners.inline import InlineRunner
from quietwatch.pipeline.work import Look, Workplace, make_work
from quietwatch.store.catalog import clips, happenings
from quietwatch.store.catalog.needs import Horizon
from quietwatch.store.keep.erase import Order
from quietwatch.store.keep.request import perform
from quietwatch.store.place import Place, open_place

YARD = Camera("home", "main", "yard")
START = datetime(2031, 5, 5, 6, tzinfo=UTC)
RULES = Settings(vision=VisionSettings(second_looks=0))
SECONDS = 3.0
STATUE = (0.377, 0.06, 0.494, 0.535)  # where it stands

Make = Callable[..., Path]


@pytest.fixture(scope="module")
def make(tmp_path_factory: pytest.TempPathFactory) -> Make:
    """`make(hour, beside, before)`: a clip of a statue in the light of that hour.

    Somebody may walk beside the statue, or before it.
    """
    folder = tmp_path_factory.mktemp("yard")

    def made(hour: int, beside: bool = False, before: bool = False) -> Path:  # noqa: FBT001
        at = START + timedelta(hours=hour)
        path = folder / f"{beside:d}{before:d}" / f"yard_{at:%Y%m%dT%H%M%S}Z.mp4"
        path.parent.mkdir(exist_ok=True)
        if path.exists():
            return path
        rng = np.random.default_rng(3)
        ground = backgrounds.outdoors(Half.TUNE, rng)
        scene = Scene(ground.picture.copy(), SECONDS, "yard")
        decoys.statue(Stage(rng, Half.TUNE, ground, "day", scene))
        own = np.random.default_rng(hour)
        other = Stage(own, Half.TUNE, ground, "day", scene)
        for there, across in ((beside, 0.85), (before, 0.43)):
            if there:
                wide, high = scene.size
                scene.things.append(Person(other, (across * wide, 0.56 * high, SECONDS / 2)))
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

    def run(self, *paths: Path, once: bool = False) -> None:
        """Bring clips in, in one pass; in a second one what they change of others, too."""
        arrivals = [Arrival(YARD, str(path), (str(path),), _start(path)) for path in paths]
        runner = InlineRunner(self._make)
        engine.run(iter(arrivals), self.place, RULES, runner, lambda *_: None)
        if not once:
            engine.process(self.place, RULES, runner, lambda *_: None)

    def _make(self) -> Work:
        work = make_work(Workplace(self.place.store_url, self.place.spool, RULES.vision.model, 1))

        def counted(payload: object, tick: Tick) -> object:
            self.looked += isinstance(payload, Look)
            return work(payload, tick)

        return counted

    def events(self) -> list[Event]:
        """All events, by start."""
        with self.place.catalog.reading() as connection:
            return list(happenings.matching(connection, "home"))

    def statue(self, hour: float) -> Event:
        """That of the statue in the clip of an hour."""
        at = START + timedelta(hours=hour)
        [found] = [e for e in self.events() if e.start == at and _is_statue(e)]
        return found

    def known(self, time: datetime) -> tuple[Known, ...]:
        """What is known at a time."""
        head = self.place.repos.head(Repo("home", MEMORY))
        memories = Memories(Stored(self.place, "home", head.id if head else None))
        return memories.known(YARD, time, RULES.judge)

    def decisions(self) -> dict[str, str | None]:
        """The key of each clip's judgement."""
        with self.place.catalog.reading() as connection:
            return {r.path: r.decision for r in clips.of_camera(connection, YARD)}


def _start(path: Path) -> datetime:
    return datetime.strptime(path.stem, "yard_%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)


def _is_statue(event: Event) -> bool:
    return overlap(event.box, STATUE) > 0.6


@pytest.fixture
def yard(tmp_path: Path) -> Iterator[Yard]:
    with open_place(tmp_path / "home") as place:
        yield Yard(place)


def test_a_statue_that_is_found_again_and_again_is_held_back_and_whoever_passes_it_rings(
    yard: Yard, make: Make, tmp_path: Path
) -> None:
    hours = [0, 3, 7, 24, 29]
    files = [make(hour, hour == 29) for hour in hours]
    yard.run(*files[:3])
    assert {yard.statue(hour).judgement.verdict for hour in hours[:3]} == {Verdict.REVIEW}
    before = yard.decisions()
    yard.run(files[3])
    held = yard.statue(24)
    assert held.judgement.verdict is Verdict.SUPPRESSED
    assert held.judgement.reasons == (Reason.STATIC_REPEAT, Reason.PERSON)
    assert held.alarm_s is None
    assert yard.decisions().items() > before.items()  # what came before is as it was
    yard.run(files[4])
    assert yard.statue(29).judgement.verdict is Verdict.SUPPRESSED
    [alarm] = [e for e in yard.events() if e.judgement.verdict is Verdict.ALARM]
    assert alarm.start - START < timedelta(hours=29, seconds=1.5)
    assert yard.looked == 5
    with open_place(tmp_path / "again") as place:  # all at once, and the newest first
        again = Yard(place)
        again.run(*reversed(files), once=True)
        assert rows(again) == rows(yard)
        assert again.looked == 5


def test_whoever_walks_before_the_statue_rings(yard: Yard, make: Make) -> None:
    yard.run(make(0), make(3), make(7))
    yard.run(make(24, before=True))
    alarms = [e for e in yard.events() if e.judgement.verdict is Verdict.ALARM]
    assert {e.start.hour for e in alarms} == {START.hour}
    assert {e.judgement.kind for e in alarms} == {Kind.PERSON}


def test_footage_that_comes_late_has_judged_again_what_rests_on_it_and_nothing_else(
    yard: Yard, make: Make
) -> None:
    yard.run(make(0), make(7), make(24))
    before, looked = yard.decisions(), yard.looked
    assert yard.statue(24).judgement.verdict is Verdict.REVIEW  # found twice before
    yard.run(make(3), once=True)
    assert yard.statue(24).judgement.verdict is Verdict.REVIEW  # that footage was not named
    yard.run()
    assert yard.statue(24).judgement.verdict is Verdict.SUPPRESSED
    changed = {path for path, key in before.items() if yard.decisions()[path] != key}
    assert changed == {yard.statue(24).footage_path}
    assert yard.looked == looked + 1


def test_what_is_forgotten_is_shown_again(yard: Yard, make: Make) -> None:
    yard.run(make(0), make(3), make(7), make(24))
    before = yard.decisions()
    at = START + timedelta(hours=25)
    [statue] = yard.known(at)
    assert overlap(statue.familiar.box, STATUE) > 0.8
    sayings.forget(yard.place, yard.place.door(None), YARD, [statue], at)
    assert statue not in yard.known(at)
    assert statue in yard.known(at - timedelta(seconds=1))
    yard.run(make(27))
    assert yard.statue(27).judgement.verdict is Verdict.REVIEW
    assert yard.statue(24).judgement.verdict is Verdict.SUPPRESSED
    assert yard.decisions().items() > before.items()


def test_what_was_dismissed_is_known_in_the_next_clip_until_that_is_taken_back(
    yard: Yard, make: Make
) -> None:
    yard.run(make(0))
    first = yard.statue(0)
    door = yard.place.door(None)
    assert sayings.dismiss(yard.place, door, first, "the statue", START + timedelta(hours=1))
    yard.run(make(3))
    held = yard.statue(3).judgement
    assert held.verdict is Verdict.SUPPRESSED
    assert held.reasons == (Reason.KNOWN_FALSE_ALARM, Reason.PERSON)
    assert yard.statue(0) == first
    assert sayings.take_back(door, first, START + timedelta(hours=5))
    yard.run(make(7))
    assert yard.statue(7).judgement.verdict is Verdict.REVIEW
    assert yard.statue(3).judgement == held


def test_the_stage_over_folders_says_the_same(yard: Yard, make: Make, tmp_path: Path) -> None:
    yard.run(make(0), make(3), make(7), make(24))
    blobs = yard.place.blobs("home")
    for name in ("analysis", MEMORY):
        for entry in yard.place.repos.entries(Repo("home", name)):
            assert entry.blob is not None
            target = tmp_path / name / entry.path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(blobs.read(entry.blob.sha256))
    told: list[list[str]] = []
    for number, memory in enumerate((tmp_path / MEMORY, None)):
        out = tmp_path / str(number)
        outcomes = list(DecideFolder(tmp_path / "analysis", out, memory=memory).run())
        assert [one.error for one in outcomes] == [None] * 4
        rows = [row for file in sorted(out.rglob("*.parquet")) for row in _table(file)]
        told.append([row["verdict"] for row in rows if "person" in row["reasons"]])
    held, shown = Verdict.SUPPRESSED, Verdict.REVIEW
    assert told == [[shown, shown, shown, held], [shown] * 4]


def test_what_is_erased_is_remembered_no_more(yard: Yard, make: Make) -> None:
    yard.run(make(0), make(3), make(7), make(24))
    memory = Repo("home", MEMORY)
    [day] = [e for e in yard.place.repos.entries(memory) if "dismissed" not in e.path]
    assert day.blob is not None
    path = yard.statue(3).footage_path
    perform(yard.place, "home", [path], Order("ann", "asked for"), Horizon(None))
    with pytest.raises(Erased):
        yard.place.blobs("home").read(day.blob.sha256)
    yard.run()
    assert yard.statue(24).judgement.verdict is Verdict.REVIEW  # found twice before
    [again] = yard.place.repos.entries(memory)
    assert again.path == day.path
    assert again.blob != day.blob


def _table(file: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pq.read_table(file).to_pylist()
    return found


def rows(yard: Yard) -> list[dict[str, object]]:
    """All events as they are exported, but for where their files lie."""
    return [to_json(event) for event in yard.events()]
