"""The stages over folders: what `quietwatch stage` does, whoever calls it.

Folders in, one folder out. Nothing else is read or written, and nothing that is written tells when,
where or by whom. Paths in and out begin with site/camera/YYYY/MM/DD, and no stream is longer than
an hour of a camera: so the hours give the same bytes together, one by one, and on other machines.
"""

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import cv2

from quietwatch.config import Settings, VisionSettings
from quietwatch.errors import (
    ConfigError,
    InputError,
    InvalidName,
    QuietwatchError,
    RecordDamaged,
)
from quietwatch.events.table import parquet_bytes
from quietwatch.judge.incidents import join
from quietwatch.media.files import opened
from quietwatch.media.opening import open_media
from quietwatch.model import Analysis, Camera, Clip, Event
from quietwatch.names import DEFAULT_TENANT, clip_hour, clip_path, printable, read_clip_path
from quietwatch.pipeline import chain, stages
from quietwatch.pipeline.tuning import Tuning
from quietwatch.store.files import PartFile, make_folder, open_stored, storage_errors, write_whole
from quietwatch.store.pack import PackReader, PackWriter
from quietwatch.vision import zoo
from quietwatch.vision.detector import Detector

PACK = ".zip"
"""What the name of an analysis has behind that of its clip."""

REJECTED = ".rejected.json"
"""What the name of a rejection has behind that of the file that can't be used."""

_DEPTH = 5  # folders above a clip
_PIECE = 2**20  # bytes


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file: done, or why it can't be used."""

    path: str
    error: QuietwatchError | None = None


class _Folders:
    """What both stages share: hours in, rejections out."""

    def __init__(self, source: Path, out: Path) -> None:
        self._source = source
        self._out = out
        make_folder(out)

    def _reject(self, path: str, error: QuietwatchError) -> Outcome:
        """Name a file that can't be used, with the reason."""
        told = json.dumps({"code": error.code, "detail": error.detail}, indent=1)
        write_whole(self._target(f"{path}{REJECTED}"), f"{told}\n".encode())
        return Outcome(path, error)

    def _target(self, path: str) -> Path:
        target = self._out / path
        make_folder(target.parent)
        return target

    def _hours(self) -> Iterator[list[str]]:
        """The paths of all files, those of an hour of a camera together, in order."""
        found = sorted(path for path in _files(self._source) if not path.endswith(REJECTED))
        for _, paths in groupby(found, lambda path: clip_hour(path.removesuffix(PACK))):
            yield list(paths)


