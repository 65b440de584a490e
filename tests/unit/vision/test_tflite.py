"""Models of every odd shape are real TFLite files here, written with the format's own schema."""

import hashlib
import os
import random
import subprocess
import sys
from pathlib import Path

import flatbuffers  # type: ignore[import-untyped]
import numpy as np
import pytest
from ai_edge_litert import schema_py_generated as schema
from numpy.typing import NDArray

from quietwatch.errors import ModelDamaged, ModelUnsupported
from quietwatch.model import CLASSES, Kind
from quietwatch.vision import tflite, zoo
from quietwatch.vision.tflite import TfliteDetector

Output = tuple[str, NDArray[np.generic]]
BOXES = np.array([[[0.1, 0.2, 0.5, 0.6], [0.0, 0.0, 1.0, 1.0], [0.3, 0.3, 0.4, 0.4]]], np.float32)
CLASS_NUMBERS = np.array([[0, 2, 1]], np.float32)  # as scores they would pass, too: person, car...
SCORES = np.array([[0.9, 0.5, 0.25]], np.float32)
COUNT = np.array([3], np.float32)
LITE0 = zoo.file_of("efficientdet-lite0")
PICTURE = np.zeros((64, 64, 3), np.uint8)

TYPES = {
    np.dtype(np.uint8): schema.TensorType.UINT8,
    np.dtype(np.int8): schema.TensorType.INT8,
    np.dtype(np.float32): schema.TensorType.FLOAT32,
    np.dtype(np.float64): schema.TensorType.FLOAT64,
}


def tensor(name: str, shape: tuple[int, ...], dtype: object, buffer: int) -> schema.TensorT:
    made = schema.TensorT()
    made.name, made.shape, made.buffer = name.encode(), list(shape), buffer
    made.type = TYPES[np.dtype(dtype)]  # type: ignore[call-overload]
    return made


def write_model(
    path: Path,
    outputs: list[Output],
    shape: tuple[int, ...] = (1, 64, 64, 3),
    dtype: object = np.uint8,
    signature: dict[str, int] | None = None,
) -> Path:
    """A model that looks at nothing and always gives the same outputs."""
    graph, model = schema.SubGraphT(), schema.ModelT()
    graph.tensors, graph.inputs, graph.operators = [tensor("images", shape, dtype, 0)], [0], []
    model.version, model.buffers, model.operatorCodes = 3, [schema.BufferT()], []
    for name, value in outputs:
        buffer = schema.BufferT()
        buffer.data = np.frombuffer(value.tobytes(), np.uint8)
        model.buffers.append(buffer)
        graph.tensors.append(tensor(name, value.shape, value.dtype, len(model.buffers) - 1))
    graph.outputs = list(range(1, len(graph.tensors)))
    model.subgraphs = [graph]
    if signature is not None:
        model.signatureDefs = [signature_of(signature)]
    builder = flatbuffers.Builder(1024)
    builder.Finish(model.Pack(builder), b"TFL3")
    path.write_bytes(builder.Output())
    return path


def signature_of(outputs: dict[str, int]) -> schema.SignatureDefT:
    """A signature that names the outputs by their position."""

    def named(name: str, index: int) -> schema.TensorMapT:
        entry = schema.TensorMapT()
        entry.name, entry.tensorIndex = name.encode(), index
        return entry

    signature = schema.SignatureDefT()
    signature.signatureKey, signature.subgraphIndex = b"serving_default", 0
    signature.inputs = [named("images", 0)]
    signature.outputs = [named(name, place + 1) for name, place in outputs.items()]
    return signature


def check_reads_the_three_finds(detector: TfliteDetector) -> None:
    finds = detector.detect(PICTURE)
    assert [CLASSES[kind] for kind in finds.kinds] == [Kind.PERSON, Kind.VEHICLE, Kind.VEHICLE]
    assert finds.scores == pytest.approx([0.9, 0.5, 0.25])
    assert finds.boxes[0] == pytest.approx([0.2, 0.1, 0.6, 0.5])


