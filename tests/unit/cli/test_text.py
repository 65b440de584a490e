"""The text of a run, made by hand; that of real runs is in test_run.py."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from quietwatch.cli.text import TextOutput
from quietwatch.model import Camera, Clip
from quietwatch.pipeline.runresult import RunResult
from quietwatch.store.catalog.clips import ClipRecord

MANY = 300


class Compared(Camera):
    """A camera that counts how often it is compared with another."""

    __slots__ = ()
    times = 0

    def __eq__(self, other: object) -> bool:
        Compared.times += 1
        return isinstance(other, Camera) and str(self) == str(other)

    __hash__ = Camera.__hash__


def test_movers_that_were_only_counted(capsys: pytest.CaptureFixture[str]) -> None:
    start = datetime(2026, 11, 23, tzinfo=UTC)
    records = tuple(
        ClipRecord(
            Clip(
                *(Camera("home", "main", name), f"{at:064x}", 1, start, "name"),
                *(60.0, 640, 480, "h264", "mp4"),
            ),
            *(f"door/{at}.mp4", "a.mp4"),
            noise=noise,
        )
        for at, (name, noise) in enumerate((("door", 340), ("door", 9), ("yard", 0)))
    )
    TextOutput().run(RunResult(3, 0, (), (), (), records), Path("report.html"))
    lines = [line.strip() for line in capsys.readouterr().out.splitlines()]
    assert lines[:5] == [
        *(
            "door  2 clips, 2:00",
            "349 movers were seen too seldom to be followed, and only counted",
        ),
        *("", "yard  1 clip, 1:00", "nothing seen"),
    ]


def test_a_camera_more_costs_no_look_at_all_the_others(capsys: pytest.CaptureFixture[str]) -> None:
    start = datetime(2026, 11, 23, tzinfo=UTC)
    clips = [
        Clip(
            *(Compared("home", "main", f"c{at}"), f"{at:064x}", 1, start, "name"),
            *(60.0, 640, 480, "h264", "mp4"),
        )
        for at in range(MANY)
    ]
    records = tuple(ClipRecord(clip, "c/a.mp4", "a.mp4") for clip in clips)
    TextOutput().run(RunResult(MANY, 0, (), (), (), records), Path("report.html"))
    assert capsys.readouterr().out.count("nothing seen") == MANY
    assert Compared.times < 10 * MANY
