"""`quietwatch camera memory` and `events dismiss`: what is known, said in text and JSON."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

Call = Callable[..., Result]
LATER = "2099-01-01"  # footage would begin then, after all that is said now


@pytest.fixture
def home(full_home: Path, tmp_path: Path) -> Path:
    """A home of which nothing is known yet."""
    shutil.copytree(full_home, tmp_path / "home")
    return tmp_path / "home"


@pytest.fixture
def alarm(call: Call, home: Path) -> str:
    """An event's id."""
    result = call("events", "list", "--home", home, "--verdict", "alarm", "--format", "json")
    found: str = json.loads(result.stdout)["events"][0]["event_id"]
    return found


@pytest.fixture
def listed(call: Call, home: Path) -> Callable[..., list[dict[str, Any]]]:
    """What is known of the camera."""

    def run(*words: object) -> list[dict[str, Any]]:
        result = call(
            "camera", "memory", "list", "main/square", "--home", home, "--format", "json", *words
        )
        assert result.exit_code == 0, result.output
        found: list[dict[str, Any]] = json.loads(result.stdout)["memory"]
        return found

    return run


def test_nothing_is_known_at_first(call: Call, home: Path, listed: Any) -> None:
    assert listed() == []
    result = call("camera", "memory", "list", "main/square", "--home", home)
    assert result.stdout == "Nothing is known.\n"


def test_what_is_dismissed_is_listed_until_it_is_taken_back(
    call: Call, home: Path, alarm: str, listed: Any
) -> None:
    words = ("events", "dismiss", alarm, "--home", home)
    result = call(*words, "--note", "the postman", "--format", "json")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout).items() >= {"event_id": alarm, "changed": True}.items()
    [known] = listed()
    assert (known["why"], known["kind"], known["event_id"]) == (
        "known-false-alarm",
        "person",
        alarm,
    )
    assert listed("--at", "2026-11-01T12:00") == []  # before it was said
    assert call(*words).stdout == f"{alarm} was dismissed already\n"
    text = call("camera", "memory", "list", "main/square", "--home", home).stdout
    assert known["entry"] in text
    assert call(*words, "--undo").stdout == f"{alarm} is dismissed no longer\n"
    assert listed() == []
    assert call(*words, "--undo").stdout == f"{alarm} was not dismissed\n"


def test_the_dismissed_event_stays_as_it_is(call: Call, home: Path, alarm: str) -> None:
    before = call("events", "list", "--home", home, "--format", "json").stdout
    call("events", "dismiss", alarm, "--home", home)
    assert call("process", "--home", home).exit_code == 0
    assert call("events", "list", "--home", home, "--format", "json").stdout == before


@pytest.mark.parametrize("everything", [True, False])
def test_what_is_forgotten_is_not_listed(
    call: Call, home: Path, alarm: str, listed: Any, *, everything: bool
) -> None:
    call("events", "dismiss", alarm, "--home", home)
    [known] = listed()
    which = "--all" if everything else known["entry"]
    words = ("camera", "memory", "forget", "main/square", which, "--home", home)
    result = call(*words, "--format", "json")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["forgotten"] == [known["entry"]]
    assert listed() == []
    assert listed("--at", json.loads(result.stdout)["at"][:19]) in ([], [known])
    log = call("log", "memory", "--home", home).stdout
    assert "forget what stands at main/square" in log


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("events", "dismiss", "nobody"), "there is no event nobody"),
        (("camera", "memory", "forget", "main/square"), "name what is to be forgotten"),
        (("camera", "memory", "forget", "main/square", "x", "--all"), "name what is to be"),
        (("camera", "memory", "forget", "main/square", "x"), "nothing known of main/square"),
        (("camera", "memory", "list", "square"), "is no camera"),
    ],
)
def test_what_is_not_there_is_told(call: Call, home: Path, words: Any, said: str) -> None:
    result = call(*words, "--home", home)
    assert result.exit_code == 2
    assert said in result.stderr


def test_a_home_from_before_there_was_memory_knows_nothing(
    call: Call, home: Path, alarm: str, listed: Any
) -> None:
    assert call("repo", "remove", "memory", "--home", home, "--yes").exit_code == 0
    assert listed() == []
    assert call("events", "dismiss", alarm, "--home", home).exit_code == 0
    assert len(listed("--at", LATER[:4] + "-01-02")) == 0  # long expired
    assert len(listed()) == 1
