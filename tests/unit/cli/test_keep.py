"""`gc`, `fsck`, `erase` and `lineage` from the command line."""

import json
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update
from typer.testing import Result

from quietwatch.store.access.audit import Deed, Outcome, note
from quietwatch.store.catalog.tables import commits
from quietwatch.store.place import open_place

Call = Callable[..., Result]


@pytest.fixture
def home(full_home: Path, tmp_path: Path) -> Path:
    """A home of one's own with events of one camera, and a camera that saw nothing."""
    return Path(shutil.copytree(full_home, tmp_path / "home"))


@pytest.fixture
def ask(call: Call, home: Path) -> Callable[..., dict[str, Any]]:
    """Call in this home and read the JSON."""

    def asked(*words: object, code: int = 0) -> dict[str, Any]:
        result = call(*words, "--home", home, "--format", "json")
        assert result.exit_code == code, result.output
        found: dict[str, Any] = json.loads(result.stdout)
        assert found.pop("schema") == 1
        return found

    return asked


Ask = Callable[..., dict[str, Any]]


def clip_of(ask: Ask, camera: str) -> str:
    return next(
        str(one["path"])
        for one in ask("ls", f"footage:main/{camera}/**")["files"]
        if one["path"].endswith(".mp4")
    )


class TestLineage:
    def test_of_an_event(self, ask: Ask, call: Call, home: Path) -> None:
        event = ask("events", "list")["events"][0]
        tree = ask("lineage", event["event_id"])["lineage"]
        assert (tree["kind"], tree["name"]) == ("event", event["event_id"])
        assert [one["kind"] for one in tree["below"]] == ["clip", "analysis", "decision", "day"]
        text = call("lineage", event["event_id"], "--home", home).stdout
        assert text.startswith(f"event {event['event_id']}")
        assert "├── began in clip footage:main/square/" in text
        assert "made from models@" in text

    def test_of_a_file(self, ask: Ask) -> None:
        path = clip_of(ask, "square")
        tree = ask("lineage", f"footage:{path}")["lineage"]
        assert (tree["kind"], tree["facts"]["size"] > 0) == ("clip", True)
        assert {"became"} <= {one["how"] for one in tree["below"]}

    def test_of_nothing(self, call: Call, home: Path) -> None:
        nobody = "00000000-0000-0000-0000-000000000000"
        for what in (nobody, "footage", "footage:no.mp4", "nowhere:a"):
            assert call("lineage", what, "--home", home).exit_code == 2


class TestErase:
    def test_a_camera(self, ask: Ask, call: Call, home: Path) -> None:
        path = clip_of(ask, "square")
        words = ("erase", "--camera", "main/square", "--reason", "asked by letter")
        assert ask(*words, "--dry-run") == {"dry_run": True, "lifted": False, "clips": [path]}
        assert (home / "report.html").exists()
        done = ask(*words)
        assert (done["clips"], done["files"], done["waiting"]) == ([path], 2, 0)
        assert done["events"] > 0
        assert done["bytes"] > 0
        assert not (home / "report.html").exists(), "it showed pictures"
        told = call("get", f"footage@{before(ask)}:{path}", "--home", home)
        assert told.exit_code == 1
        assert "erased on request" in told.stderr
        assert "asked by letter" in told.stderr
        newest = ask("audit")["audit"][0]
        assert newest["action"] == "erase"
        assert newest["target"].endswith(": 1 clip")
        tree = call("lineage", f"footage:{path}", "--home", home).stdout
        assert f"became analysis analysis:{path}" in tree

    def test_a_clip_and_back(self, call: Call, home: Path, people: Path, ask: Ask) -> None:
        path = clip_of(ask, "square")
        erased = call("erase", "--clip", path, "--reason", "why", "--home", home)
        assert erased.stdout.startswith("1 clip erased; 2 files removed, ")
        refused = call("run", people, "--home", home)
        assert refused.exit_code == 3
        assert "erased" in refused.stdout
        lifted = call("erase", "--clip", path, "--reason", "mistake", "--lift", "--home", home)
        assert lifted.stdout == "1 clip may come in again.\n"
        assert call("run", people, "--home", home).exit_code == 0

    @pytest.mark.parametrize(
        "words",
        [
            (),
            ("--camera", "square"),
            ("--camera", "main/square", "--clip", "a"),
            ("--clip", "main/no/such.mp4"),
            ("--clip", "a", "--since", "2026-11-23"),
        ],
    )
    def test_what_can_t_be_meant(self, call: Call, home: Path, words: tuple[str, ...]) -> None:
        assert call("erase", *words, "--reason", "why", "--home", home).exit_code == 2

    def test_a_reason_is_asked_for(self, call: Call, home: Path) -> None:
        assert call("erase", "--camera", "main/square", "--home", home).exit_code == 2


