"""50 rounds of kill -9 on each catalog: of the engine, a worker, a client of the database.

A round: clips arrive, `quietwatch run` begins beside another client of the same catalog, and at a
moment that dice choose one of them is killed. The next round goes on from there. After five rounds
a run that nobody disturbs must leave all as if none of it had happened.
"""

import random
import shutil
import signal
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from quietwatch.events.table import to_json
from quietwatch.model import Event, Picture, Repo
from quietwatch.store.catalog import history
from quietwatch.store.keep.fsck import check
from quietwatch.store.place import Place, open_place
from tests.integration.homes import TENANT, contents, events, known, names, require_whole
from tests.integration.rounds import MOMENTS, VICTIMS, Guest, Moment, backends
from tests.toys.putter import REPO

if TYPE_CHECKING:
    from tests.conftest import Footage
    from tests.contracts.conftest import Database
    from tests.integration.conftest import Done, Program

pytestmark = pytest.mark.faults

SEED = 20261124
LIVES, ROUNDS = 10, 5
SERVED_ONLY = {"connection", "backend"}
SIZE = (96, 64)
UNUSABLE = 3
"""Exit code: there is a file among the footage that is none."""

New = dict[str, Path]
"""What arrives, by the name under which it does."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What a home holds that nobody has disturbed; its events as JSON, by id."""

    source: Path
    home: Path
    done: "Done"
    events: dict[str, dict[str, object]]


@pytest.fixture(scope="module")
def arrivals(footage: "Footage") -> list[New]:
    """What comes in each round: a clip of a stream, one on its own, and a camera's only still."""
    made = []
    for number in range(ROUNDS):

        def painter(index: int, width: int, height: int, first: int = 10 * number) -> Picture:
            return footage.moving_square(first + index, width, height)

        door = footage.video("a.mp4", size=SIZE, painter=painter)
        yard = footage.video("a.mp4", size=SIZE, frames=10 + number)
        still = footage.still("a.jpg", size=(160, 120), index=number)
        new = {
            f"door_20261123T1600{number:02d}Z.mp4": door,
            f"yard_20261123T16{number:02d}00Z.mp4": yard,
            f"gate-{'abcde'[number]}_20261123T170000Z.jpg": still,
        }
        made.append(new)
    made[0]["text.mp4"] = footage.file("text.mp4", b"no video")
    return made


@pytest.fixture(scope="module")
def expected(
    program: "Program",
    arrivals: list[New],
    tmp_path_factory: pytest.TempPathFactory,
) -> Expected:
    folder = tmp_path_factory.mktemp("undisturbed")
    source, home = folder / "source", folder / "home"
    source.mkdir()
    for new in arrivals:
        bring(new, source)
        done = program("run", source, "--home", home, "--format", "json", "--workers", 2)
        assert done.code == UNUSABLE
    with open_place(home) as place:
        told = {event.event_id: to_json(event) for event in events(place)}
    assert len(told) >= ROUNDS
    return Expected(source, home, done, told)


def bring(new: New, source: Path) -> None:
    for name, file in new.items():
        shutil.copy2(file, source / name)


@pytest.fixture(params=range(LIVES))
def life(
    request: pytest.FixtureRequest,
    program: "Program",
    database: "Database",
    expected: Expected,
    tmp_path: Path,
) -> Iterator["Life"]:
    shutil.rmtree(expected.source)
    expected.source.mkdir()
    life = Life(program, expected, tmp_path / "home", database(), request.param)
    yield life
    life.guest.end()


