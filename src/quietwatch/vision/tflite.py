"""Detector on a TensorFlow Lite file, run by LiteRT on the processor."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ai_edge_litert import schema_py_generated as schema
from ai_edge_litert.interpreter import Interpreter

from quietwatch.errors import ModelDamaged, ModelUnsupported
from quietwatch.names import printable
from quietwatch.vision.outputs import Array, assign, input_side
from quietwatch.vision.square import SquareDetector, first_line, naming, require_threads

MAX_BYTES = 512 * 2**20
"""Largest model file that is read."""

_POSTPROCESS = b"TFLite_Detection_PostProcess"
_POSTPROCESS_OUTPUTS = ("boxes", "classes", "scores", "count")


class TfliteDetector(SquareDetector):
    """Any TFLite detector with the signature that `outputs.py` describes.

    A model is a program: LiteRT verifies the file's structure and refuses what is no model, but a
    file made to do harm may still crash or stall this process. Load models you trust; the engine
    loads them in workers that it watches.

    Args:
        path: the model file.
        threads: of inference, at least 1. Results are repeatable with one.
        sha256: what the file must hash to, 64 hex digits; None takes any.

    Raises:
        ModelDamaged: the file can't be read, or is not the one expected.
        ModelUnsupported: it is no TFLite model, or none of this signature.
    """

    def __init__(self, path: Path, threads: int = 1, sha256: str | None = None) -> None:
        require_threads(threads)
        # Read once, so that what is hashed, looked into and run are the same bytes.
        content = _read(path)
        digest = hashlib.sha256(content).hexdigest()
        if sha256 not in (None, digest):
            raise ModelDamaged(
                f"{printable(path)} is not the file that was shipped (its SHA-256 is {digest}, "
                f"expected {sha256}); install Quietwatch again"
            )
        super().__init__(path.stem, digest)
        with naming(path):
            self._load(content, threads)

    def _load(self, content: bytes, threads: int) -> None:
        try:
            with _hushed():
                self._interpreter = Interpreter(model_content=content, num_threads=threads)
                inputs = self._interpreter.get_input_details()
                if len(inputs) != 1:
                    raise ModelUnsupported(f"it has {len(inputs)} inputs; expected one picture")
                self._size = input_side(inputs[0]["shape_signature"], inputs[0]["dtype"])
                self._dtype = inputs[0]["dtype"]
                self._input = int(inputs[0]["index"])
                self._interpreter.allocate_tensors()
                self._outputs = {
                    str(output["index"]): int(output["index"])
                    for output in self._interpreter.get_output_details()
                }
                outputs = self._probe()
                hints = (self._signature(), _op_names(content), self._names())
        except (ValueError, RuntimeError, MemoryError) as error:
            raise ModelUnsupported(f"LiteRT can't load it ({first_line(error)})") from error
        self._roles = assign(outputs, hints)

    def _infer(self, batch: Array) -> dict[str, Array]:
        self._interpreter.set_tensor(self._input, batch)
        self._interpreter.invoke()
        return {key: self._interpreter.get_tensor(index) for key, index in self._outputs.items()}

    def _signature(self) -> dict[str, str]:
        """Names of the outputs in the model's signature, by key; empty when it has none."""
        signatures = self._interpreter.get_signature_list()
        if len(signatures) != 1:
            return {}
        runner = self._interpreter.get_signature_runner(next(iter(signatures)))
        return {str(detail["index"]): name for name, detail in runner.get_output_details().items()}

    def _names(self) -> dict[str, str]:
        """Names of the output tensors, by key."""
        details: list[dict[str, Any]] = self._interpreter.get_output_details()
        return {str(detail["index"]): str(detail["name"]) for detail in details}


def _read(path: Path) -> bytes:
    try:
        if not path.is_file():
            raise ModelDamaged(f"the model file {printable(path)} is not there")
        with path.open("rb") as file:
            too_large = os.fstat(file.fileno()).st_size > MAX_BYTES
            content = b"" if too_large else file.read(MAX_BYTES)
    except OSError as error:
        raise ModelDamaged(
            f"the model file {printable(path)} can't be read: {error.strerror}"
        ) from error
    if too_large:
        raise ModelUnsupported(f"{printable(path)} has more than {MAX_BYTES >> 20} MiB")
    if content[4:8] != b"TFL3":
        raise ModelUnsupported(f"{printable(path)} is no TFLite model (its mark TFL3 is missing)")
    return content


def _op_names(content: bytes) -> dict[str, str]:
    """Names of the outputs by the operator that makes them, by key; empty when another does.

    TFLite's own post-processing gives its four outputs in an order that is part of its definition;
    the names of its tensors (`StatefulPartitionedCall:1`) say nothing.
    """
    # LiteRT has verified the structure before.
    model = schema.Model.GetRootAs(content)
    graph = model.Subgraphs(0)
    for number in range(graph.OperatorsLength()):
        operator = graph.Operators(number)
        if model.OperatorCodes(operator.OpcodeIndex()).CustomCode() == _POSTPROCESS:
            made = [str(index) for index in operator.OutputsAsNumpy()]
            return dict(zip(made, _POSTPROCESS_OUTPUTS, strict=False))
    return {}


@contextmanager
def _hushed() -> Iterator[None]:
    """Keep LiteRT from writing to standard error while it loads, where progress is shown.

    It has no setting for that, so the file descriptor points elsewhere meanwhile. What goes wrong
    is raised as an exception all the same.
    """
    try:
        kept = os.dup(2)
    except OSError:  # standard error is closed: nothing to keep clean
        yield
        return
    try:
        with open(os.devnull, "wb") as nowhere:  # noqa: PTH123
            os.dup2(nowhere.fileno(), 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
