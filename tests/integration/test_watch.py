"""A pipeline that nobody starts: clips arrive while `quietwatch watch` is at work."""

import json
import shutil
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from subprocess import Popen

    from tests.integration.conftest import Program

SETTINGS = "[watch]\nsettle_s = 0.3\npoll_s = 1\n\n[run]\nworkers = 1\n"


class Watched:
    """A `quietwatch watch` at work, and what it has printed."""

    def __init__(self, program: "Program", process: "Popen[bytes]", out: Path) -> None:
        self._program = program
        self.process = process
        self._out = out

    def rounds(self) -> list[dict[str, Any]]:
        """What it has told so far, a round each."""
        return [json.loads(line) for line in self._out.read_text("utf-8").splitlines()]

    def events(self) -> dict[str, dict[str, Any]]:
        """By id, as they were told last."""
        return {event["event_id"]: event for one in self.rounds() for event in one["events"]}

    def wait(self, holds: Callable[["Watched"], object]) -> None:
        """Wait until something was told."""
        self._program.wait_for(lambda: holds(self) or self.process.poll() is not None)
        assert self.process.poll() is None


@pytest.fixture
def watched(program: "Program", tmp_path: Path) -> Iterator[Watched]:
    """Watches the folder `in`, with its home in `home`."""
    (tmp_path / "in").mkdir()
    (tmp_path / "watch.toml").write_text(SETTINGS)
    words = ["watch", tmp_path / "in", "--home", tmp_path / "home", "--format", "json"]
    out = tmp_path / "out"
    shell = ["sh", "-c", f'exec "$@" >"{out}"', "sh"]
    out.touch()
    process = program.start(*words, "--config", tmp_path / "watch.toml", prefix=shell)
    yield Watched(program, process, out)
    if process.poll() is None:
        process.kill()
    process.communicate()


def test_clips_that_arrive_are_one_stream(
    watched: Watched, program: "Program", people: Callable[..., Path], tmp_path: Path
) -> None:
    clips = [people(tmp_path / f"door_{1795464000 + 4 * n}.mp4", 4 * n, 4) for n in range(2)]
    (tmp_path / "in" / "broken.mp4").write_bytes(b"no video at all\n" * 50)
    shutil.copy(clips[0], tmp_path / "in")
    watched.wait(lambda seen: seen.events() and any(one["failed"] for one in seen.rounds()))
    before = watched.events()
    shutil.copy(clips[1], tmp_path / "in")
    watched.wait(lambda seen: len(seen.events()) > len(before))

    grown = [one for one in before if watched.events()[one]["end_s"] > before[one]["end_s"]]
    assert grown, "nobody walks on from the first clip into the second"
    assert {one["source"] for one in before.values()} == {str(tmp_path / "in" / clips[0].name)}

    watched.process.send_signal(signal.SIGTERM)
    assert watched.process.wait(60) == 143
    assert program.processes() == []
    listed = program("events", "list", "--home", tmp_path / "home", "--format", "json")
    assert {one["event_id"] for one in listed.json["events"]} == set(watched.events())

    # The same footage at once, in another home, is the same events.
    folder = tmp_path / "in"
    (folder / "broken.mp4").unlink()
    done = program("run", folder, "--home", tmp_path / "other", "--format", "json")
    told = {one["event_id"]: (one["verdict"], one["end_s"]) for one in done.json["events"]}
    kept = {one["event_id"]: (one["verdict"], one["end_s"]) for one in listed.json["events"]}
    assert told == kept


def test_killed_while_it_watches(
    watched: Watched, program: "Program", people: Callable[..., Path], tmp_path: Path
) -> None:
    folder = tmp_path / "in"
    people(folder / "a_1795464000.mp4", 0, 2)
    watched.wait(Watched.events)
    people(folder / "b_1795464000.mp4", 2, 2)
    program.kill_all()
    watched.process.wait(60)
    done = program("run", folder, "--home", tmp_path / "home", "--format", "json")
    assert done.code == 0
    assert done.json["clips"] + done.json["skipped"] == 2
    assert set(watched.events()) <= {one["event_id"] for one in done.json["events"]}
