"""CDnet's masks of what moves."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from quietwatch.bench.readers import read
from quietwatch.bench.truth import Unlabelled
from quietwatch.config import MediaSettings
from quietwatch.errors import ConfigError
from quietwatch.model import Kind

SETTINGS = MediaSettings(stills_rate=10)
MOVES = {
    *range(21, 24),  # it was there before the labels begin
    *range(31, 41),
    *range(51, 61),  # after a second: the same visit
    *range(91, 96),  # after three: another
}
FRAMES, FIRST, LAST = 110, 21, 100


def make(video: Path) -> None:
    """A video of 11 s, labelled from the third second to the tenth."""
    for folder in ("input", "groundtruth"):
        (video / folder).mkdir(parents=True)
    for number in range(1, FRAMES + 1):
        (video / "input" / f"in{number:06d}.jpg").touch()
        mask = np.full((50, 100), 0 if FIRST <= number <= LAST else 85, np.uint8)
        mask[0, :10] = 50  # a shadow
        mask[5, 5] = 170
        if number in MOVES:
            mask[10:30, 20:40] = 255
        cv2.imwrite(str(video / "groundtruth" / f"gt{number:06d}.png"), mask)
    (video / "temporalROI.txt").write_text(f"{FIRST} {LAST}\n", encoding="ascii")


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    make(tmp_path / "badWeather" / "blizzard")
    return tmp_path


def test_what_moves_becomes_events(dataset: Path) -> None:
    ((clip, truth),) = read("cdnet", dataset, dataset, SETTINGS)
    assert clip == dataset / "badWeather" / "blizzard" / "input"
    assert truth.duration_s == pytest.approx(11)
    spans = [(event.start_s, event.end_s) for event in truth.events]
    assert spans == [pytest.approx((3, 6)), pytest.approx((9, 9.5))]
    assert {event.kind for event in truth.events} == {Kind.VEHICLE}
    assert truth.events[0].track is not None
    assert truth.events[0].track[0] == pytest.approx((3.0, 0.2, 0.2, 0.4, 0.6))
    assert [one.kind for one in truth.nuisances] == ["badweather"]
    assert truth.unlabelled == (
        Unlabelled(start_s=0, end_s=2.3),
        Unlabelled(start_s=10, end_s=11),
    )


def test_a_video_of_the_baseline_has_no_nuisance(tmp_path: Path) -> None:
    make(tmp_path / "baseline" / "pedestrians")
    ((_, truth),) = read("cdnet", tmp_path, tmp_path, SETTINGS)
    assert truth.nuisances == ()
    assert {event.kind for event in truth.events} == {Kind.PERSON}


def test_what_never_comes_to_rest_is_left_out(dataset: Path) -> None:
    video = dataset / "badWeather" / "blizzard"
    mask = cv2.imread(str(video / "groundtruth" / "gt000031.png"), cv2.IMREAD_GRAYSCALE)
    assert mask is not None
    for number in range(FIRST, LAST + 1):
        cv2.imwrite(str(video / "groundtruth" / f"gt{number:06d}.png"), mask)
    ((_, truth),) = read("cdnet", dataset, dataset, SETTINGS)
    assert truth.events == ()
    assert truth.labelled_s == 0


def test_what_is_wrong_is_told(dataset: Path) -> None:
    video = dataset / "badWeather" / "blizzard"
    (video / "groundtruth" / "gt000050.png").write_bytes(b"no picture")
    with pytest.raises(ConfigError, match=r"gt000050\.png is no picture"):
        list(read("cdnet", dataset, dataset, SETTINGS))
    (video / "temporalROI.txt").write_text("from 3 on", encoding="ascii")
    with pytest.raises(ConfigError, match="two numbers"):
        list(read("cdnet", dataset, dataset, SETTINGS))
    with pytest.raises(ConfigError, match="has no clip that"):
        list(read("cdnet", dataset / "badWeather", dataset, SETTINGS))