NAMED: list[Output] = [
    ("detection_boxes", BOXES),
    ("detection_classes", CLASS_NUMBERS),
    ("detection_scores", SCORES),
    ("num_detections", COUNT),
]


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 2, 1, 0), (1, 3, 0, 2), (2, 0, 3, 1)])
def test_outputs_are_known_by_name_in_any_order(tmp_path: Path, order: tuple[int, ...]) -> None:
    path = write_model(tmp_path / "model.tflite", [NAMED[place] for place in order])
    check_reads_the_three_finds(TfliteDetector(path))


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 2, 1, 0)])
def test_outputs_without_telling_names_are_known_by_what_they_hold(
    tmp_path: Path, order: tuple[int, ...]
) -> None:
    plain = [(f"StatefulPartitionedCall:{n}", value) for n, (_, value) in enumerate(NAMED)]
    path = write_model(tmp_path / "model.tflite", [plain[place] for place in order])
    check_reads_the_three_finds(TfliteDetector(path))


def test_the_signature_is_trusted_before_the_names_of_tensors(tmp_path: Path) -> None:
    numbers = np.array([[1, 0, 1]], np.float32)  # could be either
    path = write_model(
        tmp_path / "model.tflite",
        [("b", BOXES), ("scores", numbers), ("classes", numbers), ("n", COUNT)],
        signature={"boxes": 0, "category": 1, "confidence": 2, "count": 3},
    )
    finds = TfliteDetector(path).detect(PICTURE)
    assert finds.scores.tolist() == [1, 0, 1]
    assert [CLASSES[kind] for kind in finds.kinds] == [Kind.VEHICLE, Kind.PERSON, Kind.VEHICLE]


def test_the_shipped_models_are_told_apart_by_their_operator() -> None:
    names = tflite._op_names(LITE0.read_bytes())
    assert list(names.values()) == ["boxes", "classes", "scores", "count"]


def test_a_model_of_float_input_gets_the_picture_from_minus_one_to_one(tmp_path: Path) -> None:
    path = write_model(tmp_path / "model.tflite", NAMED, dtype=np.float32)
    check_reads_the_three_finds(TfliteDetector(path))


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"shape": (1, 64, 32, 3)}, "input is [1, 64, 32, 3]"),
        ({"shape": (1, 3, 64, 64)}, "input is [1, 3, 64, 64]"),
        ({"shape": (2, 64, 64, 3)}, "input is [2, 64, 64, 3]"),
        ({"shape": (1, 8, 8, 3)}, "input is [1, 8, 8, 3]"),
        ({"shape": (1, 40000, 40000, 3)}, "input is [1, 40000, 40000, 3]"),
        ({"dtype": np.int8}, "of int8"),
        ({"outputs": NAMED[:3]}, "its outputs are [1, 3, 4]"),
        ({"outputs": [*NAMED, ("more", COUNT)]}, "its outputs are"),
        ({"outputs": []}, "its outputs are none"),
        ({"outputs": [("boxes", BOXES[0]), *NAMED[1:]]}, "its outputs are [3, 4]"),
        ({"outputs": [("boxes", BOXES[:, :2]), *NAMED[1:]]}, "its outputs are [1, 2, 4]"),
        ({"outputs": [("boxes", BOXES * 320), *NAMED[1:]]}, "not pixels"),
        ({"outputs": [*NAMED[:2], ("scores", SCORES * 9), NAMED[3]]}, "expected 0 to 1"),
        ({"outputs": [NAMED[0], ("classes", SCORES), *NAMED[2:]]}, "not whole numbers"),
        ({"outputs": [*NAMED[:2], ("scores", SCORES * np.nan), NAMED[3]]}, "not numbers"),
        (
            {"outputs": [("a", BOXES), ("b", SCORES), ("c", SCORES), ("d", COUNT)]},
            "neither the names",
        ),
        (
            {"outputs": [("a", BOXES), ("b", SCORES), ("c", CLASS_NUMBERS), ("d", COUNT * 0)]},
            "neither the names",
        ),
    ],
)
def test_another_signature_is_refused_with_what_was_expected_and_found(
    tmp_path: Path, change: dict[str, object], found: str
) -> None:
    path = tmp_path / "mine.tflite"
    write_model(path, **({"outputs": NAMED} | change))  # type: ignore[arg-type]
    with pytest.raises(ModelUnsupported) as refused:
        TfliteDetector(path)
    assert str(path) in refused.value.detail
    assert "expected" in refused.value.detail or "export it again" in refused.value.detail
    assert found in refused.value.detail


