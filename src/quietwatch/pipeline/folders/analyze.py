"""The stage `analyze` over folders."""

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

import cv2

from quietwatch.config import Settings, VisionSettings
from quietwatch.errors import ConfigError, InputError, InvalidName
from quietwatch.media.files import opened
from quietwatch.media.opening import open_media
from quietwatch.model import Camera, Clip
from quietwatch.names import DEFAULT_TENANT, clip_path, printable, read_clip_path
from quietwatch.pipeline import chain, stages
from quietwatch.pipeline.folders.base import PACK, Folders, Outcome, named, reading
from quietwatch.pipeline.tuning import Tuning
from quietwatch.store.files import PartFile, open_stored
from quietwatch.store.pack import PackReader, PackWriter
from quietwatch.vision import zoo
from quietwatch.vision.detector import Detector
from quietwatch.vision.late import second_detector

_PIECE = 2**20  # bytes


class Detectors:
    """The models that this process has loaded, each once, however many folders it is given."""

    def __init__(self) -> None:
        self._loaded: dict[tuple[str, str, int], Detector] = {}

    def of(self, vision: VisionSettings, models: Path | None) -> Detector:
        """The detector that settings name: one in the folder of models, else one that is shipped.

        Raises:
            ConfigError: it is neither. SetupError: it can't be loaded.
        """
        return self._load(_model(vision.model, models), vision.inference_threads)

    def second_of(self, vision: VisionSettings, models: Path | None) -> Detector | None:
        """That of second looks, loaded when it is first needed; None if there are none.

        Raises:
            ConfigError: as `of`.
        """
        named = {"second_model": _model(vision.second_model, models)} if vision.second_looks else {}
        return second_detector(vision.model_copy(update=named), self._load)

    def _load(self, name: str, threads: int) -> Detector:
        wanted = name, zoo.digest(name), threads
        if wanted not in self._loaded:
            self._loaded[wanted] = zoo.load(name, threads)
        return self._loaded[wanted]


class AnalyzeFolder(Folders):
    """The stage `analyze`: a pack for each clip, at the clip's path with .zip behind it.

    Args:
        footage: the clips, site/camera/YYYY/MM/DD/...
        out: gets the packs.
        optics: `default.json` and site/camera.json, as in `tuning`; defaults if None.
        models: <name>.tflite or a SavedModel folder <name>; only those shipped if None.
        detectors: those that were loaded before, for other folders.
    """

    def __init__(
        self,
        footage: Path,
        out: Path,
        optics: Path | None = None,
        models: Path | None = None,
        detectors: Detectors | None = None,
    ) -> None:
        super().__init__(footage, out)
        self._tuning = Tuning(reading(optics), reading(None), Settings())
        self._models = models
        self._detectors = Detectors() if detectors is None else detectors

    def run(self) -> Iterator[Outcome]:
        """Analyze everything; a model is loaded once.

        Raises:
            ConfigError: what holds for all cameras is wrong, or names a model that is not there. If
                that is so of one camera's own optics, its clips can't be used.
            SetupError: the model can't be loaded. StorageError: a folder can't be read or written.
        """
        for paths in self.hours():
            clips = []
            for path in paths:
                try:
                    clips.append(self._clip(path))
                except (InputError, InvalidName) as error:
                    yield self.reject(path, error)
                except ConfigError as error:
                    self._require_models(self._tuning.default)
                    yield self.reject(path, error)
            for stream in chain.streams(clips):
                yield from self._stream(stream)

    def _clip(self, path: str) -> Clip:
        """What a file is, without decoding it."""
        camera, start = read_clip_path(path, DEFAULT_TENANT)
        settings = self._tuning.of(camera)
        self._require_models(settings)
        file = self.source / path
        whole, size = hashlib.sha256(), 0
        with opened(file) as open_file:
            while piece := open_file.read(_PIECE):
                whole.update(piece)
                size += len(piece)
        with open_media((file,), settings.media) as reader:
            info = reader.info
            duration = 0.0 if info.lone_still else reader.extent()
        return named(
            path,
            Clip(
                camera=camera,
                sha256=whole.hexdigest(),
                size=size,
                start=start,
                start_from="recorder",
                duration=duration,
                width=info.width,
                height=info.height,
                codec=info.codec,
                extension=file.suffix[1:],
            ),
        )

    def _require_models(self, settings: Settings) -> None:
        """See that the models that settings name are there; raises ConfigError."""
        _model(settings.vision.model, self._models)
        if settings.vision.second_looks:
            _model(settings.vision.second_model, self._models)

    def _stream(self, clips: Iterable[Clip]) -> Iterator[Outcome]:
        """One clip after the other; one that can't be used parts what is before and behind it."""
        first: Clip | None = None
        state: bytes | None = None
        for clip in clips:
            first = clip if first is None else first
            path, offset = clip_path(clip), chain.offset(first, clip)
            masks = self._tuning.of(clip.camera).privacy.polygons
            piece = stages.Piece((self.source / path,), clip.sha256, offset, state, masks)
            try:
                state = self._analyze(piece, clip.camera, self.target(f"{path}{PACK}"))
            except InputError as error:
                first = state = None
                yield self.reject(path, error)
            else:
                yield Outcome(path)

    def _analyze(self, piece: stages.Piece, camera: Camera, target: Path) -> bytes:
        """Write the pack; gives the state at its end."""
        settings = self._tuning.of(camera)
        vision = settings.vision
        detector = self._detectors.of(vision, self._models)
        second = self._detectors.second_of(vision, self._models)
        cv2.setNumThreads(vision.inference_threads)
        with PartFile(target, target.parent) as part:
            with PackWriter(part) as pack:
                stages.analyze(piece, detector, settings.media, vision, pack, _untold, second)
            part.put_in_place()
        with open_stored(target) as file, PackReader(file) as pack:
            return pack.state()


def _model(name: str, models: Path | None) -> str:
    """What a model is called here; nothing outside the folder and the package is looked at."""
    if models is not None and "/" not in name:
        for given in (models / f"{name}.tflite", models / name):
            if given.exists():
                return str(given)
    shipped = [model.name for model in zoo.shipped()]
    if name not in shipped:
        raise ConfigError(
            f"optics name the model {printable(name)!r}, which is neither in the folder of models "
            f"nor shipped; shipped are {', '.join(shipped)}"
        )
    return name


def _untold(done: float, total: float | None) -> None:
    """Nobody follows the progress."""