class Life:
    """A home from its first clips to its last, and what was said to stand in it.

    Args:
        program: to run.
        expected: what shall come of it.
        home: not there yet.
        catalog: URL of an empty one.
        number: of this life.
    """

    def __init__(
        self, program: "Program", expected: Expected, home: Path, catalog: str, number: int
    ) -> None:
        self.program = program
        self.expected = expected
        self.home = home
        self.catalog = catalog
        self.dice = random.Random(f"{SEED} {number}")
        kinds = [v for v in VICTIMS if catalog.startswith("postgres") or v not in SERVED_ONLY]
        deal = [kinds[index % len(kinds)] for index in range(LIVES * ROUNDS)]
        random.Random(SEED).shuffle(deal)
        self.victims = deal[number * ROUNDS : (number + 1) * ROUNDS]
        self.guest = Guest(home, catalog)
        self.logs: dict[str, list[str]] = {}

    def round(self, victim: str) -> None:
        """One run beside the guest, and one death."""
        name = self.dice.choice(sorted(MOMENTS))
        delay = self.dice.uniform(0, MOMENTS[name].span)
        print(f"seed {SEED}, {self.catalog}: {victim}, {delay:.3f} s after '{name}'")  # noqa: T201
        self.guest.start()
        process = self.program.start(*self.words())
        moment = Moment(self.program, process, self.home, self.catalog, self.dice)
        moment.wait(MOMENTS[name], delay)
        VICTIMS[victim](moment, self.guest)
        done = self.program.end(process)
        self.guest.end()
        self.program.wait_for(lambda: self.program.processes() == [])
        self.program.wait_for(lambda: backends(self.catalog) is not None)
        self.require_end(victim, done)

    def words(self) -> tuple[object, ...]:
        where = ("--home", self.home, "--catalog", self.catalog, "--format", "json")
        return ("run", self.expected.source, *where, "--workers", 2)

    def require_end(self, victim: str, done: "Done") -> None:
        """See that the program ended as it has to after such a death."""
        if done.code == UNUSABLE:  # it had its end before, or went on
            assert done.json["clips"] + done.json["skipped"] == len(self.footage())
            return
        if victim == "engine":
            assert done.code == -signal.SIGKILL
            return
        assert victim in SERVED_ONLY
        assert (done.code, done.out) == (1, b""), done.err.decode()
        sentence = done.err.decode()
        assert "catalog" in sentence
        assert sentence.count("\n") == 1, sentence

    def footage(self) -> list[Path]:
        return [path for path in self.expected.source.iterdir() if path.name != "text.mp4"]

    def require_whole(self) -> None:
        """See that what was said to stand stands, whole and once."""
        require_whole(self.home, self.catalog, streams=True)
        with open_place(self.home, catalog=self.catalog) as place:
            with place.catalog.reading() as connection:
                unwritten = {kept.commit.id for kept in history.marked(connection)}
            for tenant in (TENANT, REPO.tenant):
                wrong = {one.name for one in check(place, tenant, deep=True) if one.is_wrong}
                assert wrong <= unwritten  # the next one writes them before anything else
            for name in names(place):
                self.require_kept(place, Repo(TENANT, name))
            self.require_kept(place, REPO)
            assert set(self.guest.told) <= set(self.logs.get(str(REPO), ()))
            self.require_pairs(place)
            self.require_events(place)

    def require_kept(self, place: Place, repo: Repo) -> None:
        """See that a repo still has each commit that was once seen in it."""
        if repo.name not in {one.name for one in place.repos.list(repo.tenant)}:
            assert str(repo) not in self.logs
            return
        head = place.repos.head(repo)
        log = [] if head is None else [commit.id for commit in place.repos.log(repo)]
        before = self.logs.get(str(repo), [])
        assert log[len(log) - len(before) :] == before, f"{repo} has lost a commit"
        self.logs[str(repo)] = log

    def require_pairs(self, place: Place) -> None:
        """See that each commit of the guest has both of its files."""
        for commit in self.logs.get(str(REPO), ())[:20]:
            pair = {entry.path: entry.blob for entry in place.repos.entries(REPO, commit)}
            assert set(pair) == {"one", "other"}
            assert pair["one"] == pair["other"], "half a commit"

    def require_events(self, place: Place) -> None:
        """See that there is no event that does not belong there, nor one that differs."""
        records, found = known(place), events(place)
        assert {event.event_id for event in found} <= set(self.expected.events)
        for camera in {record.clip.camera for record in records}:
            mine = [record for record in records if record.clip.camera == camera]
            if len(mine) == ROUNDS and all(record.decision for record in mine):
                assert shown(e for e in found if e.camera == camera) == {
                    key: event
                    for key, event in self.expected.events.items()
                    if event["camera"] == camera.name
                }


def shown(found: Iterator[Event]) -> dict[str, dict[str, object]]:
    return {event.event_id: to_json(event) for event in found}


def test_killed(life: Life, arrivals: list[New]) -> None:
    expected = life.expected
    for new, victim in zip(arrivals, life.victims, strict=True):
        bring(new, expected.source)
        life.round(victim)
        life.require_whole()

    done = life.program(*life.words())

    assert (done.code, done.err) == (expected.done.code, b"")
    assert done.events == expected.done.events
    life.require_whole()
    with open_place(life.home, catalog=life.catalog) as place:
        assert [one for one in check(place, TENANT, deep=True) if one.is_wrong] == []
    left, wanted = contents(life.home, life.catalog), contents(expected.home)
    # Beside what the heads name lies what was replaced, and what a killed commit wanted: fsck and
    # gc know it, and how much it is depends on the moments of the kills.
    assert {blob for files in left.files.values() for blob in files.values()} <= left.blobs
    assert replace(left, blobs=wanted.blobs) == wanted
