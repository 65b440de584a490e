"""Files go into a repo all in one commit, or none does."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

Call = Callable[..., Result]


@pytest.fixture
def home(call: Call, tmp_path: Path) -> Path:
    made = tmp_path / "home"
    assert call("repo", "create", "a", "--home", made).exit_code == 0
    return made


@pytest.fixture
def files(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    (folder / "deep").mkdir(parents=True)
    for name in ("x.txt", "y.txt", "deep/z.txt", ".hidden"):
        (folder / name).write_text(name)
    return folder


def held(call: Call, home: Path, at: str = "main") -> list[str]:
    result = call("ls", f"a@{at}", "-r", "--home", home, "--format", "json")
    return [one["path"] for one in json.loads(result.stdout)["files"]]


@pytest.mark.parametrize(
    ("address", "named", "expected"),
    [
        ("a", ["x.txt"], ["x.txt"]),
        ("a:new.txt", ["x.txt"], ["new.txt"]),
        ("a:door/", ["x.txt"], ["door/x.txt"]),
        ("a@main:/door/", ["x.txt"], ["door/x.txt"]),
        ("a:door", ["x.txt", "y.txt"], ["door/x.txt", "door/y.txt"]),
        ("a:door", ["-r", "."], ["door/.hidden", "door/deep/z.txt", "door/x.txt", "door/y.txt"]),
        ("a", ["-r", "deep", "x.txt"], ["x.txt", "z.txt"]),
    ],
)
def test_where_a_file_goes(
    call: Call, home: Path, files: Path, address: str, named: list[str], expected: list[str]
) -> None:
    words = [word if word == "-r" else files / word for word in named]
    result = call("put", address, *words, "--home", home)
    assert result.exit_code == 0, result.output
    assert held(call, home) == expected


def test_what_was_put_is_told(call: Call, home: Path, files: Path) -> None:
    result = call("put", "a", files / "x.txt", "-m", "why", "--home", home)
    assert result.stdout.startswith("Put 1 file, 5 B, into home/a: commit ")
    again = call("put", "a", files / "x.txt", "--home", home, "--format", "json")
    found = json.loads(again.stdout)
    assert (found["repo"], found["files"], found["bytes"]) == ("home/a", 1, 5)


@pytest.mark.parametrize(
    ("address", "named", "said"),
    [
        ("a", ["nothing"], "nothing is not there"),
        ("a", ["deep"], "with -r"),
        ("a", ["-r", "empty"], "no file in what was named"),
        ("a", ["x.txt", "deep/../x.txt"], "would both be 'x.txt'"),
        ("a:../x", ["x.txt"], "is no path in a repo"),
        ("a@2026-11-23", ["x.txt"], "not into the past"),
        ("a@nowhere", ["x.txt"], "has no branch 'nowhere'"),
        ("b", ["x.txt"], "no repo home/b"),
        ("A", ["x.txt"], "names no repo"),
        ("a", ["x" * 300], "can't be reached"),
    ],
)
def test_what_can_not_be_put(
    call: Call, home: Path, files: Path, address: str, named: list[str], said: str
) -> None:
    (files / "empty").mkdir()
    words = [word if word == "-r" else files / word for word in named]
    result = call("put", address, *words, "--home", home)
    assert result.exit_code == 2
    assert said in result.stderr
    assert call("log", "a", "--home", home).exit_code == 2  # no commit yet


def test_a_name_that_can_not_be_shown_stops_all(call: Call, home: Path, files: Path) -> None:
    (files / "a\nb").write_text("")
    result = call("put", "a", "-r", files, "--home", home)
    assert result.exit_code == 2
    assert "a\\nb" in result.stderr


def test_links_to_folders_are_not_followed(call: Call, home: Path, files: Path) -> None:
    (files / "round").symlink_to(files)
    (files / "link.txt").symlink_to(files / "x.txt")
    os.mkfifo(files / "pipe")
    call("put", "a", "-r", files, "--home", home)
    assert held(call, home) == [".hidden", "deep/z.txt", "link.txt", "x.txt", "y.txt"]
