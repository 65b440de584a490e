import runpy
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from quietwatch.errors import ConfigError, ModelDamaged, ModelUnsupported
from quietwatch.model import CLASSES, Kind
from quietwatch.vision import zoo
from quietwatch.vision.savedmodel import SavedModelDetector

make = runpy.run_path(str(Path(__file__).with_name("make.py")))["make"]
RED = np.full((48, 64, 3), (204, 0, 0), np.uint8)


def test_reads_the_finds_of_a_saved_model(tmp_path: Path) -> None:
    detector = zoo.load(str(make(tmp_path / "bright")), threads=1)
    assert isinstance(detector, SavedModelDetector)
    assert detector.size == 64
    assert detector.model_id.startswith("bright@")

    finds = detector.detect(RED)  # padded with 16 rows of grey below
    assert [CLASSES[kind] for kind in finds.kinds] == [Kind.PERSON, Kind.ANIMAL]
    assert finds.scores == pytest.approx([0.8 / 3, 0.8 * 0.75 + 127 / 255 * 0.25])
    assert finds.boxes[0] == pytest.approx([0, 0, 0.5, 0.5 * 64 / 48])
    assert finds.boxes[1].tolist() == [0, 0, 1, 1]


def test_two_models_in_one_process_do_not_mix(tmp_path: Path) -> None:
    first = zoo.load(str(make(tmp_path / "first")))
    second = zoo.load(str(make(tmp_path / "second", detection_classes=[[2.0, 2.0, 2.0]])))
    assert first.model_id.split("@")[1] != second.model_id.split("@")[1]
    assert len(first.detect(RED)) == 2
    assert {CLASSES[kind] for kind in second.detect(RED).kinds} == {Kind.VEHICLE}


@pytest.mark.parametrize(
    "changes",
    [
        {"input": ((None, 64, 64, 3), "uint8")},
        {"input": ((1, 64, 64, 3), "float32")},
        {"num_detections": 3},
        {"detection_classes": [[0, 17, 76]]},
        {"raw_boxes": [[[0.0, 0.0, 1.0, 1.0]] * 99], "anchors": [[1.0, 2.0]]},
    ],
    ids=["any-batch", "float-input", "scalar-count", "whole-classes", "more-outputs"],
)
def test_takes_the_usual_variants(tmp_path: Path, changes: dict[str, Any]) -> None:
    detector = zoo.load(str(make(tmp_path / "model", **changes)))
    assert len(detector.detect(RED)) in (1, 2)


def test_names_do_not_matter_where_shapes_and_values_tell(tmp_path: Path) -> None:
    names = ("detection_boxes", "detection_classes", "num_detections")
    plain = {
        "output_0": [[[0.0, 0.0, 0.5, 0.5]] * 3],
        "output_2": [[0.0, 17.0, 76.0]],
        "output_3": [3.0],
    }
    detector = zoo.load(str(make(tmp_path / "model", **dict.fromkeys(names), **plain)))
    assert len(detector.detect(RED)) == 2


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"input": ((1, 64, 32, 3), "uint8")}, r"input is \[1, 64, 32, 3\]"),
        ({"input": ((1, None, None, 3), "uint8")}, r"input is \[1, -1, -1, 3\]"),
        ({"input": (None, "uint8")}, r"input is \[1, -1, -1, -1\]"),
        ({"num_detections": None}, "its outputs are"),
        ({"detection_boxes": [[[0.0, 0.0, 32.0, 32.0]] * 3]}, "not pixels"),
        ({"detection_classes": [[0.5, 1.0, 2.0]]}, "not whole numbers"),
        ({"detection_classes": [["person", "dog", "phone"]]}, "its outputs are"),
    ],
)
def test_another_signature_is_refused(tmp_path: Path, changes: dict[str, Any], found: str) -> None:
    folder = make(tmp_path / "model", **changes)
    with pytest.raises(ModelUnsupported, match=found) as refused:
        zoo.load(str(folder))
    assert str(folder) in refused.value.detail
    assert "expected" in refused.value.detail


def test_a_model_without_the_signature_is_refused(tmp_path: Path) -> None:
    import tensorflow as tf  # noqa: PLC0415

    tf.saved_model.save(tf.Module(), str(tmp_path / "empty"))
    with pytest.raises(ModelUnsupported, match="no signature serving_default"):
        zoo.load(str(tmp_path / "empty"))


@pytest.mark.parametrize("content", [b"", b"hello", bytes(999)])
def test_a_damaged_graph_is_refused(tmp_path: Path, content: bytes) -> None:
    folder = make(tmp_path / "model")
    (folder / "saved_model.pb").write_bytes(content)
    with pytest.raises(ModelUnsupported):
        zoo.load(str(folder))


def test_a_folder_without_a_graph_is_no_model(tmp_path: Path) -> None:
    with pytest.raises(ConfigError):
        zoo.load(str(tmp_path))
    with pytest.raises(ModelDamaged):
        SavedModelDetector(tmp_path)
