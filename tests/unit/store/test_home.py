import math
import stat
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from quietwatch.errors import RecordDamaged, StorageError
from quietwatch.model import Camera, Clip, Snapshot, Summary, Track
from quietwatch.store.home import Home
from quietwatch.store.records import ClipRecord

KEY = "ab" * 32
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def record(camera: str = "home/main/door", minute: int = 0, digit: str = "0") -> ClipRecord:
    owner = Camera(*camera.split("/"))
    start = NOON + timedelta(minutes=minute)
    clip = Clip(owner, digit * 64, 9, start, "name", 10.0, 640, 480, "h264", "mp4")
    return ClipRecord(clip, "door.mp4", KEY, "c" * 64, (), ())


SUMMARY = Summary(
    version=1,
    model="m@12345678",
    container="mov",
    codec="h264",
    width=640,
    height=480,
    duration=1.0,
    recorded=None,
    lone_still=False,
    frames=1,
    looked=1,
    looks=1,
    notes=(),
)
ONE = np.zeros(1)
TRACK = Track(0, ONE, np.zeros((1, 4)), np.zeros((1, 3)), ONE, ONE, ONE)


def keep_analysis(home: Home) -> Path:
    with home.writing_analysis(KEY) as pack:
        pack.add(TRACK, Snapshot(0, 0.5, (0, 0, 1, 1), b"jpeg"))
        pack.finish(SUMMARY, b"state")
    return home.analysis(KEY)


