"""What `import quietwatch` gives is written down, and all of it is there."""

import re
from importlib.metadata import version

import pytest

import quietwatch
from quietwatch import errors, model

DOOR = [
    *("Camera", "Clip", "Detections", "Event", "Frame", "InputError", "Judgement", "Kind", "Note"),
    *("QuietwatchError", "Reason", "Region", "SetupError", "StorageError", "Track", "UsageError"),
    *("Verdict", "__version__"),
]
"""Programs rely on these names: one may be added, none taken away."""


def test_the_door_is_this_wide() -> None:
    assert quietwatch.__all__ == DOOR
    assert sorted(DOOR) == DOOR


@pytest.mark.parametrize("name", DOOR)
def test_each_name_can_be_imported(name: str) -> None:
    assert getattr(quietwatch, name)


def test_what_is_not_on_the_list_is_no_part_of_it() -> None:
    floors = {"errors", "model"}  # modules become attributes when they are imported
    public = {name for name in vars(quietwatch) if not name.startswith("_")}
    modules = {name for name in public if type(getattr(quietwatch, name)).__name__ == "module"}
    assert public - modules <= set(DOOR)  # those with arrays come when they are asked for
    with pytest.raises(AttributeError, match="no attribute 'Analysis'"):
        quietwatch.Analysis  # type: ignore[attr-defined] # noqa: B018
    assert floors <= modules


@pytest.mark.parametrize("name", [name for name in DOOR if not name.startswith("_")])
def test_nothing_at_the_door_is_a_copy(name: str) -> None:
    home = errors if issubclass(getattr(quietwatch, name), Exception) else model
    assert getattr(quietwatch, name) is getattr(home, name)


def test_every_branch_of_the_errors_is_at_the_door() -> None:
    for branch in errors.QuietwatchError.__subclasses__():
        assert branch.__name__ in DOOR


def test_the_version_is_that_of_the_installed_package() -> None:
    assert re.fullmatch(r"\d+\.\d+\.\d+", quietwatch.__version__)
    assert version("quietwatch") == quietwatch.__version__
