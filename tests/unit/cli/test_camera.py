"""`quietwatch camera`: what is said of a file, what holds, what is kept, what is drawn."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest
from typer.testing import Result

from quietwatch.camera.layers import DEFAULT
from quietwatch.model import Picture

if TYPE_CHECKING:
    from tests.conftest import Footage

Call = Callable[..., Result]

GOOD = """\
optics:
  privacy:
    masks:
      - {name: window, corners: [[0, 0], [0.25, 0], [0.25, 1], [0, 1]]}
rules:
  profile: drive  # cars come and go
  zones: [{name: gate, corners: [[0.5, 0.5], [1, 0.5], [1, 1], [0.5, 1]]}]
"""
BAD = """\
rules:
  profile: drive
  zones:
    - corners: [[0, 0], [1, 0], [1, 2]]
  alarm: 0.5
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "door.yaml"
    path.write_text(GOOD)
    return path


def read(path: Path) -> Picture:
    picture = cv2.imread(str(path))
    assert picture is not None
    return picture.astype(np.uint8)


class TestCheck:
    def test_a_good_file_is_good_without_a_home(self, call: Call, home: Path, file: Path) -> None:
        result = call("camera", "check", file, "--home", home)
        assert (result.exit_code, result.stdout) == (0, "Nothing is wrong.\n")
        assert not home.exists()

    def test_what_is_wrong_is_told_with_file_line_and_key(
        self, call: Call, home: Path, file: Path
    ) -> None:
        file.write_text(BAD)
        result = call("camera", "check", file, "--home", home, "--format", "json")
        assert result.exit_code == 1
        found = json.loads(result.stdout)["problems"]
        assert [(one["file"], one["line"], one["key"]) for one in found] == [
            (str(file), 4, "rules.zones.0.corners.2.1"),
            (str(file), 5, "rules.alarm"),
        ]
        text = call("camera", "check", file, "--home", home).stdout
        assert "less than or equal to 1" in text

    @pytest.mark.parametrize(
        ("text", "line", "said"),
        [
            ("rules:\n  a: [", 2, "this is no YAML"),
            ("\nzones: []", 2, "zones is no section"),
            ("rules:\n  profile: moon\n", 2, "no profile is called 'moon'"),
        ],
    )
    def test_what_can_t_be_read_at_all_is_one_problem(
        self, call: Call, home: Path, file: Path, text: str, line: int, said: str
    ) -> None:
        file.write_text(text)
        result = call("camera", "check", file, "--home", home, "--format", "json")
        [found] = json.loads(result.stdout)["problems"]
        assert (result.exit_code, found["line"]) == (1, line)
        assert said in found["what"]

    def test_a_file_that_is_not_there_is_wrong_usage(self, call: Call, home: Path) -> None:
        result = call("camera", "check", home / "no.yaml", "--home", home)
        assert result.exit_code == 2
        assert "no.yaml" in result.stderr


