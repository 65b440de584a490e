import stat
from pathlib import Path

import pytest

from quietwatch.errors import StorageError
from quietwatch.store.files import PartFile
from quietwatch.store.home import Home

KEYS = ("ab" * 32, "cd" * 32)


def keep(home: Home, key: str) -> Path:
    """A finished analysis that waits to be committed."""
    path = home.spool / "made" / f"{key}.zip"
    path.write_bytes(b"a pack")
    return path


def test_a_home_is_made_and_opened_again(tmp_path: Path) -> None:
    path = tmp_path / "some" / "where"
    made = keep(Home(path), KEYS[0])
    assert Home(path).spool == path / "spool"
    assert made.read_bytes() == b"a pack"
    assert stat.S_IMODE(path.stat().st_mode) == 0o700


@pytest.mark.parametrize(
    ("marker", "sentence"),
    [
        ('{"format": 3}', "newer Quietwatch.*upgrade"),
        ('{"format": 1}', "before footage was versioned; name a new home"),
        ("", "marks no home"),
        ("[]", "marks no home"),
    ],
)
def test_other_markers_are_refused(tmp_path: Path, marker: str, sentence: str) -> None:
    (tmp_path / "home.json").write_text(marker)
    with pytest.raises(StorageError, match=f"home.json.*{sentence}"):
        Home(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["home.json"]


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
    assert (tmp_path / "home.json").exists()


def test_where_no_folder_can_be_made_there_is_no_home() -> None:
    with pytest.raises(StorageError, match="name another folder"):
        Home(Path("/proc/no/home"))


def test_one_run_at_a_time(tmp_path: Path) -> None:
    with Home(tmp_path).exclusive():
        with pytest.raises(StorageError, match="another run"), Home(tmp_path).exclusive():
            pass
        Home(tmp_path)  # who only reads is not kept out
    with Home(tmp_path).exclusive():
        pass


def test_a_run_begins_and_ends_by_clearing_away(tmp_path: Path) -> None:
    home = Home(tmp_path)
    made = keep(home, KEYS[0])
    (tmp_path / "store").mkdir()
    (tmp_path / "store" / "kept").touch()
    whole = sorted(path for path in tmp_path.rglob("*") if path.name != "lock")

    def left() -> None:
        (home.spool / "half").mkdir()
        (home.spool / "half" / "clip.mp4").touch()
        (home.spool / "link").symlink_to(tmp_path)
        for folder in (tmp_path, made.parent):
            (folder / f".quietwatch-{'0' * 16}.part").touch()

    left()
    with home.exclusive():
        assert sorted(path for path in tmp_path.rglob("*") if path.name != "lock") == whole
        left()
    assert sorted(path for path in tmp_path.rglob("*") if path.name != "lock") == whole


def test_finished_analyses_are_forgotten_by_their_keys(tmp_path: Path) -> None:
    home = Home(tmp_path)
    one, other = (keep(home, key) for key in KEYS)
    home.forget_made([KEYS[0], "ef" * 32])
    assert (one.exists(), other.exists()) == (False, True)


def test_what_others_have_under_way_in_the_spool_stays(tmp_path: Path) -> None:
    """`quietwatch put` works beside a run."""
    home = Home(tmp_path / "home")
    with PartFile(home.spool / "blob", home.spool) as part:
        part.write(b"half")
        left = home.spool / ".quietwatch-0123456789abcdef.part"
        left.write_bytes(b"of a killed process")
        with home.exclusive():
            assert part.path.read_bytes() == b"half"
            assert not left.exists()
    assert [path.name for path in home.spool.iterdir()] == ["made"]
