from hypothesis import given
from hypothesis import strategies as st

from quietwatch.camera.document import Document, read
from quietwatch.camera.effective import BUILT_IN, SETTINGS, Problem, laid
from quietwatch.camera.layers import Layer, parsed
from quietwatch.config import JudgeSettings, Settings
from quietwatch.pipeline.tuning import rules_file


def layer(text: str, name: str = "rules:main/door.yaml") -> Layer:
    return Layer(name, read(text.encode(), name))


def test_each_setting_tells_where_it_comes_from() -> None:
    base = Settings(judge=JudgeSettings(alarm_score=0.8))
    common = Layer("rules:default.json", parsed(rules_file(base), "x.json"), common=True)
    own = layer("smallest: 0\nlargest: 0.5")
    found = laid(base, (layer("vision: {rate: 2}", "optics:main/door.yaml"),), (common, own))
    origins = found.origins
    assert found.checked().judge.largest == 0.5
    assert origins["judge", "largest"] == own.name
    assert origins["judge", "smallest"] == own.name  # what is said is said, if it changes nothing
    assert origins["judge", "alarm_score"] == SETTINGS
    assert origins["judge", "review_score"] == origins["media", "max_pixels"] == BUILT_IN
    assert origins["vision", "rate"] == "optics:main/door.yaml"


def test_problems_tell_file_line_and_key() -> None:
    low = layer("alarm_score: 0.3\n# more\nreview_scor: 1", "rules:default.yaml")
    own = layer(
        """\
smallest: 0.5
largest: 0.2
zones:
  - name: yard
    corners: [[0, 0], [1, 0], [1, 1.5]]
  - kind: ignore
armed:
  - {start: dusk, end: 06:00}
"""
    )
    found = laid(Settings(), (layer("lens: 3", "optics:main/door.yaml"),), (low, own))
    assert {(one.file, one.line, one.key) for one in found.problems} == {
        ("optics:main/door.yaml", 1, "lens"),
        ("rules:default.yaml", 3, "review_scor"),
        ("rules:main/door.yaml", 5, "zones.0.corners.2.1"),
        ("rules:main/door.yaml", 6, "zones.1.corners"),
        ("rules:main/door.yaml", 8, "armed.0.start"),
    }
    whats = {one.key: one.what for one in found.problems}
    assert whats["zones.1.corners"] == "is missing; add it"
    assert "see docs/cameras.md" in whats["review_scor"]
    assert found.settings.judge == Settings().judge  # as it was below


def test_what_is_wrong_between_two_is_told_at_one_of_them() -> None:
    found = laid(Settings(), (), (layer("largest: 0.2\n\nsmallest: 0.5"),))
    [problem] = found.problems
    assert (problem.line, problem.key) == (3, "smallest")
    assert str(problem).startswith("rules:main/door.yaml:3: smallest: smallest (0.5) must not be")


def test_a_problem_reads_as_a_sentence() -> None:
    assert str(Problem("door.yaml", None, "", "is no YAML")) == "door.yaml: is no YAML"
    assert str(Problem("a\nb", 2, "k", "x")) == r"a\nb:2: k: x"


ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(max_size=5)
    | st.sampled_from(["always", "drive", "sunset", "22:00", "ignore"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["corners", "start", "end", "days", "points", "name", "masks", "rate"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=8,
)
RULES = st.dictionaries(st.sampled_from([*JudgeSettings.model_fields, "moth"]), ANYTHING)
OPTICS = st.dictionaries(st.sampled_from(["media", "vision", "privacy", "moth"]), ANYTHING)


@given(RULES, OPTICS)
def test_whatever_a_file_says_is_taken_or_told(
    rules: dict[str, object], optics: dict[str, object]
) -> None:
    said = [Layer("x.yaml", Document(values, {})) for values in (optics, rules)]
    found = laid(Settings(), said[:1], said[1:])
    if found.problems:
        assert all("x.yaml: " in str(one) for one in found.problems)
    else:
        assert found.checked() == found.settings
