"""Opening a catalog: what its driver has to say is not said past our own errors."""

import subprocess
import sys

SAYS = """
import logging
import quietwatch.store.catalog.connect
logging.getLogger("psycopg").warning("error ignored terminating a pipeline")
logging.getLogger("else").warning("heard")
"""


def test_the_driver_writes_nothing_to_standard_error_by_itself() -> None:
    done = subprocess.run([sys.executable, "-c", SAYS], capture_output=True, check=True)
    assert done.stderr.decode().split() == ["heard"]
