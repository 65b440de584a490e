"""Speed of repos: large and small commits, old and new lists, writers side by side.

    python benchmarks/versions.py [--folder DIR] [--postgres URL]

Measured on a disk in DIR, with SQLite's synchronous=FULL (and with PostgreSQL as its server is set,
in a database that is empty), a bucket that is a folder beside it:

1. one commit of 100,000 files: above 5,000 a second;
2. 1,000 commits of 50 changes each: above 100 a second, the last hundred at most 20 % slower than
   the first;
3. listing the head against listing the commit 1,000 before, median of 20 each: within 2 times;
4. two and four processes that commit to one branch: no commit is lost.

Blobs are not made: a commit does not look at them.
"""

import argparse
import hashlib
import multiprocessing
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from quietwatch.model import Blob, Entry, Repo
from quietwatch.store.catalog import open_catalog
from quietwatch.store.catalog.connect import sqlite_url
from quietwatch.store.objects.objects import connect
from quietwatch.store.repos import Repos

FILES, COMMITS, CHANGES, LISTS = 100_000, 1_000, 50, 20
REPO = Repo("home", "footage")


def main() -> None:
    """Measure on SQLite, and on PostgreSQL if there is one; tell what is below its bound."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--folder", help="on the disk to measure")
    parser.add_argument("--postgres", help="URL of an empty database")
    arguments = parser.parse_args()
    print(f"{platform.machine()}, {multiprocessing.cpu_count()} cores, Python {sys.version[:6]}")
    with tempfile.TemporaryDirectory(dir=arguments.folder) as folder:
        work = Path(folder)
        missed = measure("SQLite", sqlite_url(work / "catalog.sqlite"), work / "sqlite")
        if arguments.postgres:
            measure(
                "PostgreSQL", arguments.postgres, work / "postgres"
            )  # its speed is its server's
    if missed:
        sys.exit(f"below the bound: {', '.join(missed)}")


def measure(name: str, url: str, store: Path) -> list[str]:
    """Measure one database, print a table; gives what is below its bound."""
    missed: list[str] = []

    def tell(what: str, figure: str, *, good: bool) -> None:
        print(f"{name:<11} {what:<46} {figure:>22}  {'' if good else 'below the bound'}")
        if not good:
            missed.append(what)

    with open_catalog(url) as catalog:
        repos = Repos(catalog, connect(str(store)))
        repos.create(REPO)
        spent = timed(lambda: commit(repos, [entry(index, 0) for index in range(FILES)]))
        rate = FILES / spent
        tell(f"one commit of {FILES:,} files", f"{rate:,.0f} files/s", good=rate > 5_000)
        catalog.analyze()
        old = repos.resolve(REPO).id
        small_commits(repos, tell)
        head_s, old_s = lists(repos, ["main", old])
        tell(
            f"list {FILES:,} files: head, 1,000 commits back",
            f"{head_s:.2f} s, {old_s:.2f} s",
            good=max(head_s, old_s) <= 2 * min(head_s, old_s),
        )
    for writers in (2, 4):
        lost, rate = side_by_side(url, store, writers)
        figure = f"{lost} lost, {rate:,.0f}/s"
        tell(f"{writers} writers, 200 commits of {CHANGES} each", figure, good=not lost)
    return missed


def small_commits(repos: Repos, tell: Callable[..., None]) -> None:
    """Many small commits, and whether they become slower."""
    spans = [
        timed(partial(commit, repos, some))
        for some in (
            [
                entry((turn * CHANGES + index) * 7 % (FILES + 9_000), turn)
                for index in range(CHANGES)
            ]
            for turn in range(1, COMMITS + 1)
        )
    ]
    rate = COMMITS / sum(spans)
    tell(f"{COMMITS:,} commits of {CHANGES} changes", f"{rate:,.0f} commits/s", good=rate > 100)
    slower = sum(spans[-100:]) / sum(spans[:100]) - 1
    tell("the last hundred against the first", f"{slower:+.0%} time", good=slower < 0.2)


def lists(repos: Repos, ats: list[str]) -> list[float]:
    """Median seconds of listing each of these commits, one after the other in turn."""
    spans: dict[str, list[float]] = {at: [] for at in ats}
    for _ in range(LISTS):
        for at in ats:
            spans[at].append(timed(partial(count, repos, at)))
    return [statistics.median(spans[at]) for at in ats]


def count(repos: Repos, at: str) -> int:
    """List all, keep none."""
    return sum(1 for _ in repos.entries(REPO, at))


def side_by_side(url: str, store: Path, writers: int) -> tuple[int, float]:
    """Let processes commit to one branch; gives how many commits are lost, and commits a second."""
    context = multiprocessing.get_context("spawn")
    with context.Pool(writers) as pool:
        pool.starmap(begin, [(url, str(store))] * writers)  # open the catalogs
        start = time.perf_counter()
        told = pool.starmap(write, [(url, str(store), number) for number in range(writers)])
        spent = time.perf_counter() - start
    with open_catalog(url) as catalog:
        log = {one.id for one in Repos(catalog, connect(str(store))).log(REPO)}
    made = [one for ids in told for one in ids]
    return len(set(made) - log), len(made) / spent


def begin(url: str, store: str) -> None:
    """Load all that a writer needs."""
    with open_catalog(url) as catalog:
        Repos(catalog, connect(store)).head(REPO)


def write(url: str, store: str, number: int) -> list[str]:
    """One writer's commits."""
    with open_catalog(url) as catalog:
        repos = Repos(catalog, connect(store))
        return [
            commit(repos, [entry(number * CHANGES + index, turn) for index in range(CHANGES)])
            for turn in range(200)
        ]


def commit(repos: Repos, entries: list[Entry]) -> str:
    """One commit; gives its id."""
    return repos.commit(REPO, entries, author="bench", message="measured").id


def entry(index: int, turn: int) -> Entry:
    """A clip, with another blob each turn."""
    sha256 = hashlib.sha256(f"{index} {turn}".encode()).hexdigest()
    path = f"main/camera-{index % 50}/2026/11/24/20261124T{index:06d}.000Z-0123abcd.mp4"
    return Entry(path, Blob(sha256, 1_000_000), {"seconds": 10.0})


def timed(work: Callable[[], object]) -> float:
    """Seconds that it takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
