"""The whole page: what it says, and in which order."""

from collections.abc import Iterator

from quietwatch.bench.columns import rate, share
from quietwatch.bench.page import cards, plots, tables
from quietwatch.bench.results import Results, Role, SystemResult
from quietwatch.events.report import head, phrase
from quietwatch.events.report.document import asset, document
from quietwatch.events.report.markup import Child, Markup, h, join, pieces


def render(results: Results) -> Iterator[bytes]:
    """The results as one HTML file that asks no network for anything, in pieces."""
    style = join(
        asset("quietwatch.events.report", "style.css"), asset(__package__ or "", "style.css")
    )
    return document(f"Bench: {results.bench}", style, None, _body(results))


def _body(results: Results) -> Iterator[Child]:
    yield h("a", "Skip to the table", href="#systems", class_="skip")
    yield _masthead(results)
    yield pieces(
        "main",
        _section(
            "systems",
            "Side by side",
            "All systems over the same clips. Small: the 95 % interval, by drawing the clips "
            "again; where nothing was seen, the rule of three.",
            tables.systems(results),
        ),
        _section(
            "curves",
            "As the threshold moves",
            "Events missed against false alarms a camera-hour; to the left and down is better. "
            "The large dot is the threshold that the table tells of.",
            plots.curves(results.systems),
        ),
        _section(
            "nuisances",
            "By nuisance",
            "Share of the clips with it in which it rang falsely, and how often an hour. "
            "Kinds in grey every baseline solves: they prove nothing.",
            tables.nuisances(results),
        ),
        _section(
            "hard",
            "By what makes people hard to see",
            "Recall. Kinds in grey every baseline solves, too.",
            tables.hard(results),
        ),
        _section(
            "calibration",
            "Is a score a probability?",
            "Of what was scored 0.7, seven of ten should be real: dots on the line are honest, "
            "those below it too sure of themselves. Large dots stand for many.",
            plots.calibrations(results.systems),
        ),
        _section(
            "ablation",
            "Without each rule",
            "The product with one rule taken out, at its own threshold.",
            tables.ablation(results),
        ),
        _section(
            "mistakes",
            "The worst mistakes",
            "The surest false alarms, and the people that were seen least; each kind in turn.",
            cards.mistakes(results.mistakes),
        ),
    )
    yield h(
        "footer",
        "Made by Quietwatch. This file holds pictures from the clips: pass it on with care.",
    )


def _section(name: str, heading: str, lead: str, content: Child) -> Child:
    if content is None:
        return None
    return pieces("section", h("h2", heading), h("p", lead, class_="lead"), content, id=name)


def _masthead(results: Results) -> Markup:
    return h(
        "header",
        h(
            "div",
            head.brand(),
            h("h1", f"Bench: {results.bench}"),
            h("p", _result(results), class_="result"),
            h("p", _what(results), class_="when"),
            class_="inner",
        ),
        class_="masthead",
    )


def _result(results: Results) -> Markup:
    """The pair of figures that says it all: of the product, else of the first system."""
    told = _first(results)
    return join(
        h("b", share(told.figures.recall).value),
        " of events alarmed of within 10\u00a0s, at ",
        h("b", rate(told.figures.false_alarms_hour).value, class_="alarm"),
        " false alarms a camera-hour",
        "" if told.role is Role.PRODUCT else f" ({told.name})",
    )


def _what(results: Results) -> str:
    counted = _first(results).counts
    half = f"the half {results.half}, " if results.half else ""
    return (
        f"{half}{phrase.count(counted.clips, 'clip')}, {phrase.length(counted.hours * 3600)}, "
        f"{phrase.count(counted.events, 'event')} of what is watched for: "
        f"{', '.join(results.threats)}"
    )


def _first(results: Results) -> SystemResult:
    return next((one for one in results.systems if one.role is Role.PRODUCT), results.systems[0])
