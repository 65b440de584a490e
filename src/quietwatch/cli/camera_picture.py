"""The picture that `quietwatch camera preview` draws: which clip, which settings, which file."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from quietwatch.camera.own_file import OwnFile, read_own
from quietwatch.cli import camera_files
from quietwatch.cli.options import reached
from quietwatch.cli.where import Where
from quietwatch.config import Settings
from quietwatch.errors import UsageError
from quietwatch.media.veil import Veil
from quietwatch.model import Camera, Picture
from quietwatch.names import printable
from quietwatch.pipeline import preview
from quietwatch.pipeline.scope import TUNING, newest
from quietwatch.pipeline.sync import tuning_of
from quietwatch.store.catalog import clips
from quietwatch.store.files import write_whole
from quietwatch.store.place import Place


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be drawn.

    Attributes:
        target: SITE/CAMERA, or a file.
        out: picture to write.
        at: seconds from the start of the clip.
        file: of settings; None: those that the camera has.
        settings: that hold below.
    """

    target: str
    out: Path
    at: float
    file: Path | None
    settings: Settings


def draw(where: Where, wanted: Wanted) -> None:
    """Write the picture.

    Raises:
        UsageError: there is no such clip or camera, the picture is of no kind that is written, or
            the settings are wrong. InputError: the clip can't be read.
    """
    suffix = wanted.out.suffix.lower()
    if suffix not in preview.SUFFIXES:
        raise UsageError(
            f"{printable(wanted.out)} is of no kind that is written; end it with "
            f"{' or '.join(preview.SUFFIXES)}"
        )
    own = None
    if wanted.file is not None:
        own = read_own(camera_files.bytes_of(wanted.file), printable(wanted.file))
    clip = Path(wanted.target)
    with reached(clip, "CLIP"):
        is_file = clip.is_file()
    picture, settings = _of_file(where, wanted, own) if is_file else _of_camera(where, wanted, own)
    write_whole(wanted.out, preview.encoded(preview.drawn(picture, settings), suffix))


def _of_file(where: Where, wanted: Wanted, own: OwnFile | None) -> tuple[Picture, Settings]:
    with camera_files.door_if_any(where) as door:
        found = camera_files.effective(own or OwnFile({}, {}), wanted.settings, door)
    settings = found.checked()
    return preview.picture_of((Path(wanted.target),), settings.media, wanted.at), settings


def _of_camera(where: Where, wanted: Wanted, own: OwnFile | None) -> tuple[Picture, Settings]:
    tenant = wanted.settings.source.tenant
    camera = camera_files.camera_named(wanted.target, tenant)
    with where.looking(tenant) as place:
        tuning = tuning_of(place, tenant, wanted.settings, newest(place, tenant, TUNING))
        holds = settings = tuning.of(camera)
        if own is not None:
            door = place.door(where.token())
            settings = camera_files.effective(own, wanted.settings, door).checked()
        with _newest_clip(place, camera) as file:
            picture = preview.picture_of((file,), holds.media, wanted.at)
    # Whoever draws other settings sees no more than those that hold let them see.
    return Veil(holds.privacy.polygons).picture(picture), settings


@contextmanager
def _newest_clip(place: Place, camera: Camera) -> Iterator[Path]:
    with place.catalog.reading() as connection:
        usable = [one for one in clips.of_camera(connection, camera) if one.error is None]
    if not usable:
        raise UsageError(
            f"there is no clip of {camera.site}/{camera.name}; bring one in with `quietwatch run`, "
            "or name a file"
        )
    with place.blobs(camera.tenant).at(usable[-1].clip.sha256) as path:
        yield path
