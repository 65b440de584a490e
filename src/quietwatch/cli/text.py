"""What people read on a terminal: calm, one line an event, everything from outside escaped."""

import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import typer
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from quietwatch.cli import listing
from quietwatch.cli.checks import Finding, ModelState, State
from quietwatch.cli.progress import duration
from quietwatch.events import words
from quietwatch.model import Camera, Event, Verdict
from quietwatch.names import printable

if TYPE_CHECKING:
    from rich.console import RenderableType

    from quietwatch.bench.results import Results
    from quietwatch.pipeline.folders import Outcome
    from quietwatch.pipeline.runresult import RunResult
    from quietwatch.store.catalog.clips import ClipRecord

_STYLES = {Verdict.ALARM: "bold red", Verdict.REVIEW: "yellow", Verdict.SUPPRESSED: "dim"}
_SHOWN = {Verdict.ALARM: 12, Verdict.REVIEW: 6, Verdict.SUPPRESSED: 0}
"""Most events of a camera that a run lists; the rest is counted by reason."""

_STATES = {
    State.OK: ("ok", "green"),
    State.OPTIONAL: ("-", "dim"),
    State.BROKEN: ("!!", "bold red"),
}
_WIDTHS = {"At": 5, "Verdict": 6, "Kind": 7, "Score": 5}  # so that tables stand in line
_PIPED_WIDTH = 200  # a file has no edge at which to break a line


class TextOutput:
    """Prints to standard output."""

    def __init__(self) -> None:
        width = None if sys.stdout.isatty() else _PIPED_WIDTH
        self._console = Console(width=width, highlight=False, emoji=False, markup=False)

    def run(self, result: "RunResult", report: Path) -> None:
        """What was seen by each camera, what could not be used, what was odd, and the report."""
        clips: dict[Camera, list[ClipRecord]] = defaultdict(list)
        events: dict[Camera, list[Event]] = defaultdict(list)
        for record in result.records:
            clips[record.clip.camera].append(record)
        for event in result.events:
            events[event.camera].append(event)
        one_site = len({(camera.tenant, camera.site) for camera in clips}) == 1
        for camera, members in clips.items():
            name = camera.name if one_site else str(camera)
            self._camera(name, members, events[camera])
        self._list("Not usable", [(one.source, one.error, one.detail) for one in result.failed])
        self._list("Noted", [(source, note.code, note.detail) for source, note in result.notes])
        if not (result.records or result.failed):
            self._say("No footage was found in what was named.")
        self._say(_summary(result), style="bold")
        self._say(f"Report: {printable(report)}")

    def _camera(self, name: str, clips: "Sequence[ClipRecord]", events: Sequence[Event]) -> None:
        self._console.print(Text.assemble((name, "bold"), (f"  {_footage(clips)}", "dim")))
        by_verdict: dict[Verdict, list[Event]] = {verdict: [] for verdict in Verdict}
        for event in events:
            by_verdict[event.judgement.verdict].append(event)
        shown = {
            id(event) for verdict, most in _SHOWN.items() for event in by_verdict[verdict][:most]
        }
        rows = [_row(event)[1:] for event in events if id(event) in shown]
        if rows:
            table = _grid("Start (UTC)", "At", "Verdict", "Kind", "Score", "Why")
            table.show_header = False
            for row in rows:
                table.add_row(*row)
            self._indented(table)
        for verdict, most in _SHOWN.items():
            more = by_verdict[verdict][most:]
            if more:
                self._indented(Text(_rest(verdict, more, most), _STYLES[verdict]))
        noise = sum(record.noise for record in clips)
        if noise:
            self._indented(Text(words.noise(noise), "dim"))
        elif not events:
            self._indented(Text("nothing seen", "dim"))
        self._say()

    def events(self, events: Sequence[Event]) -> None:
        """Every event, a line each."""
        if events:
            self._table(_row(event) for event in events)
        else:
            self._say("No events.")

    def lines(self, events: Sequence[Event]) -> None:
        """Events as they come, a line each, without a heading."""
        for event in events:
            cells = list(_row(event))
            for cell, width in zip(cells, (12, 19, 7, 7, 7, 4), strict=False):
                cell.align("left", max(width, cell.cell_len))
            self._console.print(Text("  ").join(cells), soft_wrap=True)

    def exported(self, files: Sequence[Path], count: int) -> None:
        """Where they are."""
        for file in files:
            self._say(f"Wrote {printable(file)}")
        self._say(f"{_count(count, 'event')} in {_count(len(files), 'file')}")

    def stage(self, outcomes: "Sequence[Outcome]") -> None:
        """What can't be used, and how much is done."""
        errors = [(one.path, one.error) for one in outcomes if one.error is not None]
        self._list("Not usable", [(path, error.code, error.detail) for path, error in errors])
        self._say(f"{_count(len(outcomes) - len(errors), 'clip')} done")

    def specs(self, specs: Mapping[str, object], files: Sequence[Path]) -> None:
        """Where they are, or else the specs themselves, as `pachctl` reads them."""
        for file in files:
            self._say(f"Wrote {printable(file)}")
        for spec in () if files else specs.values():
            typer.echo(json.dumps(spec, indent=2))  # as it stands: no line may be broken

    def bench(self, results: "Results", page: Path) -> None:
        """All tables, and where the page with curves and pictures lies."""
        from quietwatch.bench.table import tables  # noqa: PLC0415 - heavy

        self._console.print(tables(results))
        self._say(f"Page: {printable(page)}")

    def models(self, models: "Sequence[ModelState]") -> None:
        """A line each."""
        table = _grid("Model", "Size", "Input", "COCO mAP", "Licence", "File")
        for state in models:
            model = state.model
            size, side = f"{model.bytes / 1e6:.1f} MB", f"{model.side}x{model.side}"
            file = Text("whole", "green") if state.whole else Text("damaged", "bold red")
            table.add_row(model.name, size, side, f"{model.coco_map:.1f}", model.licence, file)
        self._console.print(table)
        if not all(state.whole for state in models):
            self._say("Install Quietwatch again to mend a damaged model.")

    def doctor(self, findings: "Sequence[Finding]") -> None:
        """By part; advice under what needs it."""
        for part, members in groupby(findings, key=lambda finding: finding.part):
            self._say(part, style="bold")
            table = Table.grid(padding=(0, 2))
            for finding in members:
                sign, style = _STATES[finding.state]
                value = Text(finding.value)
                if finding.advice:
                    value.append(f"\n{finding.advice}", "yellow" if not finding.fine else "dim")
                table.add_row(Text(sign, style), finding.name, value)
            self._indented(table)
            self._say()
        broken = sum(not finding.fine for finding in findings)
        if broken:
            self._say(f"{_count(broken, 'thing')} must be mended.", style="bold red")
        else:
            self._say("All is well.", style="green")

    def listing(self, kind: str, rows: Iterable[Mapping[str, object]]) -> None:
        """A line each, under headings."""
        listing.show(self._console, kind, rows)

    def facts(self, values: Mapping[str, object], title: str = "") -> None:
        """A line each: the name, the value."""
        if title:
            self._say(title, style="bold")
        table = Table.grid(padding=(0, 2))
        for name, value in values.items():
            table.add_row(Text(name.replace("_", " "), "dim"), Text(listing.plain(value)))
        self._indented(table)

    def done(self, sentence: str, values: Mapping[str, object]) -> None:  # noqa: ARG002
        """The sentence."""
        self._say(sentence)

    def secret(self, sentence: str, secret: str, values: Mapping[str, object]) -> None:  # noqa: ARG002
        """The secret alone goes to standard output, so that it can be sent into a file."""
        typer.echo(sentence, err=True)
        typer.echo(secret)

    def _table(self, rows: Iterable[Sequence[Text]]) -> None:
        table = _grid("Camera", "Start (UTC)", "At", "Verdict", "Kind", "Score", "Why")
        for row in rows:
            table.add_row(*row)
        self._console.print(table)

    def _list(self, heading: str, entries: Sequence[tuple[str, str, str]]) -> None:
        if not entries:
            return
        self._say(f"{heading}: {len(entries)}", style="bold")
        for source, code, detail in entries:
            self._say(f"  {printable(source)}")
            self._indented(Text(f"{code}: {printable(detail)}", "dim"), 4)
        self._say()

    def _indented(self, what: "RenderableType", by: int = 2) -> None:
        self._console.print(Padding(what, (0, 0, 0, by), expand=False))

    def _say(self, text: str = "", style: str = "") -> None:
        self._console.print(Text(text, style), soft_wrap=True)