class TestCollect:
    def test_by_the_rules_of_the_settings(self, ask: Ask, home: Path, call: Call) -> None:
        assert ask("gc")["expired"] == {"clips": 0, "bytes": 0}
        blobs = home / "store" / "home" / "blobs" / "ab"
        blobs.mkdir(exist_ok=True)
        (blobs / f"ab{'0' * 62}").write_bytes(b"nobody's")
        assert ask("gc", "--dry-run")["marked"] == {"blobs": 1, "bytes": 8}
        assert ask("gc")["marked"] == {"blobs": 1, "bytes": 8}
        (home / "quietwatch.toml").write_text("[keep]\ngrace_s = 0\n")
        assert ask("gc")["removed"] == {"blobs": 1, "bytes": 8}
        text = call("gc", "--home", home).stdout
        assert "Time over: 0 clips" in text

    def test_old_lines_of_the_audit_log(self, ask: Ask, home: Path, call: Call) -> None:
        assert ask("gc")["audit"] == {"lines": 0}
        with open_place(home) as place, place.catalog.begin() as connection:
            old = datetime(2020, 1, 1, tzinfo=UTC)
            deed = Deed(
                time=old,
                principal="user:ann",
                token=None,
                action="commit",
                tenant="home",
                repo=None,
                target="",
                outcome=Outcome.ALLOWED,
            )
            note(connection, deed)
        assert ask("gc")["audit"] == {"lines": 0}  # they are kept unless somebody says how long
        (home / "quietwatch.toml").write_text("[keep]\naudit_days = 365\n")
        assert ask("gc", "--dry-run")["audit"] == {"lines": 1}
        assert "Audit log: 1 line gone" in call("gc", "--home", home).stdout
        assert ask("audit", "--action", "forget_audit")["audit"][0]["target"].startswith("1 line")

    def test_a_clock_that_is_ahead_is_not_believed(self, ask: Ask, home: Path, call: Call) -> None:
        with open_place(home) as place, place.catalog.begin() as connection:
            longer = 400 * 86_400_000  # as if the clock had jumped since the last commit
            connection.execute(update(commits).values(time=commits.c.time - longer))
        for words in ((), ("--dry-run",)):
            refused = call("gc", *words, "--home", home)
            assert refused.exit_code == 1
            assert "--trust-clock" in refused.stderr
        assert ask("gc", "--trust-clock", "--dry-run")["expired"] == {"clips": 0, "bytes": 0}
        assert call("gc", "--home", home).exit_code == 1
        assert call("gc", "--trust-clock", "--home", home).exit_code == 0
        assert call("gc", "--home", home).exit_code == 0

    def test_a_wrong_rule_is_named(self, call: Call, home: Path) -> None:
        (home / "quietwatch.toml").write_text('[[keep.cameras]]\ncamera = "Door"\n')
        result = call("gc", "--home", home)
        assert result.exit_code == 2
        assert "keep.cameras.0.camera" in result.stderr


class TestCheck:
    def test_all_is_well(self, ask: Ask, call: Call, home: Path) -> None:
        assert ask("fsck", "--deep") == {"ok": True, "findings": []}
        assert call("fsck", "--home", home).stdout == "All is there.\n"

    def test_damage_is_named_and_mended(self, ask: Ask, call: Call, home: Path) -> None:
        path = clip_of(ask, "square")
        [analysis] = [one for one in ask("ls", f"analysis:{path}")["files"] if one["path"] == path]
        pack = home / "store" / "home" / "blobs" / analysis["sha256"][:2] / analysis["sha256"]
        pack.write_bytes(b"spoilt")
        [found] = ask("fsck", code=1)["findings"]
        assert (found["trouble"], found["clips"], found["repaired"]) == ("damaged", [path], None)
        assert len(found["events"]) > 0
        text = call("fsck", "--repair", "--home", home)
        assert text.exit_code == 1
        assert f"clip {path}" in text.stdout
        assert "the next run analyzes the clip anew" in text.stdout
        assert call("process", "--home", home).exit_code == 0
        assert ask("fsck", "--deep")["ok"] is True


def test_there_must_be_a_home(call: Call, tmp_path: Path) -> None:
    for words in (
        ("gc",),
        ("fsck",),
        ("erase", "--clip", "a", "--reason", "b"),
        ("lineage", "a:b"),
    ):
        result = call(*words, "--home", tmp_path / "none")
        assert result.exit_code == 2
        assert not (tmp_path / "none").exists()


def before(ask: Ask) -> str:
    """The commit of `footage` before the last."""
    return str(ask("log", "footage")["commits"][1]["commit"])