class AnalyzeFolder(_Folders):
    """The stage `analyze`: a pack for each clip, at the clip's path with .zip behind it.

    Args:
        footage: the clips, site/camera/YYYY/MM/DD/...
        out: gets the packs.
        optics: `default.json` and site/camera.json, as in `tuning`; defaults if None.
        models: <name>.tflite or a SavedModel folder <name>; only those shipped if None.
    """

    def __init__(
        self, footage: Path, out: Path, optics: Path | None = None, models: Path | None = None
    ) -> None:
        super().__init__(footage, out)
        self._tuning = Tuning(_reading(optics), _reading(None), Settings())
        self._models = models
        self._detectors: dict[tuple[str, int], Detector] = {}

    def run(self) -> Iterator[Outcome]:
        """Analyze everything; a model is loaded once.

        Raises:
            ConfigError: optics are wrong, or name a model that is not there.
            SetupError: the model can't be loaded. StorageError: a folder can't be read or written.
        """
        for paths in self._hours():
            clips = []
            for path in paths:
                try:
                    clips.append(self._clip(path))
                except (InputError, InvalidName) as error:
                    yield self._reject(path, error)
            for stream in chain.streams(clips):
                yield from self._stream(stream)

    def _clip(self, path: str) -> Clip:
        """What a file is, without decoding it."""
        camera, start = read_clip_path(path, DEFAULT_TENANT)
        file = self._source / path
        whole, size = hashlib.sha256(), 0
        with opened(file) as reading:
            while piece := reading.read(_PIECE):
                whole.update(piece)
                size += len(piece)
        with open_media((file,), self._tuning.of(camera).media) as reader:
            info = reader.info
            duration = 0.0 if info.lone_still else reader.extent()
        return _named(
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

    def _stream(self, clips: Iterable[Clip]) -> Iterator[Outcome]:
        """One clip after the other; one that can't be used parts what is before and behind it."""
        first: Clip | None = None
        state: bytes | None = None
        for clip in clips:
            first = clip if first is None else first
            path, offset = clip_path(clip), chain.offset(first, clip)
            piece = stages.Piece((self._source / path,), clip.sha256, offset, state)
            try:
                state = self._analyze(piece, clip.camera, self._target(f"{path}{PACK}"))
            except InputError as error:
                first = state = None
                yield self._reject(path, error)
            else:
                yield Outcome(path)

    def _analyze(self, piece: stages.Piece, camera: Camera, target: Path) -> bytes:
        """Write the pack; gives the state at its end."""
        settings = self._tuning.of(camera)
        detector = self._detector(settings.vision)
        cv2.setNumThreads(settings.vision.inference_threads)
        with PartFile(target, target.parent) as part:
            with PackWriter(part) as pack:
                stages.analyze(piece, detector, settings.media, settings.vision, pack, _untold)
            part.put_in_place()
        with open_stored(target) as file, PackReader(file) as pack:
            return pack.state()

    def _detector(self, vision: VisionSettings) -> Detector:
        wanted = vision.model, vision.inference_threads
        if wanted not in self._detectors:
            self._detectors[wanted] = zoo.load(self._model(vision.model), wanted[1])
        return self._detectors[wanted]

    def _model(self, name: str) -> str:
        """The model of a name: one that was given, else one that is shipped."""
        if self._models is not None and "/" not in name:
            for given in (self._models / f"{name}.tflite", self._models / name):
                if given.exists():
                    return str(given)
        known = ", ".join(model.name for model in zoo.shipped())
        if name not in known.split(", "):
            raise ConfigError(
                f"optics name the model {printable(name)!r}, which is neither in the folder of "
                f"models nor shipped; shipped are {known}"
            )
        return name


class DecideFolder(_Folders):
    """The stage `decide`: the events of each hour of a camera as one Parquet file.

    It lies at site/camera/YYYY/MM/DD/YYYYMMDDTHH.parquet, and has the events that began in clips
    which start in that hour, joined to incidents among themselves.

    Args:
        analysis: the packs that `AnalyzeFolder` wrote.
        out: gets the events.
        rules: `default.json` and site/camera.json, as in `tuning`; defaults if None.
        tenant: whose footage it is.
    """

    def __init__(
        self, analysis: Path, out: Path, rules: Path | None = None, tenant: str = DEFAULT_TENANT
    ) -> None:
        super().__init__(analysis, out)
        self._tuning = Tuning(_reading(None), _reading(rules), Settings())
        self._tenant = tenant

    def run(self) -> Iterator[Outcome]:
        """Decide everything.

        Raises:
            ConfigError: rules are wrong. StorageError: a folder can't be read or written.
        """
        for paths in self._hours():
            states: dict[str, bytes] = {}
            events: dict[str, Event] = {}
            judged = None
            for path in paths:
                try:
                    judged = self._decide(path, states, events)
                except (InvalidName, RecordDamaged) as error:
                    yield self._reject(path, error)
                else:
                    yield Outcome(path)
            if judged is not None:
                gap = self._tuning.of(judged.camera).judge.incident_gap
                target = self._target(f"{clip_hour(clip_path(judged))}.parquet")
                write_whole(target, parquet_bytes(join(events.values(), gap)))

    def _decide(self, path: str, states: dict[str, bytes], events: dict[str, Event]) -> Clip:
        """Judge one clip, from the state after the one before it; gives the clip."""
        clip, analysis = self._read(path)
        rules = self._tuning.of(clip.camera).judge
        before = states.get(analysis.summary.link.before)
        decided = stages.decide(clip, analysis, clip_path(clip), rules, before)
        states[clip.sha256] = decided.state
        events |= {event.event_id: event for event in decided.events}
        return clip

    def _read(self, path: str) -> tuple[Clip, Analysis]:
        """What a pack holds, and the clip that it is of."""
        if not path.endswith(PACK):
            raise InvalidName(f"'{printable(path)}' is no analysis; its name would end with {PACK}")
        of = path.removesuffix(PACK)
        camera, start = read_clip_path(of, self._tenant)
        with open_stored(self._source / path) as file, PackReader(file) as pack:
            analysis = pack.analysis()
        summary = analysis.summary
        if not summary.link.footage:
            raise RecordDamaged("an older Quietwatch made this analysis; analyze its footage again")
        clip = Clip(
            camera=camera,
            sha256=summary.link.footage,
            size=0,  # nobody asks
            start=start,
            start_from="recorder",
            duration=summary.duration,
            width=summary.width,
            height=summary.height,
            codec=summary.codec,
            extension=of.rpartition(".")[2],
        )
        return _named(of, clip), analysis


def _named(path: str, clip: Clip) -> Clip:
    """See that a clip lies where it belongs."""
    if clip_path(clip) != path:
        raise InvalidName(
            f"by its bytes and its time it is '{clip_path(clip)}'; it has another clip's name, or "
            "was damaged on its way here"
        )
    return clip


def _files(folder: Path) -> Iterator[str]:
    """Paths of the files below, no deeper than clips lie; links are followed, hidden ones not."""

    def told(error: OSError) -> None:
        raise error

    with storage_errors(folder, "read"):
        for place, folders, names in os.walk(folder, onerror=told, followlinks=True):
            inside = Path(place).relative_to(folder)
            deep = len(inside.parts) >= _DEPTH
            folders[:] = [] if deep else [name for name in folders if not name.startswith(".")]
            yield from ((inside / name).as_posix() for name in names if not name.startswith("."))


def _reading(folder: Path | None) -> Callable[[str], bytes | None]:
    """Reads the files of a folder by their paths; None for what is not there."""

    def read(path: str) -> bytes | None:
        if folder is None:
            return None
        try:
            with storage_errors(folder / path, "read"):
                return (folder / path).read_bytes()
        except FileNotFoundError:
            return None

    return read


def _untold(done: float, total: float | None) -> None:
    """Nobody follows the progress."""
