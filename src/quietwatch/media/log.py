"""What FFmpeg says while it works: overheard where it tells us why, silent everywhere else."""

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager

import av.logging

_SIZE = re.compile(r"\bsize (\d+)x(\d+)", re.IGNORECASE)


@contextmanager
def overheard() -> Iterator[list[str]]:
    """Collect FFmpeg's error messages of this block; nothing reaches standard error."""
    # What other threads say outside such a block goes to Python's logging, which would print it
    # on standard error if nobody listened.
    logger = logging.getLogger("libav")
    if not logger.handlers:
        logger.addHandler(logging.NullHandler())
    if av.logging.get_level() != av.logging.ERROR:
        av.logging.set_level(av.logging.ERROR)
        av.logging.set_skip_repeated(False)
    messages: list[str] = []
    with av.logging.Capture(local=False) as records:
        try:
            yield messages
        finally:
            messages.extend(message for _, _, message in records)


def refused_size(messages: list[str]) -> tuple[int, int] | None:
    """Width and height of a picture that FFmpeg refused, if it said so: the largest."""
    sizes = [
        (int(match[1]), int(match[2]))
        for message in messages
        for match in _SIZE.finditer(message)
        if "exceeds" in message or "invalid" in message
    ]
    return max(sizes, key=lambda size: size[0] * size[1], default=None)