def test_a_home_is_made_and_opened_again(tmp_path: Path) -> None:
    path = tmp_path / "some" / "where"

    Home(path).put_record(record())

    assert [found.source for found in Home(path).records()] == ["door.mp4"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o700


def test_a_folder_with_settings_alone_becomes_a_home(tmp_path: Path) -> None:
    (tmp_path / "quietwatch.toml").touch()
    Home(tmp_path)

    assert (tmp_path / "home.json").exists()


@pytest.mark.parametrize(
    ("marker", "sentence"),
    [
        ('{"format": 2}', "newer Quietwatch.*upgrade"),
        ("", "marks no home"),
        ("[]", "marks no home"),
    ],
)
def test_other_markers_are_refused(tmp_path: Path, marker: str, sentence: str) -> None:
    (tmp_path / "home.json").write_text(marker)

    with pytest.raises(StorageError, match=f"home.json.*{sentence}"):
        Home(tmp_path)


def test_a_file_is_no_home(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(StorageError, match="file can't be made"):
        Home(tmp_path / "file")


def test_nobody_else_s_folder_becomes_a_home(tmp_path: Path) -> None:
    (tmp_path / "spool").mkdir()
    (tmp_path / "spool" / "mail").write_text("yours")
    with pytest.raises(StorageError, match="holds other things"):
        Home(tmp_path)
    assert (tmp_path / "spool" / "mail").read_text() == "yours"


def test_settings_may_lie_in_a_home_to_be(tmp_path: Path) -> None:
    (tmp_path / "quietwatch.toml").touch()
    Home(tmp_path)
    Home(tmp_path)


def test_where_no_folder_can_be_made_there_is_no_home() -> None:
    with pytest.raises(StorageError, match="name another folder"):
        Home(Path("/proc/no/home"))


def test_an_analysis_there_and_back(tmp_path: Path) -> None:
    home = Home(tmp_path)
    assert not home.has_analysis(KEY)

    path = keep_analysis(home)

    assert path == home.analysis(KEY) == tmp_path / "analysis" / "ab" / f"{KEY}.zip"
    assert home.has_analysis(KEY)
    read = home.read_analysis(KEY)
    assert (read.summary, home.read_state(KEY)) == (SUMMARY, b"state")
    assert read.snapshots == (Snapshot(0, 0.5, (0, 0, 1, 1), None),)
    assert home.read_pictures(KEY, {0, 1}) == {0: b"jpeg"}
    assert home.picture_sizes(KEY, {0, 1}) == {0: 4}


def test_a_damaged_analysis_is_named(tmp_path: Path) -> None:
    home = Home(tmp_path)
    path = keep_analysis(home)
    path.write_bytes(path.read_bytes()[:-9])

    with pytest.raises(RecordDamaged, match=f"{KEY}.zip: .*damaged"):
        home.read_analysis(KEY)
    with pytest.raises(RecordDamaged, match=f"{KEY}.zip: .*damaged"):
        home.read_pictures(KEY, {0})
    with pytest.raises(RecordDamaged, match=f"{KEY}.zip: .*damaged"):
        home.picture_sizes(KEY, {0})


def test_an_analysis_that_breaks_off_leaves_nothing(tmp_path: Path) -> None:
    home = Home(tmp_path)
    endless = replace(SUMMARY, duration=math.inf)
    with pytest.raises(ValueError, match="finite"), home.writing_analysis(KEY) as pack:
        pack.finish(endless, b"")
    assert not home.has_analysis(KEY)
    assert list(tmp_path.rglob("*.part")) == []


def test_a_forgotten_analysis_is_gone(tmp_path: Path) -> None:
    home = Home(tmp_path)
    keep_analysis(home)
    home.forget_analysis(KEY)
    home.forget_analysis(KEY)
    assert not home.has_analysis(KEY)


def test_an_analysis_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(RecordDamaged, match=f"{KEY}.zip: .*missing"):
        Home(tmp_path).read_analysis(KEY)


@pytest.mark.parametrize("key", ["", "../../etc/passwd", "AB" * 32, "ab" * 31, "ab" * 32 + "\n"])
def test_only_a_hash_is_a_key(tmp_path: Path, key: str) -> None:
    with pytest.raises(ValueError, match="64 hex digits"):
        Home(tmp_path).analysis(key)


def test_a_record_is_replaced(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.put_record(record(minute=1))
    home.put_record(record(minute=2))

    assert list(home.records()) == [record(minute=2)]
    assert home.get_record(Camera("home", "main", "door"), "0" * 64) == record(minute=2)
    assert home.get_record(Camera("home", "main", "door"), "1" * 64) is None
    assert home.get_record(Camera("home", "main", "gate"), "0" * 64) is None


def test_records_come_by_camera_and_time(tmp_path: Path) -> None:
    home = Home(tmp_path)
    ordered = [
        record("acme/main/door", 5),
        record("home/annex/door", 9),
        record("home/main/door", 1, "2"),
        record("home/main/door", 2, "0"),
        record("home/main/door", 2, "1"),
        record("home/main/gate", 0),
    ]
    for one in reversed(ordered):
        home.put_record(one)

    assert list(home.records()) == ordered
    assert list(home.records(Camera("home", "main", "door"))) == ordered[2:5]
    assert list(home.records(Camera("home", "main", "nobody"))) == []
    assert [str(camera) for camera in home.cameras()] == [
        *("acme/main/door", "home/annex/door", "home/main/door", "home/main/gate")
    ]


COUNT_LISTINGS = """
import sys
from pathlib import Path
from quietwatch.store.home import Home

home, listed = Home(Path(sys.argv[1])), []
cameras = list(home.cameras())
listings = {"os.listdir", "os.scandir"}
sys.addaudithook(lambda event, _: listed.append(event) if event in listings else None)
for camera in cameras:
    assert len(list(home.records(camera))) == 1
print(len(listed))
"""


def test_the_clips_of_a_camera_are_read_without_a_look_at_others(tmp_path: Path) -> None:
    """Else the work for all cameras grows with the square of their number."""
    home = Home(tmp_path)
    for number in range(20):
        home.put_record(record(f"home/main/door-{number}"))
    words = [sys.executable, "-c", COUNT_LISTINGS, str(tmp_path)]
    done = subprocess.run(words, check=True, capture_output=True, text=True)
    assert int(done.stdout) == 20


def test_a_damaged_record_is_named_and_not_served(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.put_record(record())
    path = next(tmp_path.glob("clips/*/*/*/*.json"))
    path.write_bytes(path.read_bytes().replace(b"640", b"641"))

    with pytest.raises(RecordDamaged, match=f"{path.name}: .*checksum"):
        list(home.records())
    with pytest.raises(RecordDamaged, match=f"{path.name}: .*checksum"):
        home.get_record(Camera("home", "main", "door"), "0" * 64)


def test_a_damaged_record_is_left_out_for_who_wants_to_be_told(tmp_path: Path) -> None:
    home = Home(tmp_path)
    for digit in "012":
        home.put_record(record(digit=digit))
    paths = sorted(tmp_path.glob("clips/*/*/*/*.json"))
    paths[0].write_bytes(b"")
    paths[2].write_bytes(b'{"format": 9}')
    told: list[RecordDamaged] = []

    assert list(home.records(aside=told.append)) == [record(digit="1")]
    assert [error.detail.split(": ")[0] for error in told] == [str(paths[0]), str(paths[2])]


def test_what_a_camera_is_called(tmp_path: Path) -> None:
    home, door = Home(tmp_path), Camera("home", "main", "front-door")
    assert home.get_name(door) is None
    home.put_name(door, "Front D\u00f6\u00f6r \\xff")
    assert Home(tmp_path).get_name(door) == "Front D\u00f6\u00f6r \\xff"
    assert list(home.cameras()) == []
    home.name_file(door).write_bytes(b"{}")
    with pytest.raises(RecordDamaged, match=r"front-door\.json: .*remove it"):
        home.get_name(door)


def test_one_run_at_a_time(tmp_path: Path) -> None:
    with Home(tmp_path).exclusive():
        with pytest.raises(StorageError, match="another run"), Home(tmp_path).exclusive():
            pass
        Home(tmp_path).put_record(record())  # readers, and writers of one record, are not kept out

    with Home(tmp_path).exclusive():
        pass


def test_a_run_begins_by_clearing_away(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.put_record(record())
    keep_analysis(home)
    whole = sorted(path for path in tmp_path.rglob("*") if path.name != "lock")
    (home.spool / "half").mkdir()
    (home.spool / "half" / "clip.mp4").touch()
    (home.spool / "link").symlink_to(tmp_path)
    for folder in (tmp_path, tmp_path / "clips/.parts", tmp_path / "analysis/.parts"):
        (folder / f".quietwatch-{'0' * 16}.part").touch()

    with home.exclusive():
        assert sorted(path for path in tmp_path.rglob("*") if path.name != "lock") == whole