def _grid(*headings: str) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for heading in headings:
        right = heading in {"At", "Score", "Size", "COCO mAP"}
        whole = heading not in {"Why", "Camera", "Model"}
        table.add_column(
            heading,
            min_width=_WIDTHS.get(heading),
            justify="right" if right else "left",
            no_wrap=whole,
            overflow="fold",
        )
    return table


def _footage(clips: "Sequence[ClipRecord]") -> str:
    """`2 clips, 1:20`; `3 stills` where nothing lasts."""
    seconds = sum(record.seconds for record in clips)
    count = len(clips)
    return f"{_count(count, 'clip')}, {duration(seconds)}" if seconds else _count(count, "still")


def _rest(verdict: Verdict, events: Sequence[Event], listed: int) -> str:
    """`and 19 more alarms: Person 19`, or `5 held back: Foliage 4, Too brief 1`."""
    reasons = Counter(words.REASONS[event.judgement.reasons[0]].name for event in events)
    why = ", ".join(f"{name} {count}" for name, count in reasons.most_common())
    what = {
        Verdict.ALARM: "alarm" if len(events) == 1 else "alarms",
        Verdict.REVIEW: "for review",
        Verdict.SUPPRESSED: "held back",
    }[verdict]
    return f"{f'and {len(events)} more' if listed else len(events)} {what}: {why}"


def _row(event: Event) -> Sequence[Text]:
    judgement = event.judgement
    style = _STYLES[judgement.verdict]
    why = ", ".join(words.REASONS[reason].name for reason in judgement.reasons)
    return (
        Text(event.camera.name),
        Text(f"{event.start:%Y-%m-%d %H:%M:%S}"),
        Text(duration(event.start_s)),
        Text(judgement.verdict.value, style),
        Text(judgement.kind.value, style),
        Text(f"{judgement.score:.2f}", style),
        Text(why, style),
    )


def _summary(result: "RunResult") -> str:
    verdicts = Counter(event.judgement.verdict for event in result.events)
    told = (
        f"{_count(result.clips, 'clip')} analyzed",
        f"{result.skipped} known already" if result.skipped else "",
        _count(verdicts[Verdict.ALARM], "alarm"),
        f"{verdicts[Verdict.REVIEW]} for review",
        f"{verdicts[Verdict.SUPPRESSED]} held back",
    )
    return ", ".join(part for part in told if part)


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"