class TestSet:
    def test_each_section_is_kept_in_its_repo_and_shown(
        self, call: Call, home: Path, file: Path
    ) -> None:
        result = call("camera", "set", "main/door", file, "--home", home, "--format", "json")
        assert result.exit_code == 0, result.stderr
        assert set(json.loads(result.stdout)["commits"]) == {"optics", "rules"}
        kept = call("get", "rules:main/door.yaml", "--home", home).stdout
        assert kept.startswith("profile: drive  # cars come and go\nzones:")
        again = call("camera", "set", "main/door", file, "--home", home, "--format", "json")
        assert json.loads(again.stdout)["commits"] == {}

        shown = call("camera", "show", "main/door", "--home", home, "--format", "json")
        rows = {one["setting"]: one for one in json.loads(shown.stdout)["settings"]}
        assert rows["judge.loitering_s"]["from"] == "profile drive"
        assert rows["judge.loitering_s"]["value"] == 30
        assert rows["judge.zones"]["from"] == "rules:main/door.yaml"
        assert rows["privacy.masks"]["from"] == "optics:main/door.yaml"
        assert rows["judge.alarm_score"]["from"] == "built in"
        assert "profile drive" in call("camera", "show", "main/door", "--home", home).stdout

    def test_one_changed_section_is_one_commit(self, call: Call, home: Path, file: Path) -> None:
        call("camera", "set", "main/door", file, "--home", home)
        file.write_text(GOOD.replace("gate", "door"))
        words = ("camera", "set", "main/door", file, "-m", "renamed", "--home", home)
        result = call(*words, "--format", "json")
        assert set(json.loads(result.stdout)["commits"]) == {"rules"}
        assert "renamed" in call("log", "rules", "--home", home).stdout

    def test_what_is_wrong_is_not_kept(self, call: Call, home: Path, file: Path) -> None:
        file.write_text(BAD)
        result = call("camera", "set", "main/door", file, "--home", home)
        assert result.exit_code == 2
        assert f"{file}:5: rules.alarm: is not a setting" in result.stderr
        assert call("ls", "rules", "--home", home).exit_code == 2  # no such repo

    def test_it_takes_the_place_of_json(self, call: Call, home: Path, file: Path) -> None:
        old = file.with_name("door.json")
        old.write_text('{"smallest": 0.3}')
        call("repo", "create", "rules", "--home", home)
        call("put", "rules:main/door.json", old, "--home", home)
        call("camera", "set", "main/door", file, "--home", home)
        listed = call("ls", "rules", "-r", "--home", home, "--format", "json")
        assert [one["path"] for one in json.loads(listed.stdout)["files"]] == ["main/door.yaml"]

    def test_one_s_own_profile_is_found(self, call: Call, home: Path, file: Path) -> None:
        own = file.with_name("shed.yaml")
        own.write_text("smallest: 0.2\n")
        call("repo", "create", "rules", "--home", home)
        call("put", "rules:shed.yaml", own, "--home", home)
        file.write_text("rules: {profile: shed}")
        assert call("camera", "check", file, "--home", home).exit_code == 0
        assert call("camera", "set", "main/door", file, "--home", home).exit_code == 0

    @pytest.mark.parametrize("name", ["door", "main/door/x", "Main/door", DEFAULT])
    def test_a_camera_has_a_site(self, call: Call, home: Path, file: Path, name: str) -> None:
        result = call("camera", "set", name, file, "--home", home)
        assert result.exit_code == 2
        assert "write SITE/CAMERA" in result.stderr


class TestPreview:
    def test_a_file_is_drawn_without_a_home(
        self, call: Call, home: Path, file: Path, footage: "Footage"
    ) -> None:
        clip, out = footage.video(size=(320, 240)), file.with_name("p.png")
        words = ("camera", "preview", clip, "--settings", file, "--out", out, "--home", home)
        result = call(*words)
        assert result.exit_code == 0, result.stderr
        picture = read(out)
        assert picture.shape == (960, 1280, 3)
        black = (picture[300:400, 20:120] == 0).all(axis=2)
        assert black.mean() == 1.0
        assert not (picture[300:400, 400:500] == 0).all(axis=2).any()

    def test_the_newest_clip_of_a_camera_is_masked_whatever_is_drawn(
        self, call: Call, home: Path, file: Path, footage: "Footage"
    ) -> None:
        clip = footage.video("door_1511891155.mp4", size=(320, 240))
        assert call("run", clip, "--home", home).exit_code == 0
        call("camera", "set", "main/door", file, "--home", home)
        other, out = file.with_name("other.yaml"), file.with_name("p.jpg")
        other.write_text("optics: {}\nrules: {}\n")
        for more in ((), ("--settings", other)):
            result = call("camera", "preview", "main/door", "--out", out, *more, "--home", home)
            assert result.exit_code == 0, result.stderr
            assert read(out)[300:400, 20:120].max() < 12

    @pytest.mark.parametrize(
        ("target", "out", "said"),
        [
            ("main/door", "p.gif", "of no kind that is written"),
            ("main/door", "p.png", "holds no results yet"),
            ("nowhere.mp4", "p.png", "write SITE/CAMERA"),
        ],
    )
    def test_what_can_t_be_drawn_is_told(
        self, call: Call, home: Path, target: str, out: str, said: str
    ) -> None:
        path = home.with_name(out)
        result = call("camera", "preview", target, "--out", path, "--home", home)
        assert result.exit_code == 2
        assert said in result.stderr
        assert not path.exists()
