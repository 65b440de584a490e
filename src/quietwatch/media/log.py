"""What FFmpeg says while it works: overheard where it tells us why, silent everywhere else."""

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

import av.logging

_SIZE = re.compile(r"\bsize (\d+)x(\d+)", re.IGNORECASE)

# FFmpeg has one log for the whole process. It is switched on only while somebody listens: its
# messages need Python's lock, so a decoder thread that had something to say while its decoder is
# being freed would wait for that lock, and its owner, who holds it, for the thread.
_lock = Lock()
_listeners = 0


@contextmanager
def overheard() -> Iterator[list[str]]:
    """Collect FFmpeg's error messages of this block and thread; nothing reaches standard error."""
    _listen(1)
    messages: list[str] = []
    try:
        with av.logging.Capture(local=True) as records:
            try:
                yield messages
            finally:
                messages.extend(message for _, _, message in records)
    finally:
        _listen(-1)


def refused_size(messages: list[str]) -> tuple[int, int] | None:
    """Width and height of a picture that FFmpeg refused, if it said so: the largest."""
    sizes = [
        (int(match[1]), int(match[2]))
        for message in messages
        for match in _SIZE.finditer(message)
        if "exceeds" in message or "invalid" in message
    ]
    return max(sizes, key=lambda size: size[0] * size[1], default=None)


def _listen(change: int) -> None:
    global _listeners
    with _lock:
        before, _listeners = _listeners, _listeners + change
        if before == 0:
            # What helper threads of a decoder say goes to Python's logging, which would print it
            # on standard error if nobody handled it.
            logger = logging.getLogger("libav")
            if not logger.handlers:
                logger.addHandler(logging.NullHandler())
            av.logging.set_skip_repeated(False)
            av.logging.set_level(av.logging.ERROR)
        elif _listeners == 0:
            av.logging.set_level(None)
