"""Progress on a terminal: how many clips, how fast, how long yet. Quiet where nobody looks."""

import sys
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing, contextmanager
from time import monotonic

from quietwatch.model import Arrival, Failure
from quietwatch.pipeline.runners.base import Outcome, Progress, Runner, Task
from quietwatch.sources.survey import Survey

Show = Callable[["Pace"], None]


class Pace:
    """What is known of a run under way.

    Args:
        total: pieces of footage there are.
        clock: seconds, rising.
    """

    def __init__(self, total: int, clock: Callable[[], float] = monotonic) -> None:
        self.total = total
        self._clock = clock
        self._started: float | None = None
        self._arrived = 0
        self._fresh = 0
        self._tasks = 0
        self._finished = 0
        self._media = 0.0
        self._under_way: dict[str, tuple[float, float | None]] = {}

    def arrived(self) -> None:
        """A piece was taken in hand, be it new or not."""
        self._arrived += 1

    def fresh(self) -> None:
        """A piece is new: it will be analyzed."""
        self._fresh += 1

    def unusable(self) -> None:
        """A new piece turned out to be of no use."""
        self._fresh -= 1

    def started(self, key: str) -> None:
        """A clip is being analyzed."""
        if self._started is None:
            self._started = self._clock()
        self._tasks += 1
        self._under_way[key] = (0.0, None)

    def told(self, key: str, done: float, total: float | None) -> None:
        """A clip has come so far, in seconds of footage; `total` may be a lie."""
        if key in self._under_way:
            self._under_way[key] = (done, total)

    def finished(self, key: str) -> None:
        """A clip is done."""
        done, _ = self._under_way.pop(key, (0.0, None))
        self._media += done
        self._finished += 1

    @property
    def done(self) -> float:
        """Pieces done, with the part done of those under way."""
        return max(self._arrived - max(self._fresh, self._tasks), 0) + self._analyzed

    @property
    def rate(self) -> float | None:
        """Seconds of footage a second, None before there is something to go by."""
        elapsed = self._elapsed
        media = self._media + sum(done for done, _ in self._under_way.values())
        return (media / elapsed or None) if elapsed else None

    @property
    def left(self) -> float | None:
        """Seconds to the end, if all clips are alike and none is known already."""
        analyzed, elapsed = self._analyzed, self._elapsed
        if not elapsed or analyzed <= 0:
            return None
        return max(self.total - self.done, 0) * elapsed / analyzed

    @property
    def _analyzed(self) -> float:
        parts = (min(done / total, 1) for done, total in self._under_way.values() if total)
        return self._finished + sum(parts)

    @property
    def _elapsed(self) -> float:
        return 0.0 if self._started is None else self._clock() - self._started


@contextmanager
def watched(
    found: Survey, runner: Runner
) -> Iterator[tuple[Iterable[Arrival | Failure], Runner, Progress]]:
    """Show how a run goes, on standard error, if that is a terminal.

    Gives arrivals, runner and progress to run with in the place of one's own.
    """
    pace = Pace(found.total)
    if not sys.stderr.isatty():
        yield found, runner, lambda _key, _done, _total: None
        return
    with _bar(pace) as show:

        def progress(key: str, done: float, total: float | None) -> None:
            pace.told(key, done, total)
            show(pace)

        yield _counted(found, pace, show), _Watched(runner, pace, show), progress


class _Watched:
    """A runner that tells the pace when a task begins and ends."""

    def __init__(self, runner: Runner, pace: Pace, show: Show) -> None:
        self._runner = runner
        self._pace = pace
        self._show = show

    def run(
        self, tasks: Iterable[Task | None], progress: Progress
    ) -> Generator[Outcome, None, None]:
        """See `base.Runner`."""
        with closing(self._runner.run(self._begun(tasks), progress)) as outcomes:
            for outcome in outcomes:
                if not outcome.task.prepares:
                    self._pace.finished(outcome.task.key)
                elif outcome.error is not None:
                    self._pace.unusable()
                self._show(self._pace)
                yield outcome

    def _begun(self, tasks: Iterable[Task | None]) -> Iterator[Task | None]:
        for task in tasks:
            if task is not None and task.prepares:
                self._pace.fresh()
            elif task is not None:
                self._pace.started(task.key)
            yield task


def _counted(
    found: Iterable[Arrival | Failure], pace: Pace, show: Show
) -> Iterator[Arrival | Failure]:
    for one in found:
        if isinstance(one, Arrival):
            pace.arrived()
            show(pace)
        yield one


@contextmanager
def _bar(pace: Pace) -> Iterator[Show]:
    from rich.console import Console  # noqa: PLC0415 - only for a terminal
    from rich.progress import BarColumn, SpinnerColumn, TextColumn  # noqa: PLC0415
    from rich.progress import Progress as Bar  # noqa: PLC0415

    columns = (
        SpinnerColumn(),
        BarColumn(bar_width=24),
        TextColumn("{task.fields[clips]}"),
        TextColumn("[dim]{task.fields[speed]}"),
    )
    console = Console(stderr=True)
    with Bar(*columns, console=console, transient=True, redirect_stdout=False) as bar:
        task = bar.add_task("", total=max(pace.total, 1), clips="", speed="")

        def show(pace: Pace) -> None:
            speed = "" if pace.rate is None else f"{pace.rate:.1f}x real time"
            left = "" if pace.left is None else f"{duration(pace.left)} left"
            clips = f"{int(pace.done)} of {pace.total} {'clip' if pace.total == 1 else 'clips'}"
            told = " · ".join(part for part in (speed, left) if part)
            bar.update(task, completed=pace.done, clips=clips, speed=told)

        show(pace)
        yield show


def duration(seconds: float) -> str:
    """Hours, minutes and seconds: `0:07`, `12:40`, `3:05:00`."""
    minutes, second = divmod(round(seconds), 60)
    hour, minute = divmod(minutes, 60)
    return f"{hour}:{minute:02d}:{second:02d}" if hour else f"{minute}:{second:02d}"
