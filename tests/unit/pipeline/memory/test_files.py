"""What lies in the repo `memory`: written and read, and refused where it is damaged."""

import pytest

from quietwatch.errors import RecordDamaged
from quietwatch.judge.memory import Dismissal, Forgetting
from quietwatch.pipeline.memory import files
from quietwatch.pipeline.memory.files import FORMAT, Day, Dismissed, Files, Forgotten, Saying
from tests.unit.pipeline.memory.conftest import BOX, DOOR, at, look, seen

DAY = Day(FORMAT, {"20261101T03": (seen(3), seen(3.5, seed=2)), "20261101T07": (seen(7),)}, 2)
SAYINGS = (Saying("ann", at(1), "the coat", "ben", at(2)), Saying("ann", at(3)))
DISMISSED = Dismissed(FORMAT, "event", at(0), at(0.1), seen(0), SAYINGS)
FORGOTTEN = Forgotten(FORMAT, "ann", Forgetting(at(4), BOX, look()))


def test_what_is_written_is_read() -> None:
    assert files.day(files.dump(DAY)) == DAY
    assert files.dismissed(files.dump(DISMISSED)) == DISMISSED
    assert files.forgotten(files.dump(FORGOTTEN)) == FORGOTTEN
    everything = Forgotten(FORMAT, "ann", Forgetting(at(4)))
    assert files.forgotten(files.dump(everything)) == everything


def test_equal_files_have_equal_bytes() -> None:
    other = Day(FORMAT, dict(reversed(DAY.hours.items())), 2)
    assert files.dump(other) == files.dump(DAY)
    assert files.dump(Day(FORMAT, DAY.hours, 3)) != files.dump(DAY)


def test_a_day_has_its_hours() -> None:
    assert files.hours(DAY) == {at(3): DAY.hours["20261101T03"], at(7): DAY.hours["20261101T07"]}


def test_each_saying_is_a_dismissal() -> None:
    thing = ("event", seen(0).kind, BOX, look())
    assert DISMISSED.dismissals() == (Dismissal(*thing, at(1), at(2)), Dismissal(*thing, at(3)))


@pytest.mark.parametrize("read", [files.day, files.dismissed, files.forgotten])
@pytest.mark.parametrize("data", [b"", b"{}", b'{"format": 1}', b'{"format": 99}', b"\xff"])
def test_what_is_damaged_or_newer_is_refused(read: object, data: bytes) -> None:
    with pytest.raises(RecordDamaged):
        read(data)  # type: ignore[operator]


@pytest.mark.parametrize("hour", ["noon", "20261131T07", "20261101T24"])
def test_an_hour_that_is_none_is_damage(hour: str) -> None:
    with pytest.raises(RecordDamaged, match="damaged"):
        files.day(files.dump(Day(FORMAT, {hour: (seen(3),)})))


def test_what_a_clip_shows_is_text_or_nothing() -> None:
    assert files.shown(()) is None
    text = files.shown((seen(1), seen(2)))
    assert text is not None
    assert files.read_shown(text) == (seen(1), seen(2))


def test_files_are_told_apart_by_their_paths() -> None:
    there = Files()
    paths = (
        "main/door/2026/11/01.json",
        files.dismissed_path(DOOR, "event"),
        files.forgotten_path(DOOR, at(1), 1),
        "main/door/README.md",
        "main/door/dismissed/deeper/x.json",
    )
    for name, path in enumerate(paths):
        there.add(DOOR, path, str(name))
    assert there.days == {"2026/11/01": (paths[0], "0")}
    assert (there.dismissed, there.forgotten) == ([(paths[1], "1")], [(paths[2], "2")])


def test_two_things_forgotten_at_once_have_two_files() -> None:
    assert files.forgotten_path(DOOR, at(1)) != files.forgotten_path(DOOR, at(1), 1)
