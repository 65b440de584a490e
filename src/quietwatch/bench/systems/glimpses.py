"""What the plain systems saw of a clip, as one file, over which their rules can be run again."""

import io
import zipfile
import zlib
from dataclasses import dataclass, fields
from typing import Final

import numpy as np
from numpy.typing import NDArray

from quietwatch.errors import RecordDamaged
from quietwatch.model import Detections, FloatArray

FORMAT: Final = 1
"""Raised when what is written, or how it is looked, is another."""

_DAMAGE = (ValueError, KeyError, TypeError, OSError, EOFError, zipfile.BadZipFile, zlib.error)


@dataclass(frozen=True, slots=True)
class Finds:
    """Finds of all pictures of a clip, as parallel arrays of one length N, in order of pictures.

    Attributes:
        picture: (N,) int64, index into `Glimpses.times`.
        boxes: (N, 4) float64, fractions of the picture.
        scores: (N,) float64, 0 to 1.
        kinds: (N,) int64, index into `CLASSES`.
    """

    picture: NDArray[np.int64]
    boxes: FloatArray
    scores: FloatArray
    kinds: NDArray[np.int64]

    def of(self, picture: int) -> Detections:
        """The finds of one picture."""
        here = slice(*np.searchsorted(self.picture, [picture, picture + 1]))
        return Detections(self.boxes[here], self.scores[here], self.kinds[here])

    @staticmethod
    def joined(pictures: list[Detections]) -> "Finds":
        """The finds of pictures in order."""
        counts = [len(one) for one in pictures]
        return Finds(
            np.repeat(np.arange(len(pictures), dtype=np.int64), counts),
            np.concatenate([np.zeros((0, 4)), *(one.boxes for one in pictures)]),
            np.concatenate([np.zeros(0), *(one.scores for one in pictures)]),
            np.concatenate([np.zeros(0, np.int64), *(one.kinds for one in pictures)]),
        )


@dataclass(frozen=True, slots=True)
class Glimpses:
    """What was seen in the pictures of a clip that were looked at, F of them.

    Attributes:
        times: (F,) float64, seconds from the start of the clip, rising.
        aspect: width of the picture by its height.
        moved: (N,) int64, for each mover the index of its picture, rising.
        movers: (N, 4) float64, its bounds, fractions of the picture.
        whole: what the detector found in whole pictures.
        near: what it found in regions around what moves.
    """

    times: FloatArray
    aspect: float
    moved: NDArray[np.int64]
    movers: FloatArray
    whole: Finds
    near: Finds

    def movers_of(self, picture: int) -> FloatArray:
        """What moved in one picture, (N, 4)."""
        return self.movers[slice(*np.searchsorted(self.moved, [picture, picture + 1]))]

    def dump(self) -> bytes:
        """As bytes."""
        arrays = {"times": self.times, "moved": self.moved, "movers": self.movers}
        for name, finds in (("whole", self.whole), ("near", self.near)):
            arrays |= {f"{name}_{part.name}": getattr(finds, part.name) for part in fields(Finds)}
        out = io.BytesIO()
        head = np.array([FORMAT, self.aspect])
        np.savez_compressed(out, allow_pickle=False, head=head, **arrays)
        return out.getvalue()

    @staticmethod
    def load(data: bytes) -> "Glimpses":
        """What `dump` wrote.

        Raises:
            RecordDamaged: it is not that.
        """
        try:
            with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
                form, aspect = (float(part) for part in arrays["head"])
                if form != FORMAT:
                    raise ValueError(f"format {form:g} instead of {FORMAT}")
                whole, near = (
                    Finds(**{part.name: arrays[f"{name}_{part.name}"] for part in fields(Finds)})
                    for name in ("whole", "near")
                )
                return Glimpses(
                    arrays["times"], aspect, arrays["moved"], arrays["movers"], whole, near
                )
        except _DAMAGE as error:
            raise RecordDamaged(
                f"what was seen of a clip can't be read ({error}); remove the cache and run again"
            ) from error
