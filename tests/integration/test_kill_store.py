"""kill -9 of a whole small pass, at any step of its catalog and its files; the next one goes on."""

import random
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.integration.homes import contents, require_whole

if TYPE_CHECKING:
    from tests.conftest import Footage

LIVES = 6
DEATHS = 3

PASS = Path(__file__).parents[1] / "toys" / "dying_pass.py"


class Passes:
    """Does passes in children of one process that has the model loaded already."""

    def __init__(self, source: Path) -> None:
        self._source = source
        self._process = subprocess.Popen(
            [sys.executable, str(PASS)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def __call__(self, home: Path, deadly: int = 0) -> tuple[int, int]:
        """One pass, killed at a step unless that is 0; gives its status and number of steps."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{home}\t{self._source}\t{deadly}\n")
        self._process.stdin.flush()
        status, steps = self._process.stdout.readline().split()
        return int(status), int(steps)

    def end(self) -> None:
        """No more passes."""
        self._process.communicate()


@pytest.fixture
def passes(source: Path) -> Iterator[Passes]:
    passes = Passes(source)
    yield passes
    passes.end()


@pytest.fixture
def source(footage: "Footage", tmp_path: Path) -> Path:
    """Two cameras, of which one has a stream of two clips, and a file that is none."""
    folder = tmp_path / "source"
    folder.mkdir()
    clips = {"door_20261123T160000Z.mp4": 10, "door_20261123T160001Z.mp4": 12, "yard.mp4": 8}
    for name, frames in clips.items():
        shutil.copy(footage.video("a.mp4", size=(96, 64), frames=frames), folder / name)
    (folder / "text.mp4").write_text("no video")
    return folder


def test_killed_at_any_step(passes: Passes, tmp_path: Path) -> None:
    dice = random.Random(20261123)
    undisturbed = tmp_path / "undisturbed"
    status, steps = passes(undisturbed)
    assert status == 0
    assert steps > 200
    expected = contents(undisturbed)
    assert len(expected.records) == 3

    for life in range(LIVES):
        home, killed = tmp_path / str(life), 0
        for _ in range(DEATHS):
            killed += passes(home, dice.randrange(1, steps))[0] == 9
            if (home / "home.json").exists():
                require_whole(home)
        assert killed > 0
        assert passes(home)[0] == 0
        require_whole(home)
        assert contents(home) == expected
