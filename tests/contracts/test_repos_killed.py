"""kill -9 of writers at any moment: what was acknowledged stands, and nothing stands by half."""

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import text

from quietwatch.model import Repo
from quietwatch.store.catalog import open_catalog
from quietwatch.store.catalog.history import marked
from quietwatch.store.objects.objects import connect
from quietwatch.store.repos import Repos
from tests.contracts.conftest import Database

COMMITTER = Path(__file__).parents[1] / "toys" / "committer.py"
REPO = Repo("home", "kill")


def work_and_die(url: str, store: str, seconds: list[float]) -> list[str]:
    """Let so many writers work for so long each and kill them; gives what they were told."""
    writers = [
        subprocess.Popen(
            [sys.executable, str(COMMITTER), url, store, f"writer-{number}"],
            stdout=subprocess.PIPE,
            text=True,
        )
        for number in range(len(seconds))
    ]
    told: list[str] = []
    for writer, span in zip(writers, seconds, strict=True):
        assert writer.stdout is not None
        assert writer.stdout.readline() == "begun\n"
        time.sleep(span)
        writer.kill()
        told += writer.stdout.read().split("\n")[:-1]  # a line that is cut off was not told
        writer.wait()
        writer.stdout.close()
    return told


def check(url: str, store: str, told: list[str]) -> int:
    """Open the catalog as the next process does and look at everything."""
    with open_catalog(url) as catalog:
        repos = Repos(catalog, connect(store))
        log = {one.id: one for one in repos.log(REPO)} if repos.head(REPO) else {}
        assert set(told) <= set(log), "an acknowledged commit is lost"
        with catalog.reading() as connection:
            assert marked(connection) == []
            assert connection.execute(text("SELECT count(*) FROM unwritten")).scalar() == 0
            noted = set(connection.execute(text("SELECT made FROM notes")).scalars())
        assert noted == set(log), "what was done within a commit does not stand and fall with it"
        held = {one.key for one in repos.objects.list("home/commits/kill")}
        assert held == {f"home/commits/kill/{one}.json" for one in log}
        for one in list(log.values())[:30]:
            changes = list(repos.changes(REPO, one.parent, one.id)) if one.parent else []
            same = [change for change in changes if change.path.startswith(f"{one.author}/")]
            assert len({change.blob for change in same}) <= 1, "half a commit"
        by_writer: dict[str, set[object]] = {}
        for entry in repos.entries(REPO) if log else ():
            by_writer.setdefault(entry.path.split("/")[0], set()).add(entry.blob)
        assert all(len(blobs) == 1 for blobs in by_writer.values()), "half a commit"
        return len(log)


@pytest.mark.parametrize("writers", [1, 2])
def test_killed_at_any_moment(database: Database, tmp_path: Path, writers: int) -> None:
    url, store = database(), str(tmp_path / "store")
    chance = random.Random(writers)
    with open_catalog(url) as catalog:
        Repos(catalog, connect(store)).create(REPO)
        with catalog.begin() as connection:
            connection.execute(text("CREATE TABLE notes (made TEXT)"))
        rounds = 8 if catalog.is_sqlite else 25
    told: list[str] = []
    for _ in range(rounds):
        told += work_and_die(url, store, [chance.random() * 0.3 for _ in range(writers)])
        count = check(url, store, told)
    assert count >= len(told) > 0

    with open_catalog(url) as catalog:  # the bucket says the same
        repos = Repos(catalog, connect(store))
        before = [one.id for one in repos.log(REPO)], repos.tags(REPO), list(repos.entries(REPO))
        assert repos.rebuild().lost == ()
        after = [one.id for one in repos.log(REPO)], repos.tags(REPO), list(repos.entries(REPO))
        assert after == before
