"""The supervisor's side: worker processes, each watched on its own, in a thread that never waits.

The caller of a runner may be away for long (it hashes the next clip, or writes a record); the
bounds on time and memory hold all the same, since this thread does nothing but watch.
"""

import pickle
import signal
import threading
import time
from collections import deque
from dataclasses import dataclass
from multiprocessing import Pipe, connection
from queue import SimpleQueue

from quietwatch.config import RunSettings
from quietwatch.errors import (
    DecoderCrashed,
    DecoderStalled,
    InputError,
    MemoryExceeded,
    WorkerFailed,
)
from quietwatch.pipeline.runners import worker
from quietwatch.pipeline.runners.base import Outcome, Task, WorkFactory
from quietwatch.pipeline.runners.member import Job, Member

CHECK_S = 0.1
"""How often memory and time are looked at, seconds."""

START_S = 120.0
"""Longest time a worker may take to get ready, seconds; loading TensorFlow takes 20."""

_MIB = 2**20


@dataclass(frozen=True, slots=True)
class Step:
    """Progress of a task: see `base.Progress`."""

    key: str
    done: float
    total: float | None


News = Outcome | Step | BaseException
"""What the thread tells: an error means that the run has ended with it."""


class Crew:
    """Up to `size` workers, started when there is something to do, replaced when they die.

    Jobs go in by `add`; what becomes of them comes out of the queue `news`. Worker processes
    belong to the crew's thread: the kernel ends them when it ends.
    """

    def __init__(self, factory: WorkFactory, settings: RunSettings, size: int) -> None:
        self.news: SimpleQueue[News] = SimpleQueue()
        self._factory = pickle.dumps(factory)
        self._settings = settings
        self._size = size
        self._waiting: deque[Job] = deque()
        self._members: list[Member] = []
        self._failed_starts = 0
        self._checked = 0.0
        self._leave = threading.Event()
        self._bell, self._button = Pipe(duplex=False)
        self._thread = threading.Thread(target=self._run, name="crew", daemon=True)

    def start(self) -> None:
        """Begin to watch."""
        self._thread.start()

    def add(self, task: Task) -> None:
        """Have a task done."""
        self._waiting.append(Job(task))
        self._button.send_bytes(b"task")

    def stop(self) -> None:
        """End all workers at once and wait until they are gone."""
        self._leave.set()
        self._button.send_bytes(b"stop")
        if self._thread.ident is not None:
            self._thread.join()
        self._bell.close()
        self._button.close()

    def _run(self) -> None:
        # Children inherit the mask: a Ctrl-C can't hit one that is just starting.
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            while not self._leave.is_set():
                self._hand_out()
                self._listen()
                self._check()
        except BaseException as error:  # noqa: BLE001 - not lost: raised in the caller's thread
            self.news.put(error)
        finally:
            for member in self._members:
                member.end()

    def _hand_out(self) -> None:
        for member in [member for member in self._members if member.idle]:
            if self._waiting:
                job = self._waiting.popleft()
                if not member.give(job):
                    self._waiting.appendleft(job)
                    self._bury(member)
        starting = sum(not member.ready for member in self._members)
        while starting < len(self._waiting) and len(self._members) < self._size:
            self._members.append(self._engage())
            starting += 1

    def _engage(self) -> Member:
        try:
            return Member(self._factory)
        except OSError as error:
            raise WorkerFailed(
                f"a worker process can't be started ({error}); free memory or processes, or set "
                "run.workers lower"
            ) from error

    def _listen(self) -> None:
        pipes = [member.pipe for member in self._members]
        sentinels = [member.process.sentinel for member in self._members]
        heard = set(connection.wait([self._bell, *pipes, *sentinels], CHECK_S))
        if self._bell in heard:
            self._bell.recv_bytes()
        for member in list(self._members):
            if heard & {member.pipe, member.process.sentinel}:
                for report in member.reports():
                    self._take(member, report)
                if member.gone:
                    self._bury(member)

    def _take(self, member: Member, report: worker.Report) -> None:
        job = member.job
        match report:
            case worker.Ready():
                member.ready = True
                self._failed_starts = 0
            case worker.Moved(done, total) if job:
                member.heard = time.monotonic()
                self.news.put(Step(job.task.key, done, total))
            case worker.Done(made) if job:
                self._close(member, Outcome(job.task, made=made))
            case worker.Failed(InputError() as error) if job:
                self._close(member, Outcome(job.task, error=error))
            case worker.Failed(InputError() as error):  # an input is to blame for no start
                raise WorkerFailed(f"a worker can't start: {error.detail}")
            case worker.Failed(error):
                raise error
            case worker.Broken(trace):
                raise WorkerFailed(
                    "a bug in Quietwatch ended the run; please report it with what follows.\n"
                    + trace
                )

    def _close(self, member: Member, outcome: Outcome) -> None:
        member.job = None
        member.served += 1
        self.news.put(outcome)

    def _bury(self, member: Member) -> None:
        """A worker has died by itself: replace it, and do its task again."""
        how = self._dismiss(member)
        job = member.job
        if not member.ready:
            self._count_failed_start(how)
        elif job is not None:
            job.deaths += 1
            if job.deaths < self._settings.tries:
                self._waiting.appendleft(job)
                return
            crashed = DecoderCrashed(
                f"the worker process {how}, at each of {job.deaths} tries; the footage is probably "
                "damaged: encode it anew or set it aside"
            )
            self.news.put(Outcome(job.task, error=crashed))

    def _dismiss(self, member: Member) -> str:
        self._members.remove(member)
        return member.end()

    def _count_failed_start(self, how: str) -> None:
        self._failed_starts += 1
        if self._failed_starts >= self._settings.tries * self._size:
            raise WorkerFailed(
                f"worker processes {how} before they were ready, {self._failed_starts} times in a "
                "row; run `quietwatch doctor`, and see that memory is free"
            )

    def _check(self) -> None:
        """End each worker that is beyond a bound."""
        now = time.monotonic()
        if now < self._checked + CHECK_S:
            return
        self._checked = now
        for member in list(self._members):
            if member.memory() > self._settings.memory_mb * _MIB:
                self._end_for_memory(member)
            elif not member.ready:
                if now - member.since > START_S:
                    self._dismiss(member)
                    self._count_failed_start(f"took longer than {START_S:g} s")
            elif member.job is not None:
                self._check_time(member, member.job, now)

    def _end_for_memory(self, member: Member) -> None:
        bound = f"more memory than the bound of {self._settings.memory_mb} MiB"
        self._dismiss(member)
        if not member.ready:
            self._count_failed_start(f"took {bound}")
        elif member.job is None:
            return
        elif member.served:  # what earlier tasks left behind must not be held against this one
            self._waiting.appendleft(member.job)
        else:
            exceeded = MemoryExceeded(
                f"analyzing it takes {bound}; raise run.memory_mb if the footage is worth it"
            )
            self.news.put(Outcome(member.job.task, error=exceeded))

    def _check_time(self, member: Member, job: Job, now: float) -> None:
        if now - member.heard > self._settings.stall_s:
            why = f"no progress within {self._settings.stall_s:g} s (run.stall_s)"
        elif now - member.since > self._settings.clip_s:
            why = f"not done within {self._settings.clip_s:g} s (run.clip_s)"
        else:
            return
        self._dismiss(member)
        stalled = DecoderStalled(f"{why}; encode the footage anew, or raise the bound")
        self.news.put(Outcome(job.task, error=stalled))
