import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from quietwatch.config import VisionSettings
from quietwatch.errors import RecordDamaged
from quietwatch.vision import state as states
from quietwatch.vision.follow import Follower
from quietwatch.vision.state import State, dump, loaded

CLIP = "a" * 64


def test_a_state_is_read_as_it_was_written_and_equal_ones_are_equal_bytes() -> None:
    state = State({"b": [1, 0.1, None], "a": "x"}, {"mean": np.eye(3, dtype=np.float32)})
    data = dump(state)
    assert data == dump(State({"a": "x", "b": [1, 0.1, None]}, dict(state.arrays)))
    with loaded(data) as read:
        assert {key: read.values[key] for key in state.values} == state.values
        np.testing.assert_array_equal(read.arrays["mean"], state.arrays["mean"])


def _without_values() -> bytes:
    out = io.BytesIO()
    np.savez(out, mean=np.zeros(3))
    return out.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK\x03\x04",
        Path(__file__).read_bytes(),
        _without_values(),
        dump(State({}, {})),
        dump(State({"collector": 7, "beat": 1, "last": "x"}, {})),
    ],
)
def test_a_damaged_state_is_refused(red_finder: Any, data: bytes) -> None:
    with pytest.raises(RecordDamaged, match="the clip before can't be read"):
        Follower(red_finder, VisionSettings(), CLIP, 1.0, data)


def test_a_state_of_another_format_is_refused(
    red_finder: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(states, "FORMAT", 99)
    data = Follower(red_finder, VisionSettings(), CLIP).save()
    monkeypatch.undo()
    with pytest.raises(RecordDamaged, match="format 99"):
        Follower(red_finder, VisionSettings(), CLIP, 1.0, data)
