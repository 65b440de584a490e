"""Large files go through in pieces: what a transfer takes of memory does not grow with the file."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.toys.fake_s3 import FakeS3

SIZE = 200 * 2**20
BOUND = 100 * 2**20

MOVE = """
import re, sys
from pathlib import Path
from quietwatch.store.objects.blobs import Blobs
from quietwatch.store.objects.objects import connect

def peak():  # not by getrusage: a child begins there with what its parent had
    return int(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1]) * 1024

folder, url = Path(sys.argv[1]), sys.argv[2]
blobs = Blobs(connect(url), "home", folder / "spool")
blobs.read(blobs.put_bytes(bytes(1000)).sha256)  # everything is started and loaded
idle = peak()
blob = blobs.put_file(folder / "large")
sent = peak()
blobs.fetch(blob.sha256, folder / "back")
print(sent - idle, peak() - idle)
assert (folder / "back").stat().st_size == (folder / "large").stat().st_size == blob.size
"""


@pytest.mark.parametrize("place", ["bucket", "folder"])
def test_a_large_file_takes_little_memory(tmp_path: Path, s3: FakeS3, place: str) -> None:
    with (tmp_path / "large").open("wb") as file:
        file.truncate(SIZE)
    url = "s3://footage/store" if place == "bucket" else str(tmp_path / "store")

    done = subprocess.run(
        [sys.executable, "-c", MOVE, str(tmp_path), url],
        check=False,
        capture_output=True,
        text=True,
    )

    assert done.returncode == 0, done.stderr
    sent, fetched = (int(number) for number in done.stdout.split())
    assert 0 < sent < BOUND
    assert sent <= fetched < BOUND
    assert len(s3.objects) == (2 if place == "bucket" else 0)
