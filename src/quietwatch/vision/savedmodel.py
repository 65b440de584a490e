"""Detector on a TensorFlow SavedModel; TensorFlow comes with the extra `train`."""

import hashlib
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

from quietwatch.errors import ExtraMissing, ModelDamaged, ModelUnsupported
from quietwatch.names import printable
from quietwatch.vision.outputs import Array, assign, input_side
from quietwatch.vision.square import SquareDetector, first_line, naming, require_threads

MARK = "saved_model.pb"
"""The file by which a SavedModel's folder is known."""

MAX_BYTES = 4 * 2**30
"""Largest SavedModel that is read, all files together."""

_SIGNATURE = "serving_default"
_NAMED = {"detection_boxes", "detection_classes", "detection_scores", "num_detections"}


class SavedModelDetector(SquareDetector):
    """A SavedModel whose signature `serving_default` is the one that `outputs.py` describes.

    Its four outputs are known by shape, and classes from scores by their names. Where there are
    more than four, those called detection_boxes, detection_classes, detection_scores and
    num_detections are taken. Classes are zero-based, boxes are fractions: many public SavedModels
    count classes from 1, which no check can see.

    A model is a program that may read and write files: load models you trust.

    Args:
        folder: holds saved_model.pb and variables/.
        threads: of inference, at least 1. TensorFlow takes one number for the whole process, when
            it begins to work: where it works already (in training), its number stays.

    Raises:
        ExtraMissing: TensorFlow is not installed.
        ModelDamaged: the folder can't be read.
        ModelUnsupported: it is no SavedModel, or none of this signature.
    """

    def __init__(self, folder: Path, threads: int = 1) -> None:
        require_threads(threads)
        super().__init__(folder.resolve().name, digest_of(folder))
        self._tensorflow = _tensorflow(threads)
        with naming(folder):
            self._load(folder)

    def _load(self, folder: Path) -> None:
        errors = self._tensorflow.errors.OpError
        try:
            # The function lives only as long as the model it belongs to.
            self._model = self._tensorflow.saved_model.load(str(folder))
            self._function = self._model.signatures[_SIGNATURE]
        except KeyError as error:
            raise ModelUnsupported(f"it has no signature {_SIGNATURE}") from error
        except (OSError, ValueError, RuntimeError, errors) as error:
            raise ModelUnsupported(f"TensorFlow can't load it ({first_line(error)})") from error
        inputs = self._function.structured_input_signature[1]
        if len(inputs) != 1:
            raise ModelUnsupported(f"it has {len(inputs)} inputs; expected one picture")
        self._input, spec = next(iter(inputs.items()))
        sizes = [-1] * 4 if spec.shape.rank is None else [s or -1 for s in spec.shape.as_list()]
        if sizes[0] == -1:  # any number of pictures at once: we give one
            sizes[0] = 1
        self._dtype = spec.dtype.as_numpy_dtype
        self._size = input_side(sizes, self._dtype)
        self._chosen = _choose(self._function.structured_outputs)
        try:
            outputs = self._probe()
        except (ValueError, errors) as error:
            raise ModelUnsupported(f"TensorFlow can't run it ({first_line(error)})") from error
        self._roles = assign(outputs, ({name: name for name in outputs},))

    def _infer(self, batch: Array) -> dict[str, Array]:
        outputs = self._function(**{self._input: self._tensorflow.constant(batch)})
        return {name: outputs[name].numpy() for name in self._chosen}


def _choose(outputs: dict[str, Any]) -> list[str]:
    """Names of the outputs that count: all, or of more than four the ones with the known names."""
    if len(outputs) > len(_NAMED) and set(outputs) >= _NAMED:
        return sorted(_NAMED)
    return sorted(outputs)


def _tensorflow(threads: int) -> Any:
    """TensorFlow, set up for this process the first time.

    Raises:
        ExtraMissing: it is not installed.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # its chatter would spoil our progress
    try:
        import tensorflow as tf  # noqa: PLC0415 (seconds and 1.5 GB: for those who use it)
    except ModuleNotFoundError as error:
        raise ExtraMissing(
            "a SavedModel needs TensorFlow, which is not installed; run "
            "pip install 'quietwatch[train]', or name a .tflite model"
        ) from error
    # TensorFlow refuses these once it has begun to work in this process: then all stays as it is.
    with suppress(RuntimeError):
        tf.config.threading.set_intra_op_parallelism_threads(threads)
        tf.config.threading.set_inter_op_parallelism_threads(1)
        for gpu in tf.config.list_physical_devices("GPU"):
            # Else each worker takes all of the memory.
            tf.config.experimental.set_memory_growth(gpu, enable=True)
    return tf


def digest_of(folder: Path) -> str:
    """SHA-256 over the names and bytes of a SavedModel's files, 64 hex digits.

    Raises:
        ModelDamaged: it can't be read. ModelUnsupported: it is larger than any model here.
    """
    whole = hashlib.sha256()
    size = 0
    try:
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        for path in files:
            size += path.stat().st_size
            if size > MAX_BYTES:
                raise ModelUnsupported(f"{printable(folder)} has more than {MAX_BYTES >> 30} GiB")
            with path.open("rb") as file:
                one = hashlib.file_digest(file, "sha256").hexdigest()
            whole.update(f"{one}  {path.relative_to(folder).as_posix()}\n".encode(errors="replace"))
    except OSError as error:
        raise ModelDamaged(
            f"the model {printable(folder)} can't be read: {error.strerror}"
        ) from error
    if not (folder / MARK).is_file():
        raise ModelDamaged(f"the model {printable(folder)} has no {MARK}")
    return whole.hexdigest()
