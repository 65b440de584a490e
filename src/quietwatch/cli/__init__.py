"""The command line: a verb a file, printing in one place.

Nothing heavy is imported here or at the top of a verb's file: `quietwatch version` answers at once.
"""

import signal
import sys
from gc import set_threshold  # a verb is called gc
from types import FrameType
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from quietwatch.cli import (
    audit,
    bench,
    branch,
    camera,
    catalog,
    demo,
    diff,
    doctor,
    erase,
    events,
    fsck,
    gc,
    get,
    jobs,
    lineage,
    log,
    ls,
    models,
    pachyderm,
    process,
    put,
    repo,
    role,
    run,
    stage,
    token,
    version,
    watch,
)
from quietwatch.errors import QuietwatchError, UsageError

_ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
GARBAGE = (50_000, 20, 20)
"""How seldom Python looks for values that hold each other: there are few, but a run holds several
values a clip, and looking through them at the default pace takes a fifth of its time."""

_STOPPED = "Stopped: what is done is kept, and the same command goes on from here."


class _Ended(KeyboardInterrupt):
    """A signal asked us to end; treated as Ctrl-C is, but for the exit code.

    Attributes:
        number: of the last such signal. It is the class's, because whoever waits in other people's
            code may get a plain KeyboardInterrupt in the place of ours.
    """

    number = int(signal.SIGINT)


class _Verbs(TyperGroup):
    """Turns what a verb raises into one sentence and an exit code."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except QuietwatchError as error:
            print(f"quietwatch: {error.detail}", file=sys.stderr)  # noqa: T201
            raise typer.Exit(2 if isinstance(error, UsageError) else 1) from error
        except KeyboardInterrupt as error:
            print(f"\n{_STOPPED}", file=sys.stderr)  # noqa: T201
            raise typer.Exit(128 + _Ended.number) from error


app = typer.Typer(
    name="quietwatch",
    cls=_Verbs,
    help="Turns security-camera footage into alarms worth answering.",
    epilog="Exit code 0: all was read; 3: some inputs were unusable, the rest is done; 2: wrong "
    "usage; 1: anything else.",
    no_args_is_help=True,
    rich_markup_mode=None,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command()(run.run)
app.command()(watch.watch)
app.command()(process.process)
app.add_typer(jobs.app, name="jobs")
app.add_typer(camera.app, name="camera")
app.command()(demo.demo)
app.add_typer(events.app, name="events")
app.add_typer(repo.app, name="repo")
app.command()(put.put)
app.command()(ls.ls)
app.command()(get.get)
app.command()(log.log)
app.command()(diff.diff)
app.command()(lineage.lineage)
app.add_typer(branch.branches, name="branch")
app.add_typer(branch.tags, name="tag")
app.add_typer(token.app, name="token")
app.add_typer(role.app, name="role")
app.command()(audit.audit)
app.command()(gc.gc)
app.command()(fsck.fsck)
app.command()(erase.erase)
app.add_typer(catalog.app, name="catalog")
app.add_typer(bench.app, name="bench")
app.command()(stage.stage)
app.command()(models.models)
app.add_typer(pachyderm.app, name="pachyderm")
app.command()(doctor.doctor)
app.command()(version.version)


@app.callback()
def _top(
    *,
    _version: Annotated[
        bool,
        typer.Option(
            "--version", help="Show the version and exit.", callback=version.eager, is_eager=True
        ),
    ] = False,
) -> None:
    pass


def main() -> None:
    """Entry point of the program."""
    set_threshold(*GARBAGE)
    for stream in (sys.stdout, sys.stderr):
        # A terminal that can't show a character gets its escape, not a traceback.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    for number in _ENDINGS:
        if signal.getsignal(number) is not signal.SIG_IGN:  # nohup ignores SIGHUP: leave it so
            signal.signal(number, _end)
    app()


def _end(number: int, _: FrameType | None) -> None:
    for each in _ENDINGS:  # an impatient second Ctrl-C must not break off the ending
        signal.signal(each, signal.SIG_IGN)
    _Ended.number = number
    raise _Ended
