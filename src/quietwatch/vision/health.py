"""Whether the camera still sees what it always sees: the whole picture against its usual view.

What the signs mean, and for how long they must last, is for the judge. Here a suspicion begins and
ends, and is measured while it lasts; the usual view is learned only while there is none.
"""

import math
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quietwatch.model import FloatArray
from quietwatch.model.measures import COLUMN, unmeasured
from quietwatch.vision.motion import FloatImage
from quietwatch.vision.repeats import Repeats
from quietwatch.vision.view import NOTHING, Signs, View, halved, packed, rounded, unpacked

_RECENT_S = 0.3  # time constant of what is taken for the picture now: noise and rain are averaged
_LEAP = 8.0  # mean difference, levels, from which the pictures before say nothing any more
_STALE_S = 900.0  # after such a gap the view is learned anew
_LOOK_EVERY_S = 0.39  # while nothing is suspected, the view is held against a picture so often,
_CLOSELY_EVERY_S = 1.0  # and so often closely, which costs most
_ADOPT_S = 180.0  # another view that stays so long, and in so many pictures, becomes the usual one
_ADOPT_SEEN = 8
_ANOTHER = 0.4  # share of the cells in which there must be other edges for that

# Signs from which something is suspected, beside another view; the judge asks for more.
_DULL = 0.75
_HIDDEN = 0.15
_REPEATS_S = 1.0
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
        self._repeats = Repeats()
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
            "repeated": packed(self._repeats.picture),
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
        self._repeats.restore(values["repeats"], unpacked(arrays["repeated"]))

    def _restart(self, picture: FloatImage, seconds: float) -> None:
        self._usual.begin(picture, seconds)
        self._recent = rounded(halved(picture))
        self._repeats = Repeats.begun(self._recent, seconds)
        self._since, self._sign = None, -math.inf


def _is_suspect(signs: Signs) -> bool:
    if signs.unlike or signs.repeats >= _REPEATS_S:
        return True
    return signs.steepness < _DULL or signs.blank > _HIDDEN


def _known(seconds: float) -> float | None:
    """A time for JSON: None if it never was."""
    return None if seconds == -math.inf else seconds


def _time(known: float | None) -> float:
    return -math.inf if known is None else float(known)
