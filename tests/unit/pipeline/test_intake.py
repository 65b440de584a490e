import os
from dataclasses import replace
from pathlib import Path

import pytest

from quietwatch.errors import EmptyFile, NotReadable
from quietwatch.model import Arrival, Camera, Summary
from quietwatch.pipeline.intake import Taken, take

SUMMARY = Summary(1, "m@0", "mov", "h264", 64, 48, 1.0, None, False, 10, 5, 0, ())
DOOR = Camera("home", "main", "door")


def _take(*files: Path) -> Taken:
    return take(Arrival(DOOR, "door", files, None), Path("/nowhere"), stall_s=9)


def test_a_file_is_known_by_the_hash_of_its_bytes(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(b"abc")
    taken = _take(path)
    assert taken.sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert taken.size == 3
    assert taken.notes == ()


def test_numbered_stills_are_known_by_their_bytes_in_order(tmp_path: Path) -> None:
    one, other = tmp_path / "1.jpg", tmp_path / "2.jpg"
    one.write_bytes(b"one")
    other.write_bytes(b"other")
    assert _take(other, one).sha256 != _take(one, other).sha256
    assert _take(one, other).size == 8


def test_nothing_and_what_is_not_there_can_not_be_taken(tmp_path: Path) -> None:
    empty = tmp_path / "empty.mp4"
    empty.touch()
    with pytest.raises(EmptyFile):
        _take(empty)
    with pytest.raises(NotReadable, match="No such file"):
        _take(tmp_path / "gone.mp4")


def test_a_pipe_is_refused_at_once(tmp_path: Path) -> None:
    """It may have taken the place of a file since the source was looked at."""
    pipe = tmp_path / "a.mp4"
    os.mkfifo(pipe)
    with pytest.raises(NotReadable, match="no regular file"):
        _take(pipe)


def test_one_of_many_stills_may_be_empty(tmp_path: Path) -> None:
    one, empty = tmp_path / "1.jpg", tmp_path / "2.jpg"
    one.write_bytes(b"one")
    empty.touch()
    assert _take(one, empty).size == 3
    assert _take(one, empty).sha256 != _take(one).sha256
    with pytest.raises(EmptyFile):
        _take(empty, empty)


def test_a_file_that_grows_or_goes_has_changed(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(b"abc")
    taken = _take(path)
    seen = [taken.has_changed]
    path.write_bytes(b"abcd")
    seen.append(taken.has_changed)
    path.unlink()
    seen.append(taken.has_changed)
    assert seen == [False, True, True]


@pytest.mark.parametrize("changed", [0, 4e9, 9e9])
def test_a_time_of_change_beyond_the_calendar_is_no_error(tmp_path: Path, changed: float) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(b"abc")
    taken = _take(path)
    stamped = replace(taken, stamp=((3, int(changed * 1e12)),))
    clip = stamped.clip(SUMMARY)
    assert clip.start_from == "mtime"
    assert 1970 <= clip.start.year <= 2200


def test_a_name_that_can_not_be_shown_is_noted(tmp_path: Path) -> None:
    path = tmp_path / "a\nb.mp4"
    path.write_bytes(b"abc")
    assert [note.code for note in _take(path).notes] == ["name-escaped"]
