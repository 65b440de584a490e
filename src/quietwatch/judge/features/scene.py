"""What the whole picture did while a track was there, and whether the track only went along."""

import math
from dataclasses import dataclass

from quietwatch.judge.features.running import NO_CHANGES, NO_VALUES, Likeness, Running
from quietwatch.model import Track

_AT_ONCE = 0.3  # share of the picture that changes when light or camera did it
_GREY = 0.015  # colour of the picture below which there is none: infrared
_SURE_SHIFT = 0.2  # peak of the phase correlation from which a shift is one


@dataclass(frozen=True, slots=True)
class Moment:
    """What is remembered of one observation for the next; NaN is told as None."""

    x: float
    y: float
    brightness: float | None
    exposure: float | None
    shift: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Scene:
    """What the picture did so far.

    Attributes:
        company: number of tracks at the same moment, this one counted.
        at_once: 1 for each moment at which much of the picture changed, 0 for each other: its mean
            is their share.
        colour: of the whole picture.
        exposure: size of the change of its light against the background, of the full range.
        shift: way of the camera from the background's place, shares of the picture.
        with_camera: likeness of the track's steps to the camera's, -1 to 1: near 1 it goes along.
        with_light: likeness of the changes of its brightness to those of the picture's light.
        last: the observation before; None at the first.
    """

    company: Running = NO_VALUES
    at_once: Running = NO_VALUES
    colour: Running = NO_VALUES
    exposure: Running = NO_VALUES
    shift: Running = NO_VALUES
    with_camera: Likeness = NO_CHANGES
    with_light: Likeness = NO_CHANGES
    last: Moment | None = None

    def after(self, track: Track, index: int) -> "Scene":
        """With one observation more."""
        now, old = _moment(track, index), self.last
        with_camera, with_light = self.with_camera, self.with_light
        if old is not None and old.shift is not None and now.shift is not None:
            step = now.x - old.x, now.y - old.y
            camera = now.shift[0] - old.shift[0], now.shift[1] - old.shift[1]
            with_camera = with_camera.after(step, camera)
        if old is not None:
            own = _change(old.brightness, now.brightness)
            with_light = with_light.after((own,), (_change(old.exposure, now.exposure),))
        return Scene(
            company=self.company.after(track.measured(index, "company")),
            at_once=self.at_once.after(float(track.changed[index] >= _AT_ONCE)),
            colour=self.colour.after(track.measured(index, "picture_colour")),
            exposure=self.exposure.after(abs(track.measured(index, "exposure"))),
            shift=self.shift.after(math.hypot(*now.shift) if now.shift else math.nan),
            with_camera=with_camera,
            with_light=with_light,
            last=now,
        )

    @property
    def infrared(self) -> bool:
        """The picture has no colour."""
        return self.colour.count > 0 and self.colour.mean < _GREY


def _moment(track: Track, index: int) -> Moment:
    x1, y1, x2, y2 = (float(part) for part in track.boxes[index])
    sure = track.measured(index, "shift_sure")
    shift = track.measured(index, "shift_x"), track.measured(index, "shift_y")
    return Moment(
        (x1 + x2) / 2,
        (y1 + y2) / 2,
        _known(track.measured(index, "brightness")),
        _known(track.measured(index, "exposure")),
        shift if sure >= _SURE_SHIFT else None,
    )


def _known(value: float) -> float | None:
    return None if math.isnan(value) else value


def _change(old: float | None, now: float | None) -> float:
    return math.nan if old is None or now is None else now - old
