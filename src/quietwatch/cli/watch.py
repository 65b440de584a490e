"""`quietwatch watch`: keep going, and take in whatever arrives."""

import threading
from typing import TYPE_CHECKING, Annotated

import typer

from quietwatch.cli.options import (
    CatalogOption,
    ConfigOption,
    Format,
    FormatOption,
    HomeOption,
    StoreOption,
    Where,
    home_path,
    settings_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from quietwatch.pipeline.engine import Round
    from quietwatch.sources.lookout import Lookout


def watch(
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
    home: HomeOption = None,
    store: StoreOption = None,
    catalog: CatalogOption = None,
    config: ConfigOption = None,
    output_format: FormatOption = Format.TEXT,
) -> None:
    """Watch sources until it is stopped: what arrives is brought in, analyzed and judged.

    A file that is still being written is left until it is whole.
    """
    # Heavy: codecs, models.
    from quietwatch.pipeline import engine  # noqa: PLC0415
    from quietwatch.sources.lookout import lookout  # noqa: PLC0415

    folder = home_path(home)
    settings = settings_of(folder, config)
    found = lookout(sources, settings, folder, queue)
    told = _lines(found) if output_format is Format.JSON else _words(found)
    with Where(folder, store, catalog).open() as place:
        runner = engine.runner_for(settings, place)
        stop = threading.Event()
        rounds = found.rounds(stop)
        engine.watch(rounds, place, settings, runner, lambda *_: None, told)


def _lines(found: "Lookout") -> "Callable[[Round], None]":
    """Prints one JSON object a round in which something happened."""
    from quietwatch.cli.output import round_line  # noqa: PLC0415 - heavy

    def told(done: "Round") -> None:
        if done.events or done.failed or found.trouble:
            typer.echo(round_line(done, found.trouble))

    return told


def _words(found: "Lookout") -> "Callable[[Round], None]":
    """Prints a line an event, and what goes wrong once."""
    from quietwatch.cli.text import TextOutput  # noqa: PLC0415 - heavy

    out, said = TextOutput(), set[str]()

    def told(done: "Round") -> None:
        failed = [f"{one.source}: {one.detail} ({one.error})" for one in done.failed]
        for sentence in (*found.trouble, *failed):
            if sentence not in said:
                typer.echo(f"quietwatch: {sentence}", err=True)
        said.update(failed)
        said.update(found.trouble)
        if done.events:
            out.events(done.events)

    return told
