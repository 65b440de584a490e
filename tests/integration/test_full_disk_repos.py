"""Repos on a disk that is really full: no half commit, and the work goes on once there is room.

Where an ordinary user may not mount a small disk, the limit on the size of files stands in; that is
told as an error of the disk, since SQLite can't tell the two apart.
"""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.integration.test_full_disk import disks, in_small_disk

FILL = """
import resource, sys
from pathlib import Path
from quietwatch.errors import StorageError, StorageFull
from quietwatch.model import Blob, Entry, Repo
from quietwatch.store.catalog import open_catalog
from quietwatch.store.catalog.connect import sqlite_url
from quietwatch.store.objects.objects import connect
from quietwatch.store.repos import Repos

path, disk = Path(sys.argv[1]), sys.argv[2]
filler = path / "filler"
filler.write_bytes(bytes(400_000))
_, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
if disk == "limit":
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_500_000, hard))

def open_repos():
    return Repos(open_catalog(sqlite_url(path / "catalog.sqlite")), connect(str(path / "store")))

repo, told = Repo("home", "full"), []

def commit(repos, number):
    blob = Blob(f"{number:064x}", number)
    changes = [Entry(f"{number % 3}/{index}", blob) for index in range(50)]
    told.append(repos.commit(repo, changes, author="a", message="m").id)

repos = open_repos()
repos.create(repo)
for number in range(200):
    try:
        commit(repos, number)
    except StorageFull as error:
        print(error.detail)
        break
    except StorageError as error:
        assert disk == "limit", error
        print(error.detail)
        break
assert 0 < len(told) < 200
resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
filler.unlink()
for number in range(1000, 1003):
    commit(repos, number)
repos = open_repos()
log = [one.id for one in repos.log(repo)]
assert set(told) <= set(log)
assert [one.blob.size for one in repos.entries(repo)] == [1002] * 50 + [1000] * 50 + [1001] * 50
held = {one.key for one in repos.objects.list("home/commits/full")}
assert held == {f"home/commits/full/{one}.json" for one in log}
"""


@pytest.mark.parametrize("disk", disks())
def test_full(tmp_path: Path, disk: str) -> None:
    command = [sys.executable, "-c", FILL, str(tmp_path), disk]
    if disk == "disk":
        command = in_small_disk(tmp_path, command)

    done = subprocess.run(command, check=False, capture_output=True, text=True)

    assert done.returncode == 0, done.stderr
    assert "no space is left" in done.stdout or disk == "limit"
    assert "again" in done.stdout
