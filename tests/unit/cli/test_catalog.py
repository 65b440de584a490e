"""The catalog from the command line: shown, kept, filled and made anew."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from typer.testing import Result

from quietwatch.store.catalog import shape
from quietwatch.store.catalog.connect import reach, sqlite_url

Call = Callable[..., Result]


@pytest.fixture
def home(call: Call, tmp_path: Path) -> Path:
    made = tmp_path / "home"
    (tmp_path / "a.txt").write_text("a")
    call("repo", "create", "a", "--home", made)
    assert call("put", "a", tmp_path / "a.txt", "--home", made).exit_code == 0
    return made


def test_status(call: Call, home: Path) -> None:
    found = json.loads(call("catalog", "status", "--home", home, "--format", "json").stdout)
    assert found["shape"] == shape.shapes()[-1]
    assert (found["open"], found["repos"], found["commits"]) == (True, 1, 1)
    text = call("catalog", "status", "--home", home).stdout
    assert "yes: nobody has a token yet" in text


def test_backup_and_restore(call: Call, home: Path, tmp_path: Path) -> None:
    kept = tmp_path / "kept.gz"
    assert call("catalog", "backup", kept, "--home", home).stdout.startswith("Wrote ")
    assert call("catalog", "restore", kept, "--home", home).exit_code == 2
    other = ("--home", tmp_path / "other", "--store", home / "store")
    assert call("catalog", "restore", kept, *other).exit_code == 0
    assert call("get", "a:a.txt", *other).stdout == "a"
    assert call("catalog", "backup", tmp_path / "no" / "x", "--home", home).exit_code == 2


def test_rebuild(call: Call, home: Path, tmp_path: Path) -> None:
    for file in home.glob("catalog.sqlite*"):
        file.unlink()
    assert "there is no repo" in call("ls", "a", "--home", home).stderr
    made = call("catalog", "rebuild", "--home", home)
    assert made.stdout.strip() == "Made anew: 1 repo, 1 commit"
    assert call("get", "a:a.txt", "--home", home).stdout == "a"
    [commit] = (home / "store" / "home" / "commits").rglob("*.json")
    commit.write_bytes(commit.read_bytes()[:-9])
    lost = call("catalog", "rebuild", "--home", tmp_path / "new", "--store", home / "store")
    assert lost.exit_code == 3
    assert commit.name in lost.stderr


def lose(home: Path) -> None:
    for file in home.glob("catalog.sqlite*"):
        file.unlink()


@pytest.mark.parametrize(
    "words",
    [("repo", "list"), ("events", "list"), ("jobs", "list"), ("catalog", "status"), ("ls", "a")],
)
def test_a_catalog_that_was_lost_is_noticed(call: Call, home: Path, words: tuple[str, ...]) -> None:
    assert "rebuild" not in call(*words, "--home", home).stderr
    lose(home)
    told = call(*words, "--home", home)
    assert "'quietwatch catalog rebuild'" in told.stderr
    assert "rebuild" not in told.stdout
    assert "rebuild" not in call(*words, "--home", home, "--tenant", "nobody").stderr
    rebuilt = call("catalog", "rebuild", "--home", home)
    assert rebuilt.stderr == ""
    assert "rebuild" not in call(*words, "--home", home).stderr


def test_work_on_a_catalog_that_was_lost_does_not_begin_anew(
    call: Call, home: Path, people: Path
) -> None:
    assert call("repo", "create", "footage", "--home", home).exit_code == 0
    lose(home)
    for words in (("repo", "create", "footage"), ("run", people)):
        refused = call(*words, "--home", home)
        assert refused.exit_code == 1
        assert "quietwatch catalog rebuild" in refused.stderr


def test_a_catalog_that_takes_a_token_tells_nothing_of_other_tenants(
    call: Call, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lose(home)
    token = call("token", "create", "user:ann", "--admin", "--home", home).stdout.split()[-1]
    monkeypatch.setenv("QUIETWATCH_TOKEN", token)
    listed = call("repo", "list", "--home", home)
    assert (listed.exit_code, listed.stderr) == (0, "")


def test_upgrade(call: Call, home: Path) -> None:
    newest = shape.shapes()[-1]
    told = call("catalog", "upgrade", "--home", home).stdout
    assert told.strip() == f"The catalog has the newest shape, {newest}"
    for file in home.glob("catalog.sqlite*"):
        file.unlink()
    with reach(sqlite_url(home / "catalog.sqlite")) as old, old.begin() as connection:
        shape.upgrade(connection, shape.shapes()[0])
    told = call("catalog", "upgrade", "--home", home).stdout
    assert told.strip() == f"Brought the catalog from shape 0001 to {newest}"


def test_a_newer_one_is_left_alone(call: Call, home: Path) -> None:
    engine = create_engine(sqlite_url(home / "catalog.sqlite"))
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    for verb in ("status", "upgrade"):
        result = call("catalog", verb, "--home", home)
        assert result.exit_code == 1
        assert "upgrade Quietwatch" in result.stderr
