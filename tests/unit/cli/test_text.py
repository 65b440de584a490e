"""The text of a run of many cameras; what it says of a few is in test_run.py."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from quietwatch.cli.text import TextOutput
from quietwatch.model import Camera, Clip
from quietwatch.pipeline.engine import RunResult
from quietwatch.store.records import ClipRecord

MANY = 300


class Compared(Camera):
    """A camera that counts how often it is compared with another."""

    __slots__ = ()
    times = 0

    def __eq__(self, other: object) -> bool:
        Compared.times += 1
        return isinstance(other, Camera) and str(self) == str(other)

    __hash__ = Camera.__hash__


def test_a_camera_more_costs_no_look_at_all_the_others(capsys: pytest.CaptureFixture[str]) -> None:
    start = datetime(2026, 11, 23, tzinfo=UTC)
    clips = [
        Clip(
            *(Compared("home", "main", f"c{at}"), f"{at:064x}", 1, start, "name"),
            *(60.0, 640, 480, "h264", "mp4"),
        )
        for at in range(MANY)
    ]
    records = tuple(ClipRecord(clip, "a.mp4", "", "", (), ()) for clip in clips)
    TextOutput().run(RunResult(MANY, 0, (), (), (), records), Path("report.html"))
    assert capsys.readouterr().out.count("nothing seen") == MANY
    assert Compared.times < 10 * MANY
