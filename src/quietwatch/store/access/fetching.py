"""Fetching many files, several at a time."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

from quietwatch.model import Entry

_THREADS = 8


def in_parallel(work: Callable[[Entry], Entry], entries: Iterable[Entry]) -> Iterator[Entry]:
    """Work on entries, several at a time; they come back in order."""
    with ThreadPoolExecutor(_THREADS, "quietwatch-fetch") as pool:
        begun: deque[Future[Entry]] = deque()
        try:
            for entry in entries:
                begun.append(pool.submit(work, entry))
                if len(begun) >= 4 * _THREADS:
                    yield begun.popleft().result()
            while begun:
                yield begun.popleft().result()
        finally:
            for future in begun:
                future.cancel()
