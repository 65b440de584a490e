"""Pachyderm's own client takes our specs, and hands our loop its datums."""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from quietwatch.targets.pachyderm.worker import DATUMS, STAGE_VERSION

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
LOCK = ROOT / "requirements-pachyderm.lock"
SPECS = sorted((ROOT / "tests/golden/pachyderm").glob("*.json"))

WORK = """
import os, sys
from pathlib import Path
from quietwatch.targets.pachyderm.worker import each_datum

out = Path(sys.argv[1])
def work():
    number = len(list(out.glob("datum-*")))
    (out / f"datum-{number}").touch()
    if number == 1:
        raise ValueError("a clip that nothing can be made of")

(out / f"model-{os.getpid()}").touch()
each_datum(work, 2)
"""
"""A stage that loads its model, fails at its second datum, and goes on."""


@pytest.fixture(scope="module")
def client() -> Path:
    """The Python of an environment that has Pachyderm's client; made once for each lock."""
    folder = ROOT / ".services" / f"pachyderm-{hashlib.sha256(LOCK.read_bytes()).hexdigest()[:12]}"
    python, made = folder / "bin/python", folder / "made"
    if not made.exists():  # written last, so an install that broke off is begun again
        subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
        install = ("pip", "install", "--quiet", "--require-hashes", "--requirement", LOCK)
        subprocess.run([python, "-m", *install], check=True)
        made.touch()
    return python


def ask(*command: object, **environment: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "PYTHONPATH": str(ROOT / "src"), **environment}
    words = [str(word) for word in command]
    return subprocess.run(words, env=env, capture_output=True, text=True, timeout=120, check=False)


def test_the_client_knows_every_field(client: Path) -> None:
    assert len(SPECS) == 2
    asked = ask(client, HERE / "pachyderm_types.py", *SPECS)
    assert (asked.returncode, asked.stdout.strip()) == (0, ""), asked.stderr


@pytest.mark.parametrize(
    ("part", "change"),
    [
        ("transform", {"datum_batch": True}),
        ("parallelism_spec", {"constant": "many"}),
        ("input", {"cross": [{"grouped": []}]}),
        ("datum_set_spec", {"number": 1, "per_workers": 2}),
    ],
)
def test_a_field_that_is_none_is_told(
    client: Path, tmp_path: Path, part: str, change: dict[str, object]
) -> None:
    spec = json.loads(SPECS[0].read_text(encoding="utf-8"))
    wrong = tmp_path / "wrong.json"
    wrong.write_text(json.dumps({**spec, part: change}), encoding="utf-8")
    assert ask(client, HERE / "pachyderm_types.py", wrong).returncode == 1


def test_datum_after_datum_with_one_model(client: Path, tmp_path: Path) -> None:
    stage = tmp_path / "stage.py"
    stage.write_text(WORK, encoding="utf-8")
    settings = {DATUMS: "pachyderm", STAGE_VERSION: "2"}
    command = (client, HERE / "pachyderm_batch.py", 4, client, stage, tmp_path)
    asked = ask(*command, **settings)
    assert asked.returncode == 0, asked.stderr
    told = json.loads(asked.stdout)
    assert told["ended_by_itself"] is None
    first, after_one, after_two, *rest = told["said"]
    assert (first, after_one, rest) == ("", "", ["", ""])
    assert "a clip that nothing can be made of" in after_two
    assert len(list(tmp_path.glob("datum-*"))) == 4
    assert len(list(tmp_path.glob("model-*"))) == 1


def test_an_image_of_another_version_takes_no_datum(client: Path, tmp_path: Path) -> None:
    stage = tmp_path / "stage.py"
    stage.write_text(WORK, encoding="utf-8")
    settings = {DATUMS: "pachyderm", STAGE_VERSION: "1"}
    asked = ask(client, HERE / "pachyderm_batch.py", 4, client, stage, tmp_path, **settings)
    assert json.loads(asked.stdout) == {"said": [], "ended_by_itself": 1}
    assert list(tmp_path.glob("datum-*")) == []
    assert "image has version 2" in asked.stderr
