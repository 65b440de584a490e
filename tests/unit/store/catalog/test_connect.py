"""Opening a catalog: what its driver has to say is not said past our own errors."""

import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

from quietwatch.store.catalog.connect import reach, sqlite_url

SAYS = """
import logging
import quietwatch.store.catalog.connect
logging.getLogger("psycopg").warning("error ignored terminating a pipeline")
logging.getLogger("else").warning("heard")
"""


def test_the_driver_writes_nothing_to_standard_error_by_itself() -> None:
    done = subprocess.run([sys.executable, "-c", SAYS], capture_output=True, check=True)
    assert done.stderr.decode().split() == ["heard"]


def test_who_switches_a_file_to_its_log_waits_for_who_writes_in_it(tmp_path: Path) -> None:
    file = tmp_path / "new.sqlite"
    writer = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    writer.execute("BEGIN IMMEDIATE")
    done = threading.Timer(0.3, lambda: writer.execute("COMMIT"))
    done.start()
    catalog = reach(sqlite_url(file))
    with catalog.reading() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
    done.join()
    catalog.close()
    writer.close()
