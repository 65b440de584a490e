"""What a camera's policy may say; what it means is told by the judge's tests."""

from typing import Any

import pytest
from pydantic import ValidationError

from quietwatch.camera.policy import Policy, PrivacySettings

NIGHT = [{"start": "sunset", "end": "06:00"}]
LINE = {"points": [[0, 0], [1, 1]]}


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"smallest": 0.5, "largest": 0.4}, "smallest .* must not be above largest"),
        ({"armed": NIGHT, "latitude": 1, "longitude": 1}, "name the timezone"),
        ({"armed": NIGHT, "timezone": "UTC", "latitude": 1}, "give the latitude and the longitude"),
        ({"timezone": "Europe/Entenhausen"}, "no time zone is called"),
        ({"only": ["line-crossing"]}, "draw one of the lines"),
        ({"only": ["loitering"]}, "say after which time"),
        ({"only": ["person"]}, "'loitering' or 'line-crossing'"),
        ({"sensitivity": "extreme"}, "'low', 'normal' or 'high'"),
        ({"latitude": 91}, "less than or equal to 90"),
    ],
)
def test_what_can_t_be_is_refused(values: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        Policy.model_validate(values)


def test_what_can_be_is_taken_and_kept() -> None:
    policy = Policy.model_validate(
        {
            "armed": NIGHT,
            "timezone": "Europe/Berlin",
            "latitude": 52,
            "longitude": 13,
            "lines": [LINE],
            "only": ["line-crossing", "loitering"],
            "zones": [{"corners": [[0, 0], [1, 0], [1, 1]], "loitering_s": 5}],
        }
    )
    assert Policy.model_validate_json(policy.model_dump_json()) == policy
    assert Policy().armed == "always"


def test_masks_are_polygons() -> None:
    found = PrivacySettings.model_validate({"masks": [[[0, 0], [1, 0], [1, 1]]]})
    assert found.polygons == (((0, 0), (1, 0), (1, 1)),)
