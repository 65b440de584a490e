"""Passes of the engine in children of one process, each killed at a step of its choice.

A line of standard input is home, source and step, with tabs between; 0 stands for no step. A line
of standard output is the status of the child and the number of steps that it took. The model is
loaded once, before the children are made.
"""

import functools
import os
import signal
import sys
from pathlib import Path

from sqlalchemy import event
from sqlalchemy.engine import Engine

from quietwatch.config import Settings
from quietwatch.pipeline import engine
from quietwatch.pipeline.runners.inline import InlineRunner
from quietwatch.pipeline.work import Workplace, make_work
from quietwatch.sources.survey import survey
from quietwatch.store.place import open_place
from quietwatch.vision import zoo

SETTINGS = Settings()
VISION = SETTINGS.vision
FILES = {"open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.truncate", "fcntl.flock"}
SQL = ("before_cursor_execute", "after_cursor_execute", "begin", "commit", "rollback")


def one_pass(home: Path, source: str, deadly: int) -> int:
    """Do a pass; gives its number of steps if it was not killed at one."""
    step = 0

    def tick(*_: object) -> None:
        nonlocal step
        step += 1
        if step == deadly:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(lambda name, _: tick() if name in FILES else None)
    for name in SQL:
        event.listen(Engine, name, tick)
    with open_place(home) as place:
        work = Workplace(place.store_url, place.spool, VISION.model, VISION.inference_threads)
        runner = InlineRunner(lambda: make_work(work))
        engine.run(survey([source], SETTINGS), place, SETTINGS, runner, lambda *_: None)
    return step


def in_a_child(home: Path, source: str, deadly: int) -> tuple[int, int]:
    """A pass in a process of its own; gives its status and its steps."""
    pipe, end = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(end, b"%d" % one_pass(home, source, deadly))
        os._exit(0)
    os.close(end)
    with open(pipe, "rb") as told:  # noqa: PTH123 - it has no path
        steps = told.read()
    return os.waitpid(child, 0)[1], int(steps or 0)


def main() -> None:
    """Serve standard input."""
    zoo.load = functools.cache(zoo.load)
    zoo.load(VISION.model, VISION.inference_threads)
    for line in sys.stdin:
        home, source, deadly = line.rstrip("\n").split("\t")
        print(*in_a_child(Path(home), source, int(deadly)), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
