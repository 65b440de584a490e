"""The whole page: what it says, in which order, and how much of it fits into one file."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from quietwatch.events.report import head, phrase
from quietwatch.events.report.cards import Entry, card, row, row_heads
from quietwatch.events.report.choose import Entries, choose
from quietwatch.events.report.document import asset, document
from quietwatch.events.report.figures import CameraFigures, by_time, cameras
from quietwatch.events.report.fingerprint import MARK, fingerprint
from quietwatch.events.report.markup import Child, Markup, h, pieces
from quietwatch.events.report.sections import camera_section, failed_section, filter_bar
from quietwatch.events.report.value import Report
from quietwatch.model import Verdict

_FEW_CAMERAS: Final = 3
"""So many time lines go before the alarms; more of them would push the alarms out of sight."""

_HEADINGS: Final = {
    Verdict.ALARM: ("Alarms", "Worth answering. What stands further down rings nobody."),
    Verdict.REVIEW: ("For review", "Thin evidence, or something large without a class."),
}


def render(report: Report) -> Iterator[bytes]:
    """The report as one HTML file that asks no network for anything: its content in pieces.

    A piece is at most a card with its picture; the whole is never in memory.
    """
    style, script = asset(__package__, "style.css"), asset(__package__, "script.js")
    marks = {MARK: fingerprint(report)}
    yield from document(report.title, style, script, _body(report), **marks)


def _body(report: Report) -> Iterator[Child]:
    entries = choose(report)
    anchors = {entry.event.event_id: f"#{entry.anchor}" for entry in entries.on_page}
    figures = cameras(report)
    few = len(figures) <= _FEW_CAMERAS
    yield h("a", "Skip to the alarms", href="#alarm", class_="skip")
    yield head.masthead(report, figures, by_time(report.events), anchors)
    yield pieces(
        "main",
        failed_section(report.failed, open_=not report.events),
        head.overview(figures),
        filter_bar(figures) if report.events else None,
        _over_time(figures, anchors) if few else None,
        _cards(Verdict.ALARM, entries.alarms, anchors),
        _cards(Verdict.REVIEW, entries.reviews, anchors),
        _held(entries, anchors),
        None if few else _over_time(figures, anchors),
    )
    yield h(
        "footer",
        "Made by Quietwatch. All times are UTC. Scores are probabilities; the rules have their "
        "say in what rings. This file holds pictures of people: pass it on with care.",
    )


def _over_time(figures: Sequence[CameraFigures], anchors: Mapping[str, str]) -> Child:
    if not figures:
        return None
    told = (camera_section(at, one, anchors) for at, one in enumerate(figures, 1))
    return pieces("section", h("h2", "Camera by camera"), told, id="cameras")


def _cards(verdict: Verdict, entries: Sequence[Entry], anchors: Mapping[str, str]) -> Child:
    if not entries:
        return None
    name, lead = _HEADINGS[verdict]
    return pieces(
        "section",
        h("h2", name, " ", _count(len(entries), len(entries))),
        h("p", lead, class_="lead"),
        pieces("div", (card(entry, anchors) for entry in entries), class_="cards"),
        id=verdict.value,
    )


def _count(all_: int, listed: int) -> Markup:
    """How many a section holds, and for the filter how many of them are on the page."""
    return h("span", f"{all_:,}", class_="n", data_all=f"{all_:,}", data_listed=listed)


def _held(entries: Entries, anchors: Mapping[str, str]) -> Child:
    """Held-back events: folded, in reach; cards as far as there are pictures, then rows."""
    if entries.held == 0:
        return None
    told: list[Child] = []
    if entries.pictured:
        shown = (card(entry, anchors) for entry in entries.pictured)
        told.append(pieces("div", shown, class_="cards small"))
    if entries.rows:
        told.append(_table(entries))
    if entries.left_out:
        more = f"{entries.left_out:,} more are not listed here; "
        told.append(h("p", more, h("code", "quietwatch events"), " has them all.", class_="lead"))
    return pieces(
        "section",
        h("h2", "Held back ", _count(entries.held, entries.held - entries.left_out)),
        h("p", "These rang nobody, and this is why. Nothing is thrown away.", class_="lead"),
        pieces(
            "details",
            h("summary", f"Show {phrase.count(entries.held, 'event')} held back"),
            told,
        ),
        id=Verdict.SUPPRESSED.value,
    )


def _table(entries: Entries) -> Iterator[Child]:
    words = (
        f"{phrase.count(len(entries.rows), 'more', 'more')} without a picture here, which keeps "
        "this file small."
        if entries.pictured
        else "This file holds no pictures of these."
    )
    body = pieces("tbody", (row(entry) for entry in entries.rows))
    table = pieces("table", row_heads(), body)
    yield h("p", words, class_="lead")
    yield pieces("div", table, class_="wide", tabindex="0", role="region", aria_label=words)
