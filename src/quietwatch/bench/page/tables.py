"""The tables of the page: systems, kinds of nuisance, what makes people hard to see, rules."""

from collections.abc import Iterable, Sequence

from quietwatch.bench.columns import BRIEF, COLUMNS, COST, DASH, Cell, rate, share, short
from quietwatch.bench.measures import EventRow, NuisanceRow
from quietwatch.bench.results import Results, Role, SystemResult
from quietwatch.events.report.markup import Child, Markup, h

_ROLES = {Role.PRODUCT: "", Role.BASELINE: "baseline", Role.FLOOR: "floor"}


def systems(results: Results) -> Markup:
    """A row a measure, a column a system."""
    heads = [
        h("span", h("b", one.name), h("small", _ROLES[one.role]), h("small", one.words))
        for one in results.systems
    ]
    rows = [
        h(
            "tr",
            h("th", h("b", column.name), h("small", column.words), scope="row"),
            [_figure(column.cell(one.figures)) for one in results.systems],
        )
        for column in COLUMNS
    ]
    thresholds = (h("td", short(one.threshold)) for one in results.systems)
    rows.append(h("tr", h("th", h("b", "Threshold"), scope="row"), thresholds))
    costs = (DASH if one.cost is None else f"{one.cost:.0f} s" for one in results.systems)
    rows.append(h("tr", h("th", h("b", COST), scope="row"), [h("td", cost) for cost in costs]))
    return _table("Systems side by side", ("", *heads), rows)


def nuisances(results: Results) -> Child:
    """A row a kind of nuisance, a column a system."""
    names = ("Nuisance", "Clips", "Hours", *_of(results.systems))
    rows = [
        _kind(
            kind,
            kind in results.solved_nuisances,
            h("td", f"{max(row.clips for row in told if row):,}"),
            h("td", f"{max(row.hours for row in told if row):.2f}"),
            [_nuisance(row) for row in told],
        )
        for kind, told in results.nuisance_rows().items()
    ]
    return _table("By nuisance", names, rows) if rows else None


def hard(results: Results) -> Child:
    """A row for each thing that makes events hard to see, a column a system.

    Told as bad is what catches less than the best; the floor rings always, and is no rival.
    """
    rivals = [one.role is not Role.FLOOR for one in results.systems]
    rows = []
    for kind, told in results.hard_rows().items():
        caught = [row.caught for row, rival in zip(told, rivals, strict=True) if row and rival]
        rows.append(
            _kind(
                kind,
                kind in results.solved_hard,
                h("td", f"{max(row.events for row in told if row):,}"),
                [_recall(row, max(caught, default=0)) for row in told],
            )
        )
    names = ("What is hard", "Events", *_of(results.systems))
    return _table("By what is hard", names, rows) if rows else None


def ablation(results: Results) -> Child:
    """A row a rule that was taken out, after the product with all of them."""
    if not results.ablation:
        return None
    names = [h("span", column.name, title=column.words) for column in BRIEF]
    whole = [one for one in results.systems if one.role is Role.PRODUCT]
    rows = [
        h(
            "tr",
            h("th", h("b", name), h("small", words), scope="row"),
            [_figure(column.cell(figures)) for column in BRIEF],
            class_=role,
        )
        for name, words, figures, role in (
            *((one.name, "with all rules", one.figures, "product") for one in whole),
            *((f"without {one.name}", one.words, one.figures, None) for one in results.ablation),
        )
    ]
    return _table("Without each rule", ("Rule", *names), rows)


def _of(systems: Iterable[SystemResult]) -> list[str]:
    return [one.name for one in systems]


def _kind(kind: str, solved: bool, *cells: Child) -> Markup:  # noqa: FBT001
    mark = h("small", "solved by every baseline") if solved else None
    head = h("th", h("b", kind), mark, scope="row")
    return h("tr", head, *cells, class_="solved" if solved else None)


def _nuisance(row: NuisanceRow | None) -> Markup:
    if row is None:
        return _figure(share(None))
    told = share(row.share)
    many = f"{rate(row.rate).value}/h" if row.rate is not None else f"{row.false_alarms} in all"
    return _figure(Cell(told.value, f"{told.interval}; {many}"), bad=row.false_alarms > 0)


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
