"""What is drawn where; whether it is easy on the eye a person must say."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from quietwatch.camera.policy import PrivacySettings
from quietwatch.config import JudgeSettings, MediaSettings, Settings
from quietwatch.model import Picture
from quietwatch.pipeline.preview import SUFFIXES, drawn, encoded, picture_of

if TYPE_CHECKING:
    from tests.conftest import Footage

GRAY = np.full((90, 160, 3), 128, np.uint8)
RIGHT = [[0.5, 0], [1, 0], [1, 1], [0.5, 1]]


def changed(rules: dict[str, Any], masks: tuple[Any, ...] = ()) -> Picture:
    """(720, 1280): where something is drawn that is not there without these settings."""
    settings = Settings(
        judge=JudgeSettings(**rules), privacy=PrivacySettings.model_validate({"masks": masks})
    )
    found = (drawn(GRAY, settings) != drawn(GRAY, Settings())).any(axis=2)
    return np.asarray(found, np.uint8)


def test_a_zone_is_filled_and_the_rest_is_left() -> None:
    found = changed({"zones": [RIGHT]})
    assert found[:, 650:].mean() > 0.9
    assert found[60:, :560].sum() == 0


def test_a_mask_is_black_in_a_picture_of_any_size() -> None:
    settings = Settings(privacy=PrivacySettings.model_validate({"masks": [RIGHT]}))
    picture = drawn(GRAY, settings)
    assert picture.shape == (720, 1280, 3)
    assert not picture[420:700, 900:1260].any()
    assert (picture[400:, :600] == 128).all()


@pytest.mark.parametrize(("direction", "side"), [("right", 1), ("left", -1)])
def test_the_arrow_points_the_way_that_counts(direction: str, side: int) -> None:
    """Upwards in the middle: its right is the picture's right."""
    line = {"points": [[0.5, 0.9], [0.5, 0.4]], "direction": direction}
    found = changed({"lines": [line]})[450:500]
    right, left = found[:, 650:].sum(), found[:, :630].sum()
    assert (right > left) == (side > 0)
    assert min(right, left) == 0


def test_sizes_stand_on_the_lower_edge_as_high_as_they_are() -> None:
    found = changed({"smallest": 0.25})
    rows = np.nonzero(found[:, 12])[0]
    assert rows.min() == pytest.approx(720 * 0.75, abs=30)  # with its name above it
    assert rows.max() > 710


def test_what_can_t_be_drawn_is_written() -> None:
    for rules in (
        {"armed": "never"},
        {"armed": [{"start": "22:00", "end": "06:00"}] * 5, "timezone": "Europe/Berlin"},
        {"loitering_s": 20, "only": ["loitering"]},
        {"threats": ()},
    ):
        assert changed(rules)[:120].any()


def test_a_name_without_ascii_does_no_harm() -> None:
    assert changed({"zones": [{"name": "Hof für Gäste", "corners": RIGHT}]}).any()


def test_the_picture_of_a_moment(footage: "Footage") -> None:
    clip = footage.video(size=(64, 48), frames=10, rate=10)
    first, later, last = (picture_of((clip,), MediaSettings(), at) for at in (0, 0.5, 99))
    assert first.shape == (48, 64, 3)
    assert (first != later).any()
    assert (later != last).any()


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_each_kind_of_file_is_written(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"p{suffix}"
    path.write_bytes(encoded(GRAY, suffix))
    assert picture_of((path,), MediaSettings()).shape == GRAY.shape
