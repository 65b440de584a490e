"""What labels by frames and pixels have in common: tracks of things in a video, made truth."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Literal

from quietwatch.bench.truth import Nuisance, TrueEvent, Truth
from quietwatch.config import MediaSettings
from quietwatch.media.opening import VIDEO_SUFFIXES, open_media
from quietwatch.model import Box, Kind

PARKED = "parked-car"
"""Kind of nuisance that a vehicle is while it stays where it is."""

_FRAMES = 61  # that the rate is measured over
_APART_S = 0.2  # between the boxes that are kept: labels have one a frame
_STAYS = 0.5  # of its own size: a vehicle that moves less is parked

Named = Literal[Kind.PERSON, Kind.VEHICLE, Kind.ANIMAL]


@dataclass(frozen=True, slots=True)
class Seen:
    """Something that labels follow through a video.

    Attributes:
        kind: what it is.
        spots: frame number, counted from 0, and box in pixels (x1, y1, x2, y2); in any order.
        does: activities that are told of it.
    """

    kind: Named
    spots: list[tuple[int, Box]] = field(default_factory=list)
    does: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Measured:
    """A video as it is.

    Attributes:
        width: pixels; `height` likewise.
        height: see above.
        duration_s: its length.
        rate: frames a second, taken as the same throughout.
    """

    width: int
    height: int
    duration_s: float
    rate: float


def measure(clip: Path, settings: MediaSettings) -> Measured:
    """Size, length and rate of a video, by its first frames and what its packets say.

    Raises:
        InputError: it can't be read.
    """
    with open_media((clip,), settings) as reader:
        times = [frame.seconds for frame in islice(reader.frames(), _FRAMES)]
        shown = reader.duration
    with open_media((clip,), settings) as reader:
        length = max(reader.extent(), shown)
        size = reader.info.width, reader.info.height
    rate = (len(times) - 1) / (times[-1] - times[0]) if len(times) > 1 else 1.0
    return Measured(*size, length, rate)


def clips(
    labels: Path,
    suffix: str,
    footage: Path,
    settings: MediaSettings,
    seen: Callable[[Path], Iterable[Seen]],
) -> Iterator[tuple[Path, Truth]]:
    """Each video that files of labels are named after and that is there, with its truth.

    Args:
        labels: folder of them, and of folders below it.
        suffix: what the files are called after the clip.
        footage: folder of the videos; each has the clip's name and an ending, or a release and an
            ending (`gate.r13.avi`).
        settings: how they are read.
        seen: reads a file of labels.
    """
    found = sorted(path for path in footage.rglob("*") if path.suffix.lower() in VIDEO_SUFFIXES)
    for path in sorted(labels.rglob(f"*{suffix}")):
        name = path.name.removesuffix(suffix)
        clip = next((one for one in found if one.name.startswith(f"{name}.")), None)
        if clip is not None:
            yield clip, truth_of(measure(clip, settings), seen(path))


def truth_of(video: Measured, seen: Iterable[Seen]) -> Truth:
    """The truth of a video: each thing is an event as long as it is followed.

    A vehicle that stays where it is, is a nuisance: nobody wants an alarm of what is parked.
    """
    events: list[TrueEvent] = []
    nuisances: list[Nuisance] = []
    for one in seen:
        track = tuple(_track(video, one))
        if not track:
            continue
        end = min(max(frame for frame, _ in one.spots) + 1, video.duration_s * video.rate)
        start_s, end_s = track[0][0], max(end / video.rate, track[0][0])
        note = ", ".join(sorted(one.does))[:1000] or None
        if one.kind is Kind.VEHICLE and _stays(one):
            nuisances.append(
                Nuisance(kind=PARKED, start_s=start_s, end_s=end_s, note=note, track=track)
            )
        else:
            events.append(
                TrueEvent(kind=one.kind, start_s=start_s, end_s=end_s, note=note, track=track)
            )
    return Truth(
        duration_s=video.duration_s,
        events=tuple(sorted(events, key=lambda event: event.start_s)),
        nuisances=tuple(sorted(nuisances, key=lambda nuisance: nuisance.start_s)),
    )


def _track(video: Measured, one: Seen) -> Iterator[tuple[float, float, float, float, float]]:
    """Its boxes as fractions, none closer in time than is worth keeping, none after the end."""
    last = -_APART_S
    for frame, (x1, y1, x2, y2) in sorted(one.spots):
        seconds = frame / video.rate
        if seconds - last < _APART_S - 1e-9 or seconds > video.duration_s:
            continue
        last = seconds
        left, right = sorted((_share(x1, video.width), _share(x2, video.width)))
        top, bottom = sorted((_share(y1, video.height), _share(y2, video.height)))
        yield seconds, left, top, right, bottom


def _share(pixels: float, whole: int) -> float:
    """Labels reach over the edge now and then."""
    return min(max(pixels / whole, 0.0), 1.0)


def _stays(one: Seen) -> bool:
    """Whether it never goes as far as half its own size from where it was first."""
    boxes = [box for _, box in sorted(one.spots)]
    x1, y1, x2, y2 = boxes[0]
    size = max(x2 - x1, y2 - y1, 1.0)
    return all(
        abs((a + c) / 2 - (x1 + x2) / 2) < _STAYS * size
        and abs((b + d) / 2 - (y1 + y2) / 2) < _STAYS * size
        for a, b, c, d in boxes
    )
