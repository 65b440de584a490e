"""The README's own commands, done one after the other as a newcomer would."""

import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

from quietwatch.events.validate import validate

if TYPE_CHECKING:
    from tests.integration.conftest import Program

ROOT = Path(__file__).parents[2]


def test_its_commands_run_and_give_what_it_says(program: "Program", tmp_path: Path) -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    (tmp_path / "samples").symlink_to(ROOT / "samples")
    said = []
    for line in re.findall(r"^\$ quietwatch (.*)$", text, re.MULTILINE):
        done = program(*shlex.split(line), prefix=["env", "-C", str(tmp_path)])
        assert (done.code, done.err) == (0, b""), line
        said.append(done.out.decode())
    ran, listed, _ = said
    alarms = re.search(r"(\d+) alarms, ", ran)
    assert alarms is not None
    assert listed.count(" alarm ") == int(alarms[1])
    assert f"{alarms[1]} alarms, and every one of them" in text
    (of_tree,) = re.findall(r"^tree .*?(\d+) held back", ran, re.MULTILINE | re.DOTALL)
    assert f"{of_tree} movements are held back" in text
    assert f"{of_tree} movements held back, 1 for review" in text
    assert list(validate(tmp_path / "events.parquet")) == []
