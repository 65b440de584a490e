"""Erases and collects, and is killed at a moment.

    python -m tests.toys.eraser HOME     reads lines `TENANT PATH MOMENT`, answers each with a line

Moments are the steps of the work and the ends of transactions, counted from 1. Each line is done by
a process of its own, forked from one that has imported everything; the answer is how that ended.
"""

import os
import signal
import sys
from datetime import timedelta
from pathlib import Path

from sqlalchemy import event

from quietwatch.config import KeepSettings
from quietwatch.store.catalog.needs import Horizon
from quietwatch.store.keep.erase import Order
from quietwatch.store.keep.gc import collect
from quietwatch.store.keep.request import perform
from quietwatch.store.place import open_place
from tests.toys.keeper import NOW


def main(home: Path) -> None:
    for line in sys.stdin:
        tenant, path, moment = line.split()
        process = os.fork()
        if process == 0:
            work(home, tenant, path, int(moment))
            os._exit(0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])}\n")
        sys.stdout.flush()


def work(home: Path, tenant: str, path: str, left: int) -> None:
    def pass_by(_: object) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    with open_place(home) as place:
        event.listen(place.catalog.engine, "commit", pass_by)
        perform(place, tenant, [path], Order("user:ann", "why"), Horizon(None), pass_by)
        keep = KeepSettings(grace_s=0)
        collect(place, tenant, keep, now=NOW + timedelta(days=20), step=pass_by)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
