"""A store with very many clips: what a run costs when nothing is new, and when one clip is.

    python benchmarks/scale.py [--clips 100000]
    python benchmarks/scale.py --catalog postgresql://... --of 10000000

What is timed is the command as a process, from its start to its report. The store is filled as runs
would have left it, but for the pixels: the commits, rows and files of clips that were taken in,
analyzed and judged, of as many cameras as have a clip an hour for a month, and an event in every
tenth. With --of the catalog is filled up to so many clips by SQL (see `bulk`), without files, and
all is timed again.
Expected: nothing new in under 5 s, one clip in under 6 s and its analysis, for 100,000 clips; with
10 million in PostgreSQL no more than twice that.
"""

import argparse
import hashlib
import os
import statistics
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from gc import set_threshold
from itertools import islice
from pathlib import Path
from uuid import UUID

from sqlalchemy import Connection

from bulk import Bulk
from quietwatch.cli import GARBAGE
from quietwatch.config import RunSettings, Settings
from quietwatch.model import (
    Blob,
    Camera,
    Clip,
    Commit,
    Entry,
    Event,
    Judgement,
    Kind,
    Reason,
    Repo,
    Verdict,
)
from quietwatch.names import clip_path
from quietwatch.pipeline import engine
from quietwatch.pipeline.ingest import entry_meta
from quietwatch.pipeline.intake import stamp_of
from quietwatch.pipeline.onepass import Pass
from quietwatch.store.catalog import clips, datums, happenings
from quietwatch.store.catalog.clips import ClipRecord, Known
from quietwatch.store.catalog.datums import Datum
from quietwatch.store.place import Place, open_place

SAMPLE = Path(__file__).resolve().parents[1] / "samples" / "tree.mp4"
NOON = datetime(2026, 10, 1, 12, tzinfo=UTC)
HOURS = 30 * 24
EVENTS = 10  # of so many clips one has an event
BATCH = 5000
SETTINGS = Settings(run=RunSettings(workers=1))
AGAIN = "quietwatch run, nothing new"
ONE = "one clip more, less its analysis"


def main() -> None:
    """Fill a store, then time what is done in it."""
    arguments = _arguments()
    set_threshold(*GARBAGE)  # as the command does
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        source = work / "source"
        source.mkdir()
        with open_place(work / "home", None, arguments.catalog) as place:
            began = time.monotonic()
            fill(place, source, arguments.clips)
            print(f"filled with {arguments.clips:,} clips in {time.monotonic() - began:.0f} s")
            few = measure(place, arguments.catalog, work, arguments.clips)
            if arguments.of:
                began = time.monotonic()
                bulk = Bulk(place.catalog, str(source), f"{NOON:%Y-%m-%d %H:%M}", HOURS, EVENTS)
                bulk.check(min(arguments.clips, 1000))
                bulk.add(arguments.clips, arguments.of - 1)
                print(f"filled up to {arguments.of:,} clips in {time.monotonic() - began:.0f} s")
                many = measure(place, arguments.catalog, work, arguments.of)
                for name, seconds in many.items():
                    print(f"{name:<38} {seconds / few[name]:8.2f} times as long")
        if few[AGAIN] > 5 or few[ONE] > 6:
            sys.exit("slower than it should be")


def measure(place: Place, catalog: str | None, work: Path, number: int) -> dict[str, float]:
    """Time everything once or a few times, seconds; each is printed as it is known."""
    told: dict[str, float] = {}
    source, home = work / "source", place.home.path

    def tell(name: str, seconds: float) -> None:
        told[name] = seconds
        print(f"{name:<38} {seconds:8.3f} s", flush=True)

    tell("(list and stat of the files alone)", timed(lambda: plain_walk(source), 3))
    tell("process, nothing new", timed(lambda: process(place), 5))
    run(source, home, catalog)  # the first page
    tell(AGAIN, timed(lambda: run(source, home, catalog), 3))
    new = add_one(source, number)
    alone = analysis_alone(new, work)
    tell(ONE, timed(lambda: run(source, home, catalog), 1) - alone)
    tell("commit of one change, median", timed(lambda: commit(place), 20))
    tell("events of a day", timed(lambda: day(place), 5))
    return told


def fill(place: Place, source: Path, count: int) -> None:
    """What `count` clips leave behind that were taken in, analyzed and judged."""
    with place.exclusive():
        this = Pass(place, SETTINGS, author="benchmark")  # makes the repos
        rest = pieces(count)
        while part := list(islice(rest, BATCH)):
            _keep(place, source, part)
        with closing(this.tasks((), everything=True)) as tasks:
            this.mark_whole()
            for _ in tasks:
                raise RuntimeError("something is left to do in a store that is whole")
    place.catalog.analyze()


def pieces(count: int) -> Iterator[tuple[ClipRecord, bytes]]:
    """Clips of a minute, one an hour a camera, each with bytes of its own."""
    for number in range(count):
        data = f"clip {number}\n".encode() * 20
        sha256 = hashlib.sha256(data).hexdigest()
        camera = Camera("home", "main", f"camera-{number // HOURS:05d}")
        clip = Clip(
            camera,
            sha256,
            len(data),
            NOON + timedelta(hours=number % HOURS),
            "recorder",
            60.0,
            1920,
            1080,
            "h264",
            "mp4",
        )
        path = clip_path(clip)
        yield (
            ClipRecord(clip, path, path, _key(path, "a"), _key(path, "p"), _key(path, "d")),
            data,
        )


