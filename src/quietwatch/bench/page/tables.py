"""The tables of the page: systems, kinds of nuisance, what makes people hard to see, rules."""

from collections.abc import Iterable, Mapping, Sequence

from quietwatch.bench.columns import COLUMNS, Cell, rate, share
from quietwatch.bench.measures import EventRow, NuisanceRow
from quietwatch.bench.results import Results, Role, SystemResult
from quietwatch.events.report.markup import Child, Markup, h

_ROLES = {Role.PRODUCT: "", Role.BASELINE: "baseline", Role.FLOOR: "floor"}


def systems(results: Results) -> Markup:
    """A row a system, a column a measure."""
    rows = [
        h(
            "tr",
            h(
                "th",
                h("b", one.name),
                h("small", _ROLES[one.role]),
                h("small", one.words),
                scope="row",
            ),
            h("td", f"{one.threshold:.2f}"),
            [_figure(column.cell(one.figures)) for column in COLUMNS],
            class_=str(one.role),
        )
        for one in results.systems
    ]
    return _table("Systems side by side", ("System", "Threshold", *_names()), rows)


def nuisances(results: Results) -> Child:
    """A row a kind of nuisance, two columns a system."""
    told = [{row.kind: row for row in one.nuisances} for one in results.systems]
    kinds = {kind: row for rows in told for kind, row in rows.items()}
    if not kinds:
        return None
    rows = [
        h(
            "tr",
            _kind(kind, kind in results.solved_nuisances),
            h("td", f"{row.clips:,}"),
            h("td", f"{row.hours:.2f}"),
            [_nuisance(rows.get(kind)) for rows in told],
            class_="solved" if kind in results.solved_nuisances else None,
        )
        for kind, row in kinds.items()
    ]
    return _table("By nuisance", ("Nuisance", "Clips", "Hours", *_of(results.systems)), rows)


def hard(results: Results) -> Child:
    """A row for each thing that makes events hard to see, a column a system."""
    told = [{row.kind: row for row in one.hard} for one in results.systems]
    kinds = {kind: row for rows in told for kind, row in rows.items()}
    if not kinds:
        return None
    rows = [
        h(
            "tr",
            _kind(kind, kind in results.solved_hard),
            h("td", f"{row.events:,}"),
            [_recall(rows.get(kind), _best(told, kind)) for rows in told],
            class_="solved" if kind in results.solved_hard else None,
        )
        for kind, row in kinds.items()
    ]
    return _table("By what is hard", ("What is hard", "Events", *_of(results.systems)), rows)


def ablation(results: Results) -> Child:
    """A row a rule that was taken out, after the product with all of them."""
    if not results.ablation:
        return None
    whole = [one for one in results.systems if one.role is Role.PRODUCT]
    rows = [
        h(
            "tr",
            h("th", h("b", name), h("small", words), scope="row"),
            [_figure(column.cell(figures)) for column in COLUMNS],
            class_=role,
        )
        for name, words, figures, role in (
            *((one.name, "with all rules", one.figures, "product") for one in whole),
            *((f"without {one.name}", one.words, one.figures, None) for one in results.ablation),
        )
    ]
    return _table("Without each rule", ("Rule", *_names()), rows)


def _names() -> list[Markup]:
    return [h("span", column.name, title=column.words) for column in COLUMNS]


def _of(systems: Iterable[SystemResult]) -> list[str]:
    return [one.name for one in systems]


def _kind(kind: str, solved: bool) -> Markup:  # noqa: FBT001
    return h(
        "th",
        h("b", kind),
        h("small", "solved by every baseline") if solved else None,
        scope="row",
    )


def _nuisance(row: NuisanceRow | None) -> Markup:
    if row is None:
        return _figure(share(None))
    told = share(row.share)
    many = f"{rate(row.rate).value}/h" if row.rate is not None else f"{row.false_alarms} in all"
    return _figure(Cell(told.value, f"{told.interval}; {many}"), bad=row.false_alarms > 0)


def _best(told: Sequence[Mapping[str, EventRow]], kind: str) -> int:
    return max(rows[kind].caught for rows in told if kind in rows)


def _recall(row: EventRow | None, best: int) -> Markup:
    if row is None:
        return _figure(share(None))
    return _figure(share(row.recall), bad=row.caught < best)


def _figure(cell: Cell, *, bad: bool = False) -> Markup:
    return h(
        "td",
        h("b", cell.value),
        h("small", cell.interval) if cell.interval else None,
        class_="bad" if bad else None,
    )


def _table(words: str, names: Iterable[Child], rows: Sequence[Markup]) -> Markup:
    heads = [h("th", name, scope="col") for name in names]
    return h(
        "div",
        h("table", h("thead", h("tr", heads)), h("tbody", rows), class_="figures"),
        class_="wide",
        tabindex="0",
        role="region",
        aria_label=words,
    )
