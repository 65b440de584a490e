"""kill -9 of a process that keeps blobs in a folder: each is whole or not there; none is lost."""

import random
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

from quietwatch.store.files import sweep
from quietwatch.store.objects.blobs import Blobs
from quietwatch.store.objects.objects import connect

WRITE = """
import os, sys
from pathlib import Path
from quietwatch.store.objects import blobs as module
from quietwatch.store.objects.blobs import Blobs
from quietwatch.store.objects.objects import connect

module.SMALL_IN_FOLDER = 500_000
folder = Path(sys.argv[1])
blobs = Blobs(connect(str(folder / "store")), "home", folder / "spool")
print("ready", flush=True)
while True:
    data = os.urandom(int.from_bytes(os.urandom(3)) % 1_000_000)
    (folder / "source").write_bytes(data)
    print(blobs.put_file(folder / "source").sha256, flush=True)
"""


def killed(folder: Path, after: float) -> list[str]:
    """The blobs that a writer said it had kept before it was killed."""
    command = [sys.executable, "-c", WRITE, str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
        time.sleep(after)
        writer.kill()
        return [line.strip() for line in writer.stdout if line.endswith("\n")]


def test_killed_at_any_moment(tmp_path: Path) -> None:
    moments = random.Random(5)
    said = [name for _ in range(10) for name in killed(tmp_path, moments.uniform(0.05, 0.3))]

    objects = connect(str(tmp_path / "store"))
    blobs = Blobs(objects, "home", tmp_path / "spool")
    there = {found.sha256 for found in blobs.all()}
    assert said
    assert set(said) <= there
    for sha256 in there:
        blobs.read(sha256)
    objects.sweep(timedelta(0))
    sweep(tmp_path / "spool")
    files = [path for path in (tmp_path / "store").rglob("*") if path.is_file()]
    assert {path.name for path in files} == there
    assert list((tmp_path / "spool").iterdir()) == []