def _keep(place: Place, source: Path, part: list[tuple[ClipRecord, bytes]]) -> None:
    found = [_file(source, record, data) for record, data in part]
    records = [replace(r, source=path) for (r, _), (path, _) in zip(part, found, strict=True)]
    known = dict(found)
    first = int(part[0][1].split(maxsplit=2)[1])

    def within(connection: Connection, _: Commit) -> None:
        clips.put(connection, records)
        clips.know(connection, "home", known)
        happenings.put(connection, [event(r) for r in records[-first % EVENTS :: EVENTS]], job=1)
        for stage in ("analyze", "decide"):
            found = [
                Datum(key, stage, record.path)
                for record in records
                if (key := record.analysis if stage == "analyze" else record.decision)
            ]
            datums.put(connection, "home", found)

    entries = [
        Entry(r.path, Blob(r.clip.sha256, r.clip.size), entry_meta(r.clip, r.source))
        for r in records
    ]
    packs = [Entry(r.path, Blob(r.pack or "", 1000), {"key": r.analysis}) for r in records]
    place.repos.commit(Repo("home", "footage"), entries, author="b", message="", within=within)
    place.repos.commit(Repo("home", "analysis"), packs, author="b", message="")


def _file(source: Path, record: ClipRecord, data: bytes) -> tuple[str, Known]:
    """A file as a camera would have sent it: its path, and what is known of it."""
    start = f"{record.clip.start:%Y%m%dT%H%M%SZ}"
    folder = source / record.clip.camera.name
    folder.mkdir(exist_ok=True)
    path = folder / f"{record.clip.camera.name}_{start}.mp4"
    path.write_bytes(data)
    stamp = ";".join(",".join(map(str, each)) for each in stamp_of((path,)))
    return str(path.absolute()), Known(stamp, record.path)


def event(record: ClipRecord) -> Event:
    """An event of ten seconds from the start of a clip."""
    identity, clip = str(UUID(hex=record.clip.sha256[:32])), record.clip
    return Event(
        event_id=identity,
        incident_id=identity,
        revision=1,
        camera=clip.camera,
        source=record.source,
        start=clip.start,
        end=clip.start + timedelta(seconds=10),
        start_s=0.0,
        end_s=10.0,
        alarm_s=None,
        judgement=Judgement(Verdict.SUPPRESSED, Kind.UNKNOWN, (Reason.FOLIAGE,), 0.01),
        box=(0.25, 0.5, 0.375, 0.75),
        path=((0.2, 0.6), (0.3, 0.62)),
        footage=clip.sha256,
        footage_path=record.path,
        track=0,
        model="efficientdet-lite0@01234567",
        analyze_version=1,
        decide_version=1,
    )


def _key(path: str, what: str) -> str:
    return hashlib.sha256(f"{what}:{path}".encode()).hexdigest()


def process(place: Place) -> None:
    """One pass over the tenant."""
    job = engine.process(place, SETTINGS, engine.runner_for(SETTINGS, place), lambda *_: None).job
    if job is not None:
        raise RuntimeError("nothing is new, and yet there was a job")


def run(source: Path, home: Path, catalog: str | None) -> None:
    """`quietwatch run SOURCE` as a process, from its start to its report."""
    command = [sys.executable, "-m", "quietwatch", "run", str(source), "--home", str(home)]
    command += ["--workers", "1", *(["--catalog", catalog] if catalog else [])]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def add_one(source: Path, number: int) -> Path:
    """A real clip of a camera of its own, with bytes of its own."""
    folder = source / "new"
    folder.mkdir(exist_ok=True)
    path = folder / f"new_{int(NOON.timestamp()) + number}.mp4"
    box = struct.pack(">I4sQ", 16, b"free", number)  # which is skipped when it is played
    path.write_bytes(SAMPLE.read_bytes() + box)
    return path


def analysis_alone(clip: Path, work: Path) -> float:
    """Seconds that the same clip takes in an empty home, less those that a second run takes."""
    with tempfile.TemporaryDirectory(dir=work) as home:
        first = timed(lambda: run(clip, Path(home), None), 1)
        return first - timed(lambda: run(clip, Path(home), None), 3)


def plain_walk(source: Path) -> None:
    """What any run has to do: find all files, and ask of each what it looks like."""
    for folder in os.scandir(source):
        for file in os.scandir(folder):
            file.stat()


def commit(place: Place) -> None:
    """One more file in `footage` that is no clip."""
    blob = place.blobs("home").put_bytes(b"a note")
    path = f"notes/{time.monotonic_ns()}.txt"
    place.repos.commit(Repo("home", "footage"), [Entry(path, blob)], author="b", message="")


def day(place: Place) -> None:
    """What `quietwatch events list --camera camera-00001 --since ... --until ...` asks for."""
    with place.catalog.reading() as connection:
        since = NOON + timedelta(days=5)
        until = since + timedelta(days=1)
        found = happenings.matching(connection, "home", since, until, camera=["camera-00001"])
        if not list(found):
            raise RuntimeError("there should be events")


def timed(call: Callable[[], None], times: int) -> float:
    """Median of so many calls, seconds."""
    taken = []
    for _ in range(times):
        began = time.monotonic()
        call()
        taken.append(time.monotonic() - began)
    return statistics.median(taken)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--clips", type=int, default=100_000)
    parser.add_argument("--catalog", help="URL; a file in the home by default")
    parser.add_argument("--of", type=int, help="fill PostgreSQL up to so many clips")
    return parser.parse_args()


if __name__ == "__main__":
    main()
