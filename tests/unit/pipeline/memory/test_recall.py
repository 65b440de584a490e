"""What is known when a clip begins, as files say it: of the time, and of no other camera."""

from datetime import timedelta
from pathlib import Path

import pytest

from quietwatch.config import JudgeSettings
from quietwatch.judge.memory import Forgetting
from quietwatch.judge.sightings import Hour
from quietwatch.model import Reason, Repo
from quietwatch.pipeline.memory import files
from quietwatch.pipeline.memory import recall as module
from quietwatch.pipeline.memory.files import FORMAT, MEMORY, Dismissed, Forgotten, Saying
from quietwatch.pipeline.memory.recall import Days, Memories
from quietwatch.pipeline.memory.remember import remember
from quietwatch.pipeline.memory.shelf import InFolder, Stored
from tests.unit.pipeline.memory.conftest import BOX, DOOR, TENANT, YARD, Shown, at, look, seen

RULES = JudgeSettings(memory_days=3, memory_times=3, memory_spread_h=6)


@pytest.fixture
def statue(shown: Shown) -> Shown:
    """A door with a statue that was found in four hours of two days."""
    for hour in (0, 3, 7, 26):
        shown.clip(hour, seen(hour))
    shown.clip(48)
    remember(shown.place, TENANT)
    return shown


def whys(shown: Shown, hours: float, rules: JudgeSettings = RULES) -> list[Reason]:
    return [one.familiar.why for one in shown.memories().known(DOOR, at(hours), rules)]


def test_what_files_say_is_known_from_its_time_on(statue: Shown) -> None:
    assert [whys(statue, hour) for hour in (7.9, 8, 27)] == [
        [],
        [Reason.STATIC_REPEAT],
        [Reason.STATIC_REPEAT],
    ]
    [known] = statue.memories().known(DOOR, at(30), RULES)
    assert (known.hours, known.familiar.portrait) == (4, look())


def test_another_camera_knows_nothing_of_it(statue: Shown) -> None:
    assert statue.memories().known(YARD, at(30), RULES) == ()


def test_it_expires_by_the_settings_of_the_camera(statue: Shown) -> None:
    assert whys(statue, 24 * 3 + 3.9) == [Reason.STATIC_REPEAT]
    assert whys(statue, 24 * 3 + 4) == []  # two of its four hours are left
    assert whys(statue, 30, JudgeSettings(memory_days=3, memory_times=5)) == []


def test_what_people_said_holds_from_then_on_within_an_hour_too(statue: Shown) -> None:
    saying = Saying("ann", at(30.5), undone_by="ann", undone=at(30.9))
    dismissed = Dismissed(FORMAT, "event", at(30), at(30.1), seen(30, seed=5), (saying,))
    statue.put(files.dismissed_path(DOOR, "event"), files.dump(dismissed))
    forgotten = Forgotten(FORMAT, "ann", Forgetting(at(30.7), BOX, look()))
    statue.put(files.forgotten_path(DOOR, at(30.7)), files.dump(forgotten))
    repeat, dismissal = Reason.STATIC_REPEAT, Reason.KNOWN_FALSE_ALARM
    memories = statue.memories()
    told = [
        [one.familiar.why for one in memories.known(DOOR, at(hour), RULES)]
        for hour in (30.4, 30.5, 30.7, 30.9, 30.4)
    ]
    assert told == [[repeat], [dismissal, repeat], [dismissal], [], [repeat]]


@pytest.mark.parametrize("data", [b"rubbish", b'{"format": 99}'])
def test_a_file_that_cant_be_read_says_nothing_and_others_do(statue: Shown, data: bytes) -> None:
    statue.put("main/door/2026/11/01.json", data)
    statue.put(files.dismissed_path(DOOR, "event"), data)
    statue.put(files.forgotten_path(DOOR, at(1)), data)
    assert whys(statue, 30) == []  # one hour is left, of the second day
    assert whys(statue, 30, JudgeSettings(memory_times=2)) == []


def test_a_commit_says_what_it_said_then(statue: Shown) -> None:
    before = statue.place.repos.head(Repo(TENANT, MEMORY))
    assert before is not None
    statue.put("main/door/2026/11/01.json", b"rubbish")
    then = Memories(Stored(statue.place, TENANT, before.id))
    assert len(then.known(DOOR, at(30), RULES)) == 1
    assert Memories(Stored(statue.place, TENANT, None)).known(DOOR, at(30), RULES) == ()


def test_a_folder_says_what_the_repo_says(statue: Shown, tmp_path: Path) -> None:
    repo, blobs = Repo(TENANT, MEMORY), statue.place.blobs(TENANT)
    for entry in statue.place.repos.entries(repo):
        assert entry.blob is not None
        target = tmp_path / "memory" / entry.path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(blobs.read(entry.blob.sha256))
    inside = Memories(InFolder(tmp_path / "memory"))
    for hour in (7, 8, 30, 100):
        known = statue.memories().known(DOOR, at(hour), RULES)
        assert inside.known(DOOR, at(hour), RULES) == known
    assert Memories(InFolder(None)).known(DOOR, at(30), RULES) == ()


def test_days_that_were_read_are_not_read_again() -> None:
    days = Days()
    for _ in range(2):
        found = days.get("one", lambda: files.dump(files.Day(FORMAT, {"20261101T03": (seen(3),)})))
        assert found == {at(3): Hour((seen(3),))}
    assert days.get("one", lambda: b"not asked for") == found


def test_days_are_held_up_to_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MOST_READ", 500)
    days, read = Days(), list[str]()
    hours = (f"202611{day:02}T{hour:02}" for day in (1, 2) for hour in range(24))
    data = files.dump(files.Day(FORMAT, dict.fromkeys(hours, (seen(3),))))

    def get(name: str) -> None:
        def bytes_() -> bytes:
            read.append(name)
            return data

        days.get(name, bytes_)

    for number in range(12):  # of 48 hours each
        get(str(number))
    get("11")
    assert len(read) == 12
    get("0")
    assert len(read) == 13


def test_a_year_of_a_camera_is_known_at_once(shown: Shown) -> None:
    """A list of files a camera, and of them those of the days that count."""
    day = files.Day(FORMAT, {})
    for number in range(40):
        date = at(0) + timedelta(days=number)
        hour = f"{date:%Y%m%d}T05"
        day = files.Day(FORMAT, {hour: (seen(24 * number + 5),)})
        shown.put(f"main/door/{date:%Y/%m/%d}.json", files.dump(day))
    memories = shown.memories()
    reads: list[str] = []
    shelf = memories._shelf
    real = shelf.read

    class Counting:
        list = staticmethod(shelf.list)

        def read(self, path: str, name: str) -> bytes:
            reads.append(path)
            return real(path, name)

    [known] = Memories(Counting()).known(DOOR, at(24 * 39 + 1), RULES)
    assert known.hours == 3
    assert len(reads) == 4
