"""Whether the camera still sees what it always sees: the whole picture against its usual view.

What the signs mean, and for how long they must last, is for the judge. Here a suspicion begins and
ends, and is measured while it lasts; the usual view is learned only while there is none.
"""

import math
from dataclasses import replace
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from quietwatch.model import FloatArray
from quietwatch.model.measures import COLUMN, unmeasured
from quietwatch.vision.motion import FloatImage
from quietwatch.vision.view import NOTHING, Signs, View, halved, packed, rounded, unpacked

_RECENT_S = 0.3  # time constant of what is taken for the picture now: noise and rain are averaged
_LEAP = 8.0  # mean difference, levels, from which the pictures before say nothing any more
_STALE_S = 900.0  # after such a gap the view is learned anew
_SAME = 0.08  # mean difference, levels, up to which a picture repeats another
_NOISE = 0.03  # difference of a pixel, levels, from which it has changed
_SOME = 0.01  # share of a cell that changes where there is noise
_GRID = (8, 6)  # cells across and down
_LIVELY_S = 3.0  # a camera must have been seen changing for so long before it can be frozen
_CALM = 2.0  # and it must stand still so many times as long as it ever did
_LOOK_EVERY_S = 0.39  # while nothing is suspected, the view is held against a picture so often,
_CLOSELY_EVERY_S = 1.0  # and so often closely, which costs most
_ADOPT_S = 180.0  # another view that stays so long, and in so many pictures, becomes the usual one
_ADOPT_SEEN = 8
_ANOTHER = 0.4  # share of the cells in which there must be other edges for that

# Signs from which something is suspected, beside another view; the judge asks for more.
_DULL = 0.75
_HIDDEN = 0.15
_REPEATS_S = 3.0
_CLEAR_S = 1.5  # a suspicion is over when there was no sign for so long


def measured(signs: Signs) -> FloatArray:
    """(M,) the signs as the measures of an observation of the whole picture."""
    row: FloatArray = unmeasured(1)[0]
    named = {
        "brightness": signs.level,
        "see_through": signs.likeness,
        "kept": signs.kept,
        "blank": signs.blank,
        "steepness": signs.steepness,
        "steady": signs.steady,
        "repeats": signs.repeats,
        "lapse": signs.lapse,
    }
    for name, value in named.items():
        row[COLUMN[name]] = value
    return row


