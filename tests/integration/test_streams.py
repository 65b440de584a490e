"""A real recording, cut as recorders cut: without decoding, at keyframes."""

import hashlib
import json
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import astuple
from datetime import UTC, datetime, timedelta
from pathlib import Path

import av
import pyarrow.parquet as pq

from quietwatch.events import table
from quietwatch.events.table import to_json
from quietwatch.media.samples import samples
from quietwatch.model import Event, Verdict
from quietwatch.pipeline.folders import AnalyzeFolder, DecideFolder

FOUR = datetime(2026, 11, 23, 16, tzinfo=UTC)
SECONDS = 12


def cut(every: int, folder: Path) -> Path:
    """The first seconds of a sample in clips of `every` seconds, as they lie in `footage`."""
    parts = defaultdict(list)
    with av.open(str(samples() / "vtest.mp4")) as source:
        template, number = source.streams.video[0], 0
        for packet in source.demux(template):
            if packet.pts is None or packet.time_base is None:
                continue
            if packet.is_keyframe:
                number = int(packet.pts * packet.time_base) // every
            if packet.pts * packet.time_base < SECONDS:
                parts[number].append(packet)
        for number, packets in parts.items():
            made = folder / "part.mp4"
            with av.open(str(made), "w") as out:
                stream = out.add_stream_from_template(template)
                for packet in packets:
                    begins = round(number * every / packet.time_base)
                    packet.pts = (packet.pts or 0) - begins
                    packet.dts = (packet.dts or 0) - begins
                    packet.stream = stream
                    out.mux(packet)
            start = FOUR + timedelta(seconds=number * every)
            name = hashlib.sha256(made.read_bytes()).hexdigest()[:8]
            day = folder / "clips" / "main" / "square" / f"{start:%Y/%m/%d}"
            day.mkdir(parents=True, exist_ok=True)
            made.rename(day / f"{start:%Y%m%dT%H%M%S}.000Z-{name}.mp4")
    return folder / "clips"


def call(*words: object) -> str:
    """What the program prints."""
    command = [sys.executable, "-m", "quietwatch", *(str(word) for word in words)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def told(events: Iterable[Event]) -> dict[tuple[datetime, int], tuple[object, ...]]:
    """What must not depend on cuts, by beginning and number of the track."""
    return {
        (event.start, event.track): (
            *(event.end, event.revision, astuple(event.judgement), event.box, event.path),
            None if event.alarm_s is None else round(event.alarm_s - event.start_s, 3),
        )
        for event in events
    }


def events(every: int, folder: Path) -> list[Event]:
    clips, packs, out = cut(every, folder), folder / "packs", folder / "events"
    for outcomes in (AnalyzeFolder(clips, packs).run(), DecideFolder(packs, out).run()):
        assert [one.error for one in outcomes] == [None] * (SECONDS // every)
    [file] = out.rglob("*.parquet")
    return [table._event(row) for row in pq.read_table(file).to_pylist()]


def test_the_engine_and_the_stages_over_folders_give_the_same(tmp_path: Path) -> None:
    made = {event.event_id: event for event in events(4, tmp_path)}
    uploads, home = tmp_path / "uploads", tmp_path / "home"
    uploads.mkdir()
    for clip in (tmp_path / "clips").rglob("*.mp4"):
        clip.rename(uploads / f"square_{clip.name[:15]}Z.mp4")
    ran = json.loads(call("run", uploads, "--home", home, "--format", "json"))
    assert {event["event_id"] for event in ran["events"]} == set(made)
    for event in ran["events"]:
        other = to_json(made[event["event_id"]])
        assert {**event, "source": ""} == {**other, "source": ""}
    listed = json.loads(call("ls", "analysis", "-r", "--home", home, "--format", "json"))["files"]
    packs = [hashlib.sha256(path.read_bytes()) for path in (tmp_path / "packs").rglob("*.zip")]
    assert sorted(file["sha256"] for file in listed) == sorted(one.hexdigest() for one in packs)


def test_people_who_walk_through_cuts_are_the_same_events(tmp_path: Path) -> None:
    made = []
    for every in (SECONDS, 4, 2):
        (tmp_path / str(every)).mkdir()
        made.append(events(every, tmp_path / str(every)))
    whole, fours, twos = (told(one) for one in made)
    assert whole == fours == twos
    alarms = [event for event in made[2] if event.judgement.verdict is Verdict.ALARM]
    assert max(event.end_s for event in alarms) > 4, "an event goes on beyond its own clip"
    assert len({event.footage for event in made[2]}) > 2
