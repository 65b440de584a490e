"""Printing, in one place: what a verb has to say, for people or as one JSON object."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import typer

from quietwatch.cli import rows
from quietwatch.cli.options import Format
from quietwatch.errors import QuietwatchError
from quietwatch.model import Event
from quietwatch.names import printable

if TYPE_CHECKING:
    from quietwatch.bench.results import Results
    from quietwatch.cli.checks import Finding, ModelState
    from quietwatch.pipeline.folders import Outcome
    from quietwatch.pipeline.runresult import Round, RunResult

SCHEMA = 1
"""Raised when a key of the JSON changes its meaning or goes; keys may be added."""


class Output(Protocol):
    """Says what a verb has done. Kinds: `JsonOutput`, `text.TextOutput`."""

    def run(self, result: "RunResult", report: Path) -> None:
        """What a run has found, and where its report lies."""
        ...

    def events(self, events: Sequence[Event]) -> None:
        """Events asked for."""
        ...

    def exported(self, files: Sequence[Path], count: int) -> None:
        """Files written with so many events."""
        ...

    def stage(self, outcomes: "Sequence[Outcome]") -> None:
        """What became of the files that a stage was given."""
        ...

    def models(self, models: "Sequence[ModelState]") -> None:
        """The shipped models."""
        ...

    def doctor(self, findings: "Sequence[Finding]") -> None:
        """What the doctor found."""
        ...

    def specs(self, specs: Mapping[str, object], files: Sequence[Path]) -> None:
        """Specs for another engine, by stage, and where they were written."""
        ...

    def bench(self, results: "Results", page: Path) -> None:
        """What a bench has found, and where its page lies."""
        ...

    def listing(self, kind: str, rows: Iterable[Mapping[str, object]]) -> None:
        """A list of a kind that `listing.LISTINGS` has."""
        ...

    def facts(self, values: Mapping[str, object], title: str = "") -> None:
        """What is known of one thing, by name."""
        ...

    def done(self, sentence: str, values: Mapping[str, object]) -> None:
        """What was done: a sentence for people, values for programs."""
        ...

    def secret(self, sentence: str, secret: str, values: Mapping[str, object]) -> None:
        """What is shown only once; the values have it, too."""
        ...


def output(kind: Format) -> Output:
    """The output of a kind."""
    if kind is Format.JSON:
        return JsonOutput()
    from quietwatch.cli.text import TextOutput  # noqa: PLC0415 - rich is not needed for JSON

    return TextOutput()


class JsonOutput:
    """One JSON object on standard output; plain ASCII, so that no terminal can spoil it."""

    def run(self, result: "RunResult", report: Path) -> None:  # noqa: ARG002
        """The contract of `quietwatch run --format json`."""
        _print(
            {
                "clips": result.clips,
                "skipped": result.skipped,
                "failed": [
                    {"source": one.source, "error": one.error, "detail": one.detail}
                    for one in result.failed
                ],
                "events": _events(result.events),
                "notes": [
                    {"source": source, "note": note.code, "detail": note.detail}
                    for source, note in result.notes
                ],
            }
        )

    def events(self, events: Sequence[Event]) -> None:
        """Events, as those of a run."""
        _print({"events": _events(events)})

    def exported(self, files: Sequence[Path], count: int) -> None:
        """Paths of the files."""
        _print({"count": count, "files": [printable(file) for file in files]})

    def stage(self, outcomes: "Sequence[Outcome]") -> None:
        """How many files are done, and each that can't be used."""
        _print(
            {
                "done": sum(one.error is None for one in outcomes),
                "rejected": [
                    {
                        "path": printable(one.path),
                        "error": one.error.code,
                        "detail": one.error.detail,
                    }
                    for one in outcomes
                    if one.error is not None
                ],
            }
        )

    def models(self, models: "Sequence[ModelState]") -> None:
        """Each model with its origin and state."""
        _print(
            {
                "models": [
                    {
                        "name": state.model.name,
                        "bytes": state.model.bytes,
                        "sha256": state.model.sha256,
                        "whole": state.whole,
                        "input": state.model.side,
                        "coco_map": state.model.coco_map,
                        "licence": state.model.licence,
                        "origin": state.model.origin,
                    }
                    for state in models
                ]
            }
        )

    def doctor(self, findings: "Sequence[Finding]") -> None:
        """Each finding, and whether all is well."""
        _print(
            {
                "ok": all(finding.fine for finding in findings),
                "findings": [
                    {
                        "part": finding.part,
                        "name": finding.name,
                        "value": finding.value,
                        "state": finding.state.value,
                        "advice": finding.advice,
                    }
                    for finding in findings
                ],
            }
        )

    def specs(self, specs: Mapping[str, object], files: Sequence[Path]) -> None:
        """Both, so that a program needs no file."""
        _print({"pipelines": specs, "files": [printable(file) for file in files]})

    def bench(self, results: "Results", page: Path) -> None:  # noqa: ARG002
        """Format 1 of docs/bench.md, without the pictures."""
        values = results.model_dump(mode="json", exclude={"mistakes": {"__all__": {"jpeg"}}})
        _print(values)

    def listing(self, kind: str, rows: Iterable[Mapping[str, object]]) -> None:
        """All rows under the name of their kind."""
        _print({kind: list(rows)})

    def facts(self, values: Mapping[str, object], title: str = "") -> None:  # noqa: ARG002
        """The values."""
        _print(values)

    def done(self, sentence: str, values: Mapping[str, object]) -> None:  # noqa: ARG002
        """The values."""
        _print(values)

    def secret(
        self,
        sentence: str,  # noqa: ARG002
        secret: str,  # noqa: ARG002
        values: Mapping[str, object],
    ) -> None:
        """The values."""
        _print(values)


def round_line(done: "Round", trouble: Sequence[str]) -> str:
    """One round of watching, as JSON on one line."""
    failed = [
        {"source": one.source, "error": one.error, "detail": one.detail} for one in done.failed
    ]
    values = {
        "clips": done.clips,
        "failed": failed,
        "events": list(_events(done.events)),
        "waiting": list(map(rows.waiting, done.waiting)),
    }
    return json.dumps({"schema": SCHEMA, **values, "trouble": list(trouble)}, allow_nan=False)


def tell(damaged: QuietwatchError) -> None:
    """Name on standard error what is damaged and was left out."""
    typer.echo(f"quietwatch: {damaged.detail}", err=True)


def _events(events: Sequence[Event]) -> Iterator[dict[str, object]]:
    from quietwatch.events.table import to_json  # noqa: PLC0415 - heavy

    return map(to_json, events)


def _print(values: Mapping[str, object]) -> None:
    """Print one JSON object; of an iterator's rows one is held at a time."""
    before = "{"
    for key, value in {"schema": SCHEMA, **values}.items():
        typer.echo(f"{before}\n {json.dumps(key)}: ", nl=False)
        if isinstance(value, Iterator):
            _print_rows(value)
        else:
            typer.echo(_json(value, depth=1), nl=False)
        before = ","
    typer.echo("\n}")


def _print_rows(rows: Iterator[object]) -> None:
    before = "["
    for row in rows:
        typer.echo(f"{before}\n  {_json(row, depth=2)}", nl=False)
        before = ","
    typer.echo("[]" if before == "[" else "\n ]", nl=False)


def _json(value: object, depth: int) -> str:
    """The value as it stands so deep in an object: text has no line breaks of its own."""
    text = json.dumps(value, indent=1, allow_nan=False)
    return text.replace("\n", "\n" + " " * depth)
