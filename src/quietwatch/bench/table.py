"""The results as tables for a terminal."""

from collections.abc import Iterable, Iterator

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from quietwatch.bench.columns import BRIEF, COLUMNS, COST, DASH, rate, share, short
from quietwatch.bench.results import Results, Role
from quietwatch.names import printable


def tables(results: Results) -> RenderableType:
    """Systems side by side, then by nuisance, by what is hard, and without each rule."""
    parts: list[RenderableType] = []
    for title, table in _parts(results):
        if table.row_count:
            parts += [Text(title, style="bold"), table, Text()]
    return Group(*parts)


def _parts(results: Results) -> Iterator[tuple[str, Table]]:
    yield f"Bench: {printable(results.bench)}", _systems(results)
    yield (
        "By nuisance: share of its clips with a false alarm, and false alarms an hour",
        _grid(("Nuisance", "Clips", *_names(results)), _nuisances(results)),
    )
    yield (
        "By what makes people hard to see: recall",
        _grid(("What is hard", "Events", *_names(results)), _hard(results)),
    )
    yield (
        "Without each rule",
        _grid(("Rule", *(column.name for column in BRIEF)), _rules(results)),
    )


def _systems(results: Results) -> Table:
    """A row a measure: beside each other there is no room for all of them."""
    counted = results.systems[0].counts
    first = f"{counted.clips:,} clips, {counted.hours:.1f} h, {counted.events:,} events"
    rows = [
        (column.name, *(str(column.cell(one.figures)) for one in results.systems))
        for column in COLUMNS
    ]
    rows.append(("Threshold", *(short(one.threshold) for one in results.systems)))
    costs = (DASH if one.cost is None else f"{one.cost:.0f} s" for one in results.systems)
    rows.append((COST, *costs))
    return _grid((first, *_names(results)), rows)


def _nuisances(results: Results) -> Iterator[tuple[str, ...]]:
    for kind, told in results.nuisance_rows().items():
        cells = (
            f"{share(row.share).value}, {rate(row.rate).value}/h" if row else DASH for row in told
        )
        clips = max(row.clips for row in told if row)
        yield _marked(kind, results.solved_nuisances), f"{clips:,}", *cells


def _hard(results: Results) -> Iterator[tuple[str, ...]]:
    for kind, told in results.hard_rows().items():
        cells = (str(share(row.recall)) if row else DASH for row in told)
        events = max(row.events for row in told if row)
        yield _marked(kind, results.solved_hard), f"{events:,}", *cells


def _rules(results: Results) -> Iterator[tuple[str, ...]]:
    if not results.ablation:
        return
    for one in results.systems:
        if one.role is Role.PRODUCT:
            yield printable(one.name), *(column.cell(one.figures).value for column in BRIEF)
    for rule in results.ablation:
        cells = (column.cell(rule.figures).value for column in BRIEF)
        yield f"without {printable(rule.name)}", *cells


def _marked(kind: str, solved: Iterable[str]) -> str:
    return f"{kind} (solved by every baseline)" if kind in solved else kind


def _names(results: Results) -> list[str]:
    return [printable(one.name) for one in results.systems]


def _grid(names: Iterable[str], rows: Iterable[tuple[str, ...]]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for place, name in enumerate(names):
        table.add_column(Text(name), justify="left" if place == 0 else "right")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    return table
