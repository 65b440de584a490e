"""CDnet 2014 (changedetection.net): masks of what moves, frame by frame.

A video is a folder with `input/in000001.jpg`..., `groundtruth/gt000001.png`... and
`temporalROI.txt`, which holds the first and the last frame that is labelled. In a mask 255 is
motion, 170 motion perhaps, 85 outside the region of interest, 50 shadow, 0 nothing (Wang and
others, CVPR Workshops 2014). Masks do not say what moves: the names of a few videos do.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np

from quietwatch.bench.readers.tracks import Named
from quietwatch.bench.truth import Nuisance, TrueEvent, Truth, Unlabelled
from quietwatch.config import MediaSettings
from quietwatch.errors import ConfigError, InvalidName
from quietwatch.model import Box, Kind
from quietwatch.names import printable, slug

_MOTION = 255
_LEAST_SHARE = 0.0005  # of the picture: less is a fleck that nobody would call an event
_LONGEST_GAP_S = 2.0  # who is hidden for no longer is the same visit
_FIRST, _LAST = "gt", ".png"
_VEHICLES = frozenset(
    {
        *("highway", "turnpike_0_5fps", "tramCrossroad_1fps", "tunnelExit_0_35fps", "blizzard"),
        *("bridgeEntry", "busyBoulvard", "fluidHighway", "streetCornerAtNight", "tramStation"),
        *("winterStreet", "wetSnow", "traffic", "streetLight", "winterDriveway", "boats"),
    }
)
"""Videos in which what moves are vehicles; in the others people, for the most part."""


@dataclass(frozen=True, slots=True)
class _Moving:
    """What moves in a labelled frame.

    Attributes:
        seconds: its time.
        box: around all that moves, fractions of the picture; None when nothing does.
    """

    seconds: float
    box: Box | None


def read(labels: Path, footage: Path, settings: MediaSettings) -> Iterator[tuple[Path, Truth]]:
    """Each video's folder of stills, with its truth; see `readers.read`.

    The data set does not tell how quick its videos are: their stills are taken to be as far apart
    as `media.stills_rate` says, as they are when they are analyzed. An event lasts as long as
    anything moves; the category is the nuisance. Until the first labelled frame in which nothing
    moves nobody can tell what has been there before, and that time is left out.
    """
    for roi in sorted(labels.rglob("temporalROI.txt")):
        stills = footage / roi.parent.relative_to(labels) / "input"
        if stills.is_dir():
            yield stills, _truth(roi, stills, settings.stills_rate)


def _truth(roi: Path, stills: Path, rate: float) -> Truth:
    first, last = _labelled(roi)
    count = sum(path.name.startswith("in") for path in stills.iterdir())
    duration = count / rate
    frames = list(_frames(roi.parent / "groundtruth", range(first, min(last, count) + 1), rate))
    calm = next((frame.seconds for frame in frames if frame.box is None), duration)
    end = min(last / rate, duration)
    kind: Named = Kind.VEHICLE if roi.parent.name in _VEHICLES else Kind.PERSON
    spans = ((0.0, calm), (max(calm, end), duration))
    return Truth(
        duration_s=duration,
        background=roi.parent.name,
        events=tuple(
            _event(kind, run, rate) for run in _runs(one for one in frames if one.seconds >= calm)
        ),
        nuisances=_nuisances(roi.parent.parent.name, duration),
        unlabelled=tuple(Unlabelled(start_s=a, end_s=b) for a, b in spans if b > a),
    )


def _labelled(roi: Path) -> tuple[int, int]:
    try:
        first, last = map(int, roi.read_text(encoding="ascii").split())
    except (OSError, ValueError) as error:
        raise ConfigError(
            f"{printable(roi)} does not hold two numbers of frames, the first and the last labelled"
        ) from error
    return first, last


def _frames(folder: Path, numbers: Iterable[int], rate: float) -> Iterator[_Moving]:
    for number in numbers:
        path = folder / f"{_FIRST}{number:06d}{_LAST}"
        mask = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
        if mask is None:
            raise ConfigError(f"{printable(path)} is no picture of what moves; unpack it again")
        moves = mask == _MOTION
        box = None
        if moves.mean() >= _LEAST_SHARE:
            down, across = np.nonzero(moves.any(axis=1))[0], np.nonzero(moves.any(axis=0))[0]
            height, width = mask.shape
            box = (
                float(across[0] / width),
                float(down[0] / height),
                float((across[-1] + 1) / width),
                float((down[-1] + 1) / height),
            )
        yield _Moving((number - 1) / rate, box)


def _runs(frames: Iterable[_Moving]) -> list[list[_Moving]]:
    """Frames in which something moves, those of one visit together."""
    moving = [frame for frame in frames if frame.box is not None]
    runs = [moving[:1]] if moving else []
    for before, after in pairwise(moving):
        if after.seconds - before.seconds > _LONGEST_GAP_S + 1e-9:
            runs.append([])
        runs[-1].append(after)
    return runs


def _event(kind: Named, run: list[_Moving], rate: float) -> TrueEvent:
    return TrueEvent(
        kind=kind,
        start_s=run[0].seconds,
        end_s=run[-1].seconds + 1 / rate,
        track=tuple((one.seconds, *one.box) for one in run if one.box is not None),
    )


def _nuisances(category: str, duration: float) -> tuple[Nuisance, ...]:
    try:
        kind = slug(category)
    except InvalidName:
        return ()
    return () if kind == "baseline" else (Nuisance(kind=kind, start_s=0, end_s=duration),)
