"""`quietwatch jobs`: how far a bringing up to date got, while it runs and afterwards."""

import json
from pathlib import Path

import pytest

from quietwatch.store.catalog import datums, jobs
from quietwatch.store.catalog.datums import Datum
from quietwatch.store.place import open_place
from tests.unit.cli.conftest import Call

CLIP = "main/door/2026/11/23/20261123T160000.000Z-de9df007.mp4"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home in which one job is done, one runs, and a clip is set aside."""
    folder = tmp_path / "home"
    with open_place(folder) as place, place.catalog.begin() as connection:
        done = jobs.begin(connection, "home", {"footage": "a" * 64}, 12)
        jobs.progress(connection, done, analyzed=3, judged=4, failed=1, total=6)
        jobs.end(connection, done, "done")
        running = jobs.begin(connection, "home", {"footage": "b" * 64, "rules": None}, 40)
        jobs.progress(connection, running, analyzed=7, judged=9)
        failed = Datum("c" * 64, "analyze", CLIP, error="unreadable-video", detail="no frame")
        datums.put(connection, "home", [failed])
        jobs.set_mark(connection, "home", "waiting", '[["main/yard", "invalid-config", "mend it"]]')
    return folder


def test_they_are_listed_with_how_much_there_is_to_do(call: Call, home: Path) -> None:
    told = json.loads(call("jobs", "list", "--home", home, "--format", "json").stdout)["jobs"]
    keys = ("state", "total", "analyzed", "judged", "failed")
    counts = [[job[key] for key in keys] for job in told]
    assert counts == [["running", 40, 7, 9, 0], ["done", 5, 3, 4, 1]]
    heading, running, done = call("jobs", "list", "--home", home).stdout.splitlines()
    assert heading.split()[-5:] == ["Total", "Analyzed", "Judged", "Set", "aside"]
    assert running.split()[-4:] == ["40", "7", "9", "0"]
    assert done.split()[-4:] == ["5", "3", "4", "1"]


def test_one_is_shown_with_the_commits_from_which_it_started(call: Call, home: Path) -> None:
    job = json.loads(call("jobs", "show", "2", "--home", home, "--format", "json").stdout)
    assert (job["total"], job["judged"], job["ended"]) == (40, 9, None)
    assert job["inputs"] == {"footage": "b" * 64, "rules": None}
    shown = call("jobs", "show", "2", "--home", home).stdout.split()
    assert shown[shown.index("total") + 1] == "40"
    assert call("jobs", "show", "3", "--home", home).exit_code == 2


def test_what_failed_is_listed_and_tried_again(call: Call, home: Path) -> None:
    listed = json.loads(call("jobs", "failed", "--home", home, "--format", "json").stdout)
    assert [(one["path"], one["error"], one["detail"]) for one in listed["failed"]] == [
        ("main/yard/", "invalid-config", "mend it"),
        (CLIP, "unreadable-video", "no frame"),
    ]
    again = call("jobs", "retry", CLIP, "--home", home)
    assert "1 clip will be tried again." in again.stdout
