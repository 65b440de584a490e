import re
from pathlib import Path

import pytest

from quietwatch.camera.document import read
from quietwatch.camera.effective import laid
from quietwatch.camera.layers import Layers, profiles
from quietwatch.camera.own_file import read_own
from quietwatch.camera.shapes import Line, Zone
from quietwatch.config import Settings
from quietwatch.errors import ConfigError

TEXT = b"""\
# The yard.
optics:
  privacy:
    masks:  # the neighbour
      - [[0, 0], [1, 0], [1, 1]]

rules:
  # as outdoors,
  profile: outdoors
  armed: [{start: 22:00, end: sunrise}]
"""


def test_each_section_is_kept_as_it_was_written() -> None:
    own = read_own(TEXT, "yard.yaml")
    assert own.texts["rules"].decode() == (
        "# as outdoors,\nprofile: outdoors\narmed: [{start: 22:00, end: sunrise}]\n"
    )
    assert b"# the neighbour" in own.texts["optics"]
    for section, text in own.texts.items():
        assert read(text, section).values == own.layers[section].document.values


def test_lines_are_those_of_the_file() -> None:
    rules = read_own(TEXT, "yard.yaml").layers["rules"]
    assert rules.document.line(("armed", 0, "end")) == 10
    assert (rules.within, rules.name) == ("rules", "yard.yaml")


@pytest.mark.parametrize(
    "text", ["rules: {smallest: 0.1}", 'rules: {"smallest": 0.1,\n "only": []}']
)
def test_what_can_t_be_cut_out_is_written_anew(text: str) -> None:
    own = read_own(text.encode(), "yard.yaml")
    assert read(own.texts["rules"], "").values == own.layers["rules"].document.values


def test_an_empty_section_takes_everything_back_and_a_missing_one_nothing() -> None:
    own = read_own(b"rules:\n", "yard.yaml")
    assert own.layers["rules"].document.values == {}
    assert set(own.texts) == {"rules"}
    assert read_own(b"# nothing\n", "yard.yaml").texts == {}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("\nzones: []", "yard.yaml:2: zones is no section; there are optics and rules"),
        ("rules: [1]", "yard.yaml:1: write the settings of rules below it"),
    ],
)
def test_what_is_no_such_file_is_told(text: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        read_own(text.encode(), "yard.yaml")


PAGE = (Path(__file__).parents[3] / "docs" / "cameras.md").read_text(encoding="utf-8")


def test_the_example_of_the_docs_is_one() -> None:
    [text] = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    own = read_own(text.encode(), "docs/cameras.md")
    sides = (Layers(repo, lambda _: None).below((own.layers[repo],)) for repo in own.layers)
    rules = laid(Settings(), *sides).checked().judge
    assert len(rules.zones) == len(rules.armed) == 2


def test_the_docs_tell_of_each_key_and_profile() -> None:
    keys = {*Zone.model_fields, *Line.model_fields, *profiles(), "armed", "only", "sensitivity"}
    assert [key for key in sorted(keys) if f"`{key}`" not in PAGE] == []