def test_the_id_names_the_file_and_its_bytes(tmp_path: Path) -> None:
    path = write_model(tmp_path / "night shift\n.tflite", NAMED)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    assert TfliteDetector(path).model_id == f"night shift\\n@{digest[:8]}"


def test_another_file_than_expected_is_refused(tmp_path: Path) -> None:
    path = write_model(tmp_path / "model.tflite", NAMED)
    with pytest.raises(ModelDamaged, match="not the file that was shipped"):
        TfliteDetector(path, sha256="0" * 64)


def test_a_missing_or_unreadable_file_is_named(tmp_path: Path) -> None:
    for path in (tmp_path / "gone.tflite", tmp_path):
        with pytest.raises(ModelDamaged, match="is not there"):
            TfliteDetector(path)
    fifo = tmp_path / "pipe.tflite"
    os.mkfifo(fifo)  # opening it would wait for ever
    with pytest.raises(ModelDamaged, match="is not there"):
        TfliteDetector(fifo)


def test_a_file_too_large_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.tflite"
    with path.open("wb") as file:
        file.truncate(tflite.MAX_BYTES + 1)  # sparse: takes no space
    with pytest.raises(ModelUnsupported, match="512 MiB"):
        TfliteDetector(path)


@pytest.mark.parametrize("content", [b"", b"TFL3", b"hello, camera\n" * 9, bytes(4096)])
def test_a_file_that_is_no_model_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "model.tflite"
    path.write_bytes(content)
    with pytest.raises(ModelUnsupported, match="no TFLite model"):
        TfliteDetector(path)


def test_a_damaged_model_is_refused_and_does_not_crash(tmp_path: Path) -> None:
    whole = LITE0.read_bytes()
    dice = random.Random(5)
    for number in range(12):
        broken = bytearray(whole)
        if number % 2:
            del broken[dice.randrange(8, len(broken)) :]
        else:
            for _ in range(60):  # the structure lies at the end of the file
                broken[dice.randrange(len(broken) - 150_000, len(broken))] = dice.randrange(256)
        path = tmp_path / "model.tflite"
        path.write_bytes(broken)
        with pytest.raises(ModelUnsupported, match="LiteRT can't load it"):
            TfliteDetector(path)


def test_loading_says_nothing_on_standard_error() -> None:
    code = (
        "import sys\n"
        "from quietwatch.vision import zoo\n"
        "zoo.load('efficientdet-lite0', 1)\n"
        "print('still open', file=sys.stderr)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("", "still open\n")


def test_loads_with_standard_error_closed() -> None:
    code = "from quietwatch.vision import zoo; print(zoo.load('efficientdet-lite0', 1).model_id)"
    command = ["sh", "-c", 'exec "$0" -c "$1" 2>&-', sys.executable, code]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    assert done.stdout == "efficientdet-lite0@2e04c53b\n"


@pytest.mark.parametrize("picture", [np.zeros((9, 9), np.uint8), np.zeros((9, 9, 3), np.float32)])
def test_what_is_no_rgb_picture_is_refused(tmp_path: Path, picture: NDArray[np.uint8]) -> None:
    detector = TfliteDetector(write_model(tmp_path / "model.tflite", NAMED))
    with pytest.raises(ValueError, match="expected"):
        detector.detect(picture)


def test_threads_are_at_least_one() -> None:
    with pytest.raises(ValueError, match="threads"):
        TfliteDetector(LITE0, threads=0)
