"""What lies in the repo `memory`: written and read, and refused where it is damaged."""

import json
import re
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quietwatch.config import JudgeSettings
from quietwatch.errors import RecordDamaged
from quietwatch.judge.memory import Dismissal, Forgetting, Past, known_at
from quietwatch.judge.sightings import Hour
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


RUBBISH = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=3),
    st.lists(st.one_of(st.none(), st.floats()), max_size=5),
    st.sampled_from(
        [
            "2026-11-01T04:00:00",
            "2026-11-01T04:00:00+14:00",
            "0001-01-01T00:00:00Z",
            "9999-12-31T23:59:59Z",
            "9999-12-31T23:59:59-12:00",
            10**30,
            {},
            {"99990101T00": []},
            {"00010101T00": []},
        ]
    ),
)


def places(value: Any, here: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The way to everything in something made of JSON."""
    below = value.items() if isinstance(value, dict) else enumerate(value)
    found = [here]
    for key, part in below:
        way = (*here, key)
        found += places(part, way) if isinstance(part, dict | list) else [way]
    return found


@settings(max_examples=400)
@given(st.sampled_from([DAY, DISMISSED, FORGOTTEN]), st.data())
def test_whatever_a_file_says_it_is_damaged_or_can_be_reckoned_with(file: Any, data: Any) -> None:
    made = json.loads(files.dump(file))
    for _ in range(data.draw(st.integers(1, 2))):
        *way, last = data.draw(st.sampled_from(places(made)[1:]))
        inner = made
        for key in way:
            inner = inner[key]
        inner[last] = data.draw(RUBBISH)
    text = json.dumps(made).encode()
    past = Past({at(3): Hour((seen(3),)), at(9): Hour((seen(9),))})
    hours, said, gone = dict(past.hours), list[Dismissal](), list[Forgetting]()
    try:
        if file is DAY:
            hours |= {hour: Hour(things) for hour, things in files.hours(files.day(text)).items()}
        elif file is DISMISSED:
            said += files.dismissed(text).dismissals()
        else:
            gone.append(files.forgotten(text).what)
    except RecordDamaged:
        return
    rules = JudgeSettings(memory_times=2, memory_spread_h=1)
    assert all(one.at + timedelta(days=365) for one in said)
    with np.errstate(all="raise"):
        known_at(Past(hours, tuple(said), tuple(gone)), at(20), rules)


@pytest.mark.parametrize("time", ["2026-11-01T04:00:00", "9999-12-31T23:59:59Z"])
def test_a_time_without_a_zone_or_not_of_our_days_is_damage(time: str) -> None:
    for file, read in (
        (DAY, files.day),
        (DISMISSED, files.dismissed),
        (FORGOTTEN, files.forgotten),
    ):
        text = files.dump(file).decode()
        for old in set(re.findall(r"2026-11-01T[^\"]+", text)):
            with pytest.raises(RecordDamaged):
                read(text.replace(old, time).encode())


def test_a_file_in_which_people_say_something_is_known_by_its_path() -> None:
    assert files.said_of("home", files.dismissed_path(DOOR, "event")) == DOOR
    assert files.said_of("home", files.forgotten_path(DOOR, at(1))) == DOOR
    for path in ("x", "main/x.json", "main/door/2026/11/01.json", "dismissed/x.json"):
        assert files.said_of("home", path) is None
