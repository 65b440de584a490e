"""Whether a file is whole: nobody writes to it any more."""

import fcntl
import os
import time
from pathlib import Path


def is_whole(path: Path, settle_s: float) -> bool:
    """Whether a file was not written to for a while, and nobody has it open to write to it.

    Where the system can't tell who has it open (files of other users, network shares), the while
    has to do. A file that is gone is whole: whoever reads it will say so.

    Args:
        path: the file.
        settle_s: the while, seconds.
    """
    try:
        age = time.time() - path.stat().st_mtime
    except OSError:
        return True
    if 0 <= age < settle_s:  # a time to come is that of a wrong clock, and says nothing
        return False
    return not _is_written(path)


def _is_written(path: Path) -> bool:
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        # The kernel gives a read lease only on a file that nobody has open to write.
        fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    except BlockingIOError:
        return True
    except OSError:
        return False
    finally:
        os.close(handle)
    return False
