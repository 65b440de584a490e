"""VIRAT's files of objects."""

from pathlib import Path

import pytest

from quietwatch.bench.readers import read
from quietwatch.config import MediaSettings
from quietwatch.errors import ConfigError
from quietwatch.model import Kind

# A person walks from left to right and out over the edge, a car drives, another is parked, and a
# bag is carried.
LINES = [
    *(f"0 21 {frame} {frame * 4} 10 8 20 1" for frame in range(10, 31)),
    *(f"1 40 {frame} 0 30 20 10 2" for frame in range(40)),
    *(f"2 11 {frame} {2 * frame} 30 20 10 3" for frame in range(11)),
    "3 1 12 5 5 2 2 4",
    "",
]


@pytest.fixture
def labels(tmp_path: Path) -> Path:
    folder = tmp_path / "annotations"
    folder.mkdir()
    text = "\n".join(LINES)
    (folder / "yard.viratdata.objects.txt").write_text(text, encoding="ascii")
    (folder / "elsewhere.viratdata.objects.txt").write_text(text, encoding="ascii")
    return folder


def test_objects_become_events(labels: Path, clips: Path) -> None:
    ((clip, truth),) = read("virat", labels, clips, MediaSettings())
    assert clip == clips / "2018-03-05" / "yard.mp4"
    assert truth.duration_s == pytest.approx(4)
    car, person = truth.events
    assert (car.kind, person.kind) == (Kind.VEHICLE, Kind.PERSON)
    assert (car.start_s, car.end_s) == pytest.approx((0, 1.1))
    assert (person.start_s, person.end_s) == pytest.approx((1, 3.1))
    assert person.track is not None
    assert person.track[0] == pytest.approx((1.0, 0.4, 0.2, 0.48, 0.6))
    assert person.track[-1] == pytest.approx((3.0, 1.0, 0.2, 1.0, 0.6))  # left the picture
    assert len(person.track) == 11  # every second frame of 21
    (parked,) = truth.nuisances
    assert parked.kind == "parked-car"
    assert parked.end_s == pytest.approx(4)


def test_a_line_that_is_none_is_told(labels: Path, clips: Path) -> None:
    path = labels / "yard.viratdata.objects.txt"
    path.write_text("0 1 0 1 1 1 1 1\n0 1 two 1 1 1 1 1\n", encoding="ascii")
    with pytest.raises(ConfigError, match=r"yard.*line 2: expected 8 whole numbers"):
        list(read("virat", labels, clips, MediaSettings()))
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigError, match="can't be read"):
        list(read("virat", labels, clips, MediaSettings()))


def test_footage_that_is_not_there_is_told(labels: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="has no clip that"):
        list(read("virat", labels, labels, MediaSettings()))
    with pytest.raises(ConfigError, match="is no folder"):
        list(read("virat", labels, tmp_path / "none", MediaSettings()))
