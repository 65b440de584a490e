"""A folder of footage to which labels are made by hand."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Footage


@pytest.fixture
def clips(footage: "Footage", tmp_path: Path) -> Path:
    """Two clips of 4 s, 100 by 50 pixels, 10 frames a second, one with a release in its name."""
    folder = tmp_path / "footage" / "2018-03-05"
    folder.mkdir(parents=True)
    clip = footage.video("plain.mp4", size=(100, 50), frames=40, rate=10)
    for name in ("yard.mp4", "gate.r13.mp4"):
        (folder / name).write_bytes(clip.read_bytes())
    return tmp_path / "footage"
