"""Folders are watched as they are: real files, real file events, one thread that writes."""

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from quietwatch.config import Settings, WatchSettings
from quietwatch.errors import SourceNotFound, UsageError
from quietwatch.model import Arrival, Failure
from quietwatch.sources.lookout import Lookout, lookout

SETTINGS = Settings(watch=WatchSettings(settle_s=0.2, poll_s=0.5, reconcile_s=3600))


@contextmanager
def watched(found: Lookout) -> Iterator[Callable[[Callable[[set[str]], bool]], set[str]]]:
    """Gives a function that waits until the names that came in new rounds fulfil something."""
    stop = threading.Event()
    rounds = found.rounds(stop)
    names: set[str] = set()

    def wait(fulfilled: Callable[[set[str]], bool]) -> set[str]:
        names.clear()
        end = time.monotonic() + 30
        for arrivals in rounds:
            names.update(name(one) for one in arrivals)
            if fulfilled(names):
                break
            assert time.monotonic() < end, f"only {names} came"
        return set(names)

    try:
        yield wait
    finally:
        stop.set()
        rounds.close()  # type: ignore[attr-defined] # a generator


def name(one: Arrival | Failure) -> str:
    return Path(one.source).name


def whole(path: Path) -> Path:
    """A file that nobody has written to for an hour."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x")
    os.utime(path, (time.time() - 3600,) * 2)
    return path


def test_what_is_there_comes_first_and_then_what_is_new(tmp_path: Path) -> None:
    whole(tmp_path / "door" / "a.mp4")
    with watched(lookout([str(tmp_path)], SETTINGS, None)) as wait:
        assert wait(bool) == {"a.mp4"}
        whole(tmp_path / "door" / "b.mp4")
        whole(tmp_path / "new" / "deep" / "c.mp4")
        assert {"b.mp4", "c.mp4"} <= wait(lambda names: {"b.mp4", "c.mp4"} <= names)


def test_cameras_are_named_as_a_survey_names_them(tmp_path: Path) -> None:
    whole(tmp_path / "door" / "deep" / "a.mp4")
    found = lookout([str(tmp_path)], SETTINGS, None)
    [[first]] = [list(arrivals) for arrivals in [next(iter(found.rounds(threading.Event())))]]
    assert isinstance(first, Arrival)
    assert (str(first.camera), first.named) == ("home/main/door", "door")
    [again] = found._in_folders({(str(tmp_path), tmp_path / "door" / "deep")})
    assert again == first


def test_a_file_is_left_until_it_is_whole(tmp_path: Path) -> None:
    with watched(lookout([str(tmp_path)], SETTINGS, None)) as wait:
        wait(lambda _: True)
        with (tmp_path / "slow.mp4").open("wb") as file:
            file.write(b"x")
            file.flush()
            whole(tmp_path / "quick.mp4")
            assert "slow.mp4" not in wait(lambda names: "quick.mp4" in names)
        assert "slow.mp4" in wait(lambda names: "slow.mp4" in names)


def test_a_file_that_is_moved_in_comes(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    with watched(lookout([str(folder)], SETTINGS, None)) as wait:
        wait(lambda _: True)
        whole(tmp_path / "a.mp4").rename(folder / "a.mp4")
        assert wait(bool) == {"a.mp4"}


def test_hidden_folders_our_home_and_other_files_stay_out(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with watched(lookout([str(tmp_path)], SETTINGS, home)) as wait:
        wait(lambda _: True)
        whole(tmp_path / ".tmp" / "a.mp4")
        whole(home / "store" / "b.mp4")
        whole(tmp_path / "c.txt")
        whole(tmp_path / "d.mp4")
        assert wait(lambda names: "d.mp4" in names) == {"d.mp4"}


def test_two_names_of_one_camera_are_told_apart_over_rounds(tmp_path: Path) -> None:
    whole(tmp_path / "Front Door" / "a.mp4")
    found = lookout([str(tmp_path)], SETTINGS, None)
    list(next(iter(found.rounds(threading.Event()))))
    whole(tmp_path / "front-door" / "b.mp4")
    [late] = found._in_folders({(str(tmp_path), tmp_path / "front-door")})
    assert isinstance(late, Failure)
    assert late.error == "ambiguous-camera"


def test_all_is_looked_through_now_and_then(tmp_path: Path) -> None:
    """On a network share no event may ever come."""
    settings = Settings(watch=WatchSettings(settle_s=0.1, poll_s=0.2, reconcile_s=0.5))
    found = lookout([str(tmp_path)], settings, None)
    stop = threading.Event()
    found._folders, folders = [], found._folders  # no events
    rounds = found.rounds(stop)
    next(rounds)
    found._folders = folders
    whole(tmp_path / "a.mp4")
    seen = {name(one) for _, arrivals in zip(range(5), rounds, strict=False) for one in arrivals}
    assert seen == {"a.mp4"}


def test_only_folders_and_buckets_are_watched(tmp_path: Path) -> None:
    file = whole(tmp_path / "a.mp4")
    with pytest.raises(UsageError, match="is no folder"):
        lookout([str(file)], SETTINGS, None)
    with pytest.raises(SourceNotFound):
        lookout([str(tmp_path / "gone")], SETTINGS, None)
    with pytest.raises(UsageError):
        lookout(["ftp://host/folder"], SETTINGS, None)


def test_a_queue_that_does_not_answer_ends_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (
        ("AWS_ENDPOINT_URL", "http://127.0.0.1:9"),
        ("AWS_ACCESS_KEY_ID", "key"),
        ("AWS_SECRET_ACCESS_KEY", "secret"),
        ("AWS_DEFAULT_REGION", "us-east-1"),
        ("AWS_MAX_ATTEMPTS", "1"),
    ):
        monkeypatch.setenv(name, value)
    found = lookout([str(tmp_path)], SETTINGS, None, "http://127.0.0.1:9/1/queue")
    with watched(found) as wait:
        wait(lambda _: True)
        whole(tmp_path / "a.mp4")
        assert wait(bool) == {"a.mp4"}
    [trouble] = found.trouble
    assert "does not answer" in trouble
