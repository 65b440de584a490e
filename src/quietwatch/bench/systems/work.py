"""What a worker of the bench does: look at a clip once, and put what was seen into the cache.

The cache is a folder of files named by the key of what made them: the clip, the version and the
settings. Rules and thresholds are run over it again without a pixel.
"""

import hashlib
import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Final, Protocol, TypeVar

import cv2

from quietwatch.bench.alarms import Candidate
from quietwatch.bench.systems.glance import Glance
from quietwatch.bench.systems.glimpses import FORMAT
from quietwatch.config import MediaSettings, Settings, VisionSettings
from quietwatch.errors import ConfigError
from quietwatch.names import numbered, printable
from quietwatch.pipeline import stages
from quietwatch.pipeline.identity import Recipe, libraries
from quietwatch.pipeline.runners.base import Runner, Task, Tick, Work
from quietwatch.store.files import PartFile, write_whole
from quietwatch.store.pack import PackWriter
from quietwatch.vision import zoo
from quietwatch.vision.detector import Detector
from quietwatch.vision.late import Load, second_detector

Told = Callable[[str, int, int], None]
"""Told of progress: what is done, how many are, and of how many."""

GLANCE_VERSION: Final = 1
"""Raised when the plain systems look in another way."""

_TOGETHER = 16  # judgements in one task


class Raw(StrEnum):
    """What can be seen of a clip, by its ending in the cache."""

    ANALYSIS = "zip"  # the pack of the stage analyze
    GLIMPSES = "npz"  # what the plain systems see


@dataclass(frozen=True, slots=True)
class Sight:
    """A clip to be looked at.

    Attributes:
        name: of the clip, for people.
        files: one video or still, or the numbered stills of one clip in order.
        footage: SHA-256 of its bytes, or of the list of those of its stills.
        raw: what is to be seen.
        target: where it goes.
        media: bounds on what is decoded.
        vision: how closely is looked.
    """

    name: str
    files: tuple[Path, ...]
    footage: str
    raw: Raw
    target: Path
    media: MediaSettings
    vision: VisionSettings

    @property
    def cost(self) -> Path:
        """Where it is noted what the look cost."""
        return self.target.with_suffix(f".{self.raw}.json")


class Cache:
    """Where what was seen is kept.

    Args:
        folder: must be there.
        settings: of the machine.

    Raises:
        ConfigError, ModelDamaged, ExtraMissing: the settings' model can't be had.
    """

    def __init__(self, folder: Path, settings: Settings) -> None:
        self._folder = folder
        self._settings = settings
        self._recipe = Recipe(settings)
        vision = settings.vision
        self._glance = {
            "glance": [GLANCE_VERSION, FORMAT],
            "model": zoo.digest(vision.model),
            "vision": vision.model_dump(mode="json", exclude={"model"}),
            "max_pixels": settings.media.max_pixels,
            "libraries": libraries(zoo.runtime(vision.model)),
        }

    def sight(self, name: str, clip: Path, raw: Raw) -> Sight:
        """A clip as it would be looked at, and where what is seen lies.

        Raises:
            ConfigError: it can't be read.
        """
        files = files_of(clip)
        footage = _digest(files)
        key = self._key(footage, raw)
        target = self._folder / f"{key[:32]}.{raw}"
        settings = self._settings
        return Sight(name, files, footage, raw, target, settings.media, settings.vision)

    def _key(self, footage: str, raw: Raw) -> str:
        if raw is Raw.ANALYSIS:
            return self._recipe.analyze_key(footage)
        parts = json.dumps({**self._glance, "footage": footage}, sort_keys=True)
        return hashlib.sha256(parts.encode()).hexdigest()


def fill(sights: Iterable[Sight], runner: Runner, told: Callable[[str, int, int], None]) -> None:
    """Look at every clip that was not looked at before.

    Args:
        sights: the clips.
        runner: of `make_work`.
        told: of progress.

    Raises:
        ConfigError: a clip can't be used; it is named. StorageError, SetupError: as usual.
    """
    missing = {sight.target: sight for sight in sights if not sight.target.exists()}
    tasks: Iterator[Task] = (Task(str(target), sight) for target, sight in missing.items())
    with closing(runner.run(tasks, lambda *_: None)) as outcomes:
        for done, outcome in enumerate(outcomes, start=1):
            told("looked at", done, len(missing))
            if outcome.error is not None:
                sight = missing[Path(outcome.task.key)]
                raise ConfigError(
                    f"{printable(sight.name)} can't be used ({outcome.error.detail}); take it out "
                    "of the bench"
                )


