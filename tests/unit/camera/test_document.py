import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quietwatch.camera.document import LARGEST, read
from quietwatch.errors import ConfigError

TEXT = """\
# a camera
armed:
  - {start: 22:00, end: sunrise}
  - start: "06:00"
    end: 24:00
zones:
  - name: yard
    corners:
      - [0, 0.5]
      - [1, .5]
none: ~
yes: no
"""


def test_scalars_are_what_people_mean() -> None:
    values = read(TEXT.encode(), "door.yaml").values
    assert values["armed"] == [
        {"start": "22:00", "end": "sunrise"},
        {"start": "06:00", "end": "24:00"},
    ]
    assert values["zones"][0]["corners"] == [[0, 0.5], [1, 0.5]]
    assert (values["none"], values["yes"]) == (None, "no")


def test_each_value_has_its_line() -> None:
    document = read(TEXT.encode(), "door.yaml")
    assert document.line(("armed", 1, "end")) == 5
    assert document.line(("zones", 0, "corners", 1)) == 10
    assert document.line(("zones", 0, "kind")) == 7  # what is missing: from where it is
    assert document.line(("yes",)) == 12


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: 1\nb: [1, 2\n", r"door.yaml:3: this is no YAML: expected ',' or ']'"),
        ("a: 1\n\nb: 2\na: 3\n", "door.yaml:4: a stands twice"),
        ("a: &x [1]\nb: *x\n", "door.yaml:.*: aliases are not taken"),
        ("a: !!python/object:os.system {}\n", "door.yaml:1: .* is not taken"),
        ("a: !secret x\n", "door.yaml:1: !secret is not taken"),
        ("? [1, 2]\n: 3\n", "door.yaml:1: a key is a word"),
        ("just words\n", "has no settings in it"),
        ("- 1\n", "has no settings in it"),
        ("a: 1\n---\nb: 2\n", "door.yaml:2: this is no YAML"),
        ("[" * 20000, "nested too deeply"),
        ("a: '" + "x" * LARGEST + "'", "larger than"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(text: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        read(text.encode(), "door.yaml")


def test_what_is_no_text_is_told() -> None:
    with pytest.raises(ConfigError, match="not text in UTF-8"):
        read(b"a: \xff", "door.yaml")
    with pytest.raises(ConfigError, match="no YAML"):
        read(b"a: \x00", "door.yaml")


def test_nothing_is_no_settings_and_no_error() -> None:
    assert read(b"# later\n", "door.yaml").values == {}


WORDS = st.text(st.characters(categories=["L", "N", "P", "Zs"]), min_size=1)


@given(
    st.dictionaries(
        WORDS,
        st.recursive(
            st.none()
            | st.booleans()
            | st.integers(-(10**17), 10**17)
            | WORDS
            | st.floats(allow_nan=False, allow_infinity=False),
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
            max_leaves=10,
        ),
        max_size=4,
    )
)
def test_json_is_read_as_json(values: dict[str, Any]) -> None:
    assert read(json.dumps(values, ensure_ascii=False).encode(), "door.yaml").values == values
