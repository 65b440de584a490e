"""Stills of camera traps."""

import json
from pathlib import Path
from typing import Any

import pytest

from quietwatch.bench.readers import FORMATS, read
from quietwatch.config import MediaSettings
from quietwatch.errors import ConfigError
from quietwatch.model import Kind

NAMES = ["empty", "Human", "deer", "vehicle", "unknown"]


def labels(folder: Path, *annotations: dict[str, Any], **image: Any) -> Path:
    """A file of labels for one still; a data set's own keys do no harm."""
    path = folder / "set.json"
    still = {"id": "one", "file_name": "loc/one.jpg", "width": 200, "height": 100, **image}
    told = {
        "info": {"version": 1},
        "images": [still, {"id": 2, "file_name": "loc/not-there.jpg"}],
        "categories": [{"id": i, "name": name} for i, name in enumerate(NAMES)],
        "annotations": [
            {"id": str(i), "image_id": "one", "count": 1, **one}
            for i, one in enumerate(annotations)
        ],
    }
    path.write_text(json.dumps(told), encoding="utf-8")
    (folder / "loc").mkdir(exist_ok=True)
    (folder / "loc" / "one.jpg").touch()
    return path


def test_a_person_and_an_animal(tmp_path: Path) -> None:
    path = labels(
        tmp_path,
        {"category_id": 1, "bbox": [20.0, 10.0, 100.0, 200.0]},
        {"category_id": 2, "sequence_level_annotation": False},
        location="Trail 7",
    )
    ((clip, truth),) = read("camera-traps", path, tmp_path, MediaSettings())
    assert clip == tmp_path / "loc" / "one.jpg"
    assert (truth.duration_s, truth.camera) == (0, "trail-7")
    person, deer = truth.events
    assert (person.kind, deer.kind, deer.note) == (Kind.PERSON, Kind.ANIMAL, "deer")
    assert person.track == ((0.0, 0.1, 0.1, 0.6, 1.0),)
    assert deer.track is None


def test_an_empty_still_is_a_nuisance(tmp_path: Path) -> None:
    path = labels(tmp_path, {"category_id": 0, "sequence_level_annotation": True})
    ((_, truth),) = read("camera-traps", path, tmp_path, MediaSettings())
    assert truth.events == ()
    assert [one.kind for one in truth.nuisances] == ["empty"]


@pytest.mark.parametrize(
    ("annotations", "image"),
    [
        ((), {}),
        (({"category_id": 4},), {}),
        (({"category_id": 2}, {"category_id": 4}), {}),
        (({"category_id": 9},), {}),
        (({"category_id": 1, "sequence_level_annotation": True},), {}),
        (({"category_id": 1},), {"corrupt": True}),
        (({"category_id": 1},), {"file_name": "loc/other.jpg"}),
    ],
)
def test_what_is_not_sure_is_left_out(
    tmp_path: Path, annotations: tuple[dict[str, Any], ...], image: dict[str, Any]
) -> None:
    with pytest.raises(ConfigError, match="has no clip that"):
        list(
            read("camera-traps", labels(tmp_path, *annotations, **image), tmp_path, MediaSettings())
        )


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{", "not JSON"),
        ("[]", "valid dictionary"),
        ('{"images": [], "annotations": [{}], "categories": []}', r"annotations\.0\.image_id"),
    ],
)
def test_what_is_not_of_the_format_is_told(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "set.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=told) as caught:
        list(read("camera-traps", path, tmp_path, MediaSettings()))
    assert str(path) in caught.value.detail
    with pytest.raises(ConfigError, match="can't be read"):
        list(read("camera-traps", tmp_path / "none.json", tmp_path, MediaSettings()))


@pytest.mark.parametrize("name", ["/etc/passwd", "loc/../../one.jpg"])
def test_a_name_that_leads_elsewhere_is_refused(tmp_path: Path, name: str) -> None:
    path = labels(tmp_path, {"category_id": 1}, file_name=name)
    with pytest.raises(ConfigError, match="leads out of its folder"):
        list(read("camera-traps", path, tmp_path, MediaSettings()))


def test_every_format_has_a_reader() -> None:
    assert list(FORMATS) == ["cdnet", "meva", "virat", "camera-traps"]


def test_a_format_that_is_none_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no labels are called pascal; there are cdnet, meva"):
        list(read("pascal", tmp_path, tmp_path, MediaSettings()))