class Health:
    """The usual view of one camera, and how the picture differs from it.

    Its whole state is three small pictures and some numbers, whatever the length of the stream.
    """

    def __init__(self) -> None:
        self._usual = View()
        self._repeats = _Repeats()
        self._recent: FloatImage = NOTHING
        self._last = -math.inf
        self._since: float | None = None  # of the suspicion
        self._seen = 0  # pictures with signs since then
        self._lapse = 0.0  # seconds of pictures without, since the last with one
        self._sign = -math.inf  # the last
        self._looked = -math.inf  # when the view was held against a picture last
        self._closely = -math.inf  # and when closely

    @property
    def suspects(self) -> bool:
        """A suspicion has begun and is not over."""
        return self._since is not None

    def step(self, picture: FloatImage, seconds: float) -> Signs | None:
        """Take the next picture; gives the signs if there is something to suspect in it.

        Args:
            picture: (h, w) float32, the motion picture, levels.
            seconds: stream time, later than that of the step before.
        """
        gap = seconds - self._last
        self._last = seconds
        if self._usual.picture.shape != picture.shape or not 0 < gap <= _STALE_S:
            self._restart(picture, seconds)
            return None
        half = halved(picture)
        before, change = self._recent, half - self._recent
        leapt = float(np.abs(change).mean()) > _LEAP
        weight = np.float32(1.0 if leapt else 1.0 - math.exp(-gap / _RECENT_S))
        self._recent = rounded(before + weight * change)
        repeats = self._repeats.step(half, seconds)
        if not self._usual.is_known(seconds):
            self._usual.learn(picture, seconds)
            self._since = None
            return None
        if not self.suspects and repeats < _REPEATS_S and seconds - self._looked < _LOOK_EVERY_S:
            return None
        self._looked = seconds
        closely = self.suspects or seconds - self._closely >= _CLOSELY_EVERY_S
        self._closely = seconds if closely else self._closely
        signs = self._usual.signs(picture, self._recent, before, repeats, closely=closely)
        if _is_suspect(signs):
            self._sign = seconds
            if self._since is None:
                self._since, self._seen, self._lapse = seconds, 0, 0.0
            self._seen += 1
            another = 1.0 - signs.kept - signs.blank >= _ANOTHER
            if another and seconds - self._since >= _ADOPT_S and self._seen > _ADOPT_SEEN:
                self._restart(picture, seconds)
                return None
            signs, self._lapse = replace(signs, lapse=self._lapse), 0.0
            return signs
        self._lapse += gap
        if self._since is not None and seconds - self._sign > _CLEAR_S:
            self._since = None
        if self._since is None:
            self._usual.learn(picture, seconds)
        return None

    def state(self) -> tuple[dict[str, Any], dict[str, NDArray[np.generic]]]:
        """What is remembered: JSON-ready values, and arrays by name."""
        values = {
            "last": _known(self._last),
            "since": self._since,
            "seen": self._seen,
            "lapse": self._lapse,
            "sign": _known(self._sign),
            "looked": _known(self._looked),
            "closely": _known(self._closely),
            "usual": self._usual.values(),
            "repeats": self._repeats.values(),
        }
        arrays: dict[str, NDArray[np.generic]] = {
            "usual": packed(self._usual.picture),
            "recent": packed(self._recent),
            "anchor": packed(self._repeats.anchor),
        }
        return values, arrays

    def restore(self, values: dict[str, Any], arrays: dict[str, NDArray[np.generic]]) -> None:
        """Go on from a saved state."""
        self._last = _time(values["last"])
        self._since = None if values["since"] is None else float(values["since"])
        self._seen = int(values["seen"])
        self._lapse = float(values["lapse"])
        self._sign = _time(values["sign"])
        self._looked = _time(values["looked"])
        self._closely = _time(values["closely"])
        self._recent = unpacked(arrays["recent"])
        self._usual.restore(values["usual"], unpacked(arrays["usual"]))
        self._repeats.restore(values["repeats"], unpacked(arrays["anchor"]))

    def _restart(self, picture: FloatImage, seconds: float) -> None:
        self._usual.begin(picture, seconds)
        self._recent = rounded(halved(picture))
        self._repeats.begin(self._recent, seconds)
        self._since, self._sign = None, -math.inf


class _Repeats:
    """For how long the picture has been the same, in a camera whose picture changes."""

    def __init__(self) -> None:
        self.anchor: FloatImage = NOTHING
        self._since = 0.0
        self._last = 0.0
        self._lively = 0.0  # seconds in which it changed all over, as noise does
        self._calm = 0.0  # longest time for which it did not, and then did

    def values(self) -> list[float]:
        return [self._since, self._last, self._lively, self._calm]

    def restore(self, values: list[float], anchor: FloatImage) -> None:
        self.anchor = anchor
        self._since, self._last, self._lively, self._calm = map(float, values)

    def begin(self, half: FloatImage, seconds: float) -> None:
        self.anchor = rounded(half)
        self._since = self._last = seconds
        self._lively = self._calm = 0.0

    def step(self, half: FloatImage, seconds: float) -> float:
        """Seconds for which it has been repeated; 0 where that is nothing new in this camera."""
        gap, self._last = seconds - self._last, seconds
        change = np.asarray(cv2.absdiff(half, self.anchor), np.float32)
        if float(change.mean()) > _SAME:
            self._calm = max(self._calm, self._last - gap - self._since)
            if _is_everywhere(change):
                self._lively += gap
            self._since = seconds
            self.anchor = rounded(half)
            return 0.0
        held = seconds - self._since
        known = self._lively >= _LIVELY_S and held > _CALM * self._calm
        return held if known else 0.0


def _is_suspect(signs: Signs) -> bool:
    if signs.unlike or signs.repeats >= _REPEATS_S:
        return True
    return signs.steepness < _DULL or signs.blank > _HIDDEN


def _known(seconds: float) -> float | None:
    """A time for JSON: None if it never was."""
    return None if seconds == -math.inf else seconds


def _time(known: float | None) -> float:
    return -math.inf if known is None else float(known)


def _is_everywhere(change: FloatImage) -> bool:
    """Whether something changes in most of the picture, as noise does and a walker does not."""
    cells = cv2.resize((change > _NOISE).astype(np.float32), _GRID, interpolation=cv2.INTER_AREA)
    return bool(2 * np.count_nonzero(cells > _SOME) > cells.size)
