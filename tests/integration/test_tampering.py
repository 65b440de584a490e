"""The camera itself, as a user sees it: from files to events, in one clip and in several."""

import os
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
SIZE = (320, 240)
RATE = 10
SECONDS = 18
BEGUN = 1_795_464_000  # 2026-11-23T20:00:00Z
FROM, UNTIL = 6.0, 15.0


@cache
def things() -> NDArray[np.float64]:
    """A room full of things of all sizes, (240, 320) levels."""
    chance = np.random.default_rng(5)
    levels = np.full(SIZE[::-1], 110.0)
    for size, strength in ((60, 24), (30, 20), (16, 16), (8, 12), (4, 10)):
        blocks = chance.normal(0, strength, (240 // size + 1, 320 // size + 1))
        levels += blocks.repeat(size, 0).repeat(size, 1)[:240, :320]
    return levels


def room(index: int) -> NDArray[np.float64]:
    """The room, with the noise of a sensor."""
    return things() + np.random.default_rng(index).normal(0, 2.5, SIZE[::-1])


def shown(levels: NDArray[np.float64]) -> Picture:
    grey = np.clip(levels, 0, 255).astype(np.uint8)
    return np.asarray(cv2.cvtColor(grey, cv2.COLOR_GRAY2RGB), np.uint8)


def covered(index: int) -> Picture:
    levels = room(index)
    if FROM <= index / RATE < UNTIL:
        levels = levels * 0.02 + 45
    return shown(levels)


def lamp(index: int) -> Picture:
    levels = room(index)
    return shown(levels * 0.1 if FROM <= index / RATE < UNTIL else levels)


@pytest.fixture
def filmed(footage: Any, tmp_path: Path) -> Callable[..., Path]:
    """A folder with a film that was cut after some seconds."""

    def film(what: Callable[[int], Picture], *cuts: int) -> Path:
        folder = tmp_path / f"{what.__name__}-{len(cuts)}"
        folder.mkdir()
        for first, end in zip((0, *cuts), (*cuts, SECONDS), strict=True):

            def paint(index: int, *_: int, first: int = first) -> Picture:
                return what(first * RATE + index)

            path = footage.video(size=SIZE, frames=(end - first) * RATE, rate=RATE, painter=paint)
            path.rename(folder / f"door_{BEGUN + first}.mp4")
            os.utime(folder / f"door_{BEGUN + first}.mp4", (BEGUN + end, BEGUN + end))
        return folder

    return film


def test_a_covered_lens_is_one_alarm_however_the_film_is_cut(
    program: Any, filmed: Callable[..., Path], tmp_path: Path
) -> None:
    told = []
    for cuts in ((), (8, 13)):
        ran = program(
            "run",
            filmed(covered, *cuts),
            "--home",
            tmp_path / f"home-{len(cuts)}",
            "--format",
            "json",
        ).json
        [event] = [event for event in ran["events"] if "covered" in event["reasons"]]
        assert event["reasons"] == ["tamper", "covered"]
        assert (event["verdict"], event["kind"]) == ("alarm", "unknown")
        assert event["start_s"] == pytest.approx(FROM, abs=0.8)
        assert event["end_s"] == pytest.approx(UNTIL, abs=0.8)
        assert event["alarm_s"] == pytest.approx(FROM + 5, abs=1.2)
        told.append({k: v for k, v in event.items() if not k.endswith("id") and k != "source"})
    assert told[0]["start"][:17] == told[1]["start"][:17]
    listed = program("events", "list", "--home", tmp_path / "home-2", "--verdict", "alarm")
    assert b"Tampering, Covered" in listed.out


def test_a_switched_lamp_is_none(program: Any, filmed: Callable[..., Path], tmp_path: Path) -> None:
    ran = program("run", filmed(lamp), "--home", tmp_path / "home", "--format", "json").json
    assert [e for e in ran["events"] if e["verdict"] != "suppressed"] == []


@pytest.mark.parametrize(("wanted", "verdict"), [("review", "review"), ("off", "suppressed")])
def test_a_camera_may_want_to_be_told_otherwise(
    program: Any, filmed: Callable[..., Path], tmp_path: Path, wanted: str, verdict: str
) -> None:
    settings = tmp_path / "own.toml"
    settings.write_text(f'[judge]\ntamper = "{wanted}"\narmed = "never"\n')
    done = program(
        "run",
        filmed(covered),
        "--home",
        tmp_path / "home",
        "--config",
        settings,
        "--format",
        "json",
    )
    [event] = [event for event in done.json["events"] if "covered" in event["reasons"]]
    assert (event["verdict"], event["alarm_s"]) == (verdict, None)
