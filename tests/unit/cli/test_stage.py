"""The command; what the stages do with folders is tested in unit/pipeline/test_folders.py."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

from quietwatch.events.validate import validate

Call = Callable[..., Result]


@pytest.fixture
def clips(people: Path, tmp_path: Path) -> Path:
    """Footage in which people walk, reached by a link, and a file that is none."""
    sha = hashlib.sha256(people.read_bytes()).hexdigest()
    day = tmp_path / "real" / "main" / "square" / "2026" / "11" / "23"
    day.mkdir(parents=True)
    (day / f"20261123T160000.000Z-{sha[:8]}.mp4").symlink_to(people)
    (day / "20261123T170000.000Z-3f79bb7b.mp4").write_bytes(b"e")
    link = tmp_path / "clips"
    link.symlink_to(tmp_path / "real")
    return link


def test_both_stages_one_after_the_other(call: Call, clips: Path, tmp_path: Path) -> None:
    packs, events, rules = (tmp_path / name for name in ("packs", "events", "rules"))
    done = call("stage", "analyze", "--in", f"footage={clips}", "--out", packs, "--format", "json")
    assert done.exit_code == 3, done.output
    told = json.loads(done.stdout)
    [rejected] = told.pop("rejected")
    assert told == {"schema": 1, "done": 1}
    assert rejected["error"] == "unreadable-video"
    assert (packs / f"{rejected['path']}.rejected.json").is_file()

    rules.mkdir()
    words = ("--in", f"analysis={packs}", "--in", f"rules={rules}", "--out", events)
    done = call("stage", "decide", *words, "--tenant", "acme")
    assert (done.exit_code, done.stdout) == (0, "1 clip done\n")
    [file] = events.rglob("*.parquet")
    assert validate(file) == []
    assert b"acme" in file.read_bytes()
    assert file.relative_to(events).as_posix() == "main/square/2026/11/23/20261123T16.parquet"


def test_what_can_t_be_used_is_said_for_people(call: Call, clips: Path, tmp_path: Path) -> None:
    done = call("stage", "analyze", "--in", f"footage={clips}", "--out", tmp_path / "out")
    assert done.exit_code == 3
    assert "Not usable: 1" in done.stdout
    assert "unreadable-video" in done.stdout
    assert done.stdout.endswith("1 clip done\n")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("report", "--in", "footage=."), "'report' is not one of"),
        (("analyze", "--in", "analysis=."), "footage=DIR, optics=DIR, models=DIR"),
        (("analyze", "--in", "footage"), "footage=DIR, optics=DIR, models=DIR"),
        (("analyze", "--in", "footage=.", "--in", "footage=."), "each once"),
        (("analyze", "--in", "optics=."), "footage=DIR is needed"),
        (("decide", "--in", "analysis=nowhere"), "nowhere is no folder"),
        (("decide", "--in", "analysis=.", "--tenant", "Acme Ltd"), "names no tenant"),
        (("decide", "--in", "analysis=.", "--out", __file__), "is a file"),
        (("decide",), "--in"),
    ],
)
def test_wrong_usage_is_told_and_nothing_done(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    done = call("stage", "--out", tmp_path / "out", *words)
    assert done.exit_code == 2
    assert said in " ".join(done.stderr.replace("│", " ").split())
    assert not list(tmp_path.iterdir())


def test_wrong_optics_are_told(call: Call, clips: Path, tmp_path: Path) -> None:
    optics = tmp_path / "optics"
    optics.mkdir()
    (optics / "default.json").write_text('{"vision": {"speed": 3}}')
    inputs = ("--in", f"footage={clips}", "--in", f"optics={optics}")
    done = call("stage", "analyze", *inputs, "--out", tmp_path / "out")
    assert done.exit_code == 2
    assert "optics:default.json: vision.speed" in done.stderr
