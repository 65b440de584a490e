"""The picture of an event: what was seen, close up, beside the whole frame with box and path."""

import base64
from collections.abc import Sequence
from typing import Final

from quietwatch.events.report.markup import Markup, h, join, number
from quietwatch.model import Box

_NO_PICTURE: Final = (640, 480)
_ZOOM: Final = 2.2  # sides of the close-up, in sides of the box
_LEAST_ZOOM: Final = 0.16  # of the frame's shorter side: closer than that shows only blocks
_GAP: Final = 0.012  # between the two pictures, of their height
_FRAMES: Final = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})


def jpeg_size(data: bytes) -> tuple[int, int] | None:
    """Width and height of a JPEG in pixels; None when it is none."""
    if data[:3] != b"\xff\xd8\xff":
        return None
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xFF:  # fill byte
            at += 1
            continue
        if marker in _FRAMES:
            height, width = data[at + 5] << 8 | data[at + 6], data[at + 7] << 8 | data[at + 8]
            return (width, height) if width and height else None
        at += 2 + (data[at + 2] << 8 | data[at + 3])
    return None


def pair(
    box: Box,
    path: Sequence[tuple[float, float]],
    number_: int,
    jpeg: bytes | None,
    words: str,
) -> Markup:
    """One drawing: the close-up at the left, the whole frame at the right, both of one height.

    Args:
        box: what is drawn around, fractions of the picture.
        path: centres of boxes over time, fractions too; fewer than two draw none.
        number_: of the picture on the page, for ids.
        jpeg: the whole frame; None, or bytes that are no JPEG, draws an empty frame.
        words: what can be seen, for those who can't.
    """
    size = jpeg_size(jpeg) if jpeg else None
    width, height = size or _NO_PICTURE
    near = _close_up(box, width, height)
    gap = height * _GAP
    total = height + gap + width  # the close-up is a square
    image = _image(number_, jpeg if size else None, width, height)
    again = h("use", href=f"#p{number_}")
    left = h(
        "svg",
        again,
        _box(box, width, height),
        viewBox=" ".join(number(value) for value in near),
        width=height,
        height=height,
        class_="near",
    )
    right = h(
        "svg",
        image,
        _path(path, width, height),
        _box(box, width, height),
        viewBox=f"0 0 {width} {height}",
        x=height + gap,
        width=width,
        height=height,
        class_="whole",
    )
    return h(
        "svg",
        right,
        left,
        class_="pair" if size else "pair empty",
        viewBox=f"0 0 {number(total)} {height}",
        role="img",
        aria_label=words,
    )


def _image(number_: int, jpeg: bytes | None, width: int, height: int) -> Markup:
    if jpeg is None:
        return h("rect", id=f"p{number_}", class_="blank", width=width, height=height)
    data = base64.b64encode(jpeg).decode()
    return h(
        "image",
        id=f"p{number_}",
        href=Markup(f"data:image/jpeg;base64,{data}"),
        width=width,
        height=height,
    )


def _close_up(box: Box, width: int, height: int) -> Box:
    """The square around the box, inside the frame: left, top, width, height in pixels."""
    x1, y1, x2, y2 = box
    shorter = min(width, height)
    wanted = max((x2 - x1) * width, (y2 - y1) * height) * _ZOOM
    side = min(max(wanted, shorter * _LEAST_ZOOM), shorter)
    left = (x1 + x2) / 2 * width - side / 2
    top = (y1 + y2) / 2 * height - side / 2
    return min(max(left, 0), width - side), min(max(top, 0), height - side), side, side


def _box(box: Box, width: int, height: int) -> Markup:
    x1, y1, x2, y2 = box
    place = {
        "x": x1 * width,
        "y": y1 * height,
        "width": max(x2 - x1, 0.002) * width,
        "height": max(y2 - y1, 0.002) * height,
    }
    return join(h("rect", class_="box under", **place), h("rect", class_="box", **place))


def _path(path: Sequence[tuple[float, float]], width: int, height: int) -> Markup:
    if len(path) < 2:
        return Markup("")
    points = " ".join(f"{number(x * width)},{number(y * height)}" for x, y in path)
    x, y = path[-1]
    return join(
        h("polyline", class_="path under", points=points),
        h("polyline", class_="path", points=points),
        h("circle", class_="head", cx=x * width, cy=y * height, r=height / 90),
    )
