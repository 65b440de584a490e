"""`quietwatch process`: all that is not up to date, and what waits."""

import json
import shutil
from pathlib import Path

import pytest

from tests.unit.cli.conftest import Call


@pytest.fixture
def home(call: Call, tmp_path: Path) -> Path:
    """A home with a clip of a camera whose rules can't be used."""
    (tmp_path / "yard.yaml").write_text("smallest: 2\n")
    (tmp_path / "clips" / "yard").mkdir(parents=True)
    home = tmp_path / "home"
    assert call("run", tmp_path / "clips", "--home", home).exit_code == 0
    put = call("put", "rules:main/yard.yaml", tmp_path / "yard.yaml", "--home", home)
    assert put.exit_code == 0
    sample = Path(__file__).parents[3] / "samples" / "vtest.mp4"
    shutil.copy2(sample, tmp_path / "clips" / "yard" / "vtest.mp4")
    return home


def test_a_camera_that_waits_is_named(call: Call, home: Path) -> None:
    clips = home.parent / "clips"
    ran = call("run", clips, "--home", home, "--format", "json")
    assert ran.exit_code == 3, ran.output
    [failed] = json.loads(ran.stdout)["failed"]
    assert failed["error"] == "invalid-config"
    assert failed["source"].endswith("vtest.mp4")

    done = call("process", "--home", home, "--format", "json")
    assert done.exit_code == 3, done.output
    told = json.loads(done.stdout)
    assert told["job"] is None
    [waiting] = told["waiting"]
    assert (waiting["camera"], waiting["error"]) == ("main/yard", "invalid-config")
    assert "rules:main/yard.yaml:1: smallest" in waiting["detail"]
    assert "quietwatch: main/yard: rules:main/yard.yaml:1" in done.stderr
    assert "All else is up to date." in call("process", "--home", home).stdout

    (home.parent / "yard.yaml").write_text("smallest: 0.1\n")
    call("put", "rules:main/yard.yaml", home.parent / "yard.yaml", "--home", home)
    mended = call("process", "--home", home)
    assert mended.exit_code == 0, mended.output
    assert mended.stdout == "Job 2: 1 clip analyzed, 1 judged.\n"


def test_where_nothing_is_to_do_it_says_so(call: Call, tmp_path: Path) -> None:
    other = tmp_path / "other"
    assert call("repo", "create", "footage", "--home", other).exit_code == 0
    done = call("process", "--home", other, "--format", "json")
    assert (done.exit_code, json.loads(done.stdout)) == (
        0,
        {"schema": 1, "job": None, "waiting": []},
    )
    assert call("process", "--home", other).stdout == "All is up to date.\n"
