"""What people read on a terminal: calm, one line an event, everything from outside escaped."""

import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from quietwatch.cli.checks import Finding, ModelState, State
from quietwatch.cli.progress import duration
from quietwatch.events.words import REASONS
from quietwatch.model import Camera, Event, Verdict
from quietwatch.names import printable

if TYPE_CHECKING:
    from quietwatch.pipeline.engine import RunResult

_STYLES = {Verdict.ALARM: "bold red", Verdict.REVIEW: "yellow", Verdict.SUPPRESSED: "dim"}
_SHOWN = {Verdict.ALARM: 20, Verdict.REVIEW: 10, Verdict.SUPPRESSED: 5}
_STATES = {
    State.OK: ("ok", "green"),
    State.OPTIONAL: ("-", "dim"),
    State.BROKEN: ("!!", "bold red"),
}
_PIPED_WIDTH = 200  # a file has no edge at which to break a line


class TextOutput:
    """Prints to standard output."""

    def __init__(self) -> None:
        width = None if sys.stdout.isatty() else _PIPED_WIDTH
        self._console = Console(width=width, highlight=False, emoji=False, markup=False)

    def run(self, result: "RunResult", report: Path) -> None:
        """Events by camera, then what could not be used, what was odd, and the report."""
        if not (result.records or result.failed):
            self._say("No footage was found in what was named.")
        cameras = sorted({record.clip.camera for record in result.records})
        by_camera = {
            camera: list(events)
            for camera, events in groupby(result.events, key=lambda event: event.camera)
        }
        if result.events:
            self._table(
                row for camera in cameras for row in _folded(camera, by_camera.get(camera, []))
            )
        for camera in cameras:
            if camera not in by_camera:
                self._say(f"{camera.name}: nothing moved")
        self._say()
        self._say(_summary(result), style="bold")
        self._list("Not usable", [(one.source, one.error, one.detail) for one in result.failed])
        self._list("Noted", [(source, note.code, note.detail) for source, note in result.notes])
        self._say(f"Report: {printable(report)}")

    def events(self, events: Sequence[Event]) -> None:
        """Every event, a line each."""
        if events:
            self._table(_row(event) for event in events)
        else:
            self._say("No events.")

    def exported(self, files: Sequence[Path], count: int) -> None:
        """Where they are."""
        for file in files:
            self._say(f"Wrote {printable(file)}")
        self._say(f"{_count(count, 'event')} in {_count(len(files), 'file')}")

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
            self._console.print(Padding(table, (0, 0, 1, 2), expand=False))
        broken = sum(not finding.fine for finding in findings)
        if broken:
            self._say(f"{_count(broken, 'thing')} must be mended.", style="bold red")
        else:
            self._say("All is well.", style="green")

    def _table(self, rows: Iterable[Sequence[Text]]) -> None:
        table = _grid("Camera", "Start (UTC)", "At", "Verdict", "Kind", "Score", "Why")
        for row in rows:
            table.add_row(*row)
        self._console.print(table)

    def _list(self, heading: str, entries: Sequence[tuple[str, str, str]]) -> None:
        if not entries:
            return
        self._say()
        self._say(f"{heading}: {len(entries)}", style="bold")
        for source, code, detail in entries:
            self._say(f"  {printable(source)}")
            self._console.print(
                Padding(Text(f"{code}: {printable(detail)}", "dim"), (0, 0, 0, 4), expand=False)
            )
        self._say()

    def _say(self, text: str = "", style: str = "") -> None:
        self._console.print(Text(text, style), soft_wrap=True)


def _grid(*headings: str) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for heading in headings:
        right = heading in {"At", "Score", "Size", "COCO mAP"}
        whole = heading not in {"Why", "Camera"}
        table.add_column(
            heading, justify="right" if right else "left", no_wrap=whole, overflow="fold"
        )
    return table


def _folded(camera: Camera, events: Sequence[Event]) -> Iterable[Sequence[Text]]:
    """A camera's events, long lists of one verdict cut short and counted instead."""
    left = dict(_SHOWN)
    folded: dict[Verdict, list[Event]] = {verdict: [] for verdict in Verdict}
    for event in events:
        verdict = event.judgement.verdict
        if left[verdict] > 0:
            left[verdict] -= 1
            yield _row(event)
        else:
            folded[verdict].append(event)
    for verdict, more in folded.items():
        if more:
            reasons = Counter(REASONS[event.judgement.reasons[0]].name for event in more)
            why = ", ".join(f"{name} {count}" for name, count in reasons.most_common(3))
            style = _STYLES[verdict]
            yield (
                Text(camera.name),
                Text(f"and {len(more)} more", style),
                Text(),
                Text(verdict.value, style),
                Text(),
                Text(),
                Text(why, style),
            )


def _row(event: Event) -> Sequence[Text]:
    judgement = event.judgement
    style = _STYLES[judgement.verdict]
    why = ", ".join(REASONS[reason].name for reason in judgement.reasons)
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
