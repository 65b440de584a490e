"""`quietwatch watch`: keep going, and take in whatever arrives."""

import threading
from typing import TYPE_CHECKING, Annotated

import typer

from quietwatch.cli.options import ConfigOption, Format, FormatOption
from quietwatch.cli.where import Where, placed
from quietwatch.model import Event, Failure, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable

    from quietwatch.pipeline.runresult import Round
    from quietwatch.sources.lookout import Lookout


@placed
def watch(
    where: Where,
    sources: Annotated[
        list[str],
        typer.Argument(
            metavar="SOURCE",
            help="Folders and bucket URLs (s3://, gs://, az://).",
            show_default=False,
        ),
    ],
    *,
    queue: Annotated[
        str | None,
        typer.Option("--queue", metavar="URL", help="SQS queue to which the buckets send notices."),
    ] = None,
    config: ConfigOption = None,
    output_format: FormatOption = Format.TEXT,
) -> None:
    """Watch sources until it is stopped: what arrives is brought in, analyzed and judged.

    A file that is still being written is left until it is whole.
    """
    # Heavy: codecs, models.
    from quietwatch.pipeline import engine  # noqa: PLC0415
    from quietwatch.sources.lookout import lookout  # noqa: PLC0415

    settings = where.settings(config)
    found = lookout(sources, settings, where.folder, queue)
    told = _lines(found) if output_format is Format.JSON else _words(found)
    with where.working(settings.source.tenant, "watch") as place:
        runner = engine.runner_for(settings, place)
        stop = threading.Event()
        rounds = found.rounds(stop)
        engine.watch(rounds, place, settings, runner, lambda *_: None, told)


def _lines(found: "Lookout") -> "Callable[[Round], None]":
    """Prints one JSON object a round in which something happened."""
    from quietwatch.cli.output import round_line  # noqa: PLC0415 - heavy

    waiting: list[tuple[Failure, ...]] = [()]  # as it was told last

    def told(done: "Round") -> None:
        if done.events or done.failed or found.trouble or [done.waiting] != waiting:
            typer.echo(round_line(done, found.trouble))
            waiting[:] = [done.waiting]

    return told


def _words(found: "Lookout") -> "Callable[[Round], None]":
    """Prints alarms and reviews, a line when one begins or turns, and what goes wrong once."""
    from quietwatch.cli.text import TextOutput  # noqa: PLC0415 - heavy

    out, said, shown = TextOutput(), set[str](), dict[str, object]()

    def told(done: "Round") -> None:
        failed = [f"{one.source}: {one.detail} ({one.error})" for one in done.failed]
        waiting = [f"{one.source}: {one.detail} ({one.error})" for one in done.waiting]
        wrong = (*found.trouble, *failed, *waiting)
        for sentence in wrong:
            if sentence not in said:
                typer.echo(f"quietwatch: {sentence}", err=True)
        said.update(wrong)
        turned = [event for event in done.events if shown.get(event.event_id) != _said(event)]
        shown.update((event.event_id, _said(event)) for event in turned)
        out.lines([e for e in turned if e.judgement.verdict is not Verdict.SUPPRESSED])

    return told


def _said(event: Event) -> object:
    return event.judgement.verdict, event.judgement.kind, event.judgement.reasons
