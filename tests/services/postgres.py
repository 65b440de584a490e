"""A PostgreSQL of our own: a fresh cluster in a temporary folder, on loopback, with a password.

It comes from the system's package (`apt-get install postgresql`). Root may not run it, so for root
it runs as the user `postgres` that the package makes.
"""

import os
import secrets
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from tests.services.process import HOST, free_port, running

_USER = "postgres"
# Processes of the server are killed in tests; the machine under it does not lose power.
_OPTIONS = ("fsync=off", "full_page_writes=off", "max_connections=50")


@dataclass
class Postgres:
    """A server that runs.

    Attributes:
        programs: folder with its programs.
        port: on loopback.
        password: of its superuser.
        pid: of the server.
    """

    programs: Path
    port: int
    password: str
    pid: int

    def __post_init__(self) -> None:
        self._made = count()

    def database(self) -> str:
        """Make an empty database; gives its SQLAlchemy URL."""
        name = f"test_{next(self._made)}"
        where = [f"--host={HOST}", f"--port={self.port}", f"--username={_USER}"]
        command = [str(self.programs / "createdb"), *where, "--template=template0", name]
        subprocess.run(
            command, check=True, env={**os.environ, "PGPASSWORD": self.password}, timeout=60
        )
        return f"postgresql+psycopg://{_USER}:{self.password}@{HOST}:{self.port}/{name}"

    def ready(self) -> bool:
        """Whether it takes connections."""
        command = [
            str(self.programs / "pg_isready"),
            f"--host={HOST}",
            f"--port={self.port}",
            "--quiet",
        ]
        return subprocess.run(command, check=False).returncode == 0


@contextmanager
def postgres() -> Iterator[Postgres]:
    """A server while the block runs; its folder is removed after."""
    programs = _programs()
    user = _USER if os.geteuid() == 0 else None
    # Not in the folder of the tests, which only its owner may enter.
    folder = Path(tempfile.mkdtemp(prefix="quietwatch-postgres-"))
    try:
        if user is not None:
            shutil.chown(folder, user, user)
        password = secrets.token_hex(8)
        _init(programs, folder, password, user)
        port = free_port()
        server = Postgres(programs, port, password, 0)
        options = (*_OPTIONS, f"listen_addresses={HOST}", f"unix_socket_directories={folder}")
        command = [str(programs / "postgres"), "-D", str(folder / "data"), "-p", str(port)]
        for option in options:
            command += ["-c", option]
        # SIGINT: it ends at once, in order, whoever is still connected.
        with running(command, server.ready, folder / "log", user=user, stop=signal.SIGINT) as pid:
            server.pid = pid
            yield server
    finally:
        shutil.rmtree(folder)


def _init(programs: Path, folder: Path, password: str, user: str | None) -> None:
    word = folder / "password"
    word.touch(mode=0o600)
    word.write_text(password)
    if user is not None:
        shutil.chown(word, user, user)
    command = [
        *(programs / "initdb", "-D", folder / "data", f"--username={_USER}", f"--pwfile={word}"),
        *("--auth=scram-sha-256", "--encoding=UTF8", "--no-locale", "--no-sync"),
    ]
    subprocess.run(
        [str(word) for word in command],
        check=True,
        capture_output=True,
        cwd=folder,
        user=user,
        group=user,
        extra_groups=None if user is None else [],
    )


def _programs() -> Path:
    """The folder of the newest PostgreSQL of this machine."""
    for folder in sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name)
    )[::-1]:
        if (folder / "initdb").exists():
            return folder
    found = shutil.which("initdb")
    if found is None:
        raise RuntimeError("no PostgreSQL is here; install it: apt-get install postgresql")
    return Path(found).resolve().parent
