"""Who is killed in a round, and when: what `test_fifty_kills.py` throws its dice for."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

if TYPE_CHECKING:
    from tests.integration.conftest import Program

PUTTER = Path(__file__).parents[1] / "toys" / "putter.py"
OTHERS = """
    SELECT pid FROM pg_stat_activity WHERE datname = current_database()
    AND backend_type = 'client backend' AND pid <> pg_backend_pid() ORDER BY pid
"""


def backends(catalog: str) -> list[int] | None:
    """Processes of PostgreSQL that serve other clients of a catalog; None while it serves nobody.

    A catalog in a file has none.
    """
    if not catalog.startswith("postgres"):
        return []
    engine = create_engine(catalog, poolclass=NullPool)
    try:
        with engine.connect() as connection:
            return list(connection.scalars(text(OTHERS)))
    except OperationalError:
        return None


def cut(catalog: str, backend: int) -> None:
    """Have PostgreSQL end a connection."""
    with create_engine(catalog, poolclass=NullPool).connect() as connection:
        connection.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": backend})


class Guest:
    """Another client of the catalog, which commits all the time; see `toys/putter.py`.

    Attributes:
        told: the commits that it was told of, in all its lives.
    """

    def __init__(self, home: Path, catalog: str) -> None:
        self._command = [sys.executable, str(PUTTER), str(home), catalog]
        self._process: subprocess.Popen[str] | None = None
        self.told: list[str] = []

    def start(self) -> None:
        """Begin, without waiting for it."""
        self._process = subprocess.Popen(self._command, stdout=subprocess.PIPE, text=True)

    def kill(self) -> None:
        """kill -9, in the middle of whatever it does."""
        if self._process is not None:
            self._process.kill()

    def end(self) -> None:
        """Kill it if it lives, and hear what it was told."""
        if self._process is None:
            return
        code = self._process.poll()
        self._process.kill()
        said, _ = self._process.communicate()
        lines = said.split("\n")[:-1]  # a line that is cut off was not told
        self.told += [line for line in lines if line != "begun"]
        self._process = None
        assert code in {None, -signal.SIGKILL}


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that can be seen of a run from outside, and how long to wait after it at most."""

    reached: Callable[["Moment"], object]
    span: float


class Moment:
    """A run that is under way, as whoever kills it sees it.

    Args:
        program: that was started.
        process: its first process.
        home: it works in.
        catalog: URL.
        dice: choose among several.
    """

    def __init__(
        self,
        program: "Program",
        process: "subprocess.Popen[bytes]",
        home: Path,
        catalog: str,
        dice: random.Random,
    ) -> None:
        self.program = program
        self.process = process
        self.home = home
        self.catalog = catalog
        self.dice = dice
        self._made = set(self.made())

    def made(self) -> list[str]:
        """Names of the finished analyses that lie in the spool."""
        return [path.name for path in self.home.glob("spool/made/*.zip")]

    def has_seen(self) -> bool:
        """Whether an analysis is finished that was not there before."""
        return not self._made.issuperset(self.made())

    def workers(self) -> list[psutil.Process]:
        """The worker processes."""
        try:
            children = psutil.Process(self.process.pid).children()
            return [one for one in children if "--multiprocessing-fork" in one.cmdline()]
        except psutil.NoSuchProcess:
            return []

    def wait(self, mark: Mark, delay: float) -> None:
        """Wait for a mark, and some seconds more; no longer than the run takes."""
        self.program.wait_for(lambda: self.process.poll() is not None or mark.reached(self))
        time.sleep(delay)


def _engine(moment: Moment, _: Guest) -> None:
    moment.process.kill()


def _worker(moment: Moment, _: Guest) -> None:
    workers = moment.workers()
    if workers:
        moment.dice.choice(workers).kill()


def _client(_: Moment, guest: Guest) -> None:
    guest.kill()


def _connection(moment: Moment, _: Guest) -> None:
    serving = backends(moment.catalog)
    if serving:
        cut(moment.catalog, moment.dice.choice(serving))


def _backend(moment: Moment, _: Guest) -> None:
    """With it PostgreSQL ends all others, and recovers."""
    serving = backends(moment.catalog)
    if serving:
        os.kill(moment.dice.choice(serving), signal.SIGKILL)


MOMENTS = {
    "started": Mark(lambda _: True, 2.0),
    "at work": Mark(Moment.workers, 1.5),
    "seen": Mark(Moment.has_seen, 0.5),
}

VICTIMS: dict[str, Callable[[Moment, Guest], None]] = {
    "engine": _engine,
    "worker": _worker,
    "client": _client,
    "connection": _connection,
    "backend": _backend,
}
"""The last two only where there is a server."""
