"""Tokens, roles and the audit log, from the command line."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

Call = Callable[..., Result]


@pytest.fixture
def closed(call: Call, tmp_path: Path) -> Path:
    """A home with a repo, and the token of its clusterAdmin in a file beside it."""
    home = tmp_path / "home"
    assert call("repo", "create", "footage", "--home", home).exit_code == 0
    made = call("token", "create", "user:ann", "--admin", "--home", home)
    assert made.exit_code == 0
    (tmp_path / "ann").write_text(made.stdout)
    return home


@pytest.fixture
def robot(call: Call, closed: Path, tmp_path: Path) -> Path:
    """The token of a robot that may read the repo."""
    ann = ("--home", closed, "--token-file", tmp_path / "ann")
    made = call("token", "create", "robot:cam", "--note", "porch", "--days", 30, *ann)
    (tmp_path / "cam").write_text(made.stdout)
    assert call("role", "grant", "robot:cam", "repoReader", "footage", *ann).exit_code == 0
    return tmp_path / "cam"


@pytest.mark.usefixtures("closed")
def test_the_token_alone_is_on_standard_output(tmp_path: Path) -> None:
    assert re.fullmatch(r"qw_[0-9a-f]{12}_[0-9a-f]{40}\n", (tmp_path / "ann").read_text())


def test_an_open_store_asks_for_nothing(call: Call, tmp_path: Path) -> None:
    home = ("--home", tmp_path / "home")
    call("repo", "create", "footage", *home)
    assert "this catalog is open" in call("token", "list", *home).stdout
    for words in (
        ("token", "create", "robot:cam"),
        ("token", "create", "user:ann", "--admin", "--days", 3),
        ("role", "grant", "robot:cam", "repoReader", "footage"),
    ):
        result = call(*words, *home)
        assert result.exit_code == 2
        assert "Its first is a clusterAdmin's" in result.stderr
    assert call("repo", "list", *home).exit_code == 0


def test_a_closed_store_takes_a_token(
    call: Call, closed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ("repo", "list", "--home", closed)
    refused = call(*words)
    assert refused.exit_code == 2
    assert refused.stderr.startswith("quietwatch: this catalog takes a token: set QUIETWATCH_TOKEN")
    assert call(*words, "--token-file", tmp_path / "ann").exit_code == 0
    monkeypatch.setenv("QUIETWATCH_TOKEN", (tmp_path / "ann").read_text())
    assert call(*words).exit_code == 0
    monkeypatch.setenv("QUIETWATCH_TOKEN", "qw_" + "0" * 12 + "_" + "0" * 40)
    assert "unknown, expired or revoked" in call(*words).stderr


def test_a_file_without_a_token_is_told(call: Call, closed: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").write_text("\n")
    for name, said in (("empty", "is empty"), ("nowhere", "can't be reached")):
        result = call("repo", "list", "--home", closed, "--token-file", tmp_path / name)
        assert result.exit_code == 2
        assert said in result.stderr


def test_a_role_lets_through_what_it_gives(call: Call, closed: Path, robot: Path) -> None:
    cam = ("--home", closed, "--token-file", robot)
    assert call("branch", "list", "footage", *cam).exit_code == 0
    refused = call("put", "footage", robot, *cam)
    assert refused.exit_code == 2
    assert "robot:cam is not repoWriter on home/footage" in refused.stderr
    hidden, missing = (call("log", name, *cam).stderr for name in ("acme/a", "home/a"))
    assert hidden.replace("acme/a", "home/a") == missing


def test_lists(call: Call, closed: Path, robot: Path, tmp_path: Path) -> None:
    ann = ("--home", closed, "--token-file", tmp_path / "ann")
    cam = ("--home", closed, "--token-file", robot)
    listed = call("token", "list", *ann).stdout
    assert [line.split()[1:3] for line in listed.splitlines()[1:]] == [
        ["robot:cam", "valid"],
        ["user:ann", "valid"],
    ]
    assert "porch" in listed
    for file in ("ann", "cam"):
        assert (tmp_path / file).read_text().split("_")[2].strip() not in listed
    assert call("token", "list", *cam).stdout.count("robot:cam") == 1
    assert "user:ann" not in call("token", "list", *cam).stdout
    roles = call("role", "list", *ann).stdout.splitlines()[1:]
    assert [line.split() for line in roles] == [
        ["robot:cam", "repoReader", "home/footage"],
        ["user:ann", "clusterAdmin", "everything"],
    ]
    assert "user:ann" not in call("role", "list", *cam).stdout


def test_revoking(call: Call, closed: Path, robot: Path, tmp_path: Path) -> None:
    ann = ("--home", closed, "--token-file", tmp_path / "ann")
    cam = ("--home", closed, "--token-file", robot)
    own = (tmp_path / "ann").read_text().split("_")[1]
    theirs = robot.read_text().split("_")[1]
    assert "no token" in call("token", "revoke", own, *cam).stderr
    assert "no clusterAdmin" in call("token", "revoke", own, *ann).stderr
    assert "no clusterAdmin" in call("role", "revoke", "user:ann", "clusterAdmin", *ann).stderr
    whole = call("token", "revoke", robot.read_text().strip(), *ann)
    assert "by its id" in whole.stderr
    assert call("token", "revoke", theirs, *ann).exit_code == 0
    assert "revoked" in call("token", "list", *ann).stdout
    assert call("repo", "list", *cam).exit_code == 2


def test_roles_are_taken_away(call: Call, closed: Path, robot: Path, tmp_path: Path) -> None:
    ann = ("--home", closed, "--token-file", tmp_path / "ann")
    taken = call("role", "revoke", "robot:cam", "repoReader", "footage", *ann)
    assert taken.stdout.strip() == "robot:cam is no repoReader on home/footage any more"
    again = call("role", "revoke", "robot:cam", "repoReader", "footage", *ann)
    assert (again.exit_code, "is no repoReader" in again.stderr) == (2, True)
    assert call("log", "footage", "--home", closed, "--token-file", robot).exit_code == 2


@pytest.mark.parametrize(
    "words",
    [
        ("robot:cam", "repoKing", "footage"),
        ("robot:cam", "repoReader"),
        ("robot:cam", "clusterAdmin", "footage"),
        ("cam", "repoReader", "footage"),
        ("robot:cam", "repoReader", "Foot age"),
    ],
)
def test_a_role_that_is_none(
    call: Call, closed: Path, tmp_path: Path, words: tuple[str, ...]
) -> None:
    ann = ("--home", closed, "--token-file", tmp_path / "ann")
    assert call("role", "grant", *words, *ann).exit_code == 2


def test_the_audit_log(call: Call, closed: Path, robot: Path, tmp_path: Path) -> None:
    ann = ("--home", closed, "--token-file", tmp_path / "ann")
    call("put", "footage", robot, "--home", closed, "--token-file", robot)

    def asked(*words: object) -> list[tuple[str, str, str]]:
        result = call("audit", *words, *ann, "--format", "json")
        found = json.loads(result.stdout)["audit"]
        return [(one["principal"], one["action"], one["outcome"]) for one in found]

    refused = ("robot:cam", "put_files", "refused")
    assert asked() == [
        refused,
        ("user:ann", "grant", "allowed"),
        ("user:ann", "make_token", "allowed"),
        ("local", "make_token", "allowed"),
        ("local", "grant", "allowed"),
        ("local", "create", "allowed"),
    ]
    assert asked("--refused") == asked("--principal", "robot:cam") == [refused]
    assert asked("--repo", "footage", "--action", "create") == [("local", "create", "allowed")]
    assert asked("--tenant", "acme") == asked("--until", "2020-01-01") == []
    assert len(asked("--since", "2020-01-01", "--limit", 2)) == 2
    text = call("audit", *ann).stdout
    assert "home/footage" in text
    for file in ("ann", "cam"):
        assert (tmp_path / file).read_text().split("_")[2].strip() not in text
    assert call("audit", "--home", closed, "--token-file", robot).exit_code == 2


def test_who_lets_the_engine_write_is_written_down(
    call: Call, closed: Path, robot: Path, tmp_path: Path
) -> None:
    ann = ("--home", closed, "--token-file", tmp_path / "ann")
    (tmp_path / "none").mkdir()
    for words in (("run", tmp_path / "none"), ("process",), ("jobs", "retry"), ("gc",)):
        assert call(*words, *ann).exit_code == 0
    assert call("process", "--home", closed, "--token-file", robot).exit_code == 2
    for words in (("gc", "--dry-run"), ("fsck",), ("jobs", "list")):  # they only look
        assert call(*words, *ann).exit_code == 0
    assert call("fsck", "--repair", *ann).exit_code == 0
    found = json.loads(call("audit", *ann, "--format", "json").stdout)["audit"]
    told = [(one["principal"], one["action"], one["outcome"], one["target"]) for one in found]
    assert told[:6] == [
        ("user:ann", "check", "allowed", "fsck --repair"),
        ("robot:cam", "work", "refused", "process"),
        ("user:ann", "collect", "allowed", "gc"),
        ("user:ann", "work", "allowed", "jobs retry"),
        ("user:ann", "work", "allowed", "process"),
        ("user:ann", "work", "allowed", "run"),
    ]
