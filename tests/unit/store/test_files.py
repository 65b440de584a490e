import fcntl
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quietwatch.errors import RecordDamaged, StorageError, StorageFull
from quietwatch.store.files import exclusive, make_folder, read_whole, sweep, write_whole


def part_name(number: int) -> str:
    return f".quietwatch-{number:016x}.part"


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@settings(deadline=None)
@given(st.lists(st.binary()))
def test_what_was_written_is_read(
    tmp_path_factory: pytest.TempPathFactory, pieces: list[bytes]
) -> None:
    path = tmp_path_factory.getbasetemp() / "file"

    write_whole(path, pieces)
    assert read_whole(path) == b"".join(pieces)

    write_whole(path, b"".join(pieces))
    assert read_whole(path) == b"".join(pieces)


def test_parts_may_lie_in_another_folder(tmp_path: Path) -> None:
    parts = tmp_path / "parts"
    parts.mkdir()
    seen: list[str] = []

    def pieces() -> Iterator[bytes]:
        yield b"one"
        seen.extend(names(parts))
        assert names(tmp_path) == ["parts"]

    write_whole(tmp_path / "file", pieces(), parts)

    assert len(seen) == 1
    assert names(parts) == []


def test_an_error_of_the_pieces_leaves_the_old_content(tmp_path: Path) -> None:
    def pieces() -> Iterator[bytes]:
        yield b"new"
        raise OSError("the source can't be read on")

    path = tmp_path / "file"
    write_whole(path, b"old")

    with pytest.raises(OSError, match="source"):
        write_whole(path, pieces())

    assert names(tmp_path) == ["file"]
    assert path.read_bytes() == b"old"


def test_a_file_too_large_for_the_limit_is_a_full_disk(tmp_path: Path) -> None:
    path = tmp_path / "file"
    write_whole(path, b"old")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, hard))
    try:
        with pytest.raises(StorageFull, match=r"no space is left .*file.*; free some"):
            write_whole(path, b"x" * 60_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    assert names(tmp_path) == ["file"]
    assert path.read_bytes() == b"old"


def test_a_target_that_can_not_be_replaced(tmp_path: Path) -> None:
    (tmp_path / "taken").mkdir()

    with pytest.raises(StorageError, match="taken can't be written"):
        write_whole(tmp_path / "taken", b"new")

    assert names(tmp_path) == ["taken"]


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="its folder is gone"):
        write_whole(tmp_path / "gone" / "file", b"new")


def test_a_missing_file_is_a_damaged_record(tmp_path: Path) -> None:
    with pytest.raises(RecordDamaged, match="missing"):
        read_whole(tmp_path / "gone")


def test_a_folder_can_not_be_read_as_a_file(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="can't be read"):
        read_whole(tmp_path)


def test_folders_are_made_with_those_above(tmp_path: Path) -> None:
    make_folder(tmp_path / "a" / "b" / "c")
    make_folder(tmp_path / "a" / "b" / "c")

    assert (tmp_path / "a" / "b" / "c").is_dir()


def test_a_file_in_the_way_of_a_folder(tmp_path: Path) -> None:
    (tmp_path / "a").touch()

    with pytest.raises(StorageError, match="can't be made"):
        make_folder(tmp_path / "a" / "b")


def test_sweep_takes_leftovers_alone(tmp_path: Path) -> None:
    keep = ["file", ".hidden", ".quietwatch-notes", "quietwatch-1.part"]
    for name in [*keep, part_name(1), part_name(2)]:
        (tmp_path / name).touch()

    assert sweep(tmp_path) == 2
    assert names(tmp_path) == sorted(keep)


def test_sweep_leaves_a_part_that_is_being_written(tmp_path: Path) -> None:
    (tmp_path / part_name(1)).touch()

    def pieces() -> Iterator[bytes]:
        yield b"one, "
        assert sweep(tmp_path) == 1
        yield b"two"

    write_whole(tmp_path / "file", pieces())

    assert read_whole(tmp_path / "file") == b"one, two"


def test_sweep_follows_no_link(tmp_path: Path) -> None:
    (tmp_path / "precious").touch()
    (tmp_path / part_name(1)).symlink_to("precious")

    with pytest.raises(StorageError):
        sweep(tmp_path)

    assert (tmp_path / "precious").exists()


def test_a_second_holder_is_told_who_is_first(tmp_path: Path) -> None:
    lock = tmp_path / "lock"

    with exclusive(lock, "the home"):
        with (
            pytest.raises(StorageError, match=rf"at work in the home \(process {os.getpid()}\)"),
            exclusive(lock, "the home"),
        ):
            pass
        # the refused one has not taken it away
        with pytest.raises(StorageError), exclusive(lock, "the home"):
            pass

    with exclusive(lock, "the home"):
        pass


def test_a_killed_holder_lets_go(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    code = (
        "import sys, time; from pathlib import Path; from quietwatch.store.files import exclusive\n"
        "with exclusive(Path(sys.argv[1]), 'here'): print('held', flush=True); time.sleep(60)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(lock)], stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with (
            pytest.raises(StorageError, match=f"process {holder.pid}"),
            exclusive(lock, "the home"),
        ):
            pass
        holder.kill()

    with exclusive(lock, "the home"):
        assert int(lock.read_text()) == os.getpid()


def test_a_part_swept_before_it_was_locked_is_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sweep may come between the making of a part and its lock: here it does, once."""
    flock = fcntl.flock
    swept: list[int] = []

    def late(handle: int, operation: int) -> None:
        if not swept and operation == fcntl.LOCK_EX:
            swept.append(0)
            swept[0] = sweep(tmp_path)
        flock(handle, operation)

    monkeypatch.setattr(fcntl, "flock", late)
    write_whole(tmp_path / "file", b"whole")

    assert swept == [1]
    assert read_whole(tmp_path / "file") == b"whole"
    assert names(tmp_path) == ["file"]


def test_a_lock_is_not_inherited(tmp_path: Path) -> None:
    with exclusive(tmp_path / "lock", "the home"):
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    try:
        began = time.monotonic()
        with exclusive(tmp_path / "lock", "the home"):
            assert time.monotonic() - began < 1
    finally:
        child.kill()
        child.wait()
