"""Settings: what is there, what is refused, and that the refusal says which and why."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import annotated_types
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from quietwatch import config
from quietwatch.config import JudgeSettings, Settings
from quietwatch.errors import ConfigError
from quietwatch.model import Kind


def sections() -> dict[str, type[BaseModel]]:
    return {
        name: field.annotation
        for name, field in Settings.model_fields.items()
        if isinstance(field.annotation, type)
    }


def fields() -> Iterator[tuple[str, str, FieldInfo]]:
    for section, kind in sections().items():
        for name, field in kind.model_fields.items():
            yield section, name, field


def number_bounds() -> Iterator[tuple[str, str, str]]:
    """Section, name and a value just beyond each bound of each number."""
    for section, name, field in fields():
        for bound in field.metadata:
            match bound:
                case annotated_types.Ge(ge=int(low) | float(low)):
                    yield section, name, str(low - 1)
                case annotated_types.Gt(gt=int(low) | float(low)):
                    yield section, name, str(low)
                case annotated_types.Le(le=int(high) | float(high)):
                    yield section, name, str(high + 1)
                case annotated_types.Lt(lt=int(high) | float(high)):
                    yield section, name, str(high)


FIELDS: Final = list(fields())
BEYOND: Final = list(number_bounds())


def read(home: Path, text: str) -> Settings:
    (home / config.SETTINGS_FILE).write_text(text, encoding="utf-8")
    return config.load(home)


def refused(home: Path, text: str) -> str:
    with pytest.raises(ConfigError) as caught:
        read(home, text)
    return caught.value.detail


class TestFields:
    @pytest.mark.parametrize(("section", "name", "field"), FIELDS)
    def test_each_has_a_default_and_a_description(
        self, section: str, name: str, field: FieldInfo
    ) -> None:
        assert not field.is_required(), f"{section}.{name}"
        assert field.description, f"{section}.{name}"

    @pytest.mark.parametrize(("section", "name", "field"), FIELDS)
    def test_each_number_has_both_bounds(self, section: str, name: str, field: FieldInfo) -> None:
        if field.annotation in {int, float}:
            sides = {type(bound).__name__[0] for bound in field.metadata}
            assert sides == {"G", "L"}, f"{section}.{name}"

    def test_defaults_keep_their_own_bounds(self) -> None:
        assert Settings.model_validate(Settings().model_dump()) == Settings()

    def test_settings_are_frozen(self) -> None:
        with pytest.raises(ValidationError, match="frozen"):
            Settings().judge.alarm_score = 0.1  # type: ignore[misc]

    def test_each_section_says_what_it_is_for(self) -> None:
        assert all(kind.__doc__ for kind in sections().values())
        assert set(sections()) == {
            "source",
            "media",
            "vision",
            "privacy",
            "judge",
            "run",
            "watch",
            "keep",
        }


class TestLoad:
    def test_no_file_is_the_defaults(self, tmp_path: Path) -> None:
        assert config.load(tmp_path) == Settings()
        assert config.load(tmp_path / "not" / "there") == Settings()

    def test_an_empty_file_is_the_defaults(self, tmp_path: Path) -> None:
        assert read(tmp_path, "") == Settings()

    def test_what_is_set_holds_and_the_rest_stays(self, tmp_path: Path) -> None:
        found = read(
            tmp_path,
            'source.timezone = "Europe/Berlin"\n[judge]\nthreats = ["animal"]\nalarm_score = 0.8\n',
        )
        assert found.source.timezone == "Europe/Berlin"
        assert found.judge == JudgeSettings(threats=(Kind.ANIMAL,), alarm_score=0.8)
        assert found.run == Settings().run

    def test_a_file_that_is_named_goes_before_the_one_in_the_home(self, tmp_path: Path) -> None:
        read(tmp_path, "run.workers = 1")
        named = tmp_path / "other.toml"
        named.write_text("run.workers = 2")
        assert config.load(tmp_path, named).run.workers == 2

    def test_a_file_that_is_named_must_be_there(self, tmp_path: Path) -> None:
        with pytest.raises(ConfigError, match=r"no\\nwhere.toml is not there"):
            config.load(tmp_path, tmp_path / "no\nwhere.toml")

    def test_a_folder_is_no_file(self, tmp_path: Path) -> None:
        with pytest.raises(ConfigError, match=f"{re.escape(str(tmp_path))} can't be read: Is a"):
            config.load(tmp_path, tmp_path)

    def test_a_link_to_itself_is_no_file(self, tmp_path: Path) -> None:
        link = tmp_path / config.SETTINGS_FILE
        link.symlink_to(link)
        with pytest.raises(ConfigError, match="can't be read"):
            config.load(tmp_path)

    def test_what_is_not_utf8_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / config.SETTINGS_FILE).write_bytes(b'source.site = "\xff"')
        with pytest.raises(ConfigError, match="UTF-8"):
            config.load(tmp_path)

    @pytest.mark.parametrize("text", ["[judge", "a = ", "a = 1\na = 2", "\x00", "judge: {}"])
    def test_what_is_not_toml_is_refused_with_its_place(self, tmp_path: Path, text: str) -> None:
        assert re.search(
            r"quietwatch\.toml is not TOML: .*(line 1|line 2|end)", refused(tmp_path, text)
        )


class TestRefusals:
    def test_an_unknown_section_is_named(self, tmp_path: Path) -> None:
        assert "juge is not a setting" in refused(tmp_path, "[juge]\nalarm_score = 0.5")

    @pytest.mark.parametrize("section", sections())
    def test_an_unknown_key_is_named(self, tmp_path: Path, section: str) -> None:
        said = refused(tmp_path, f"[{section}]\nalarmscore = 0.5")
        assert f"{section}.alarmscore is not a setting; see docs/settings.md" in said

    def test_a_key_can_not_speak_to_the_terminal(self, tmp_path: Path) -> None:
        said = refused(tmp_path, '"\\u001b[31m\\n" = 1')
        assert r"\x1b[31m\n is not a setting" in said

    @pytest.mark.parametrize(("section", "name", "value"), BEYOND)
    def test_a_value_beyond_a_bound(
        self, tmp_path: Path, section: str, name: str, value: str
    ) -> None:
        assert f"{section}.{name}: " in refused(tmp_path, f"{section}.{name} = {value}")

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("vision.rate = nan", "vision.rate: "),
            ("run.clip_s = inf", "run.clip_s: "),
            ("run.workers = 1.5", "run.workers: "),
            ('run.workers = "many"', "run.workers: "),
            ("judge = 3", "judge: "),
            ('vision.model = ""', "vision.model: "),
            ('source.site = "Haus 1"', "source.site: "),
            ('source.site = "haus\\n"', "source.site: "),
            ('source.tenant = "-a"', "source.tenant: "),
            (f'source.tenant = "{"a" * 64}"', "source.tenant: "),
            ('judge.threats = ["burglar"]', "judge.threats.0: "),
            ('judge.threats = ["person", "unknown"]', "person, vehicle, animal"),
        ],
    )
    def test_a_value_of_the_wrong_kind(self, tmp_path: Path, text: str, said: str) -> None:
        assert said in refused(tmp_path, text)

    def test_all_problems_are_told_at_once(self, tmp_path: Path) -> None:
        said = refused(tmp_path, "run.workers = -1\nvision.rate = 0\nvision.x = 1")
        assert all(name in said for name in ("run.workers", "vision.rate", "vision.x"))

    @pytest.mark.parametrize(
        "zone", ["Mars/Olympus", "", "../../etc/passwd", "/etc/passwd", "Europe", "a\\u0000b"]
    )
    def test_a_time_zone_that_is_not_there(self, tmp_path: Path, zone: str) -> None:
        said = refused(tmp_path, f'source.timezone = "{zone}"')
        assert "source.timezone: " in said
        assert "no time zone is called" in said


class TestScores:
    @given(st.floats(0.01, 0.99), st.floats(0.01, 0.99))
    def test_review_begins_no_later_than_alarm(self, review: float, alarm: float) -> None:
        if review <= alarm:
            made = JudgeSettings(review_score=review, alarm_score=alarm)
            assert made.review_score <= made.alarm_score
        else:
            with pytest.raises(ValidationError, match="must not be above alarm_score"):
                JudgeSettings(review_score=review, alarm_score=alarm)

    def test_the_sentence_names_section_and_both(self, tmp_path: Path) -> None:
        said = refused(tmp_path, "judge.alarm_score = 0.2")
        assert "judge: " in said
        assert "review_score (0.35) must not be above alarm_score (0.2)" in said


class TestDefaultHome:
    def test_the_environment_goes_first(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("QUIETWATCH_HOME", "some/where")
        assert config.default_home() == Path("some/where")

    @pytest.mark.parametrize("named", [None, ""])
    def test_else_it_is_in_the_users_own(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, named: str | None
    ) -> None:
        monkeypatch.setenv("HOME", str(tmp_path))
        monkeypatch.delenv("QUIETWATCH_HOME", raising=False)
        if named is not None:
            monkeypatch.setenv("QUIETWATCH_HOME", named)
        assert config.default_home() == tmp_path / ".quietwatch"


def test_a_home_is_asked_for_where_the_user_has_none() -> None:
    """Containers run as users that the system does not know."""
    code = (
        "import os, pwd\n"
        "os.environ.pop('HOME', None); os.environ.pop('QUIETWATCH_HOME', None)\n"
        "known = {entry.pw_uid for entry in pwd.getpwall()}\n"
        "os.getuid = lambda: next(uid for uid in range(60000, 70000) if uid not in known)\n"
        "from quietwatch.config import default_home\n"
        "from quietwatch.errors import ConfigError\n"
        "try: default_home()\n"
        "except ConfigError as error: print(error.detail)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "--home" in done.stdout


def test_zones_are_read_from_toml_and_json(tmp_path: Path) -> None:
    zone = ((0.0, 0.4), (1.0, 0.5), (1.0, 1.0))
    found = read(tmp_path, "[judge]\nzones = [[[0, 0.4], [1, 0.5], [1, 1]]]")
    assert [one.corners for one in found.judge.zones] == [zone]
    assert JudgeSettings.model_validate_json(found.judge.model_dump_json()) == found.judge


@pytest.mark.parametrize(
    ("zones", "said"),
    [
        ("[[[0, 0], [1, 1]]]", "at least 3"),
        ("[[[0, 0], [1, 0], [1, 1.01]]]", "less than or equal to 1"),
        ("[[[0, 0], [-0.1, 0], [1, 1]]]", "greater than or equal to 0"),
        ("[[[0, 0], [nan, 0], [1, 1]]]", "judge.zones.0.corners.1.0"),
        ("[[[0, 0], [0.5, 0.5], [1, 1]]]", "on one line"),
        ("[[[0, 0], [0, 0], [0, 0], [0, 0]]]", "on one line"),
        ("[[0, 0, 1, 1]]", "judge.zones.0.corners.0"),
        ("[[[0, 0, 0], [0, 1], [1, 1]]]", "judge.zones.0.corners.0"),
    ],
)
def test_what_is_no_zone_is_refused(tmp_path: Path, zones: str, said: str) -> None:
    with pytest.raises(ConfigError, match=re.escape(said)):
        read(tmp_path, f"[judge]\nzones = {zones}")
