import os
import time
from pathlib import Path

import pytest

from quietwatch.sources.whole import is_whole


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "a.mp4"
    path.write_bytes(b"x")
    long_ago = time.time() - 3600
    os.utime(path, (long_ago, long_ago))
    return path


def test_a_file_that_rests_is_whole(file: Path) -> None:
    assert is_whole(file, settle_s=5)


def test_one_that_was_written_to_a_moment_ago_is_not(file: Path) -> None:
    file.write_bytes(b"xy")
    assert not is_whole(file, settle_s=5)


def test_one_that_somebody_has_open_to_write_is_not(file: Path) -> None:
    """A recorder may pause for longer than anybody waits."""
    with file.open("ab"):
        assert not is_whole(file, settle_s=5)
    assert is_whole(file, settle_s=5)


def test_who_reads_it_is_no_hindrance(file: Path) -> None:
    with file.open("rb"):
        assert is_whole(file, settle_s=5)


def test_a_time_to_come_says_nothing(file: Path) -> None:
    later = time.time() + 3600
    os.utime(file, (later, later))
    assert is_whole(file, settle_s=5)


def test_one_that_is_gone_keeps_nobody_waiting(tmp_path: Path) -> None:
    assert is_whole(tmp_path / "gone.mp4", settle_s=5)
