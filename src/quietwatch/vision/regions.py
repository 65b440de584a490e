"""Which parts of a picture the detector looks at.

A detector's input is small (320 pixels for Lite0): a distant person in a whole 1080p frame would be
shrunk to a few pixels. So regions are cut at the frame's own resolution around what is of interest.
"""

import math
from collections.abc import Iterable, Sequence

from quietwatch.model import Detections, FloatArray, Picture, Region

_MARGIN = 1.5  # side of a region to the longer side of what it is cut around
_MOST_TILES = 5  # across or down
_TILE_OVERLAP = 0.1  # share of a tile that its neighbour sees too, at least


def around(box: FloatArray, width: int, height: int, least: int) -> Region:
    """A square around a box, at least `least` pixels a side where the picture has them.

    Args:
        box: fractions of the picture.
        width: of the picture, pixels.
        height: of the picture, pixels.
        least: smallest side, pixels: the detector's input.
    """
    longer = max((box[2] - box[0]) * width, (box[3] - box[1]) * height)
    side = max(least, math.ceil(longer * _MARGIN))
    left, right = _span((box[0] + box[2]) / 2 * width, side, width)
    top, bottom = _span((box[1] + box[3]) / 2 * height, side, height)
    return Region(left, top, right, bottom)


def cover(
    boxes: Sequence[FloatArray], width: int, height: int, least: int, most: int
) -> list[Region]:
    """Few squares that contain every box; boxes near each other share one.

    Args:
        boxes: fractions of the picture.
        width: of the picture, pixels.
        height: of the picture, pixels.
        least: smallest side of a region, pixels.
        most: most regions; when more would be needed, the whole picture takes the place of the
            smallest ones.
    """
    groups: list[tuple[Region, list[FloatArray]]] = []
    for box in sorted(boxes, key=_order):
        home = next((g for g in groups if _contains(g[0], box, width, height)), None)
        if home is not None:
            home[1].append(box)
            continue
        merged = _join(groups, box, width, height, least)
        if not merged:
            groups.append((around(box, width, height, least), [box]))
    regions = [region for region, _ in groups]
    if len(regions) <= most:
        return regions
    largest = sorted(regions, key=lambda region: -region.width)[: most - 1]
    return [*largest, Region(0, 0, width, height)]


def everywhere(width: int, height: int, side: int) -> list[Region]:
    """The whole picture, and overlapping squares of at most `side` pixels that cover it.

    The whole picture alone where it is hardly larger than one tile: tiles would tell no more. A
    large picture is cut into larger tiles, at most `_MOST_TILES` across and as many down.
    """
    entire = Region(0, 0, width, height)
    if max(width, height) <= side * 1.5:
        return [entire]
    tiles = 1 + (_MOST_TILES - 1) * (1 - _TILE_OVERLAP)  # that the most, overlapping, are long
    side = max(side, math.ceil(max(width, height) / tiles))
    return [entire] + [
        Region(left, top, min(left + side, width), min(top + side, height))
        for top in _starts(height, side)
        for left in _starts(width, side)
    ]


def crop(picture: Picture, region: Region) -> Picture:
    """The pixels of a region (a view)."""
    return picture[region.top : region.bottom, region.left : region.right]


def to_picture(finds: Detections, region: Region, width: int, height: int) -> Detections:
    """Finds in a region as fractions of the whole picture."""
    scale = [region.width / width, region.height / height] * 2
    shift = [region.left / width, region.top / height] * 2
    boxes = (finds.boxes * scale + shift).clip(0.0, 1.0)
    return Detections(boxes, finds.scores, finds.kinds)


def sees(regions: Iterable[Region], box: FloatArray, width: int, height: int) -> bool:
    """Whether any region contains the middle of a box and most of its extent."""
    return any(_share_inside(region, box, width, height) >= 0.7 for region in regions)


def _join(
    groups: list[tuple[Region, list[FloatArray]]],
    box: FloatArray,
    width: int,
    height: int,
    least: int,
) -> bool:
    """Move a region so that it holds one box more, if it need not grow for it."""
    for index, (_, members) in enumerate(groups):
        together = [*members, box]
        bounds = _bounds(together)
        span = max((bounds[2] - bounds[0]) * width, (bounds[3] - bounds[1]) * height)
        if span * 1.1 <= least:
            region = around(bounds, width, height, least)
            groups[index] = (region, together)
            return True
    return False


def _bounds(boxes: Sequence[FloatArray]) -> FloatArray:
    first = boxes[0].copy()
    for box in boxes[1:]:
        first[:2] = [min(first[0], box[0]), min(first[1], box[1])]
        first[2:] = [max(first[2], box[2]), max(first[3], box[3])]
    return first


def _order(box: FloatArray) -> tuple[float, float, float]:
    area = float((box[2] - box[0]) * (box[3] - box[1]))
    return (-area, float(box[0]), float(box[1]))


def _contains(region: Region, box: FloatArray, width: int, height: int) -> bool:
    return _share_inside(region, box, width, height) >= 0.999


def _share_inside(region: Region, box: FloatArray, width: int, height: int) -> float:
    left, top = max(box[0] * width, region.left), max(box[1] * height, region.top)
    right, bottom = min(box[2] * width, region.right), min(box[3] * height, region.bottom)
    area = (box[2] - box[0]) * width * (box[3] - box[1]) * height
    if right < left or bottom < top:
        return 0.0
    return float((right - left) * (bottom - top) / area) if area > 0 else 1.0


def _span(middle: float, side: int, limit: int) -> tuple[int, int]:
    side = min(side, limit)
    start = min(max(round(middle - side / 2), 0), limit - side)
    return start, start + side


def _starts(length: int, side: int) -> list[int]:
    if length <= side:
        return [0]
    # Rounded, lest 4.0000001 strides take a tile more.
    count = math.ceil(round((length - side) / (side * (1 - _TILE_OVERLAP)), 6)) + 1
    return [round(index * (length - side) / (count - 1)) for index in range(count)]
