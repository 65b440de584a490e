import hashlib
import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from quietwatch.config import MediaSettings
from quietwatch.errors import EmptyFile, NotReadable
from quietwatch.media.opening import open_media
from quietwatch.media.reader import MediaInfo
from quietwatch.model import Arrival, Camera
from quietwatch.pipeline.intake import Taken, place_of, readable, take

if TYPE_CHECKING:
    from tests.conftest import Footage

INFO = MediaInfo("mov", "h264", 64, 48, 1.0, None, lone_still=False)
DOOR = Camera("home", "main", "door")


@pytest.fixture
def spool(tmp_path: Path) -> Path:
    (tmp_path / "spool").mkdir()
    return tmp_path / "spool"


def _take(spool: Path, *files: Path) -> Taken:
    return take(Arrival(DOOR, "door", tuple(map(str, files)), None), spool, stall_s=9)


def test_a_file_is_known_by_the_hash_of_its_bytes(tmp_path: Path, spool: Path) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(b"abc")
    taken = _take(spool, path)
    assert taken.sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert (taken.size, taken.file, taken.notes) == (3, path, ())
    taken.release()
    assert path.exists()


def test_numbered_stills_are_one_file(footage: "Footage", spool: Path) -> None:
    files = footage.stills(["1.jpg", "2.jpg"])
    taken, again, turned = _take(spool, *files), _take(spool, *files), _take(spool, *files[::-1])
    assert taken.sha256 == again.sha256 != turned.sha256
    assert taken.sha256 == hashlib.sha256(taken.file.read_bytes()).hexdigest()
    with open_media((taken.file,), MediaSettings()) as reader:
        assert len(list(reader.frames())) == 2
    clip = taken.clip(INFO, 2.0)
    assert (clip.extension, clip.sha256, clip.size) == ("zip", taken.sha256, taken.size)
    for one in (taken, again, turned):
        one.release()
    assert list(spool.iterdir()) == []
    assert all(file.exists() for file in files)


def test_nothing_and_what_is_not_there_can_not_be_taken(tmp_path: Path, spool: Path) -> None:
    empty = tmp_path / "empty.mp4"
    empty.touch()
    with pytest.raises(EmptyFile):
        _take(spool, empty)
    with pytest.raises(NotReadable, match="No such file"):
        _take(spool, tmp_path / "gone.mp4")


def test_a_pipe_is_refused_at_once(tmp_path: Path, spool: Path) -> None:
    """It may have taken the place of a file since the source was looked at."""
    pipe = tmp_path / "a.mp4"
    os.mkfifo(pipe)
    with pytest.raises(NotReadable, match="no regular file"):
        _take(spool, pipe)


def test_one_of_many_stills_may_be_empty(tmp_path: Path, spool: Path) -> None:
    one, empty = tmp_path / "1.jpg", tmp_path / "2.jpg"
    one.write_bytes(b"one")
    empty.touch()
    assert _take(spool, one, empty).sha256 != _take(spool, one).sha256
    with pytest.raises(EmptyFile):
        _take(spool, empty, empty)


def test_stills_that_can_not_be_read_are_named_and_left_out(tmp_path: Path) -> None:
    files = [str(tmp_path / f"{number}.jpg") for number in range(1, 5)]
    for file in files[:2]:
        Path(file).write_bytes(b"x")
    Path(files[2]).touch()
    found, failed = readable(Arrival(DOOR, "yard", tuple(files), None), stall_s=9)
    assert found.files == tuple(files[:2])
    assert [(one.source, one.error) for one in failed] == [
        ("yard: 3.jpg", "empty-file"),
        ("yard: 4.jpg", "not-readable"),
    ]
    assert readable(found, stall_s=9) == (found, [])


def test_of_stills_that_can_not_be_bound_nothing_is_left(tmp_path: Path, spool: Path) -> None:
    one = tmp_path / "1.jpg"
    one.write_bytes(b"one")
    with pytest.raises(NotReadable):
        _take(spool, one, tmp_path / "gone.jpg")
    assert list(spool.iterdir()) == []


def test_what_was_fetched_goes_when_it_is_released(spool: Path) -> None:
    def fetch(folder: Path) -> tuple[Path, ...]:
        own = folder / "own"
        own.mkdir()
        (own / "a.mp4").write_bytes(b"abc")
        return (own / "a.mp4",)

    taken = take(Arrival(DOOR, "s3://b/a.mp4", (), None, fetch=fetch), spool, stall_s=9)
    assert taken.file.read_bytes() == b"abc"
    assert not taken.has_changed
    taken.release()
    assert list(spool.iterdir()) == []


def test_a_file_that_grows_or_goes_has_changed(tmp_path: Path, spool: Path) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(b"abc")
    taken = _take(spool, path)
    seen = [taken.has_changed]
    path.write_bytes(b"abcd")
    seen.append(taken.has_changed)
    path.unlink()
    seen.append(taken.has_changed)
    assert seen == [False, True, True]


@pytest.mark.parametrize("changed", [0, 4e9, 9e9])
def test_a_time_of_change_beyond_the_calendar_is_no_error(
    tmp_path: Path, spool: Path, changed: float
) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(b"abc")
    stamped = replace(_take(spool, path), stamp=((3, int(changed * 1e12), 0, 0),))
    clip = stamped.clip(INFO, 1.0)
    assert clip.start_from == "mtime"
    assert 1970 <= clip.start.year <= 2200


def test_a_name_that_can_not_be_shown_is_noted(tmp_path: Path, spool: Path) -> None:
    path = tmp_path / "a\nb.mp4"
    path.write_bytes(b"abc")
    assert [note.code for note in _take(spool, path).notes] == ["name-escaped"]


def test_a_source_is_known_by_its_whole_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    given = Arrival(DOOR, "a.mp4", ("a.mp4",), None)
    assert place_of(given) == str(tmp_path / "a.mp4")
    assert place_of(Arrival(DOOR, "s3://b/a.mp4", (), None)) == "s3://b/a.mp4"
