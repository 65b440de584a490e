"""What a worker does: probe footage that came in, and analyze clips of the store."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import cv2

from quietwatch.config import MediaSettings, VisionSettings
from quietwatch.errors import (
    BlobDamaged,
    FootageDamaged,
    FootageMissing,
    ObjectMissing,
    RecordDamaged,
)
from quietwatch.media.opening import open_media
from quietwatch.media.reader import MediaInfo
from quietwatch.model import Polygon
from quietwatch.pipeline import stages
from quietwatch.pipeline.runners.base import Tick, Work
from quietwatch.pipeline.stages import Piece
from quietwatch.store.files import PartFile
from quietwatch.store.objects.blobs import Blobs
from quietwatch.store.objects.objects import connect
from quietwatch.store.pack import PackReader, PackWriter
from quietwatch.vision import zoo
from quietwatch.vision.detector import Detector
from quietwatch.vision.late import second_detector


@dataclass(frozen=True, slots=True)
class Probe:
    """Look what a file is.

    Attributes:
        file: that came in.
        media: bounds on what is decoded.
    """

    file: Path
    media: MediaSettings


@dataclass(frozen=True, slots=True)
class ProbeStored:
    """Look what a clip of the store is.

    Attributes:
        tenant: whose clip it is.
        footage: SHA-256 of its blob.
        media: bounds on what is decoded.
    """

    tenant: str
    footage: str
    media: MediaSettings


@dataclass(frozen=True, slots=True)
class Probed:
    """What a file is, and about how long it lasts, seconds."""

    info: MediaInfo
    duration: float


@dataclass(frozen=True, slots=True)
class Look:
    """Analyze a clip of the store.

    Attributes:
        key: of the datum.
        tenant: whose clip it is.
        footage: SHA-256 of its blob.
        media: bounds on what is decoded.
        vision: how closely is looked.
        offset: stream time at which it begins, seconds.
        before: the pack of the clip before it in its stream, None where it begins one.
        masks: what of its pictures nobody may see, polygons.
    """

    key: str
    tenant: str
    footage: str
    media: MediaSettings
    vision: VisionSettings
    offset: float = 0.0
    before: "PackAt | None" = None
    masks: tuple[Polygon, ...] = ()


@dataclass(frozen=True, slots=True)
class PackAt:
    """Where a pack lies: still in the spool under its key, or in the store under its hash."""

    key: str
    sha256: str | None


@dataclass(frozen=True, slots=True)
class StateLost:
    """The pack of the clip before is damaged or gone: nothing was looked at."""


@dataclass(frozen=True, slots=True)
class Workplace:
    """Where a worker finds what it needs, and puts what it makes.

    Attributes:
        store: URL of the object store.
        spool: folder for what is on its way.
        model: detector that is loaded before the first clip.
        threads: of inference.
    """

    store: str
    spool: Path
    model: str
    threads: int

    def made(self, key: str) -> Path:
        """Where the pack of a datum lies until it is committed."""
        return made_in(self.spool, key)


def made_in(spool: Path, key: str) -> Path:
    """Where the pack of a datum lies in a spool until it is committed."""
    return spool / "made" / f"{key}.zip"


def make_work(place: Workplace) -> Work:
    """The work of one worker. Loads the model.

    Raises:
        SetupError: the model can't be loaded. StorageError: the store can't be reached.
    """
    cv2.setNumThreads(place.threads)  # else each worker takes every core
    return _Bench(place)


class _Bench:
    """What a worker keeps from one payload to the next."""

    def __init__(self, place: Workplace) -> None:
        self.place = place
        self.objects = connect(place.store)
        self.detectors: dict[tuple[str, int], Detector] = {}
        self._detector(place.model, place.threads)

    def __call__(self, payload: object, tick: Tick) -> object:
        match payload:
            case Probe(file, media):
                return _probe(file, media)
            case ProbeStored(tenant, footage, media):
                blobs = Blobs(self.objects, tenant, self.place.spool)
                with _footage(blobs, footage) as file:
                    return _probe(file, media)
            case Look():
                return self._look(payload, tick)
            case _:
                raise TypeError(f"expected: a probe or a look; got {type(payload).__name__}")

    def _look(self, look: Look, tick: Tick) -> "StateLost | None":
        target = self.place.made(look.key)
        if target.exists():  # a worker that died after its last step left it there
            return None
        detector = self._detector(look.vision.model, look.vision.inference_threads)
        blobs = Blobs(self.objects, look.tenant, self.place.spool)
        try:
            state = None if look.before is None else self._state(blobs, look.before)
        except (RecordDamaged, BlobDamaged, ObjectMissing):
            return StateLost()
        with (
            PartFile(target, target.parent) as part,
            PackWriter(part) as pack,
            _footage(blobs, look.footage) as file,
        ):
            piece = Piece((file,), look.footage, look.offset, state, look.masks)
            second = second_detector(look.vision, self._detector)
            stages.analyze(piece, detector, look.media, look.vision, pack, tick, second)
            part.put_in_place()
        return None

    def _state(self, blobs: Blobs, before: PackAt) -> bytes:
        made = self.place.made(before.key)
        if made.exists():
            with made.open("rb") as file, PackReader(file) as pack:
                return pack.state()
        if before.sha256 is None:
            raise ValueError(f"expected: the pack {before.key} in the spool or the store")
        with blobs.at(before.sha256) as path, path.open("rb") as file, PackReader(file) as pack:
            return pack.state()

    def _detector(self, model: str, threads: int) -> Detector:
        if (model, threads) not in self.detectors:
            self.detectors[model, threads] = zoo.load(model, threads)
        return self.detectors[model, threads]


def _probe(file: Path, media: MediaSettings) -> Probed:
    with open_media((file,), media) as reader:
        return Probed(reader.info, reader.extent())


@contextmanager
def _footage(blobs: Blobs, sha256: str) -> Iterator[Path]:
    """The file of a clip; what is wrong with it in the store costs this clip alone."""
    try:
        with blobs.at(sha256) as path:
            yield path
    except BlobDamaged as error:
        raise FootageDamaged(
            f"the footage in the store is not what was put there ({error.detail}); bring it in "
            "again, and run `quietwatch fsck`"
        ) from error
    except ObjectMissing as error:
        raise FootageMissing(
            "the footage is not in the store any more; bring it in again, and run `quietwatch fsck`"
        ) from error
