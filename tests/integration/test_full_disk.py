"""A disk that is really full: nothing is half written, and the work is done once there is room.

An ordinary user can mount a small disk in a name space of its own, if the system allows it (most
do, most containers do not). There the limit on the size of files stands in, which is everywhere.
"""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.integration.conftest import Program

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


@pytest.mark.parametrize("disk", disks())
def test_a_store_on_a_full_disk(tmp_path: Path, disk: str) -> None:
    command = [sys.executable, "-c", FILL_STORE, str(tmp_path / "home"), disk]
    if disk == "disk":
        command = in_small_disk(tmp_path, command)

    done = subprocess.run(command, check=False, capture_output=True, text=True)

    assert done.returncode == 0, done.stderr
    assert "no space is left to write" in done.stdout
    assert "free some and run again" in done.stdout


GROW = """
import json, resource, subprocess, sys
from pathlib import Path
from tests.integration.homes import require_whole

folder, source, disk = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
home = folder / "home"
command = [sys.executable, "-m", "quietwatch", "run", source, "--home", str(home)]
command += ["--workers", "1", "--format", "json"]
told = []
for size in (200_000, 600_000, 1_500_000, 5_000_000, 6_000_000, 64_000_000):
    limit = (size, resource.RLIM_INFINITY) if disk == "limit" else (resource.RLIM_INFINITY,) * 2
    if disk == "disk":
        subprocess.run(["mount", "-o", f"remount,size={size}", str(folder)], check=True)
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, limit),
    )
    told.append([done.returncode, done.stdout, done.stderr])
    assert list(home.rglob("*.part")) == []
    if done.returncode == 0:
        require_whole(home)
print(json.dumps(told))
"""
"""A run again and again, each time with more room: for the catalog, the model, the analyses."""


@pytest.mark.parametrize("disk", disks())
def test_runs_with_ever_more_room(
    tmp_path: Path, people: Callable[..., Path], program: "Program", disk: str
) -> None:
    source, folder = tmp_path / "source", tmp_path / "disk"
    for number in range(2):
        people(source / f"camera {number}.mp4", 2 * number)
    folder.mkdir()
    command = [sys.executable, "-c", GROW, str(folder), str(source), disk]
    if disk == "disk":
        command = in_small_disk(folder, command)

    done = subprocess.run(command, check=False, capture_output=True, text=True)

    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    codes = [code for code, _, _ in told]
    assert (codes[:3], codes[-1]) == ([1, 1, 1], 0)
    for code, out, err in told:
        if code != 0:
            assert (code, out, err.count("\n")) == (1, "", 1)
            assert "run again: what is done is kept" in err
            assert "no space is left" in err or disk == "limit"  # see `store.catalog.faults`
    undisturbed = program("run", source, "--home", tmp_path / "home", "--format", "json")
    assert json.loads(told[-1][1])["events"] == undisturbed.json["events"]
