"""A disk that is really full: nothing is half written, and the work is done once there is room.

An ordinary user can mount a small disk in a name space of its own, if the system allows it (most
do, most containers do not). There the limit on the size of files stands in, which is everywhere.
"""

import subprocess
import sys
from pathlib import Path

import pytest

FILL = """
import os, resource, sys
from pathlib import Path
from quietwatch.errors import StorageFull
from quietwatch.model import Summary
from quietwatch.store.home import Home

SUMMARY = Summary(version=1, model="m", container="c", codec="c", width=1, height=1, duration=0.0,
                  recorded=None, lone_still=False, frames=1, looked=1, looks=1, notes=())

def keep(home, key, size):
    state = os.urandom(size)
    with home.writing_analysis(key) as pack:
        pack.finish(SUMMARY, state)
    return state

path, disk = Path(sys.argv[1]), sys.argv[2]
if disk == "limit":
    resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, resource.RLIM_INFINITY))
home = Home(path)
kept = {}
try:
    for number in range(100):
        key = f"{number:064x}"
        kept[key] = keep(home, key, 20_000 * (number + 1))
except StorageFull as error:
    print(error.detail)
assert 0 < len(kept) < 100
assert list(path.rglob("*.part")) == []
for key, one in kept.items():
    assert home.read_state(key) == one
assert [key for key in map("{:064x}".format, range(100)) if home.has_analysis(key)] == list(kept)

for key in list(kept)[1:]:
    home.analysis(key).unlink()
keep(home, "f" * 64, 20_000)
"""

FILL_STORE = """
import os, resource, sys, tempfile
from datetime import timedelta
from pathlib import Path
from quietwatch.errors import StorageFull
from quietwatch.store.objects import blobs as module
from quietwatch.store.objects.blobs import Blobs
from quietwatch.store.objects.objects import connect

path, disk = Path(sys.argv[1]), sys.argv[2]
with tempfile.NamedTemporaryFile() as source:
    source.write(os.urandom(2_000_000))
    source.flush()
    if disk == "limit":
        resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, resource.RLIM_INFINITY))
    objects = connect(str(path / "store"))
    blobs = Blobs(objects, "home", path / "spool")
    kept = {}

    def tidy():
        assert {one.sha256: one.size for one in blobs.all()} == {
            sha256: len(data) for sha256, data in kept.items()
        }
        assert objects.sweep(timedelta(0)) == 0
        assert not list(path.glob("spool/*")) and not list(path.glob("new*"))
        for sha256, data in kept.items():
            assert blobs.read(sha256) == data

    def is_full(attempt):
        try:
            attempt()
        except StorageFull as error:
            print(error.detail)
        else:
            raise AssertionError("the disk was never full")
        tidy()

    def fill():
        for number in range(1, 100):
            data = os.urandom(20_000 * number)
            kept[blobs.put_bytes(data).sha256] = data

    is_full(fill)
    assert kept
    is_full(lambda: objects.put("large", bytes(2_000_000)))
    is_full(lambda: objects.upload("large", Path(source.name)))  # one put
    module.SMALL = 1_000
    is_full(lambda: blobs.put_file(Path(source.name)))  # the spool
    first, *others = kept
    for sha256 in others:
        blobs.delete([sha256])
        del kept[sha256]
    data = os.urandom(100_000)
    kept[blobs.put_bytes(data).sha256] = data
    objects.settle()
    tidy()
"""

WORKS = {"results": FILL, "blobs": FILL_STORE}

MOUNT = 'mount -t tmpfs -o size=1m none "$1" && shift && exec "$@"'


def in_small_disk(folder: Path, command: list[str]) -> list[str]:
    return ["unshare", "--map-root-user", "--mount", "sh", "-c", MOUNT, "sh", str(folder), *command]


def disks() -> list[str]:
    """The ways in which this machine can give a full disk."""
    try:
        allowed = subprocess.run(
            in_small_disk(Path("/mnt"), ["true"]), check=False, capture_output=True
        )
    except FileNotFoundError:  # no `unshare`
        return ["limit"]
    return ["limit", "disk"] if allowed.returncode == 0 else ["limit"]


@pytest.mark.parametrize("work", WORKS)
@pytest.mark.parametrize("disk", disks())
def test_full(tmp_path: Path, disk: str, work: str) -> None:
    command = [sys.executable, "-c", WORKS[work], str(tmp_path / "home"), disk]
    if disk == "disk":
        command = in_small_disk(tmp_path, command)

    done = subprocess.run(command, check=False, capture_output=True, text=True)

    assert done.returncode == 0, done.stderr
    assert "no space is left to write" in done.stdout
    assert "free some and run again" in done.stdout
