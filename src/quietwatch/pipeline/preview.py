"""A camera's settings drawn on one of its pictures, so that it is seen what they mean."""

from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from quietwatch.camera.shapes import Direction, Line, Zone, ZoneKind
from quietwatch.config import JudgeSettings, MediaSettings, Settings
from quietwatch.errors import UnreadableVideo
from quietwatch.media.opening import open_media
from quietwatch.media.veil import Veil
from quietwatch.model import Picture, Polygon

SUFFIXES: Final = (".png", ".jpg", ".jpeg")
"""Kinds of pictures that are written."""

_WIDTH = 1280  # of what is drawn, pixels: smaller pictures are enlarged, so that text can be read
_FILL = 0.25  # of a zone's colour over the picture
_COLOURS = {ZoneKind.ALARM: (60, 200, 90), ZoneKind.IGNORE: (150, 150, 150)}
_LINE, _MASK, _SIZE, _TEXT = (255, 200, 0), (230, 230, 230), (90, 170, 255), (255, 255, 255)
_PERSON = 0.4  # width of the figures that show sizes, of their height
_FONT, _SCALE = cv2.FONT_HERSHEY_SIMPLEX, 0.6

_Pixels = NDArray[np.int32]


def picture_of(files: tuple[Path, ...], media: MediaSettings, at: float = 0.0) -> Picture:
    """One picture of a clip, in colour.

    Args:
        files: the clip.
        media: bounds on what is decoded.
        at: seconds from its start; behind its end: the last picture.

    Raises:
        InputError: the footage is unusable.
    """
    with open_media(files, media) as reader:
        shown = None
        for frame in reader.frames():
            shown = frame.rgb.copy()
            if frame.seconds >= at:
                return shown
    if shown is None:
        raise UnreadableVideo("not one picture of it can be decoded")
    return shown


def drawn(picture: Picture, settings: Settings) -> Picture:
    """The picture with zones, lines, masks and sizes, and what holds in words.

    Args:
        picture: (height, width, 3) RGB.
        settings: of its camera.
    """
    height, width = picture.shape[:2]
    size = _WIDTH, max(1, round(height * _WIDTH / width))
    veiled = Veil(settings.privacy.polygons).picture(picture)
    canvas = cv2.resize(veiled, size).astype(np.uint8, copy=False)
    for zone in settings.judge.zones:
        _zone(canvas, zone)
    for mask in settings.privacy.masks:
        _outline(canvas, mask.corners, _MASK, 1)
        _label(canvas, mask.name or "mask", _middle(canvas, mask.corners), _MASK)
    for line in settings.judge.lines:
        _line(canvas, line)
    _sizes(canvas, settings.judge)
    for row, text in enumerate(_words(settings.judge)):
        _label(canvas, text, (12, 26 + 26 * row), _TEXT)
    return canvas


def encoded(picture: Picture, suffix: str) -> bytes:
    """The bytes of a picture file; `suffix` is one of `SUFFIXES`."""
    _, data = cv2.imencode(suffix, cv2.cvtColor(picture, cv2.COLOR_RGB2BGR))
    return data.tobytes()


def _words(rules: JudgeSettings) -> list[str]:
    """What can't be drawn."""
    armed: str
    if isinstance(rules.armed, str):
        armed = rules.armed
    else:
        spans = (f"{'/'.join(one.days)} {one.start}-{one.end}" for one in islice(rules.armed, 3))
        more = " ..." if len(rules.armed) > 3 else ""
        armed = f"{', '.join(spans)}{more} ({rules.timezone})"
    watched = (
        f"watched for: {', '.join(rules.threats) or 'nothing'}; sensitivity {rules.sensitivity}"
    )
    said = [watched, f"armed: {armed}"]
    if rules.loitering_s:
        said.append(f"loitering: from {rules.loitering_s:g} s")
    if rules.only:
        said.append(f"rings only for: {', '.join(rules.only)}")
    return said


def _zone(canvas: Picture, zone: Zone) -> None:
    colour, corners = _COLOURS[zone.kind], _pixels(canvas, zone.corners)
    filled = canvas.copy()
    cv2.fillPoly(filled, [corners], colour)
    cv2.addWeighted(filled, _FILL, canvas, 1 - _FILL, 0, dst=canvas)
    _outline(canvas, zone.corners, colour, 2)
    kind = "" if zone.kind is ZoneKind.ALARM else " (ignored)"
    time = f", {zone.loitering_s:g} s" if zone.loitering_s else ""
    _label(canvas, f"{zone.name or 'zone'}{kind}{time}", _middle(canvas, zone.corners), colour)


def _line(canvas: Picture, line: Line) -> None:
    """The line, and an arrow across it for each way in which it counts."""
    start, end = _pixels(canvas, line.points)
    cv2.line(canvas, _point(start), _point(end), _LINE, 2, cv2.LINE_AA)
    middle, along = (start + end) / 2, (end - start).astype(np.float64)
    right = np.array([-along[1], along[0]]) / max(float(np.hypot(*along)), 1.0)
    ways = {Direction.RIGHT: (1,), Direction.LEFT: (-1,), Direction.BOTH: (1, -1)}
    for way in ways[line.direction]:
        tip = middle + 45 * way * right
        cv2.arrowedLine(canvas, _point(middle), _point(tip), _LINE, 2, cv2.LINE_AA, tipLength=0.3)
    _label(canvas, line.name or "line", _point(end), _LINE)


def _sizes(canvas: Picture, rules: JudgeSettings) -> None:
    """Figures of the smallest and the largest height, side by side on the lower edge."""
    height, left = canvas.shape[0], 12
    for name, share in (("smallest", rules.smallest), ("largest", rules.largest)):
        if not 0 < share < 1:
            continue
        high = max(2, round(share * height))
        wide = max(2, round(_PERSON * high))
        cv2.rectangle(canvas, (left, height - 2 - high), (left + wide, height - 2), _SIZE, 2)
        _label(canvas, name, (left, height - 8 - high), _SIZE)
        left += max(wide, 110) + 12


def _outline(canvas: Picture, corners: Polygon, colour: tuple[int, int, int], width: int) -> None:
    cv2.polylines(canvas, [_pixels(canvas, corners)], True, colour, width, cv2.LINE_AA)


def _label(canvas: Picture, text: str, at: tuple[int, int], colour: tuple[int, int, int]) -> None:
    """Text on a dark ground, moved into the picture; the font has no letters but ASCII's."""
    shown = text.encode("ascii", "replace").decode()
    (wide, high), below = cv2.getTextSize(shown, _FONT, _SCALE, 1)
    x = min(max(at[0], 4), max(4, canvas.shape[1] - wide - 4))
    y = min(max(at[1], high + 4), canvas.shape[0] - below - 4)
    cv2.rectangle(canvas, (x - 3, y - high - 3), (x + wide + 3, y + below), (25, 25, 25), -1)
    cv2.putText(canvas, shown, (x, y), _FONT, _SCALE, colour, 1, cv2.LINE_AA)


def _pixels(canvas: Picture, points: Sequence[tuple[float, float]]) -> _Pixels:
    height, width = canvas.shape[:2]
    found: _Pixels = np.array([(x * (width - 1), y * (height - 1)) for x, y in points]).astype(
        np.int32
    )
    return found


def _point(at: NDArray[np.generic]) -> tuple[int, int]:
    x, y = at.tolist()
    return round(x), round(y)


def _middle(canvas: Picture, corners: Polygon) -> tuple[int, int]:
    return _point(_pixels(canvas, corners).mean(axis=0))
