"""A store with very many clips: what a run costs when nothing is new, and when one clip is.

    python benchmarks/scale.py [--clips 100000] [--catalog postgresql://...] [--no-files]

The store is filled as runs would have left it, but for the pixels: the commits, rows and files of
clips that were taken in, analyzed and judged, of as many cameras as have a clip an hour for a
month. With --no-files there are rows alone, for sizes that no disk should have to bear.
Expected: nothing new in under 5 s, one clip in under 6 s and its analysis, for 100,000 clips; for
10 million in PostgreSQL no more than twice that.
"""

import argparse
import hashlib
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

from sqlalchemy import Connection

from quietwatch.config import RunSettings, Settings
from quietwatch.model import Blob, Camera, Clip, Commit, Entry, Repo
from quietwatch.names import clip_path
from quietwatch.pipeline import engine
from quietwatch.pipeline.ingest import entry_meta
from quietwatch.pipeline.intake import stamp_of
from quietwatch.pipeline.onepass import Pass
from quietwatch.sources.survey import survey
from quietwatch.store.catalog import clips, datums
from quietwatch.store.catalog.clips import ClipRecord, Known
from quietwatch.store.catalog.datums import Datum
from quietwatch.store.place import Place, open_place

SAMPLE = Path(__file__).resolve().parents[1] / "samples" / "tree.mp4"
NOON = datetime(2026, 10, 1, 12, tzinfo=UTC)
HOURS = 30 * 24
BATCH = 5000
SETTINGS = Settings(run=RunSettings(workers=1))


def main() -> None:
    """Fill a store, then time runs in it."""
    arguments = _arguments()
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        source = work / "source"
        source.mkdir()
        with open_place(work / "home", None, arguments.catalog) as place:
            began = time.monotonic()
            fill(place, None if arguments.no_files else source, arguments.clips)
            print(f"filled with {arguments.clips:,} clips in {time.monotonic() - began:.0f} s")
            nothing = timed(lambda: process(place), 5)
            print(f"{'process, nothing new':<34} {nothing:8.2f} s")
            if not arguments.no_files:
                again = timed(lambda: run(place, source), 3)
                print(f"{'run on the folder, nothing new':<34} {again:8.2f} s")
            alone = timed(lambda: analysis_alone(work), 1)
            new = add_one(source, arguments.clips)
            one = timed(lambda: run(place, new if arguments.no_files else source), 1)
            print(f"{'run, one clip more':<34} {one:8.2f} s")
            print(f"{'  of it its analysis':<34} {alone:8.2f} s")
        if arguments.clips <= 100_000 and (nothing > 5 or one - alone > 6):
            sys.exit("slower than it should be")


def fill(place: Place, source: Path | None, count: int) -> None:
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


def _keep(place: Place, source: Path | None, part: list[tuple[ClipRecord, bytes]]) -> None:
    records = [record for record, _ in part]
    known: dict[str, Known] = {}
    if source is not None:
        found = [_file(source, record, data) for record, data in part]
        known = dict(found)
        records = [replace(r, source=path) for r, (path, _) in zip(records, found, strict=True)]

    def within(connection: Connection, _: Commit) -> None:
        clips.put(connection, records)
        clips.know(connection, "home", known)
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


def _key(path: str, what: str) -> str:
    return hashlib.sha256(f"{what}:{path}".encode()).hexdigest()


def process(place: Place) -> None:
    """One pass over the tenant."""
    job = engine.process(place, SETTINGS, engine.runner_for(SETTINGS, place), lambda *_: None)
    if job is not None:
        raise RuntimeError("nothing is new, and yet there was a job")


def run(place: Place, source: Path) -> None:
    """`quietwatch run SOURCE`, but for the report."""
    arrivals = survey([str(source)], SETTINGS, place.home.path)
    runner = engine.runner_for(SETTINGS, place)
    engine.run(arrivals, place, SETTINGS, runner, lambda *_: None)


def add_one(source: Path, number: int) -> Path:
    """A real clip of a camera of its own."""
    folder = source / "new"
    folder.mkdir()
    path = folder / f"new_{int(NOON.timestamp()) + number}.mp4"
    path.write_bytes(SAMPLE.read_bytes())
    return path


def analysis_alone(work: Path) -> None:
    """The same clip in an empty home."""
    with open_place(work / "alone") as place:
        run(place, SAMPLE)


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
    parser.add_argument("--no-files", action="store_true", help="rows alone")
    return parser.parse_args()


if __name__ == "__main__":
    main()
