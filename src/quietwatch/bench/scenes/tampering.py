"""What is done to a camera: covered, sprayed, turned, thrown out of focus, frozen, blacked out."""

import cv2
import numpy as np

from quietwatch.bench.scenes.compose import Box, Happening
from quietwatch.bench.scenes.cutout import Map, grown, sized, soft
from quietwatch.bench.scenes.stage import Stage
from quietwatch.model.pictures import Picture

_EVERY_MOOD = {"day": 1.0, "dusk": 0.5, "infrared": 0.8}  # light that falls on what covers a lens


def covered(stage: Stage) -> None:
    """A hand, a cloth or a bag is put over the lens, and stays; half of them are taken away."""
    wide, high = stage.size
    start, lasts = _when(stage), stage.between(0.3, 1.5)
    end = stage.seconds if stage.coin() else start + stage.between(8, 11)
    tone = np.array(_TONES[int(stage.rng.integers(len(_TONES)))], np.float32)
    tone *= np.float32(_EVERY_MOOD[stage.mood] * stage.between(0.25, 1.0))
    folds = grown(stage.rng.normal(1.0, 0.12, (5, 7)), (wide, high))
    cloth = np.clip(soft(folds, 12.0)[..., None] * tone, 0, 255).astype(np.float32)
    slope = np.tan(stage.between(-0.5, 0.5))
    x = np.arange(wide, dtype=np.float32)[None, :]
    y = np.arange(high, dtype=np.float32)[:, None]
    along = np.asarray(x + slope * (y - high / 2), np.float32)
    shaking = stage.between(0, 4)

    def layer(picture: Picture, moment: float) -> None:
        share = min((moment - start) / lasts, (end - moment) / lasts + 1.0)
        if share <= 0:
            return
        edge = share * wide * 1.6 - 0.3 * wide + shaking * np.sin(7 * moment)
        # What is right before the lens has no sharp edge.
        _lay(picture, cloth, 1 / (1 + np.exp(np.clip((along - edge) / 18.0, -30, 30))))

    stage.scene.lens.append(layer)
    _tell(stage, "covered", start, min(end, stage.seconds))


def sprayed(stage: Stage) -> None:
    """Paint is sprayed on the glass: blotches that run together, and stay."""
    wide, high = stage.size
    start, lasts = _when(stage), stage.between(0.8, 2.5)
    tone = np.array(_PAINTS[int(stage.rng.integers(len(_PAINTS)))], np.float32)
    paint = np.full((high, wide, 3), tone * np.float32(_EVERY_MOOD[stage.mood]), np.float32)
    thick = np.zeros((high // 4, wide // 4), np.float32)
    x, y = wide * stage.between(0.25, 0.75) / 4, high * stage.between(0.25, 0.75) / 4
    away = grown(stage.rng.normal(0.0, 0.16, (7, 9)), (wide // 4, high // 4))
    rows, columns = np.mgrid[: high // 4, : wide // 4].astype(np.float32)
    away += np.hypot((columns - x) / (wide / 4), (rows - y) / (high / 4)).astype(np.float32)
    reach = stage.between(0.38, 0.75)

    def layer(picture: Picture, moment: float) -> None:
        share = min((moment - start) / lasts, 1.0)
        if share <= 0:
            return
        thick[:] = 0.97 / (1 + np.exp(np.clip((away - reach * share) * 25.0, -30, 30)))
        _lay(picture, paint, sized(thick, (wide, high)))

    stage.scene.lens.append(layer)
    _tell(stage, "sprayed", start, stage.seconds)


def defocused(stage: Stage) -> None:
    """The lens is thrown out of focus within a second."""
    start, lasts, blur = _when(stage), stage.between(0.3, 1.5), stage.between(4.0, 12.0)

    def layer(picture: Picture, moment: float) -> None:
        share = min((moment - start) / lasts, 1.0)
        if share > 0:
            cv2.GaussianBlur(picture, (0, 0), blur * share, dst=picture)

    stage.scene.lens.append(layer)
    _tell(stage, "defocused", start, stage.seconds)


def moved(stage: Stage) -> None:
    """The camera is turned: it looks beside where it looked, or at something else altogether."""
    wide, high = stage.size
    start, lasts = _when(stage), stage.between(0.4, 2.0)
    across, down = stage.between(0.2, 0.9), stage.between(-0.25, 0.25)
    x, y = (across if stage.coin() else -across) * wide, down * high
    tilt = stage.between(-25, 25)

    def layer(picture: Picture, moment: float) -> None:
        share = min((moment - start) / lasts, 1.0)
        if share <= 0:
            return
        turn = np.asarray(
            cv2.getRotationMatrix2D((wide / 2, high / 2), tilt * share, 1.0 + 0.1 * share),
            np.float64,
        )
        turn[:, 2] += np.array([x, y]) * share
        # Beside the picture the ground goes on; mirrored, it is as real as the rest.
        picture[:] = cv2.warpAffine(picture, turn, (wide, high), borderMode=cv2.BORDER_REFLECT)

    stage.scene.lens.append(layer)
    _tell(stage, "moved", start, stage.seconds)


def frozen(stage: Stage) -> None:
    """The stream goes on and shows one and the same picture."""
    start = _when(stage)
    kept = stage.scene.picture.copy()

    def layer(picture: Picture, moment: float) -> None:
        if moment < start:
            kept[:] = picture
        else:
            picture[:] = kept

    stage.scene.stream.append(layer)
    _tell(stage, "frozen", start, stage.seconds)


def black(stage: Stage) -> None:
    """A cap on the lens, so that only noise is left, or no signal any more."""
    start, capped = _when(stage), stage.coin()

    def layer(picture: Picture, moment: float) -> None:
        if moment >= start:
            picture[:] = 0

    (stage.scene.lens if capped else stage.scene.stream).append(layer)
    _tell(stage, "black", start, stage.seconds)


_TONES = ((210, 150, 125), (90, 60, 45), (30, 32, 36), (225, 225, 220), (60, 75, 120))
_PAINTS = ((18, 18, 20), (230, 230, 228), (165, 30, 32), (40, 60, 130))


def _when(stage: Stage) -> float:
    """When it is done: the camera must have seen its view before."""
    return stage.between(0.33, 0.45) * stage.seconds


def _tell(stage: Stage, what: str, start: float, end: float) -> None:
    def whole(moment: float) -> Box | None:
        return stage.whole if start <= moment < end else None

    stage.scene.events.append(Happening("tamper", whole, what))


def _lay(picture: Picture, cover: Map, share: Map) -> None:
    """Lay a picture over another by a share (height, width), 0 to 1."""
    alpha = np.asarray(share, np.float32)[..., None]
    picture[:] = np.clip(picture * (1 - alpha) + cover * alpha, 0, 255)
