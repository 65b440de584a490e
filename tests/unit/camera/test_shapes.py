from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from quietwatch.camera.shapes import Direction, Line, Lines, Mask, Masks, Zone, ZoneKind, Zones

CORNERS = [[0, 0.5], [1, 0.5], [1, 1]]
ZONES: TypeAdapter[tuple[Zone, ...]] = TypeAdapter(Zones)
LINES: TypeAdapter[tuple[Line, ...]] = TypeAdapter(Lines)
MASKS: TypeAdapter[tuple[Mask, ...]] = TypeAdapter(Masks)


def test_corners_alone_are_a_zone_that_is_watched() -> None:
    [zone] = ZONES.validate_python([CORNERS])
    assert zone.kind is ZoneKind.ALARM
    assert (zone.name, zone.loitering_s) == ("", 0)
    assert list(zone.corners) == [(0, 0.5), (1, 0.5), (1, 1)]
    [mask] = MASKS.validate_python([{"name": "window 2", "corners": CORNERS}])
    assert mask.name == "window 2"
    assert mask.corners == zone.corners


def test_a_line_is_crossed_either_way_unless_it_says_so() -> None:
    [line] = LINES.validate_python([{"points": [[0, 0], [1, 1]]}])
    assert line.direction is Direction.BOTH


@pytest.mark.parametrize(
    ("kind", "value", "said"),
    [
        (Zone, {"corners": [[0, 0], [0.5, 0.5], [1, 1]]}, "on one line"),
        (Zone, {"corners": CORNERS[:2]}, "at least 3"),
        (Zone, {"corners": [[0, 0], [2, 0], [1, 1]]}, "less than or equal to 1"),
        (Zone, {"corners": CORNERS, "kind": "danger"}, "'alarm' or 'ignore'"),
        (Zone, {"corners": CORNERS, "colour": "red"}, "Extra inputs"),
        (Zone, {"corners": CORNERS, "name": "a\nb"}, "match pattern"),
        (Line, {"points": [[0.5, 0.5], [0.5, 0.5]]}, "lie apart"),
        (Line, {"points": CORNERS}, "at most 2"),
    ],
)
def test_what_is_no_shape_is_refused(kind: Any, value: Any, said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        kind.model_validate(value)
