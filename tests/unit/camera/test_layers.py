import pytest

from quietwatch.camera.effective import laid
from quietwatch.camera.layers import Layers, own, profiles, shipped
from quietwatch.config import Settings
from quietwatch.errors import ConfigError
from quietwatch.model import Camera

DOOR = Camera("home", "main", "door")


def layers(repo: str = "rules", **files: str) -> Layers:
    """Files by their names, where __ is written for /, and _yaml for .yaml."""
    named = {
        key.replace("__", "/").replace("_yaml", ".yaml").replace("_json", ".json"): text.encode()
        for key, text in files.items()
    }
    return Layers(repo, named.get)


def names(found: Layers) -> list[str]:
    return [one.name for one in found.of(DOOR)]


def test_the_lowest_comes_first() -> None:
    found = layers(
        default_json="{}",
        default_yaml="",
        base_yaml="smallest: 0.1",
        yard_yaml="profile: base",
        main__door_json="{}",
        main__door_yaml="profile: yard",
        main__other_yaml="",
    )
    assert own(DOOR) == "main/door"
    assert names(found) == [
        *("rules:default.json", "rules:default.yaml", "rules:base.yaml", "rules:yard.yaml"),
        *("rules:main/door.json", "rules:main/door.yaml"),
    ]
    assert [one.name for one in found.default()] == ["rules:default.json", "rules:default.yaml"]


def test_a_profile_of_all_holds_unless_a_camera_names_another() -> None:
    common = {"default_yaml": "profile: indoors"}
    assert names(layers(**common)) == ["rules:default.yaml", "profile indoors"]
    other = layers(**common, main__door_yaml="profile: drive")
    assert names(other) == ["rules:default.yaml", "profile drive", "rules:main/door.yaml"]


def test_one_s_own_profile_goes_before_one_that_is_shipped() -> None:
    found = layers(drive_yaml="smallest: 0.5", main__door_yaml="profile: drive")
    assert names(found) == ["rules:drive.yaml", "rules:main/door.yaml"]


@pytest.mark.parametrize("name", profiles())
def test_a_shipped_profile_can_be_built_on(name: str) -> None:
    """That of a place with hours needs to be told where its clock hangs, and says so."""
    [layer] = shipped(name)
    found = laid(Settings(), (), (layer,))
    needs_zone = "armed" in layer.document.values
    assert [one.key for one in found.problems] == (["armed"] if needs_zone else [])
    camera = layers(main__door_yaml=f"profile: {name}\ntimezone: Europe/Berlin")
    assert laid(Settings(), (), camera.of(DOOR)).checked().judge.threats


def test_the_shipped_profiles_are_those_of_the_docs() -> None:
    assert profiles() == ("drive", "indoors", "outdoors", "shop-by-night")


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"main__door_yaml": "\nprofile: moon"}, "rules:main/door.yaml:2: no profile is called"),
        ({"main__door_yaml": "profile: moon"}, "shipped are drive, indoors"),
        ({"main__door_yaml": "profile: Default"}, "a profile has a name of"),
        ({"main__door_yaml": "profile: default"}, "other than default"),
        ({"main__door_yaml": "profile: [a]"}, "a profile has a name of"),
        (
            {"main__door_yaml": "profile: a", "a_yaml": "profile: b", "b_yaml": "profile: a"},
            "without an end",
        ),
        ({"main__door_json": "[]"}, "is not a JSON object"),
    ],
)
def test_what_can_t_be_built_on_is_told(files: dict[str, str], said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        layers(**files).of(DOOR)


def test_optics_have_no_shipped_profiles() -> None:
    with pytest.raises(ConfigError, match=r"put optics:drive\.yaml$"):
        layers("optics", main__door_yaml="profile: drive").of(DOOR)


def test_profiles_are_read_once() -> None:
    asked: list[str] = []

    def read(path: str) -> bytes | None:
        asked.append(path)
        return (
            b"profile: p"
            if path.startswith("main") and path.endswith("yaml")
            else b"{}"
            if path == "p.yaml"
            else None
        )

    found = Layers("rules", read)
    for name in ("one", "two"):
        found.of(Camera("home", "main", name))
    assert asked.count("p.yaml") == asked.count("default.json") == 1