def costs(sight: Sight) -> Mapping[str, float]:
    """Seconds of processor time that a look took, by what they were spent on; empty if not known.

    For `Raw.ANALYSIS` `analyze`; for `Raw.GLIMPSES` as `Glance.costs`.
    """
    try:
        found: Mapping[str, float] = json.loads(sight.cost.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found


class Judge(Protocol):
    """The part of a `base.System` that a worker needs; it is picklable."""

    def candidates(self, sight: Sight) -> tuple[Candidate, ...]:
        """See there."""
        ...


J = TypeVar("J", bound=Judge)


@dataclass(frozen=True, slots=True)
class _Judging:
    """Clips to be judged, each by a system; all of them were looked at."""

    pairs: Sequence[tuple[Judge, Sight]]


def judged(
    pairs: Sequence[tuple[J, Sight]], runner: Runner, told: Told
) -> dict[tuple[J, Sight], tuple[Candidate, ...]]:
    """What systems say of clips.

    Args:
        pairs: a system, and a clip that was looked at.
        runner: of `make_work`.
        told: of progress.

    Raises:
        RecordDamaged: what was seen can't be read.
    """
    found: dict[tuple[J, Sight], tuple[Candidate, ...]] = {}
    parts = {str(i): pairs[i : i + _TOGETHER] for i in range(0, len(pairs), _TOGETHER)}
    tasks = (Task(key, _Judging(part)) for key, part in parts.items())
    with closing(runner.run(tasks, lambda *_: None)) as outcomes:
        for outcome in outcomes:
            if outcome.error is not None:
                raise outcome.error
            assert isinstance(outcome.made, list)  # noqa: S101 - narrows the type
            found |= zip(parts[outcome.task.key], outcome.made, strict=True)
            told("judged", len(found), len(pairs))
    return found


def make_work(model: str, threads: int) -> Work:
    """The work of one worker: a `Sight` is looked at, a judging gives candidates.

    Args:
        model: as `zoo.load` takes it; loaded when something is looked at.
        threads: of inference.
    """
    cv2.setNumThreads(threads)  # else each worker takes every core
    load = cache(zoo.load)

    def work(payload: object, tick: Tick) -> list[tuple[Candidate, ...]] | None:
        match payload:
            case Sight():
                spent = _look(payload, load(model, threads), load, tick)
                write_whole(payload.cost, json.dumps(spent).encode())
                return None
            case _Judging(pairs):
                return [system.candidates(sight) for system, sight in pairs]
            case _:
                raise TypeError(f"expected: a sight or a judging; got {type(payload).__name__}")

    return work


def _look(sight: Sight, detector: Detector, load: Load, tick: Tick) -> Mapping[str, float]:
    if sight.raw is Raw.GLIMPSES:
        glance = Glance(detector, sight.vision)
        write_whole(sight.target, glance.watch(sight.files, sight.media, tick).dump())
        return glance.costs
    begun = time.process_time()
    piece = stages.Piece(sight.files, sight.footage)
    with PartFile(sight.target, sight.target.parent) as part, PackWriter(part) as pack:
        second = second_detector(sight.vision, load)
        stages.analyze(piece, detector, sight.media, sight.vision, pack, tick, second)
        part.put_in_place()
    return {"analyze": time.process_time() - begun}


def files_of(clip: Path) -> tuple[Path, ...]:
    """The files of a clip; the stills of a folder in order of their numbers."""
    if not clip.is_dir():
        return (clip,)
    stills = [(number, file) for file in clip.iterdir() if (number := numbered(file.stem))]
    return tuple(file for _, file in sorted(stills))


def _digest(files: tuple[Path, ...]) -> str:
    try:
        hashes = [zoo.sha256_of(file) for file in files]
    except OSError as error:
        raise ConfigError(f"{printable(files[0])} can't be read: {error.strerror}") from error
    if len(hashes) == 1:
        return hashes[0]
    return hashlib.sha256("\n".join(hashes).encode()).hexdigest()
